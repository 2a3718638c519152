package import Bytes

/// The `Date` field, rendered once a second instead of once an answer.
///
/// Source: RFC 9110 section 5.6.7 (IMF-fixdate).
package struct HTTPDate: Sendable {
    private var second = Int64.min
    private var line: [UInt8] = []

    package init() {}

    /// - Parameter seconds: Seconds since 1970, UTC, from year 0 to 9999.
    package init(seconds: Int64) { update(seconds: seconds) }

    /// Renders the field anew when the second is another one.
    package mutating func update(seconds: Int64) {
        if seconds == second { return }
        second = seconds
        line.removeAll(keepingCapacity: true)
        render()
    }

    /// Writes CR LF, the name and the value; nothing before the first ``update(seconds:)``.
    package func append(to output: inout ByteBuffer) { output.append(line.span) }

    private mutating func render() {
        let day = second >= 0 ? second / 86_400 : (second - 86_399) / 86_400
        let time = second - day * 86_400
        let weekday = Int(((day % 7) + 11) % 7)
        let (year, month, dayOfMonth) = Timestamp.date(days: Int(day))
        line.append(contentsOf: "\r\nDate: ".utf8)
        line.append(contentsOf: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][weekday].utf8)
        line.append(contentsOf: ", ".utf8)
        appendTwo(dayOfMonth)
        line.append(UInt8(ascii: " "))
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        line.append(contentsOf: months[month - 1].utf8)
        line.append(UInt8(ascii: " "))
        appendTwo(year / 100)
        appendTwo(year % 100)
        line.append(UInt8(ascii: " "))
        appendTwo(Int(time / 3600))
        line.append(UInt8(ascii: ":"))
        appendTwo(Int(time / 60 % 60))
        line.append(UInt8(ascii: ":"))
        appendTwo(Int(time % 60))
        line.append(contentsOf: " GMT".utf8)
    }

    private mutating func appendTwo(_ value: Int) {
        line.append(UInt8(truncatingIfNeeded: 48 + value / 10 % 10))
        line.append(UInt8(truncatingIfNeeded: 48 + value % 10))
    }
}

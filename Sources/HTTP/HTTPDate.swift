package import Bytes

/// The `Date` field, rendered once a second instead of once an answer.
///
/// Source: RFC 9110 section 5.6.7 (IMF-fixdate); the calendar is Howard Hinnant's `civil_from_days`.
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
        let (year, month, dayOfMonth) = Self.civil(day)
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

    /// The date of a day counted from 1970-01-01.
    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

import Bytes

/// Where the attributes of one stored event lie in its line.
///
/// The line is a CloudEvents JSON object as ``EventEncoder`` writes it: no white space between tokens, and the
/// payload last. Such a line is read without looking at the payload. Any other line gives nil, and the caller reads it
/// as general JSON.
package struct EventLine: Sendable {
    /// A string's inside, between its quotes.
    package struct Text: Sendable, Hashable {
        package var range: Range<Int>
        /// The inside holds a backslash and must be unescaped.
        package var hasEscapes: Bool
    }

    package var id = Text(range: 0..<0, hasEscapes: false)
    package var source = Text(range: 0..<0, hasEscapes: false)
    package var type = Text(range: 0..<0, hasEscapes: false)
    package var time: Text?
    package var tenant = Text(range: 0..<0, hasEscapes: false)
    package var receivedTime = Text(range: 0..<0, hasEscapes: false)
    /// The payload's JSON; with ``dataIsBase64``, the base64 text with its quotes.
    package var data: Range<Int>?
    package var dataIsBase64 = false

    /// Reads the line at `range` of `bytes`, which has no line feed.
    package init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count > 2, bytes[range.upperBound - 1] == UInt8(ascii: "}"),
            ByteSearch.matches("{\"specversion\":\"1.0\",\"id\":\"", in: bytes, at: range.lowerBound)
        else { return nil }
        var position = range.lowerBound + 20
        var seen = 0
        let end = range.upperBound - 1
        while true {
            // `position` is at a comma or behind the last member.
            guard position < end, bytes[position] == UInt8(ascii: ","), position + 3 < end,
                bytes[position + 1] == UInt8(ascii: "\"")
            else { return nil }
            let name = position + 2
            if bytes[name] == UInt8(ascii: "d"), ByteSearch.matches("data\":", in: bytes, at: name) {
                data = name + 6..<end
                break
            }
            if bytes[name] == UInt8(ascii: "d"), ByteSearch.matches("data_base64\":\"", in: bytes, at: name) {
                data = name + 13..<end
                dataIsBase64 = true
                break
            }
            guard let quote = ByteSearch.firstIndex(of: UInt8(ascii: "\""), in: bytes, from: name), quote + 2 < end,
                bytes[quote + 1] == UInt8(ascii: ":"), bytes[quote + 2] == UInt8(ascii: "\""),
                let text = Self.text(bytes, quote + 3, end)
            else { return nil }
            switch quote - name {
            case 2 where bytes[name] == UInt8(ascii: "i"):
                id = text
                seen |= 1
            case 4 where ByteSearch.matches("type", in: bytes, at: name):
                type = text
                seen |= 2
            case 4 where ByteSearch.matches("time", in: bytes, at: name): time = text
            case 6 where ByteSearch.matches("source", in: bytes, at: name):
                source = text
                seen |= 4
            case 6 where ByteSearch.matches("tenant", in: bytes, at: name):
                tenant = text
                seen |= 8
            case 12 where ByteSearch.matches("receivedtime", in: bytes, at: name):
                receivedTime = text
                seen |= 16
            default: break
            }
            position = text.range.upperBound + 1
        }
        guard seen == 31 else { return nil }
    }

    /// The string whose inside starts at `start`.
    private static func text(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Text? {
        var from = start
        var hasEscapes = false
        while let quote = ByteSearch.firstIndex(of: UInt8(ascii: "\""), in: bytes, from: from), quote < end {
            var backslashes = 0
            while quote - backslashes > start, bytes[quote - backslashes - 1] == UInt8(ascii: "\\") {
                backslashes += 1
            }
            if backslashes > 0 { hasEscapes = true }
            if backslashes % 2 == 0 {
                if !hasEscapes {
                    for i in start..<quote where bytes[i] == UInt8(ascii: "\\") {
                        hasEscapes = true
                        break
                    }
                }
                return Text(range: start..<quote, hasEscapes: hasEscapes)
            }
            from = quote + 1
        }
        return nil
    }
}

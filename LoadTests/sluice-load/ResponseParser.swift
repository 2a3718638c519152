/// As much of an HTTP/1.1 answer as a load generator needs: its status, where it ends, whether the server closes.
enum ResponseParser {
    enum Result: Equatable {
        case incomplete
        /// `count` bytes from the start on, body included.
        case complete(status: Int, count: Int, closes: Bool)
        case invalid
    }

    private static let largestAnswer = 1 << 20

    /// Reads the answer at the front of `bytes`.
    ///
    /// Source: RFC 9112 sections 4 and 6. Chunked answers are not taken: no server here sends them for a 202.
    static func parse(_ bytes: Span<UInt8>, toHead: Bool = false) -> Result {
        guard bytes.count >= 12 else { return .incomplete }
        guard bytes[0] == UInt8(ascii: "H"), bytes[7] == UInt8(ascii: "1") || bytes[7] == UInt8(ascii: "0"),
            let status = number(bytes, 9, 12)
        else { return .invalid }
        var closes = bytes[7] == UInt8(ascii: "0")
        let isBare = toHead || status == 204 || status == 304 || status < 200
        var length = isBare ? 0 : -1
        var line = 0
        while true {
            guard let end = endOfLine(bytes, from: line) else {
                return bytes.count > largestAnswer ? .invalid : .incomplete
            }
            if end == line + 1 || (end == line + 2 && bytes[line] == 13) {
                guard length >= 0, length <= largestAnswer else { return .invalid }
                guard end + length <= bytes.count else { return .incomplete }
                return .complete(status: status, count: end + length, closes: closes)
            }
            if !isBare, let value = value(of: contentLength, bytes, line, end) {
                guard let parsed = number(bytes, value.lowerBound, value.upperBound) else { return .invalid }
                length = parsed
            } else if let value = value(of: connection, bytes, line, end), value.count == 5 {
                closes = true  // "close" is the only answer of five letters
            }
            line = end
        }
    }

    private static let contentLength = Array("content-length".utf8)
    private static let connection = Array("connection".utf8)

    /// The index behind the line feed.
    private static func endOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == 10 { return index + 1 }
            index += 1
        }
        return nil
    }

    /// The trimmed value of a field line with this name (lower case); nil for another field.
    private static func value(of name: [UInt8], _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int>? {
        guard end - start > name.count, bytes[start + name.count] == UInt8(ascii: ":") else { return nil }
        for index in 0..<name.count where bytes[start + index] | 0x20 != name[index] | 0x20 { return nil }
        var first = start + name.count + 1
        var last = end
        while first < last, bytes[first] == 32 || bytes[first] == 9 { first += 1 }
        while first < last, bytes[last - 1] <= 32 { last -= 1 }
        return first..<last
    }

    private static func number(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end, end - start <= 9 else { return nil }
        var value = 0
        for index in start..<end {
            guard bytes[index] >= 48, bytes[index] <= 57 else { return nil }
            value = value * 10 + Int(bytes[index] - 48)
        }
        return value
    }
}

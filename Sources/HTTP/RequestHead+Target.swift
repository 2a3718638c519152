import Bytes

extension RequestHead {
    /// Reads the request target: origin, absolute, authority (CONNECT) or asterisk form (OPTIONS).
    ///
    /// The caller has checked the characters.
    ///
    /// Source: RFC 9112 section 3.2; RFC 3986 for the characters. A fragment is no part of a target.
    mutating func parseTarget(_ range: Range<Int>, in buffer: Span<UInt8>) throws(HTTPError) {
        target = ByteRange(offset: range.lowerBound, count: range.count)
        if method == .connect {
            guard Self.isAuthorityForm(target, in: buffer) else { throw .requestLine }
            authority = target
            return
        }
        switch buffer[range.lowerBound] {
        case UInt8(ascii: "/"): split(range, in: buffer)
        case UInt8(ascii: "*"):
            guard method == .options, range.count == 1 else { throw .requestLine }
        default: try parseAbsolute(range, in: buffer)
        }
    }

    /// `http://authority/path?query`, and the same with `https`.
    private mutating func parseAbsolute(_ range: Range<Int>, in buffer: Span<UInt8>) throws(HTTPError) {
        let start = range.lowerBound
        var i: Int
        if range.count > 7, buffer.matches("http://", at: start, count: 7) {
            i = start + 7
        } else if range.count > 8, buffer.matches("https://", at: start, count: 8) {
            i = start + 8
        } else {
            throw .requestLine
        }
        let authorityStart = i
        var hostStart = i
        while i < range.upperBound, buffer[i] != 0x2F, buffer[i] != 0x3F {
            if buffer[i] == 0x40 { hostStart = i + 1 }
            i += 1
        }
        guard i > hostStart, Self.isHost(ByteRange(offset: hostStart, count: i - hostStart), in: buffer) else {
            throw .requestLine
        }
        authority = ByteRange(offset: authorityStart, count: i - authorityStart)
        split(i..<range.upperBound, in: buffer)
    }

    private mutating func split(_ range: Range<Int>, in buffer: Span<UInt8>) {
        var mark = range.lowerBound
        while mark < range.upperBound, buffer[mark] != 0x3F { mark += 1 }
        path = ByteRange(offset: range.lowerBound, count: mark - range.lowerBound)
        if mark < range.upperBound { query = ByteRange(offset: mark + 1, count: range.upperBound - mark - 1) }
    }

    /// A host and a port, both there.
    private static func isAuthorityForm(_ target: ByteRange, in buffer: Span<UInt8>) -> Bool {
        guard isHost(target, in: buffer), buffer[target.start] != 0x3A else { return false }
        var digits = target.end
        while digits > target.start, Characters.isDigit(buffer[digits - 1]) { digits -= 1 }
        return digits < target.end && digits > target.start && buffer[digits - 1] == 0x3A
    }
}

import Bytes

/// What a head's fields say about where its body ends and whether the connection stays.
///
/// Source: RFC 9112 sections 6.1 to 6.3 and 9.3.
struct FramingFields: Sendable {
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    var hasContentEncoding = false
    private var length: Int?
    private var isChunked = false

    /// Content-Length = 1*DIGIT, once. A list of equal values, which a recipient may forgive, is not forgiven.
    mutating func noteLength(_ value: ByteRange, in buffer: Span<UInt8>) throws(HTTPError) {
        guard length == nil, !value.isEmpty else { throw .framing }
        var sum = 0
        for i in value.range {
            guard Characters.isDigit(buffer[i]) else { throw .framing }
            let (tens, overflow) = sum.multipliedReportingOverflow(by: 10)
            let (next, carry) = tens.addingReportingOverflow(Int(buffer[i] - 0x30))
            guard !overflow, !carry else { throw .framing }
            sum = next
        }
        length = sum
    }

    /// Transfer-Encoding is `chunked`, once and alone.
    ///
    /// Another coding before a final `chunked` is well formed but not known here (501); anything else leaves the end
    /// of the body open (400).
    mutating func noteTransferCoding(_ value: ByteRange, in buffer: Span<UInt8>) throws(HTTPError) {
        guard !isChunked else { throw .framing }
        if buffer.matches("chunked", at: value.start, count: value.length) {
            isChunked = true
            return
        }
        var elements = 0
        var chunked = 0
        var lastIsChunked = false
        try Self.eachToken(of: value, in: buffer) { start, count throws(HTTPError) in
            elements += 1
            lastIsChunked = buffer.matches("chunked", at: start, count: count)
            if lastIsChunked { chunked += 1 }
        }
        guard elements > 1, chunked == 1, lastIsChunked else { throw .framing }
        throw .transferCoding
    }

    mutating func noteConnection(_ value: ByteRange, in buffer: Span<UInt8>) {
        var close = saysClose
        var keep = saysKeepAlive
        // A word that is no token cannot be an option that is known: it is passed over like any other.
        Self.eachElement(of: value, in: buffer) { start, count in
            if buffer.matches("close", at: start, count: count) { close = true }
            if buffer.matches("keep-alive", at: start, count: count) { keep = true }
        }
        saysClose = close
        saysKeepAlive = keep
    }

    /// - Throws: ``HTTPError/framing`` for both fields at once, and for `Transfer-Encoding` in HTTP/1.0.
    func decide(minorVersion: UInt8) throws(HTTPError) -> RequestHead.Framing {
        if isChunked {
            guard length == nil, minorVersion == 1 else { throw .framing }
            return .chunked
        }
        return length.map { .length($0) } ?? .none
    }

    /// Walks the elements of a comma-separated list, trimmed; empty ones are left out (RFC 9110 section 5.6.1).
    private static func eachElement<E: Error>(
        of value: ByteRange, in buffer: Span<UInt8>, _ body: (Int, Int) throws(E) -> Void
    ) throws(E) {
        var start = value.start
        while start < value.end {
            var end = start
            while end < value.end, buffer[end] != 0x2C { end += 1 }
            let next = end + 1
            while start < end, Characters.isSpace(buffer[start]) { start += 1 }
            while end > start, Characters.isSpace(buffer[end - 1]) { end -= 1 }
            if end > start { try body(start, end - start) }
            start = next
        }
    }

    /// As above, and refuses an element that is no token.
    private static func eachToken(
        of value: ByteRange, in buffer: Span<UInt8>, _ body: (Int, Int) throws(HTTPError) -> Void
    ) throws(HTTPError) {
        try eachElement(of: value, in: buffer) { start, count throws(HTTPError) in
            for i in start..<start + count where !Characters.isToken(buffer[i]) { throw HTTPError.framing }
            try body(start, count)
        }
    }
}

import Bytes

/// Reads the head of an HTTP/1.0 or HTTP/1.1 request, as much of it as is there, strictly.
///
/// The caller owns the bytes and calls ``parse(_:)`` again with a longer prefix of the same buffer. Each byte is
/// searched for a line's end once and parsed once, however the network cut it, so a slow sender costs linear work.
/// Where RFC 9112 lets a server guess (bare LF, folded lines, white space before a colon, two lengths) this one refuses:
/// what two parsers read differently is what request smuggling is made of.
///
/// Source: RFC 9112 sections 2 to 7, RFC 9110 section 5.
package struct RequestParser: Sendable {
    package enum Progress: Sendable, Equatable {
        /// The head is not all here yet.
        case needMore
        /// The head is the first `headBytes` bytes; the body follows.
        case complete(headBytes: Int)
    }

    /// Valid once ``parse(_:)`` gave `.complete`, until ``reset()``.
    package private(set) var head = RequestHead()

    private let limits: HTTPLimits
    /// Where the search for the current line's end goes on.
    private var scanned = 0
    /// Where the current line starts.
    private var lineStart = 0
    private var emptyLines = 0
    private var hasRequestLine = false
    private var framing = FramingFields()

    package init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

    /// Makes ready for the next request; the buffer then starts with it.
    package mutating func reset() {
        head.clear()
        scanned = 0
        lineStart = 0
        emptyLines = 0
        hasRequestLine = false
        framing = FramingFields()
    }

    /// Reads on.
    ///
    /// - Parameter buffer: All bytes received for this request, oldest first, and perhaps more behind it.
    /// - Throws: ``HTTPError``; the connection is then to be answered and closed, the parser of no more use before
    ///   ``reset()``.
    package mutating func parse(_ buffer: Span<UInt8>) throws(HTTPError) -> Progress {
        precondition(buffer.count >= scanned, "the buffer shrank between calls")
        // What lies behind the limit is never looked at, so that the answer is the same however the bytes arrive.
        let visible = buffer.extracting(first: limits.headBytes)
        while let end = try endOfLine(visible) {
            let line = lineStart..<end
            lineStart = end + 2
            scanned = lineStart
            if line.isEmpty {
                if hasRequestLine {
                    try finish()
                    return .complete(headBytes: lineStart)
                }
                emptyLines += 1
                guard emptyLines <= limits.leadingEmptyLines else { throw .requestLine }
            } else if hasRequestLine {
                try parseField(line, in: buffer)
            } else {
                try parseRequestLine(line, in: buffer)
                hasRequestLine = true
            }
        }
        guard buffer.count <= limits.headBytes else { throw tooLong }
        return .needMore
    }

    /// The request line alone is too long, or all of the head.
    private var tooLong: HTTPError { hasRequestLine ? .headTooLarge : .targetTooLong }

    /// Where the CR LF that ends the current line stands, or nil while it is not here.
    ///
    /// A line holds no other control character than the tab: a lone CR or LF, NUL and the rest are refused at once.
    private mutating func endOfLine(_ buffer: Span<UInt8>) throws(HTTPError) -> Int? {
        while true {
            let found = buffer.firstControl(from: scanned)
            scanned = found
            if found == buffer.count { return nil }
            if buffer[found] == 0x09, hasRequestLine {
                scanned += 1
                continue
            }
            guard buffer[found] == 0x0D else { throw hasRequestLine ? .fieldLine : .requestLine }
            if found + 1 == buffer.count { return nil }
            guard buffer[found + 1] == 0x0A else { throw hasRequestLine ? .fieldLine : .requestLine }
            return found
        }
    }

    /// request-line = method SP request-target SP HTTP-version
    private mutating func parseRequestLine(_ line: Range<Int>, in buffer: Span<UInt8>) throws(HTTPError) {
        let methodEnd = buffer.first(notIn: Characters.token, in: line)
        let methodLength = methodEnd - line.lowerBound
        guard methodLength > 0, methodEnd < line.upperBound, buffer[methodEnd] == 0x20 else { throw .requestLine }
        head.methodName = ByteRange(offset: line.lowerBound, count: methodLength)
        head.method = RequestHead.Method(head.methodName, in: buffer)

        let targetStart = methodEnd + 1
        let targetEnd = buffer.first(notIn: Characters.target, in: targetStart..<line.upperBound)
        guard targetEnd > targetStart, targetEnd < line.upperBound, buffer[targetEnd] == 0x20 else {
            throw .requestLine
        }
        try parseVersion(targetEnd + 1..<line.upperBound, in: buffer)
        try head.parseTarget(targetStart..<targetEnd, in: buffer)
    }

    /// HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals.
    private mutating func parseVersion(_ range: Range<Int>, in buffer: Span<UInt8>) throws(HTTPError) {
        let start = range.lowerBound
        guard range.count == 8, buffer[start] == 0x48, buffer[start + 1] == 0x54, buffer[start + 2] == 0x54,
            buffer[start + 3] == 0x50, buffer[start + 4] == 0x2F, Characters.isDigit(buffer[start + 5]),
            buffer[start + 6] == 0x2E, Characters.isDigit(buffer[start + 7])
        else { throw .requestLine }
        guard buffer[start + 5] == 0x31, buffer[start + 7] <= 0x31 else { throw .version }
        head.minorVersion = buffer[start + 7] - 0x30
    }

    /// field-line = field-name ":" OWS field-value OWS; a line that starts with white space is a folded one.
    private mutating func parseField(_ line: Range<Int>, in buffer: Span<UInt8>) throws(HTTPError) {
        guard head.fields.count < limits.fields else { throw .tooManyFields }
        let colon = buffer.first(notIn: Characters.token, in: line)
        guard colon > line.lowerBound, colon < line.upperBound, buffer[colon] == 0x3A else { throw .fieldLine }
        var start = colon + 1
        var end = line.upperBound
        while start < end, Characters.isSpace(buffer[start]) { start += 1 }
        while end > start, Characters.isSpace(buffer[end - 1]) { end -= 1 }
        let field = RequestHead.Field(
            name: ByteRange(offset: line.lowerBound, count: colon - line.lowerBound),
            value: ByteRange(offset: start, count: end - start))
        head.fields.append(field)
        try head.note(field, in: buffer, framing: &framing)
    }

    /// Decides what only the whole head can: host, framing, whether the connection stays.
    private mutating func finish() throws(HTTPError) {
        guard head.host != nil || head.minorVersion == 0 else { throw .host }
        head.framing = try framing.decide(minorVersion: head.minorVersion)
        if case .length(let length) = head.framing, length > limits.bodyBytes { throw .bodyTooLarge }
        head.keepAlive = !framing.saysClose && (head.minorVersion == 1 || framing.saysKeepAlive)
        if head.minorVersion == 0 { head.expectsContinue = false }
    }
}

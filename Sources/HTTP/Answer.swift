package import Bytes

/// The bytes of the answers, written behind those already waiting in a connection's output.
///
/// Source: RFC 9112 section 4, RFC 9110 sections 6.6.1 (Date), 10.2.1 (Allow) and 10.2.3 (Retry-After).
package struct Answer: Sendable {
    /// Says `Connection: close`: the connection ends behind this answer.
    package var closes = false
    /// The request was HTTP/1.0, where staying open has to be said.
    package var isOldVersion = false
    /// The request was HEAD: the fields of the answer without its body.
    package var leavesOutBody = false
    /// Seconds until another try makes sense.
    package var retryAfter: Int?
    /// The methods that the resource knows.
    package var allow: StaticString?

    package init() {}

    /// As the request wishes.
    package init(to head: borrowing RequestHead) {
        closes = !head.keepAlive
        isOldVersion = head.minorVersion == 0
        leavesOutBody = head.method == .head
    }

    /// What happened to the events of an accepted request.
    package struct Counts: Sendable, Hashable {
        package var accepted: Int
        package var duplicate: Int
        package var quarantined: Int

        package init(accepted: Int = 0, duplicate: Int = 0, quarantined: Int = 0) {
            self.accepted = accepted
            self.duplicate = duplicate
            self.quarantined = quarantined
        }
    }

    /// 202 with the counts.
    package func accepted(_ counts: Counts, date: borrowing HTTPDate, to output: inout ByteBuffer) {
        let length = 41 + digits(counts.accepted) + digits(counts.duplicate) + digits(counts.quarantined)
        start(.accepted, type: "application/json", length: length, date: date, to: &output)
        if leavesOutBody { return }
        output.append(#"{"accepted":"#)
        output.append(decimal: counts.accepted)
        output.append(#","duplicate":"#)
        output.append(decimal: counts.duplicate)
        output.append(#","quarantined":"#)
        output.append(decimal: counts.quarantined)
        output.append(UInt8(ascii: "}"))
    }

    /// A refusal.
    package func problem(_ problem: Problem, date: borrowing HTTPDate, to output: inout ByteBuffer) {
        let document = problem.document
        body(problem.status, type: "application/problem+json", document.span, date: date, to: &output)
    }

    /// The refusal of a request that could not be read; the connection is to be closed behind it.
    package static func refusal(_ error: HTTPError, date: borrowing HTTPDate, to output: inout ByteBuffer) {
        var answer = Answer()
        answer.closes = true
        answer.problem(Problem(error), date: date, to: &output)
    }

    /// Any status with any body.
    package func body(
        _ status: Status, type: StaticString, _ bytes: Span<UInt8>, date: borrowing HTTPDate,
        to output: inout ByteBuffer
    ) {
        start(status, type: type, length: bytes.count, date: date, to: &output)
        if !leavesOutBody { output.append(bytes) }
    }

    /// A status and one line of plain text, for the admin port.
    package func text(
        _ status: Status, _ text: StaticString, date: borrowing HTTPDate, to output: inout ByteBuffer
    ) {
        start(status, type: "text/plain; charset=utf-8", length: text.utf8CodeUnitCount + 1, date: date, to: &output)
        if leavesOutBody { return }
        output.append(text)
        output.append(UInt8(ascii: "\n"))
    }

    /// A status without a body.
    package func empty(_ status: Status, date: borrowing HTTPDate, to output: inout ByteBuffer) {
        start(status, type: nil, length: status == .noContent ? nil : 0, date: date, to: &output)
    }

    /// The interim answer that asks for the body.
    package static func `continue`(to output: inout ByteBuffer) {
        output.append("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// The status line and the fields, up to the blank line.
    private func start(
        _ status: Status, type: StaticString?, length: Int?, date: borrowing HTTPDate, to output: inout ByteBuffer
    ) {
        output.append("HTTP/1.1 ")
        output.append(decimal: status.rawValue)
        output.append(UInt8(ascii: " "))
        output.append(status.reason)
        date.append(to: &output)
        if let type {
            output.append("\r\nContent-Type: ")
            output.append(type)
        }
        if let length {
            output.append("\r\nContent-Length: ")
            output.append(decimal: length)
        }
        if status == .unauthorized {
            // Required by RFC 9110 section 15.5.2; the same for every source, so that it gives nothing away.
            output.append("\r\nWWW-Authenticate: Bearer")
        }
        if let retryAfter {
            output.append("\r\nRetry-After: ")
            output.append(decimal: retryAfter)
        }
        if let allow {
            output.append("\r\nAllow: ")
            output.append(allow)
        }
        if closes {
            output.append("\r\nConnection: close")
        } else if isOldVersion {
            output.append("\r\nConnection: keep-alive")
        }
        output.append("\r\n\r\n")
    }

    private func digits(_ value: Int) -> Int {
        var rest = value
        var count = 1
        while rest > 9 {
            rest /= 10
            count += 1
        }
        return count
    }
}

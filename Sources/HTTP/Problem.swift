import Bytes

/// Why a request got no 202, as the client reads it: an RFC 9457 problem document.
///
/// The constant ones are rendered once, at first use; `type` is `about:blank` as long as the status says it all.
package struct Problem: Sendable {
    package let status: Status
    /// The document, `application/problem+json`.
    package let document: [UInt8]

    /// Renders a document. `detail` may hold anything; it is escaped.
    package init(_ status: Status, detail: String) {
        self.status = status
        var body = ByteBuffer(capacity: 128)
        body.append(#"{"type":"about:blank","title":""#)
        body.append(status.reason)
        body.append(#"","status":"#)
        body.append(decimal: status.rawValue)
        body.append(#","detail":""#)
        JSONText.appendEscaped(detail.utf8Span.span, to: &body)
        body.append(#""}"#)
        document = body.array
    }

    /// One for each ``HTTPError``, by its position.
    private static let byError: [Problem] = HTTPError.allCases.map { Problem($0.status, detail: $0.description) }
    private static let places: [HTTPError: Int] = Dictionary(
        uniqueKeysWithValues: HTTPError.allCases.enumerated().map { ($1, $0) })

    package init(_ error: HTTPError) { self = Self.byError[Self.places[error]!] }

    /// The one answer for an unknown tenant or source, a wrong signature or token, and a stale timestamp.
    package static let unauthorized = Problem(.unauthorized, detail: "The request is not authorized.")
    package static let forbidden = Problem(.forbidden, detail: "The request is not allowed from here.")
    package static let notFound = Problem(.notFound, detail: "There is nothing at this path.")
    package static let badName = Problem(.badRequest, detail: "The path holds a name that is none.")
    package static let methodNotAllowed = Problem(.methodNotAllowed, detail: "Events are sent with POST or PUT.")
    package static let notJSON = Problem(.badRequest, detail: "The body is not JSON.")
    package static let badEncoding = Problem(.badRequest, detail: "The body does not match its content coding.")
    package static let tooManyEvents = Problem(.contentTooLarge, detail: "The request holds too many events.")
    package static let unsupportedType = Problem(
        .unsupportedMediaType, detail: "The content type or coding is not one that is taken here.")
    package static let invalidEvent = Problem(.unprocessableContent, detail: "An event does not match its schema.")
    package static let tooManyRequests = Problem(.tooManyRequests, detail: "The source sends faster than agreed.")
    package static let overloaded = Problem(.serviceUnavailable, detail: "The server cannot take events right now.")
    package static let draining = Problem(.serviceUnavailable, detail: "The server is shutting down.")
    package static let internalError = Problem(.internalServerError, detail: "The server failed.")
}

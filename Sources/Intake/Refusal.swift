import HTTP

/// An answer that says no: what the sender reads, and what the metrics count.
struct Refusal {
    let problem: Problem
    /// The value of the metric label `reason`: one of a closed list.
    let reason: StaticString
    /// Seconds after which another try makes sense.
    var retryAfter: Int?
    var allow: StaticString?

    init(_ problem: Problem, _ reason: StaticString, retryAfter: Int? = nil, allow: StaticString? = nil) {
        self.problem = problem
        self.reason = reason
        self.retryAfter = retryAfter
        self.allow = allow
    }

    init(_ error: HTTPError) { self.init(Problem(error), error.label) }

    static let unauthorized = Refusal(.unauthorized, "unauthorized")
    static let unknownPath = Refusal(.notFound, "path")
    static let badName = Refusal(.badName, "name")
    static let method = Refusal(.methodNotAllowed, "method", allow: "POST, PUT")
    static let contentType = Refusal(.unsupportedType, "content_type")
    static let tooManyEvents = Refusal(.tooManyEvents, "event_count")
    static let tooManyFields = Refusal(
        Problem(.contentTooLarge, detail: "The form has too many fields."), "form_fields")
    static let headerTimeout = Refusal(Problem(.timeout), "header_timeout")
    static let bodyTimeout = Refusal(Problem(.timeout), "body_timeout")
    static let tooManyConnections = Refusal(.overloaded, "connections", retryAfter: 1)
    static let inFlightBytes = Refusal(.overloaded, "in_flight_bytes", retryAfter: 1)
    /// The commit failed, or the spool is full: nothing of the request is stored.
    static let storeFailed = Refusal(.overloaded, "store", retryAfter: 1)
    static let draining = Refusal(.draining, "draining", retryAfter: 1)

    /// The body is not JSON, said with the place where it stops being so.
    static func notJSON(_ detail: String) -> Refusal {
        Refusal(Problem(.badRequest, detail: "The body is not valid JSON: \(detail)."), "json")
    }
}

/// Why a request was refused before anybody looked at its meaning. One case, one status, one metric label.
///
/// After any of these the connection is closed: where the next request starts is no longer certain.
package enum HTTPError: Error, Hashable, CaseIterable, Sendable {
    /// 400: the request line does not match RFC 9112 section 3.
    case requestLine
    /// 400: a field line does not match RFC 9112 section 5, or a line ends in a bare CR or LF.
    case fieldLine
    /// 400: `Host` is missing in HTTP/1.1, given twice, or no host (RFC 9112 section 3.2).
    case host
    /// 400: `Content-Length` and `Transfer-Encoding` do not say clearly where the body ends (RFC 9112 section 6).
    case framing
    /// 400: a field that may stand once stands twice.
    case repeatedField
    /// 400: the chunked body does not match RFC 9112 section 7.1.
    case chunk
    /// 408: the head or the body did not arrive in time.
    case timeout
    /// 411: the method wants a body and the request gives no length.
    case lengthRequired
    /// 413: the body is, or says that it is, longer than ``HTTPLimits/bodyBytes``.
    case bodyTooLarge
    /// 414: the request line alone fills ``HTTPLimits/headBytes``.
    case targetTooLong
    /// 417: an expectation other than `100-continue`.
    case expectation
    /// 431: the head is longer than ``HTTPLimits/headBytes``.
    case headTooLarge
    /// 431: more than ``HTTPLimits/fields`` fields.
    case tooManyFields
    /// 501: a transfer coding other than `chunked`.
    case transferCoding
    /// 505: neither HTTP/1.0 nor HTTP/1.1.
    case version

    package var status: Status {
        switch self {
        case .requestLine, .fieldLine, .host, .framing, .repeatedField, .chunk: .badRequest
        case .timeout: .requestTimeout
        case .lengthRequired: .lengthRequired
        case .bodyTooLarge: .contentTooLarge
        case .targetTooLong: .uriTooLong
        case .expectation: .expectationFailed
        case .headTooLarge, .tooManyFields: .headerFieldsTooLarge
        case .transferCoding: .notImplemented
        case .version: .versionNotSupported
        }
    }

    /// The value of the metric label `reason`.
    package var label: StaticString {
        switch self {
        case .requestLine: "request_line"
        case .fieldLine: "field_line"
        case .host: "host"
        case .framing: "framing"
        case .repeatedField: "repeated_field"
        case .chunk: "chunk"
        case .timeout: "timeout"
        case .lengthRequired: "length_required"
        case .bodyTooLarge: "body_too_large"
        case .targetTooLong: "target_too_long"
        case .expectation: "expectation"
        case .headTooLarge: "head_too_large"
        case .tooManyFields: "too_many_fields"
        case .transferCoding: "transfer_coding"
        case .version: "version"
        }
    }
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .requestLine: "The request line is not one of HTTP/1.1."
        case .fieldLine: "A header field is malformed."
        case .host: "The Host field is missing, repeated or invalid."
        case .framing: "The length of the body is ambiguous or invalid."
        case .repeatedField: "A header field that may stand once is repeated."
        case .chunk: "The chunked body is malformed."
        case .timeout: "The request took too long to arrive."
        case .lengthRequired: "The request needs a Content-Length or chunked body."
        case .bodyTooLarge: "The body is larger than this server takes."
        case .targetTooLong: "The request target is too long."
        case .expectation: "Only the expectation 100-continue is supported."
        case .headTooLarge: "The header is larger than this server takes."
        case .tooManyFields: "The header has too many fields."
        case .transferCoding: "Only the transfer coding chunked is supported."
        case .version: "Only HTTP/1.0 and HTTP/1.1 are supported."
        }
    }
}

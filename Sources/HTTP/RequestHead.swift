import Bytes

/// What a request says about itself, as marks in the buffer it was read into.
///
/// Nothing is copied and no `String` is made; the ranges hold as long as the caller's buffer does not move its bytes.
/// A value is reused from request to request together with its memory.
package struct RequestHead: Sendable {
    package enum Method: UInt8, Sendable {
        case get, head, post, put, options, delete, patch, trace, connect, other
    }

    /// Where the body ends. A request without either field has no body (RFC 9112 section 6.3).
    package enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    package enum ContentType: UInt8, Sendable {
        case none, json, ndjson, cloudEvent, cloudEventBatch, form, other
    }

    package enum ContentEncoding: UInt8, Sendable {
        case identity, gzip, lz4, other
    }

    package struct Field: Sendable, Hashable {
        package var name: ByteRange
        /// Without the white space around it.
        package var value: ByteRange
    }

    package internal(set) var method = Method.other
    package internal(set) var methodName = ByteRange.empty
    /// The request target as sent.
    package internal(set) var target = ByteRange.empty
    /// The path of the target, with its first slash; empty in `*`, in authority form, and for `http://host`.
    package internal(set) var path = ByteRange.empty
    /// What follows the first `?`, or nil when there is none.
    package internal(set) var query: ByteRange?
    /// The authority of a target in absolute or authority form; it goes before `Host`.
    package internal(set) var authority: ByteRange?
    /// 0 or 1.
    package internal(set) var minorVersion: UInt8 = 1
    package internal(set) var framing = Framing.none
    /// Whether the connection may be kept (RFC 9112 section 9.3).
    package internal(set) var keepAlive = true
    /// Whether the sender waits for `100 Continue`; never in HTTP/1.0.
    package internal(set) var expectsContinue = false
    package internal(set) var contentType = ContentType.none
    package internal(set) var contentEncoding = ContentEncoding.identity

    /// The whole value of `Content-Type`.
    package internal(set) var contentTypeValue: ByteRange?
    package internal(set) var host: ByteRange?
    package internal(set) var userAgent: ByteRange?
    package internal(set) var authorization: ByteRange?
    package internal(set) var idempotencyKey: ByteRange?
    package internal(set) var traceparent: ByteRange?
    package internal(set) var forwardedFor: ByteRange?
    /// Whether any field's name starts with `ce-`: a CloudEvent in binary mode.
    package internal(set) var hasCloudEventFields = false

    /// Every field in the order sent.
    package internal(set) var fields: [Field] = []

    package init() {}

    /// The value of the first field called `name`, which must be lower-case, in any case of letters.
    package func value(of name: StaticString, in buffer: Span<UInt8>) -> ByteRange? {
        for field in fields where buffer.matches(name, at: field.name.start, count: field.name.length) {
            return field.value
        }
        return nil
    }

    /// The value of the first field called `name`, which must be lower-case, in any case of letters.
    package func value(of name: [UInt8], in buffer: Span<UInt8>) -> ByteRange? {
        fields.first { $0.name.length == name.count && Self.matches(name, $0.name, in: buffer) }?.value
    }

    private static func matches(_ name: [UInt8], _ range: ByteRange, in buffer: Span<UInt8>) -> Bool {
        for i in 0..<name.count {
            let byte = buffer[range.start + i]
            let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if folded != name[i] { return false }
        }
        return true
    }

    /// Forgets the request and keeps the memory of the field list.
    mutating func clear() {
        var kept = fields
        fields = []
        kept.removeAll(keepingCapacity: true)
        self = RequestHead()
        fields = kept
    }
}

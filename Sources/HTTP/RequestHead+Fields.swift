import Bytes

extension RequestHead.Method {
    init(_ name: ByteRange, in buffer: Span<UInt8>) {
        // Methods are case-sensitive (RFC 9110 section 9.1): `post` is another method.
        func isCalled(_ text: StaticString) -> Bool {
            guard buffer.matches(text, at: name.start, count: name.length) else { return false }
            return name.range.allSatisfy { buffer[$0] & 0x20 == 0 }
        }
        switch name.length {
        case 3: self = isCalled("put") ? .put : isCalled("get") ? .get : .other
        case 4: self = isCalled("post") ? .post : isCalled("head") ? .head : .other
        case 5: self = isCalled("patch") ? .patch : isCalled("trace") ? .trace : .other
        case 6: self = isCalled("delete") ? .delete : .other
        case 7: self = isCalled("options") ? .options : isCalled("connect") ? .connect : .other
        default: self = .other
        }
    }
}

extension RequestHead {
    /// Keeps what the server needs to know of one field. The length decides first: most fields cost one comparison.
    mutating func note(
        _ field: Field, in buffer: Span<UInt8>, framing: inout FramingFields
    ) throws(HTTPError) {
        let name = field.name
        func isCalled(_ text: StaticString) -> Bool {
            buffer.matches(text, at: name.start, count: name.length)
        }
        switch name.length {
        case 4 where isCalled("host"):
            guard host == nil, Self.isHost(field.value, in: buffer) else { throw .host }
            host = field.value
        case 6 where isCalled("expect"):
            guard buffer.matches("100-continue", at: field.value.start, count: field.value.length) else {
                throw .expectation
            }
            expectsContinue = true
        case 10:
            if isCalled("connection") {
                framing.noteConnection(field.value, in: buffer)
            } else if isCalled("user-agent"), userAgent == nil {
                userAgent = field.value
            }
        case 11 where traceparent == nil && isCalled("traceparent"): traceparent = field.value
        case 12 where isCalled("content-type"):
            guard contentTypeValue == nil else { throw .repeatedField }
            contentTypeValue = field.value
            contentType = ContentType(field.value, in: buffer)
        case 13 where authorization == nil && isCalled("authorization"): authorization = field.value
        case 14 where isCalled("content-length"): try framing.noteLength(field.value, in: buffer)
        case 15:
            if isCalled("idempotency-key"), idempotencyKey == nil {
                idempotencyKey = field.value
            } else if isCalled("x-forwarded-for") {
                // The last line is the one that the nearest proxy wrote.
                forwardedFor = field.value
            }
        case 16 where isCalled("content-encoding"):
            // Two lines are a list of two codings (RFC 9110 section 8.4), which is more than this server undoes.
            contentEncoding = framing.hasContentEncoding ? .other : ContentEncoding(field.value, in: buffer)
            framing.hasContentEncoding = true
        case 17 where isCalled("transfer-encoding"): try framing.noteTransferCoding(field.value, in: buffer)
        default: break
        }
        if name.length > 3, buffer.matches("ce-", at: name.start, count: 3) { hasCloudEventFields = true }
    }

    /// Whether the value is `uri-host [ ":" port ]`; an empty one is allowed (RFC 9110 section 7.2).
    static func isHost(_ value: ByteRange, in buffer: Span<UInt8>) -> Bool {
        var i = value.start
        if i < value.end, buffer[i] == 0x5B {
            i += 1
            while i < value.end, buffer[i] == 0x3A || Characters.regName.contains(buffer[i]) { i += 1 }
            guard i < value.end, buffer[i] == 0x5D, i > value.start + 1 else { return false }
            i += 1
        } else {
            i = buffer.first(notIn: Characters.regName, in: value.range)
        }
        guard i < value.end else { return true }
        guard buffer[i] == 0x3A else { return false }
        i += 1
        while i < value.end, Characters.isDigit(buffer[i]) { i += 1 }
        return i == value.end
    }
}

extension RequestHead.ContentType {
    /// Looks at the media type only; parameters such as `charset` change nothing here.
    init(_ value: ByteRange, in buffer: Span<UInt8>) {
        var end = value.start
        while end < value.end, buffer[end] != 0x3B { end += 1 }
        while end > value.start, Characters.isSpace(buffer[end - 1]) { end -= 1 }
        let length = end - value.start
        func isCalled(_ text: StaticString) -> Bool { buffer.matches(text, at: value.start, count: length) }
        if length == 0 {
            self = .none
        } else if isCalled("application/json") {
            self = .json
        } else if isCalled("application/cloudevents+json") {
            self = .cloudEvent
        } else if isCalled("application/cloudevents-batch+json") {
            self = .cloudEventBatch
        } else if isCalled("application/x-www-form-urlencoded") {
            self = .form
        } else if isCalled("application/x-ndjson") || isCalled("application/jsonl") || isCalled("application/ndjson")
            || isCalled("application/x-jsonlines") || isCalled("application/jsonlines")
        {
            self = .ndjson
        } else if isCalled("text/json") || length > 5 && buffer.matches("+json", at: end - 5, count: 5) {
            self = .json
        } else {
            self = .other
        }
    }
}

extension RequestHead.ContentEncoding {
    init(_ value: ByteRange, in buffer: Span<UInt8>) {
        func isCalled(_ text: StaticString) -> Bool { buffer.matches(text, at: value.start, count: value.length) }
        switch value.length {
        case 0: self = .identity
        case 3: self = isCalled("lz4") ? .lz4 : .other
        case 4: self = isCalled("gzip") ? .gzip : .other
        case 6: self = isCalled("x-gzip") ? .gzip : .other
        case 8: self = isCalled("identity") ? .identity : .other
        default: self = .other
        }
    }
}

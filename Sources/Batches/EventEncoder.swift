package import Bytes

/// A string on its way into a stored event.
package enum EventText: Sendable {
    /// The inside of a JSON string, as its sender escaped it.
    case escaped
    /// Plain UTF-8.
    case plain
}

/// What is the same for every event of one source, as bytes.
package struct EventSource: Sendable {
    package let tenant: String
    package let source: String
    /// `","source":"/acme/stripe","type":"`
    let sourcePart: [UInt8]
    /// `,"tenant":"acme","receivedtime":"`
    let tenantPart: [UInt8]

    /// - Parameters:
    ///   - tenant: As configured or decoded from the path; UTF-8.
    ///   - source: Likewise.
    ///   - path: The CloudEvents `source`: `/tenant/source`, percent-encoded as a URI reference.
    package init(tenant: String, source: String, path: String) {
        self.tenant = tenant
        self.source = source
        var buffer = ByteBuffer()
        buffer.append("\",\"source\":\"" as StaticString)
        JSONText.appendEscaped(path.utf8Span.span, to: &buffer)
        buffer.append("\",\"type\":\"" as StaticString)
        sourcePart = buffer.array
        buffer.removeAll()
        buffer.append(",\"tenant\":\"" as StaticString)
        JSONText.appendEscaped(tenant.utf8Span.span, to: &buffer)
        buffer.append("\",\"receivedtime\":\"" as StaticString)
        tenantPart = buffer.array
    }
}

/// Writes events as lines of a batch: CloudEvents 1.0 JSON, no white space, the payload last, one line feed.
///
/// The pieces are appended in this order: ``begin(to:)``, the id, ``source(_:to:)``, the type, ``endType(to:)``,
/// optionally ``time(microseconds:to:)``, ``received(_:_:to:)``, optionally attributes, ``data(_:replacingLineBreaks:to:)``.
///
/// Source: CloudEvents 1.0.2, JSON event format.
package enum EventEncoder {
    package static func begin(to output: inout ByteBuffer) {
        output.append("{\"specversion\":\"1.0\",\"id\":\"" as StaticString)
    }

    /// Appends the inside of a string.
    package static func text(_ bytes: Span<UInt8>, _ form: EventText, to output: inout ByteBuffer) {
        switch form {
        case .escaped: output.append(bytes)
        case .plain: JSONText.appendEscaped(bytes, to: &output)
        }
    }

    /// Ends the id, appends `source`, and begins the type.
    package static func source(_ source: EventSource, to output: inout ByteBuffer) {
        output.append(source.sourcePart.span)
    }

    package static func endType(to output: inout ByteBuffer) { output.append(UInt8(ascii: "\"")) }

    package static func time(microseconds: Int64, to output: inout ByteBuffer) {
        output.append(",\"time\":\"" as StaticString)
        Timestamp.append(microseconds: microseconds, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends `tenant` and `receivedtime`.
    ///
    /// - Parameter received: RFC 3339 text, formatted once for all events of one read.
    package static func received(_ source: EventSource, _ received: Span<UInt8>, to output: inout ByteBuffer) {
        output.append(source.tenantPart.span)
        output.append(received)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends `,"name":"value"`; the value is the inside of a JSON string.
    package static func attribute(_ name: StaticString, _ value: Span<UInt8>, to output: inout ByteBuffer) {
        output.append(",\"" as StaticString)
        output.append(name)
        output.append("\":\"" as StaticString)
        output.append(value)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends the payload and ends the line.
    ///
    /// - Parameters:
    ///   - json: One valid JSON value.
    ///   - replacingLineBreaks: It has CR or LF between tokens, which become spaces (inside strings JSON has none).
    package static func data(_ json: Span<UInt8>, replacingLineBreaks: Bool, to output: inout ByteBuffer) {
        output.append(",\"datacontenttype\":\"application/json\",\"data\":" as StaticString)
        if replacingLineBreaks {
            output.reserve(json.count)
            for i in json.indices {
                let byte = json[i]
                output.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
            }
        } else {
            output.append(json)
        }
        output.append("}\n" as StaticString)
    }
}

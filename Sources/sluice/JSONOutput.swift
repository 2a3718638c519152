import Bytes

/// The little JSON that commands print with `--json`.
enum JSONOutput {
    static func quoted(_ text: String) -> String {
        var buffer = ByteBuffer()
        buffer.append(UInt8(ascii: "\""))
        JSONText.appendEscaped(text.utf8Span.span, to: &buffer)
        buffer.append(UInt8(ascii: "\""))
        return String(decoding: buffer.array, as: UTF8.self)
    }
}

/// Reads single fields of a batch's summary.
enum SummaryFields {
    static func number(_ name: String, in summary: [UInt8]) -> Int? {
        guard let value = value(name, in: summary), value.kind == .integer else { return nil }
        return Int(String(decoding: summary[value.range], as: UTF8.self))
    }

    static func text(_ name: String, in summary: [UInt8]) -> String? {
        guard let value = value(name, in: summary), value.kind == .string else { return nil }
        return String(decoding: summary[value.range], as: UTF8.self)
    }

    private static func value(_ name: String, in summary: [UInt8]) -> JSONValue? {
        guard let paths = try? JSONPaths(["/\(name)"]) else { return nil }
        var scanner = JSONScanner()
        var found = JSONFound()
        guard (try? scanner.scan(summary.span, from: 0, paths: paths, found: &found)) != nil else { return nil }
        return found[0]
    }
}

import Bytes

/// Where the columns of one event lie in its line.
struct StoredFields {
    /// The inside of a JSON string.
    struct Text {
        let range: Range<Int>
        let hasEscapes: Bool
    }

    let id: Text
    let source: Text
    let type: Text
    let tenant: Text
    let time: Text?
    let receivedTime: Text
    /// The payload's JSON, or the base64 text with its quotes; nil for an event without payload.
    let data: Range<Int>?

    init(_ line: EnvelopeScan) {
        id = Text(range: line.id, hasEscapes: false)
        source = Text(range: line.source, hasEscapes: false)
        type = Text(range: line.type, hasEscapes: false)
        tenant = Text(range: line.tenant, hasEscapes: false)
        time = line.time.isEmpty ? nil : Text(range: line.time, hasEscapes: false)
        receivedTime = Text(range: line.receivedTime, hasEscapes: false)
        data = line.data.isEmpty ? nil : line.data
    }
}

/// Reads lines that are CloudEvents but not laid out as usual: escapes in an id or type, other spacing or order.
struct GeneralEventReader: ~Copyable {
    private var scanner = JSONScanner()
    private var found = JSONFound()
    private let paths: JSONPaths

    init() {
        do throws(JSONPathError) {
            paths = try JSONPaths([
                "/id", "/source", "/type", "/tenant", "/receivedtime", "/time", "/data", "/data_base64",
            ])
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// - Returns: Nil when the line is no JSON object with everything that a stored event has.
    mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> StoredFields? {
        do throws(JSONError) {
            try scanner.scanDocument(bytes.extracting(range), paths: paths, found: &found)
        } catch {
            return nil
        }
        guard found.kind == .object, let id = text(0, range), let source = text(1, range), let type = text(2, range),
            let tenant = text(3, range), let received = text(4, range)
        else { return nil }
        return StoredFields(
            id: id, source: source, type: type, tenant: tenant, time: text(5, range), receivedTime: received,
            data: value(6, range) ?? value(7, range))
    }

    private func text(_ path: Int, _ line: Range<Int>) -> StoredFields.Text? {
        guard let value = found[path], value.kind == .string else { return nil }
        let start = line.lowerBound + value.offset
        return StoredFields.Text(range: start..<start + value.count, hasEscapes: value.hasEscapes)
    }

    /// A value as it stands, a string with its quotes.
    private func value(_ path: Int, _ line: Range<Int>) -> Range<Int>? {
        guard let value = found[path] else { return nil }
        let start = line.lowerBound + value.offset
        return value.kind == .string ? start - 1..<start + value.count + 1 : start..<start + value.count
    }
}

extension StoredFields {
    fileprivate init(
        id: Text, source: Text, type: Text, tenant: Text, time: Text?, receivedTime: Text, data: Range<Int>?
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.tenant = tenant
        self.time = time
        self.receivedTime = receivedTime
        self.data = data
    }
}

import Bytes

/// What events of one kind have in common: tenant, source and type, unescaped.
struct EventKind: Sendable {
    let tenant: [UInt8]
    let source: [UInt8]
    let type: [UInt8]

    func value(_ column: StandardColumn) -> [UInt8] {
        switch column {
        case .tenant: tenant
        case .source: source
        default: type
        }
    }
}

/// Numbers the kinds of events that one worker meets, so that rows carry four bytes for three strings.
struct EventKinds: ~Copyable {
    private var dictionary: ByteDictionary
    private(set) var all: [EventKind] = []
    private var textBytes = 0
    private var key = ByteBuffer(capacity: 256)

    init(seed: UInt64) { dictionary = ByteDictionary(seed: seed) }

    var memoryBytes: Int { dictionary.memoryBytes + textBytes + all.capacity * MemoryLayout<EventKind>.stride }

    /// The number of an event's kind, which is new when it equals the count of kinds before.
    mutating func number(of event: StoredFields, in line: Span<UInt8>) -> Int {
        key.removeAll()
        key.append(littleEndian: UInt32(truncatingIfNeeded: event.source.range.count))
        key.append(littleEndian: UInt32(truncatingIfNeeded: event.type.range.count))
        key.append(line.extracting(event.source.range))
        key.append(line.extracting(event.type.range))
        key.append(line.extracting(event.tenant.range))
        let number = Self.insert(key, &dictionary)
        if number == all.count {
            let kind = EventKind(
                tenant: Self.plain(event.tenant, line), source: Self.plain(event.source, line),
                type: Self.plain(event.type, line))
            all.append(kind)
            textBytes += kind.tenant.count + kind.source.count + kind.type.count + 96
        }
        return number
    }

    private static func insert(_ key: borrowing ByteBuffer, _ dictionary: inout ByteDictionary) -> Int {
        dictionary.insert(key.span)
    }

    mutating func removeAll() {
        dictionary.removeAll()
        all = []
        textBytes = 0
    }

    private static func plain(_ text: StoredFields.Text, _ line: Span<UInt8>) -> [UInt8] {
        var buffer = ByteBuffer(capacity: text.range.count)
        let inside = line.extracting(text.range)
        if text.hasEscapes { JSONText.unescape(inside, into: &buffer) } else { buffer.append(inside) }
        return buffer.array
    }
}

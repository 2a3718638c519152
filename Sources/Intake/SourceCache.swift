import Bytes
import HTTP

/// A loop's own way from the bytes of a path to a source: one hash, one comparison, no `String`.
///
/// It holds what the loop has seen, up to a bound; what does not fit is looked up in the registry each time.
struct SourceCache: ~Copyable {
    enum Found {
        case source(SourceEntry)
        case unknownSource
        case unknownPath
        case badName
    }

    private struct Slot {
        let path: [UInt8]
        let entry: SourceEntry
    }

    private static let slotCount = 8192
    private let registry: SourceRegistry
    private var slots: [Slot?] = Array(repeating: nil, count: Self.slotCount)
    private var decoded = ByteBuffer()

    init(_ registry: SourceRegistry) { self.registry = registry }

    mutating func find(_ path: ByteRange, in bytes: Span<UInt8>) -> Found {
        let name = bytes.extracting(path.range)
        let slot = Int(truncatingIfNeeded: ByteHash.hash(name)) & (Self.slotCount - 1)
        if let known = slots[slot], ByteHash.equal(known.path.span, name) { return .source(known.entry) }
        switch Route(path: path, in: bytes, decoded: &decoded) {
        case .unknownPath: return .unknownPath
        case .badName: return .badName
        case .event(let names):
            // A token is checked once sources have one; until then a path with one names nothing.
            let tenant = text(names.tenant, names.isDecoded, bytes)
            let source = text(names.source, names.isDecoded, bytes)
            guard let entry = registry.find(tenant: tenant, source: source) else { return .unknownSource }
            slots[slot] = Slot(path: name.copied, entry: entry)
            return .source(entry)
        }
    }

    private func text(_ range: ByteRange, _ isDecoded: Bool, _ bytes: Span<UInt8>) -> String {
        let copied =
            isDecoded
            ? decoded.span.extracting(range.range).copied : bytes.extracting(range.range).copied
        return String(decoding: copied, as: UTF8.self)
    }
}

import Batches
import Synchronization

/// A source that events may come from, known by its place in the registry.
///
/// A class, so that handing it on costs one count, not one for each string in it.
final class SourceEntry: Sendable {
    /// Counts from 0 in the order of registration.
    let index: Int
    let event: EventSource
    let series: SourceSeries

    init(index: Int, event: EventSource, series: SourceSeries) {
        self.index = index
        self.event = event
        self.series = series
    }
}

/// Every source seen or configured, over all loops; bounded.
///
/// Loops keep copies of the entries they use (``SourceCache``), so that the lock is taken once a source, not once a
/// request.
final class SourceRegistry: Sendable {
    private struct Key: Hashable {
        let tenant: String
        let source: String
    }
    private struct State {
        var indexes: [Key: Int] = [:]
        var entries: [SourceEntry] = []
    }
    private let state = Mutex(State())
    private let isOpen: Bool
    private let limit: Int
    private let metrics: IntakeMetrics

    /// - Parameters:
    ///   - isOpen: Unknown sources are registered when they are first seen.
    ///   - limit: Sources registered at most, the configured ones included.
    init(configured: [SourceOptions], isOpen: Bool, metrics: IntakeMetrics, limit: Int = 100_000) {
        self.metrics = metrics
        self.isOpen = isOpen
        self.limit = max(limit, configured.count)
        for source in configured { _ = register(tenant: source.tenant, source: source.name) }
    }

    /// The source of that name; nil when it is unknown, or the registry is full.
    func find(tenant: String, source: String) -> SourceEntry? {
        if let found = state.withLock({ state in
            state.indexes[Key(tenant: tenant, source: source)].map { state.entries[$0] }
        }) {
            return found
        }
        return isOpen ? register(tenant: tenant, source: source) : nil
    }

    func entry(_ index: Int) -> SourceEntry { state.withLock { $0.entries[index] } }

    private func register(tenant: String, source: String) -> SourceEntry? {
        state.withLock { state in
            let key = Key(tenant: tenant, source: source)
            if let index = state.indexes[key] { return state.entries[index] }
            guard state.entries.count < limit else { return nil }
            let path = "/\(Self.encoded(tenant))/\(Self.encoded(source))"
            let entry = SourceEntry(
                index: state.entries.count, event: EventSource(tenant: tenant, source: source, path: path),
                series: metrics.series(tenant: tenant, source: source))
            state.indexes[key] = entry.index
            state.entries.append(entry)
            return entry
        }
    }

    /// Percent-encodes everything but unreserved characters.
    ///
    /// Source: RFC 3986 section 2.3.
    private static func encoded(_ name: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

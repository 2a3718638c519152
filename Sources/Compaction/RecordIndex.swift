import Storage
import Synchronization

/// What the records say is compacted. Each record is read once, and none is ever changed.
final class RecordIndex: Sendable {
    private struct State {
        var seen: Set<String> = []
        /// The record that holds a batch.
        var records: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// Reads records that are new since the last time.
    func refresh(_ store: any ObjectStore) throws(CompactionError) {
        let listed: [ObjectInfo]
        do throws(StoreError) {
            listed = try store.list(CompactionRecord.folder + "/", after: nil)
        } catch {
            throw .store(error)
        }
        for object in listed where object.name.hasSuffix(".json") {
            if state.withLock({ $0.seen.contains(object.name) }) { continue }
            add(try CompactionRecord.read(object.name, in: store))
        }
    }

    func add(_ record: CompactionRecord) {
        state.withLock { state in
            state.seen.insert(record.name)
            for batch in record.batches { state.records[batch.name] = record.name }
        }
    }

    var compacted: Set<String> { state.withLock { Set($0.records.keys) } }

    /// The record that holds a batch; nil when none does.
    func record(of batch: String) -> String? { state.withLock { $0.records[batch] } }
}

package import Kernel
package import Storage

/// Why a compaction ended without its record.
package enum CompactionError: Error, Equatable, CustomStringConvertible {
    case store(StoreError)
    /// The store's objects are not on this machine's disk, where they could be mapped.
    case notLocal(name: String)
    case thread(Errno)
    /// Somebody else's record names a batch of this run. Nothing of this run counts.
    case conflict(batch: String, record: String)
    /// Batches were found damaged after rows of them had been gathered: the run starts again without them.
    case damaged([DamagedBatch])
    case malformedRecord(name: String)
    /// It was asked to stop before the record was written.
    case stopped
    /// A test made it end here, as a crash would.
    case interrupted(CompactionStep)

    package var isRetryable: Bool {
        switch self {
        case .store(let error): error.isRetryable
        case .conflict, .damaged, .stopped: true
        case .notLocal, .thread, .malformedRecord, .interrupted: false
        }
    }

    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .notLocal(let name): "\(name) is not on this machine's disk"
        case .thread(let errno): "a thread can't be started: \(errno)"
        case .conflict(let batch, let record): "\(batch) was compacted meanwhile, as \(record) says"
        case .damaged(let batches): batches.map(\.description).joined(separator: "; ")
        case .malformedRecord(let name): "\(name) is no compaction record"
        case .stopped: "stopped before the end"
        case .interrupted(let step): "interrupted when \(step.rawValue)"
        }
    }
}

/// A batch that can't be read to its end, and stays as it is until somebody mends it.
package struct DamagedBatch: Equatable, Sendable, CustomStringConvertible {
    package let name: String
    package let reason: String

    package var description: String {
        "\(reason); \(name) is left out, `sluice fsck --salvage` recovers what it holds"
    }
}

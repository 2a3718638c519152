import Kernel

/// How compaction works; what it makes is said by ``TableOptions``.
package struct CompactionOptions: Sendable {
    /// Bytes of memory it may use, at least 64 MiB. Default: 1 GiB.
    package var memory = 1 << 30
    /// Working threads; 0 is one for each core. Default: 0.
    package var threads = 0
    /// Default: all batches.
    package var shard = Shard.whole
    /// How long to wait between runs. Default: 60 s.
    package var intervalNanoseconds: Int64 = 60_000_000_000
    /// Stored bytes of the batches that one run takes, at most, unless one alone has more. Default: 4 GiB.
    package var maximumRunBytes = 4 << 30
    /// Batches that one run takes, at most. Default: 4,096.
    package var maximumRunBatches = 4096
    /// Data files held open at once. Default: 64.
    package var maximumOpenFiles = 64
    /// Who did it, for records. Default: the host's name.
    package var worker = ProcessFacts.hostName

    package init() {}

    var threadCount: Int { threads > 0 ? threads : ProcessFacts.coreCount }
    static let createdBy = "sluice version 0.1.0"
}

/// Named points between which a run may die. Tests stop it there.
package enum CompactionStep: String, Sendable, CaseIterable {
    case planned, gathered, flushed, finished, beforeRecord, recorded, published, cleaned
}

/// What a compactor tells whoever started it.
package enum CompactionEvent: Sendable {
    case waitingForLock(name: String)
    case started(batches: Int, bytes: Int, left: Int)
    /// Stored bytes read so far, of all.
    case progress(readBytes: Int, ofBytes: Int)
    case leftOut(DamagedBatch)
    /// Files of an earlier run that had crashed after its record were published.
    case recovered(run: String, files: Int)
    /// Staged files of a run that died before its record were removed.
    case discarded(run: String)
    case finished(CompactionReport)
    case failed(CompactionError)
}

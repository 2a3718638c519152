import Bytes
import Kernel
import Parquet
import Storage
import Synchronization

/// One run: from a plan's batches to finished, staged data files.
///
/// Bulk-synchronous. Workers gather rows, each on its own, until the batches are read or memory is full; then all stop,
/// and together they sort and write the largest partitions. Whoever coordinates starts the threads of a phase and
/// joins them, so nothing is shared but the queues, the directory and, frozen, the arenas.
final class CompactionRun: Sendable {
    /// What one run shares between its threads.
    struct State: ~Copyable {
        var next = 0
        var read: [CompactionRecord.Batch] = []
        var damaged: [DamagedBatch] = []
        var failure: CompactionError?
        var readBytes = 0
        var record: RecordWriter
        var ids: UUIDv7Generator
        /// Partitions to flush; the last is next.
        var jobs: [Int] = []
        var quarantined: CompactionRecord.Quarantined?
        var report = CompactionReport()
    }

    final class Worker: Sendable {
        let state: Mutex<GatherState>
        init(_ tables: [TableOptions]) { state = Mutex(GatherState(tables)) }
    }

    let id: String
    let store: any ObjectStore
    let tables: [TableOptions]
    let directory = SharedDirectory()
    let openFiles: OpenFiles
    private let options: CompactionOptions
    private let plan: CompactionPlan
    private let started: WallTime
    private let largestBatch: Int
    let workers: [Worker]
    let arenas: [RecordArena]
    let state: Mutex<State>
    let quarantineFile: QuarantineFile
    private let onProgress: @Sendable (Int, Int) -> Void
    let isStopped: @Sendable () -> Bool
    /// Memory counted for each worker, summed.
    let counted = Atomic<Int>(0)
    let pausing = Atomic<Bool>(false)
    private let tainted = Atomic<Bool>(false)

    init(
        id: String, started: WallTime, store: any ObjectStore, tables: [TableOptions], options: CompactionOptions,
        plan: CompactionPlan,
        isStopped: @escaping @Sendable () -> Bool, onProgress: @escaping @Sendable (Int, Int) -> Void
    ) {
        self.id = id
        self.store = store
        self.tables = tables
        self.options = options
        self.plan = plan
        largestBatch = plan.batches.reduce(0) { max($0, $1.byteCount) }
        self.isStopped = isStopped
        self.onProgress = onProgress
        let workers = (0..<max(1, min(options.threadCount, plan.batches.count))).map { _ in Worker(tables) }
        self.workers = workers
        arenas = workers.map { $0.state.withLock { $0.arena } }
        openFiles = OpenFiles(limit: min(options.maximumOpenFiles, options.memory / 8 / DataFileWriter.parkedBytes))
        quarantineFile = QuarantineFile(run: id, worker: options.worker, store: store)
        state = Mutex(
            State(
                record: RecordWriter(id: id, worker: options.worker, started: started),
                ids: UUIDv7Generator(seed: Entropy.random())))
        self.started = started
    }

    // MARK: For workers

    /// The next batch that nobody has taken; nil when there is none, or the run has failed.
    func nextBatch() -> ObjectInfo? {
        state.withLock { state in
            guard state.failure == nil, state.next < plan.batches.count else { return nil }
            state.next += 1
            return plan.batches[state.next - 1]
        }
    }

    func finished(_ batch: CompactionRecord.Batch) { state.withLock { $0.read.append(batch) } }

    /// - Parameter afterRows: Rows of it are among the others already, so this run is good for nothing.
    func foundDamage(_ name: String, _ reason: String, afterRows: Bool) {
        state.withLock { $0.damaged.append(DamagedBatch(name: name, reason: reason)) }
        if afterRows { tainted.store(true, ordering: .relaxed) }
    }

    /// Rows of a damaged batch have been gathered.
    var isTainted: Bool { tainted.load(ordering: .relaxed) }

    func fail(_ error: CompactionError) { state.withLock { $0.failure = $0.failure ?? error } }

    private var hasFailed: Bool { state.withLock { $0.failure != nil } }

    func quarantine(_ line: Span<UInt8>, _ batch: String) {
        do throws(StoreError) { try quarantineFile.add(line, batch) } catch { fail(.store(error)) }
    }

    func newID() -> String {
        state.withLock { $0.ids.text(milliseconds: UInt64(WallTime.now.nanoseconds / 1_000_000)) }
    }

    func addFile(_ name: String, _ info: PartitionInfo, _ summary: ParquetFileSummary) {
        state.withLock {
            $0.record.add(path: name, table: tables[info.table], partition: info.values, summary: summary)
        }
    }

    // MARK: Memory

    /// What rows and partitions may take; the rest is for mapped batches, decoding, sorting and encoding.
    ///
    /// Of what is free, a good half is used: memory that was touched before costs less to use again than fresh pages
    /// cost the kernel to clear (400 MiB of them take longer than sorting 1 GB of events).
    var memoryLimit: Int {
        let reserve = (24 << 20) + workers.count * (12 << 20 + largestBatch)
        return max((options.memory - reserve) / 8 * 5, options.memory / 4)
    }

    var sharedBytes: Int { directory.memoryBytes + openFiles.count * DataFileWriter.parkedBytes }

    /// What is left of the limit beside the record, which only grows, and for a moment doubles when it does.
    var rowLimit: Int { max(memoryLimit - 2 * state.withLock { $0.record.memoryBytes }, memoryLimit / 4) }

    /// Counts what a worker has read and how its memory has grown.
    ///
    /// - Returns: True when all workers shall stop where they are.
    func mustPause(afterReading bytes: Int, grown: Int) -> Bool {
        let rows = counted.add(grown, ordering: .relaxed).newValue + sharedBytes
        let read = state.withLock { state in
            state.readBytes += bytes
            state.report.peakCountedBytes = max(
                state.report.peakCountedBytes, rows + state.record.memoryBytes)
            return state.readBytes
        }
        onProgress(read, plan.bytes)
        if isStopped() { fail(.stopped) }
        if rows > rowLimit && !isTainted || hasFailed { pausing.store(true, ordering: .relaxed) }
        return pausing.load(ordering: .relaxed)
    }

    // MARK: Results

    /// The record of what was done, as JSON, and a report without times of the whole.
    func result(into json: inout ByteBuffer) -> (CompactionRecord, CompactionReport) {
        let counts = workers.map { $0.state.withLock { $0.counts } }
        return state.withLock { state in
            var record = CompactionRecord(
                id: id, worker: options.worker, started: started, finished: WallTime.now)
            record.batches = state.read.sorted { ObjectName.precedes($0.name, $1.name) }
            record.quarantined = state.quarantined.map { [$0] } ?? []
            record.rowsIn = counts.reduce(0) { $0 + $1.events }
            record.rowsOut = state.record.rowsOut
            record.rowsQuarantined = state.quarantined?.rows ?? 0
            record.rowsUnmatched = counts.reduce(0) { $0 + $1.unmatched }
            state.record.finish(record, into: &json)
            var report = state.report
            report.run = id
            report.batches = record.batches.count
            report.events = record.rowsIn
            report.rowsOut = record.rowsOut
            report.rowsQuarantined = record.rowsQuarantined
            report.rowsUnmatched = record.rowsUnmatched
            report.bytesOut = state.record.bytesOut
            report.files = state.record.fileCount
            report.left = plan.left
            report.damaged = state.damaged
            for count in counts {
                report.bytesIn += count.bytesIn
                report.rawBytes += count.rawBytes
                report.decode += count.decode
                report.gather += count.gather
            }
            return (record, report)
        }
    }

    /// Names of everything that is staged.
    var stagedNames: [String] {
        state.withLock { state in state.record.fileNames + (state.quarantined.map { [$0.path] } ?? []) }
    }
}

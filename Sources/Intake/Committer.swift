import Batches
import Bytes
import Kernel
import Synchronization
import Telemetry

/// The thread that makes groups durable: it compresses them into the node's open batch, writes, and syncs once for the
/// groups of every loop.
///
/// A failed write or sync fails the groups in it and gives the batch up: the file is cut behind its last good commit
/// and recovered as after a crash, and the next groups go into a new one. So a full disk needs no restart.
final class Committer: Sendable {
    struct Context: Sendable {
        let node: String
        let epoch: String
        let acknowledgement: Acknowledgement
        let gate: IntakeGate
        let limits: BatchLimits
        let spoolLimitBytes: Int
    }

    private let context: Context
    private let ports: [CommitPort]
    private let wake: WakeUp
    private let spool: Spool
    private let sealer: Sealer
    private let sources: SourceRegistry
    private let metrics: IntakeMetrics
    private let log: Log
    private let isStopping = Atomic<Bool>(false)

    /// After a failure, groups fail at once for so long, so that a sick disk is not hammered.
    private static let failurePause: Int64 = 100_000_000
    /// How often a failing disk is tried without being asked to.
    private static let probeMilliseconds: Int32 = 500

    init(
        context: Context, ports: [CommitPort], wake: WakeUp, spool: Spool, sealer: Sealer, sources: SourceRegistry,
        metrics: IntakeMetrics, log: Log
    ) {
        self.context = context
        self.ports = ports
        self.wake = wake
        self.spool = spool
        self.sealer = sealer
        self.sources = sources
        self.metrics = metrics
        self.log = log
    }

    /// Seals the open batch and lets ``run()`` return. No loop may submit any more.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wake.signal()
    }

    /// The batch at hand.
    private final class OpenBatch {
        var writer: BatchWriter
        /// By source index.
        var shares: [Int: (events: Int, bytes: Int)] = [:]
        /// Bytes that the spool's total already has.
        var countedBytes = 0

        init(_ writer: consuming BatchWriter) { self.writer = writer }
    }

    /// What the thread remembers from commit to commit.
    private struct Run {
        var batch: OpenBatch?
        var sequence: UInt64 = 0
        var failedAt: MonotonicTime?
    }

    /// The thread's body.
    func run() {
        var run = Run()
        while true {
            let stopping = isStopping.load(ordering: .acquiring)
            commit(&run, closing: stopping ? .shutdown : nil)
            if stopping { break }
            if let due = timeout(run) {
                wake.wait(timeoutMilliseconds: due)
            } else {
                wake.wait(timeoutMilliseconds: -1)
            }
        }
        _ = run.batch?.writer.abandon()
    }

    /// Milliseconds until the open batch is too old; nil when there is none.
    private func timeout(_ run: Run) -> Int32? {
        if run.failedAt != nil { return Self.probeMilliseconds }
        guard let opened = run.batch?.writer.openedAt else { return nil }
        let rest = context.limits.maxAge - (MonotonicTime.now - opened)
        return Int32(clamping: max(0, rest / 1_000_000 + 1))
    }

    /// One commit: everything submitted, in one write and one sync, and the seal when it is due.
    private func commit(_ run: inout Run, closing: BatchClosing?) {
        let start = MonotonicTime.now
        var events = 0
        var parked = false
        // Past the spool's limit nothing more is taken, and what is there is sealed, so that it can leave.
        let isFull = spool.bytes.load(ordering: .relaxed) >= context.spoolLimitBytes
        for port in ports {
            guard let group = port.takeSubmitted() else { continue }
            if isFull {
                port.park(group)
                port.complete(.failed)
                continue
            }
            parked = true
            events += group.events
            if let batch = prepare(&run, start) { stage(batch, group) }
            port.park(group)
        }
        if !parked && run.failedAt != nil { probe(&run, start) }
        let due = closing ?? (isFull ? .bytes : closingDue(run, start))
        guard parked || (due != nil && run.batch?.writer.openedAt != nil) else { return }
        guard let batch = run.batch else {
            fail(&run, nil, start)
            return
        }
        let sealing = batch.writer.openedAt != nil ? due : nil
        if let sealing { stageEnd(batch, sealing) }
        do throws(BatchError) {
            try batch.writer.flush(synchronizing: context.acknowledgement == .durable || sealing != nil)
        } catch {
            fail(&run, error, start)
            return
        }
        account(batch)
        succeed(&run)
        // Answers first: the seal is nobody's who waits.
        for port in ports { port.complete(.stored) }
        if parked { metrics.committed(events: events, nanoseconds: MonotonicTime.now - start) }
        if sealing != nil {
            run.batch = nil
            deliver(batch)
        }
    }

    /// The batch to write into, opened if need be; nil when none can be had now.
    private func prepare(_ run: inout Run, _ now: MonotonicTime) -> OpenBatch? {
        if let batch = run.batch { return batch }
        if let failedAt = run.failedAt, now - failedAt < Self.failurePause { return nil }
        // A name is used once, also when the file could not be made.
        let identity = BatchIdentity(node: context.node, epoch: context.epoch, sequence: run.sequence)
        run.sequence += 1
        do throws(BatchError) {
            let writer = try BatchWriter.open(
                folder: spool.folder, identity: identity, options: context.limits.options, now: .now)
            let batch = OpenBatch(writer)
            run.batch = batch
            return batch
        } catch {
            run.failedAt = now
            context.gate.isStoreFailing.store(true, ordering: .relaxed)
            log.error("no batch can be opened", ["error": LogValue(error)])
            return nil
        }
    }

    private func succeed(_ run: inout Run) {
        if run.failedAt == nil { return }
        run.failedAt = nil
        context.gate.isStoreFailing.store(false, ordering: .relaxed)
        log.info("commits succeed again")
    }

    /// Sees whether a failing disk takes writes again, so that readiness does not wait for a request that no load
    /// balancer sends any more.
    private func probe(_ run: inout Run, _ now: MonotonicTime) {
        guard let batch = prepare(&run, now) else { return }
        do throws(BatchError) {
            try batch.writer.flush(synchronizing: true)
            account(batch)
            succeed(&run)
        } catch {
            fail(&run, error, now)
        }
    }

    private func stage(_ batch: OpenBatch, _ group: borrowing CommitGroup) {
        batch.writer.stage(
            group.lines.span, events: group.events, firstReceived: group.firstReceived,
            lastReceived: group.lastReceived)
        for share in group.shares {
            let sum = batch.shares[share.source, default: (0, 0)]
            batch.shares[share.source] = (sum.events + share.events, sum.bytes + share.bytes)
        }
    }

    private func closingDue(_ run: Run, _ now: MonotonicTime) -> BatchClosing? {
        guard let batch = run.batch, let opened = batch.writer.openedAt else { return nil }
        if batch.writer.storedBytes >= context.limits.maxBytes { return .bytes }
        if batch.writer.summary.events >= context.limits.maxEvents { return .events }
        if now - opened >= context.limits.maxAge { return .age }
        return nil
    }

    private func stageEnd(_ batch: OpenBatch, _ closing: BatchClosing) {
        var shares: [BatchSummary.Share] = []
        for (index, sum) in batch.shares {
            let source = sources.entry(index).event
            shares.append(
                BatchSummary.Share(
                    tenant: source.tenant, source: source.source, events: sum.events, bytes: sum.bytes))
        }
        shares.sort { ($0.tenant, $0.source) < ($1.tenant, $1.source) }
        batch.writer.stageEnd(closedBy: closing, shares: shares, now: .now)
    }

    /// Adds what the batch grew by to the spool's bytes.
    private func account(_ batch: OpenBatch) {
        let stored = batch.writer.storedBytes
        spool.bytes.add(stored - batch.countedBytes, ordering: .relaxed)
        batch.countedBytes = stored
    }

    private func deliver(_ batch: OpenBatch) {
        let age = batch.writer.openedAt.map { MonotonicTime.now - $0 } ?? 0
        metrics.batchSealed(
            closedBy: batch.writer.summary.closedBy, storedBytes: batch.writer.storedBytes,
            events: batch.writer.summary.events, ageNanoseconds: age)
        let key = batch.writer.identity.key(opened: batch.writer.opened)
        sealer.add(.deliver(path: batch.writer.path, key: key, byteCount: batch.countedBytes))
    }

    /// Fails everything parked, and gives the batch up.
    private func fail(_ run: inout Run, _ error: BatchError?, _ now: MonotonicTime) {
        if let error {
            run.failedAt = now
            context.gate.isStoreFailing.store(true, ordering: .relaxed)
            log.error("a commit failed; its requests are answered 503", ["error": LogValue(error)])
        }
        if let batch = run.batch {
            run.batch = nil
            if let path = batch.writer.abandon() {
                sealer.add(.recover(path: path, byteCount: batch.countedBytes))
            }
        }
        for port in ports { port.complete(.failed) }
    }
}

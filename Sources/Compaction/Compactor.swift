import Bytes
import Kernel
package import Storage
import Synchronization

/// Turns sealed batches into partitioned, sorted Parquet files, each batch once.
///
/// A run reads batches, stages data files, writes one record and publishes the files. The record decides: before it
/// nothing of the run counts, and after it everything does, whoever publishes. So a crash between any two steps loses
/// nothing and doubles nothing.
package final class Compactor: Sendable {
    private struct Damage {
        let batch: DamagedBatch
        /// As it was when the damage was found. Anything else is worth another try.
        let info: ObjectInfo
    }

    let store: any ObjectStore
    let tables: [TableOptions]
    let options: CompactionOptions
    let stop: StopFlag
    private let onEvent: @Sendable (CompactionEvent) -> Void
    /// False: the run ends at this step as if the process had died. For tests.
    private let goesOn: @Sendable (CompactionStep) -> Bool
    private let index = RecordIndex()
    private let damages = Mutex<[String: Damage]>([:])

    package init(
        store: any ObjectStore, tables: [TableOptions], options: CompactionOptions, stop: StopFlag,
        onEvent: @escaping @Sendable (CompactionEvent) -> Void = { _ in },
        goesOn: @escaping @Sendable (CompactionStep) -> Bool = { _ in true }
    ) {
        self.store = store
        self.tables = tables
        self.options = options
        self.stop = stop
        self.onEvent = onEvent
        self.goesOn = goesOn
    }

    /// Compacts until no batch is left, then waits, until it is told to stop. Failures are told and tried again.
    package func run() {
        while !stop.isSet {
            do throws(CompactionError) {
                _ = try runAll()
            } catch {
                if !stop.isSet { onEvent(.failed(error)) }
            }
            stop.wait(nanoseconds: options.intervalNanoseconds)
        }
    }

    /// Compacts everything that is there now, in as many runs as it takes.
    package func runAll() throws(CompactionError) -> [CompactionReport] {
        var reports: [CompactionReport] = []
        while !stop.isSet {
            let report = try runOnce()
            if report.run == nil { break }
            reports.append(report)
            if report.left == 0 { break }
        }
        return reports
    }

    /// Plans and does one run.
    ///
    /// - Returns: A report without a run when there was nothing to do.
    package func runOnce() throws(CompactionError) -> CompactionReport {
        let locks = try takeLocks()
        defer { withExtendedLifetime(locks) {} }
        try recover()
        var conflicts = 0
        while true {
            do throws(CompactionError) {
                return try attempt()
            } catch {
                switch error {
                // Each time at least one more batch is left out.
                case .damaged: continue
                case .conflict where conflicts < 3:
                    conflicts += 1
                    onEvent(.failed(error))
                default: throw error
                }
            }
        }
    }

    private func attempt() throws(CompactionError) -> CompactionReport {
        let started = WallTime.now
        let (wall, cpu) = (MonotonicTime.now, ProcessFacts.cpuNanoseconds)
        let plan = try makePlan()
        try step(.planned)
        guard !plan.batches.isEmpty else { return CompactionReport() }
        onEvent(.started(batches: plan.batches.count, bytes: plan.bytes, left: plan.left))
        var ids = UUIDv7Generator(seed: Entropy.random())
        let id = ids.text(milliseconds: UInt64(started.nanoseconds / 1_000_000))
        let runLock = try begin(id)
        defer { withExtendedLifetime(runLock) {} }
        let stop = stop
        let onEvent = onEvent
        let run = CompactionRun(
            id: id, started: started, store: store, tables: tables, options: options, plan: plan,
            isStopped: { stop.isSet },
            onProgress: { onEvent(.progress(readBytes: $0, ofBytes: $1)) })
        do throws(CompactionError) {
            try run.execute(step)
            var report = try commit(run)
            report.total.wall = MonotonicTime.now - wall
            report.total.cpu = ProcessFacts.cpuNanoseconds - cpu
            note(report.damaged, plan)
            onEvent(.finished(report))
            return report
        } catch {
            if case .damaged(let batches) = error { note(batches, plan) }
            giveUp(id, after: error)
            throw error
        }
    }

    func tell(_ event: CompactionEvent) { onEvent(event) }

    private func step(_ step: CompactionStep) throws(CompactionError) {
        if !goesOn(step) { throw .interrupted(step) }
    }

    private func makePlan() throws(CompactionError) -> CompactionPlan {
        try index.refresh(store)
        let objects: [ObjectInfo]
        do throws(StoreError) { objects = try store.list("batches/", after: nil) } catch { throw .store(error) }
        let damages = damages.withLock { damages in
            // A batch that was mended, or removed, is not what was found damaged.
            let current = Set(objects.filter { damages[$0.name]?.info == $0 }.map(\.name))
            damages = damages.filter { current.contains($0.key) }
            return damages
        }
        let leftOut = Set(damages.keys).filter(options.shard.holds)
        for name in leftOut.sorted() { if let damage = damages[name] { onEvent(.leftOut(damage.batch)) } }
        return CompactionPlan(
            objects: objects, compacted: index.compacted, leftOut: leftOut, shard: options.shard,
            maximumBytes: options.maximumRunBytes, maximumBatches: options.maximumRunBatches)
    }

    private func note(_ damaged: [DamagedBatch], _ plan: CompactionPlan) {
        for batch in damaged {
            guard let info = plan.batches.first(where: { $0.name == batch.name }) else { continue }
            damages.withLock { $0[batch.name] = Damage(batch: batch, info: info) }
            onEvent(.leftOut(batch))
        }
    }

    /// Writes the record and makes the files visible.
    private func commit(_ run: CompactionRun) throws(CompactionError) -> CompactionReport {
        var json = ByteBuffer()
        var (record, report) = run.result(into: &json)
        var clock = StageClock()
        // Every batch of the plan was damaged from its first byte: there is nothing to say.
        if record.batches.isEmpty {
            giveUp(record.id, after: .stopped)
            report.run = nil
            return report
        }
        try step(.beforeRecord)
        try withCommitLock { () throws(CompactionError) in
            try index.refresh(store)
            for batch in record.batches {
                guard let other = index.record(of: batch.name) else { continue }
                throw .conflict(batch: batch.name, record: other)
            }
            try create(record.name, json)
            index.add(record)
        }
        try step(.recorded)
        do throws(StoreError) {
            try store.publish(run.stagedNames, run: record.id)
        } catch {
            throw .store(error)
        }
        try step(.published)
        // What can't be removed now is removed by the next run.
        try? store.discardRun(record.id)
        try step(.cleaned)
        clock.lap(into: &report.commit)
        return report
    }

    /// Creates the record, which nobody else can: its name is this run's own.
    private func create(_ name: String, _ json: borrowing ByteBuffer) throws(CompactionError) {
        for attempt in 1... {
            do throws(StoreError) {
                try store.create(name, json.span)
                return
            } catch {
                if case .exists = error { return }
                if !error.isRetryable || attempt == 5 { throw .store(error) }
                stop.wait(nanoseconds: 20_000_000 << Int64(attempt))
            }
        }
    }

    /// Removes what a failed run has staged, unless its record may exist: then the next run finds out.
    private func giveUp(_ id: String, after error: CompactionError) {
        switch error {
        case .interrupted, .store(.unknownOutcome): return
        default: break
        }
        if (try? store.status(CompactionRecord.name(id))) == .some(nil) { try? store.discardRun(id) }
    }
}

import Kernel
import Storage

/// Who may do what at the same time.
///
/// - `compacted/.lock`: held for a run, alone when unsharded, shared by the shards.
/// - `compacted/.lock-I-of-N`: held for a run of that shard.
/// - `staging/{run}/.lock`: held by a run; a staging folder whose lock is free belongs to a run that died.
/// - `compacted/.commit`: held for moments, around the steps that must agree: registering a run against removing dead
///   ones, and checking the records against writing one.
extension Compactor {
    private static let pollNanoseconds: Int64 = 200_000_000

    func takeLocks() throws(CompactionError) -> [any StoreLock] {
        let shard = options.shard
        var locks = [try take("compacted/.lock", exclusive: shard.count == 1)]
        if shard.count > 1 {
            locks.append(try take("compacted/.lock-\(shard.index)-of-\(shard.count)", exclusive: true))
        }
        return locks
    }

    func withCommitLock<R>(_ body: () throws(CompactionError) -> R) throws(CompactionError) -> R {
        let lock = try take("compacted/.commit", exclusive: true)
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Registers a run: as long as the lock lives, nobody takes its staged objects for a dead run's.
    func begin(_ id: String) throws(CompactionError) -> any StoreLock {
        try withCommitLock { () throws(CompactionError) in try take(Self.runLock(id), exclusive: true) }
    }

    private static func runLock(_ id: String) -> String { "staging/\(id)/.lock" }

    private func take(_ name: String, exclusive: Bool) throws(CompactionError) -> any StoreLock {
        var waits = false
        while true {
            do throws(StoreError) {
                if let lock = try store.lock(name, exclusive: exclusive, wait: false) { return lock }
            } catch {
                throw .store(error)
            }
            if !waits { tell(.waitingForLock(name: name)) }
            waits = true
            if stop.isSet { throw .stopped }
            stop.wait(nanoseconds: Self.pollNanoseconds)
        }
    }

    /// Ends what dead runs began: with a record, their files are published; without, removed.
    package func recover() throws(CompactionError) {
        try withCommitLock { () throws(CompactionError) in
            let runs = try translating { () throws(StoreError) in try store.stagedRuns() }
            for run in runs { try recover(run) }
        }
    }

    private func recover(_ run: String) throws(CompactionError) {
        let lock = try translating { () throws(StoreError) in
            try store.lock(Self.runLock(run), exclusive: true, wait: false)
        }
        guard let lock else { return }
        defer { withExtendedLifetime(lock) {} }
        let name = CompactionRecord.name(run)
        if try translating({ () throws(StoreError) in try store.status(name) }) != nil {
            let record = try CompactionRecord.read(name, in: store)
            try translating { () throws(StoreError) in try record.publish(in: store) }
            tell(.recovered(run: run, files: record.publishedNames.count))
        } else {
            tell(.discarded(run: run))
        }
        try translating { () throws(StoreError) in try store.discardRun(run) }
    }

    private func translating<R>(_ call: () throws(StoreError) -> R) throws(CompactionError) -> R {
        do throws(StoreError) { return try call() } catch { throw .store(error) }
    }
}

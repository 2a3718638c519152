import Batches
import Kernel
import Synchronization
import Telemetry

/// The thread that brings sealed batches into the store, so that no commit waits for it.
///
/// Jobs run first in, first out. One that fails is tried again, with a growing pause, until it succeeds or the process
/// ends: the file stays in the spool, where the next start finds it.
final class Sealer: Sendable {
    enum Job: Sendable {
        /// A complete file.
        case deliver(path: String, key: String, byteCount: Int)
        /// A file whose batch was given up in mid-air (a failed write or sync).
        case recover(path: String, byteCount: Int)
    }

    private struct State {
        var jobs: [Job] = []
        var isStopping = false
    }
    private let state = Mutex(State())
    private let wake: WakeUp
    private let spool: Spool
    private let metrics: IntakeMetrics
    private let log: Log

    init(spool: Spool, metrics: IntakeMetrics, log: Log) throws(Errno) {
        self.log = log
        self.spool = spool
        self.metrics = metrics
        wake = try WakeUp()
    }

    func add(_ job: Job) {
        state.withLock { $0.jobs.append(job) }
        spool.waitingBatches.add(1, ordering: .relaxed)
        wake.signal()
    }

    /// Lets ``run()`` return once no job is left, or the first one fails.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake.signal()
    }

    /// The thread's body.
    func run() {
        var pauseMilliseconds: Int32 = 100
        while true {
            let (job, isStopping) = state.withLock { ($0.jobs.first, $0.isStopping) }
            guard let job else {
                if isStopping { return }
                wake.wait(timeoutMilliseconds: -1)
                continue
            }
            if perform(job) {
                _ = state.withLock { $0.jobs.removeFirst() }
                spool.waitingBatches.subtract(1, ordering: .relaxed)
                pauseMilliseconds = 100
            } else {
                if isStopping { return }
                wake.wait(timeoutMilliseconds: pauseMilliseconds)
                pauseMilliseconds = min(5000, pauseMilliseconds * 2)
            }
        }
    }

    private func perform(_ job: Job) -> Bool {
        do {
            switch job {
            case .deliver(let path, let key, let byteCount):
                try spool.deliver(path, key: key)
                spool.bytes.subtract(byteCount, ordering: .relaxed)
            case .recover(let path, let byteCount):
                try recover(path)
                spool.bytes.subtract(byteCount, ordering: .relaxed)
            }
            return true
        } catch {
            log.error("a sealed batch can't be brought into the store; trying again", ["error": LogValue(error)])
            return false
        }
    }

    /// Seals a leftover and delivers it. Called at start, before the first request is taken, and after failures.
    func recover(_ path: String) throws(RecoveryError) {
        let found: BatchRecovery.Recovered?
        do throws(BatchError) {
            found = try BatchRecovery.seal(path, keepDamagedIn: spool.damagedFolder, now: .now)
        } catch {
            throw .batch(error)
        }
        guard let found, let identity = BatchIdentity(path: path) else { return }
        do throws(SpoolError) {
            try spool.deliver(path, key: identity.key(opened: found.opened))
        } catch {
            throw .spool(error)
        }
        metrics.batchSealed(
            closedBy: .recovery, storedBytes: found.byteCount, events: found.events, ageNanoseconds: 0)
        log.warning(
            "an open batch was recovered",
            [
                "batch.name": .string(identity.name), "batch.events": .int(found.events),
                "batch.cut_bytes": .int(found.cutBytes),
            ])
    }
}

/// Why a leftover could not be brought into the store.
enum RecoveryError: Error, CustomStringConvertible {
    case batch(BatchError)
    case spool(SpoolError)

    var description: String {
        switch self {
        case .batch(let error): "\(error)"
        case .spool(let error): "\(error)"
        }
    }
}

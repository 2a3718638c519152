import Compaction
import Kernel
import Storage
import Telemetry

/// A compactor that runs beside the rest of the process, with its metrics.
final class CompactionService {
    private let flag: StopFlag
    private let thread = ThreadGroup()

    init(_ plan: Node.Plan, _ options: CompactionOptions, registry: Registry, log: Log) throws {
        let store = try DiskStore(root: plan.storeFolder)
        flag = try StopFlag()
        let metrics = CompactionMetrics(registry)
        let compactor = Compactor(store: store, tables: plan.tables, options: options, stop: flag) { event in
            metrics.count(event)
            CompactionLog.tell(event, log)
        }
        try thread.start(name: "compactor") { compactor.run() }
    }

    /// Ends the run at hand, whose batches a later one takes, and waits for it.
    func stop() {
        flag.set()
        thread.joinAll()
    }
}

/// What compaction counts.
final class CompactionMetrics: Sendable {
    private let seconds: Histogram
    private let registry: Registry

    init(_ registry: Registry) {
        self.registry = registry
        seconds = registry.histogram(Catalogue.compactSeconds)
    }

    func count(_ event: CompactionEvent) {
        switch event {
        case .started(let batches, _, let left):
            registry.gauge(Catalogue.backlogBatches).set(batches + left)
        case .finished(let report):
            seconds.observe(nanoseconds: report.total.wall)
            for (stage, bytes) in [("read", report.bytesIn), ("decoded", report.rawBytes), ("written", report.bytesOut)] {
                registry.counter(Catalogue.compactBytes, [stage]).add(UInt64(bytes))
            }
            registry.counter(Catalogue.compactEvents, ["written"]).add(UInt64(report.rowsOut))
            registry.counter(Catalogue.compactEvents, ["quarantined"]).add(UInt64(report.rowsQuarantined))
            registry.gauge(Catalogue.backlogBatches).set(report.left)
        default: break
        }
    }
}

/// What compaction says in the log: once a run, or when somebody should look.
enum CompactionLog {
    static func tell(_ event: CompactionEvent, _ log: Log) {
        switch event {
        case .finished(let report):
            log.info(
                "compacted",
                [
                    "compaction.run": .string(report.run ?? "-"), "compaction.batches": .int(report.batches),
                    "compaction.events": .int(report.events), "compaction.files": .int(report.files),
                    "compaction.bytes_in": .int(report.bytesIn), "compaction.bytes_out": .int(report.bytesOut),
                    "compaction.quarantined": .int(report.rowsQuarantined),
                    "compaction.seconds": .nanoseconds(report.total.wall),
                    "compaction.cpu_seconds": .nanoseconds(report.total.cpu),
                ])
        case .waitingForLock(let name):
            log.info("another compactor works on this store; waiting", ["lock": .string(name)])
        case .leftOut(let batch):
            log.error(
                "a damaged batch is left out; sluice fsck says more", ["batch": .string("\(batch)")])
        case .recovered(let run, let files):
            log.warning(
                "files of a crashed compaction were published",
                ["compaction.run": .string(run), "compaction.files": .int(files)])
        case .discarded(let run):
            log.warning("files of a crashed compaction were removed", ["compaction.run": .string(run)])
        case .failed(let error): log.error("a compaction failed; trying again", ["error": LogValue(error)])
        case .started, .progress: break
        }
    }
}

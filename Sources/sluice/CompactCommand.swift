import Compaction
import Configuration
import Kernel
import Storage
import Synchronization

extension Command {
    static let compact = Command(
        name: "compact", summary: "sealed batches to Parquet",
        usage: "[--once] [--shard I/N] [--config FILE] [--set KEY=VALUE]...",
        details: """
            Turns the store's sealed batches into partitioned, sorted Parquet, each batch once, in bounded memory.
            Any number may run side by side, each with its own shard. A run may be ended at any moment.
            """,
        options: [
            .config, .set, .json,
            Option(name: "--once", help: "compacts what is there now, then ends"),
            Option(name: "--shard", value: "I/N", help: "only batches of shard I of N, from 0"),
        ]
    ) { arguments in
        let configuration = try arguments.configuration()
        let settings = configuration.settings
        var options = settings.compactionOptions()
        if let text = arguments.value("--shard") {
            guard let shard = Shard(text) else {
                throw UsageError("--shard needs I/N with I from 0 to N - 1, such as 0/2, not \"\(text)\"")
            }
            options.shard = shard
        }
        let store = try DiskStore(root: try settings.storeFolder())
        let stop = try StopFlag()
        let screen = CompactionScreen()
        let compactor = Compactor(
            store: store, tables: try settings.tableOptions(), options: options, stop: stop,
            onEvent: { screen.show($0) })
        let interrupts = try InterruptWatch(stop)
        defer { interrupts.end() }
        if !arguments.has("--once") {
            compactor.run()
            return 0
        }
        let reports = try compactor.runAll()
        screen.end()
        var output = Output()
        output.line(arguments.has("--json") ? CompactionText.json(reports) : CompactionText.text(reports))
        return stop.isSet || screen.hasFaults ? 1 : 0
    }
}

/// Sets a stop flag at the first SIGTERM or SIGINT.
final class InterruptWatch: Sendable {
    private let signals: SignalSource
    private let ended = Atomic<Bool>(false)
    private let thread: Mutex<ThreadHolder>

    private struct ThreadHolder: ~Copyable { var thread: OSThread? }

    init(_ stop: StopFlag) throws(Errno) {
        signals = try SignalSource.open()
        thread = Mutex(ThreadHolder(thread: nil))
        let started = try OSThread.start(name: "signals") { [self] in
            while !ended.load(ordering: .acquiring) {
                if case .terminate = signals.next(timeoutMilliseconds: 100) { stop.set() }
            }
        }
        var box: OSThread? = consume started
        thread.withLock { $0.thread = box.take() }
    }

    func end() {
        ended.store(true, ordering: .releasing)
        let thread = thread.withLock { $0.thread.take() }
        thread?.join()
    }
}

/// What a compaction shows on standard error while it runs.
final class CompactionScreen: Sendable {
    private struct State {
        var progress = Progress()
        var hasFaults = false
    }
    private let state = Mutex(State())

    /// A batch was left out or a run failed.
    var hasFaults: Bool { state.withLock { $0.hasFaults } }

    func end() { state.withLock { $0.progress.end() } }

    func show(_ event: CompactionEvent) {
        state.withLock { state in
            if case .progress(let read, let all) = event {
                state.progress.show("compacting: \(read >> 20) of \(all >> 20) MiB read")
                return
            }
            state.progress.end()
            switch event {
            case .progress, .finished: break
            case .started(let batches, let bytes, let left):
                Console.say(
                    "compacting \(batches) batches, \(bytes >> 20) MiB\(left > 0 ? "; \(left) wait for the next run" : "")")
            case .waitingForLock(let name): Console.say("another compactor holds \(name); waiting")
            case .leftOut(let batch):
                state.hasFaults = true
                Console.fail("a damaged batch is left out: \(batch); sluice fsck says more")
            case .recovered(let run, let files): Console.say("published \(files) files of run \(run), which had crashed")
            case .discarded(let run): Console.say("removed what run \(run), which had crashed, had staged")
            case .failed(let error):
                state.hasFaults = true
                Console.fail("\(error)")
            }
        }
    }
}

/// The result of compactions in words and for machines.
enum CompactionText {
    static func text(_ reports: [CompactionReport]) -> String {
        if reports.isEmpty { return "nothing to compact" }
        return reports.map { report in
            let seconds = Double(report.total.wall / 1_000_000) / 1000
            let cpu = Double(report.total.cpu / 1_000_000) / 1000
            var text =
                "\(report.events) events of \(report.batches) batches, \(report.bytesIn) bytes, "
                + "are \(report.rowsOut) rows in \(report.files) files, \(report.bytesOut) bytes "
                + "(\(seconds) s, \(cpu) s CPU)"
            if report.rowsQuarantined > 0 { text += "; \(report.rowsQuarantined) unreadable lines in quarantine" }
            return text
        }.joined(separator: "\n")
    }

    static func json(_ reports: [CompactionReport]) -> String {
        let runs = reports.map { report in
            "{\"run\":\(JSONOutput.quoted(report.run ?? "")),\"batches\":\(report.batches),\"events\":\(report.events),"
                + "\"rows\":\(report.rowsOut),\"quarantined\":\(report.rowsQuarantined),\"unmatched\":\(report.rowsUnmatched),"
                + "\"bytesIn\":\(report.bytesIn),\"rawBytes\":\(report.rawBytes),\"bytesOut\":\(report.bytesOut),"
                + "\"files\":\(report.files),\"flushes\":\(report.flushes),\"peakBytes\":\(report.peakCountedBytes),"
                + "\"wallSeconds\":\(Double(report.total.wall) / 1e9),\"cpuSeconds\":\(Double(report.total.cpu) / 1e9),"
                + "\"cpu\":{\"decode\":\(Double(report.decode.cpu) / 1e9),\"gather\":\(Double(report.gather.cpu) / 1e9),"
                + "\"sort\":\(Double(report.sort.cpu) / 1e9),\"encode\":\(Double(report.encode.cpu) / 1e9),"
                + "\"write\":\(Double(report.write.cpu) / 1e9)}}"
        }
        return "{\"runs\":[\(runs.joined(separator: ","))]}"
    }
}

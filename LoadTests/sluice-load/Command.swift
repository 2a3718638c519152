import Glibc
import Kernel
import Synchronization

/// `sluice-load`: parse, run, report.
enum Command {
    nonisolated static func main() {
        let options: Options
        do throws(UsageError) {
            guard let parsed = try Options.parse(Array(CommandLine.arguments.dropFirst())) else {
                print(Options.help)
                exit(0)
            }
            options = parsed
        } catch {
            complain("\(error)\n'sluice-load --help' lists the options.")
            exit(2)
        }
        do throws(LoadError) {
            let report = try run(options)
            print(options.json ? report.json : report.text)
            exit(report.isFaulty(options) ? 1 : 0)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    /// Starts the workers, watches the server while they run, and gathers what they saw.
    nonisolated private static func run(_ options: Options) throws(LoadError) -> Report {
        let signals = try kernel("signals") { () throws(Errno) in try SignalSource.open() }
        let limit = ProcessFacts.raiseOpenFileLimit()
        guard options.connections + options.idle + 64 <= limit else {
            throw .tooManyConnections(wanted: options.connections + options.idle, limit: limit)
        }
        let requests = try RequestSet.build(options)
        let ledger = try options.ledger.map { path throws(LoadError) in try Ledger(path: path) }
        let watch = try ServerWatch(processes: options.processes)
        let control = RunControl(workers: options.threads)
        let crew = try Crew.start(options, requests, ledger, control)

        try waitUntilConnected(control, options, signals, crew)
        watch.sample()
        let idleBytes = watch.residentBytes
        control.start(options)
        while MonotonicTime.now.nanoseconds < control.measureFrom, !control.isStopping {
            let left = control.measureFrom - MonotonicTime.now.nanoseconds
            if signals.next(timeoutMilliseconds: Int32(clamping: max(1, left / 1_000_000))) != nil { control.stop() }
        }
        watch.begin()
        let ownBefore = ProcessFacts.cpuNanoseconds
        while !control.isFinished {
            if signals.next(timeoutMilliseconds: 50) != nil { control.stop() }
            watch.sampleEvery(milliseconds: 500)
        }
        watch.end()
        let tally = crew.join()
        return Report(
            options: options, tally: tally, from: control.measureFrom, endAt: control.endAt,
            server: watch.isEmpty ? nil : watch,
            idleBytes: options.idle > 0 ? idleBytes : nil,
            generatorCPU: ProcessFacts.cpuNanoseconds - ownBefore)
    }

    /// Every worker has opened its connections, and every idle one has had its request.
    nonisolated private static func waitUntilConnected(
        _ control: RunControl, _ options: Options, _ signals: borrowing SignalSource, _ crew: Crew
    ) throws(LoadError) {
        let patience = 10.0 + Double(options.connections + options.idle) / 500
        let deadline = MonotonicTime.now + Int64(patience * 1e9)
        while control.readyWorkers < options.threads {
            let interrupted = signals.next(timeoutMilliseconds: 5) != nil
            guard interrupted || MonotonicTime.now > deadline else { continue }
            control.stop()
            control.start(options)
            let tally = crew.join()
            throw .cannotConnect(to: "\(options.target.address)", opened: tally.opened)
        }
    }

    nonisolated private static func complain(_ text: String) {
        // Adopting standard error closes it behind the message; nothing is said after this one.
        try? FileDescriptor(adopting: 2).writeAll(Array("sluice-load: \(text)\n".utf8).span)
    }
}

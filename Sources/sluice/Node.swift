import Compaction
import Intake
import Kernel
import Storage
import Synchronization
import Telemetry

/// A running process: an acceptor, a compactor, or both, and the admin port.
enum Node {
    struct Plan {
        var intake: IntakeOptions?
        var compaction: CompactionOptions?
        var tables: [TableOptions] = []
        var storeFolder = "data"
        var admin: SocketAddress
        var shutdownTimeout: Int64 = 30_000_000_000
        var version = "0.1.0"
    }

    /// Runs until SIGTERM or SIGINT, and ends in order.
    ///
    /// - Parameter onReload: Called on SIGHUP.
    /// - Returns: The exit status.
    static func run(_ plan: Plan, log: Log, registry: Registry, onReload: () -> Void) -> Int32 {
        let signals: SignalSource
        do throws(Errno) {
            // Before any thread: threads inherit the mask.
            signals = try SignalSource.open()
        } catch {
            Console.fail("waiting for signals: \(error)")
            return 1
        }
        registry.observeProcess(version: plan.version)
        let limit = ProcessFacts.raiseOpenFileLimit()
        if let intake = plan.intake, limit < intake.limits.connections + 64 {
            log.warning(
                "fewer open files are allowed than connections are configured",
                ["files.limit": .int(limit), "limits.connections": .int(intake.limits.connections)])
        }
        return start(plan, log, registry, signals, onReload)
    }

    private static func start(
        _ plan: Plan, _ log: Log, _ registry: Registry, _ signals: borrowing SignalSource, _ onReload: () -> Void
    ) -> Int32 {
        // The admin port answers before recovery is over: alive, not ready.
        let readiness = Readiness()
        let admin: AdminServer
        let adminThread = ThreadGroup()
        do throws(Errno) {
            admin = try AdminServer(listen: plan.admin, registry: registry, hooks: AdminHooks { readiness.state })
            try adminThread.start(name: "admin") { admin.run() }
        } catch {
            Console.fail("listening on \(plan.admin): \(error) (key: admin)")
            return 1
        }
        defer {
            admin.stop()
            adminThread.joinAll()
        }
        var acceptor: Acceptor?
        if let intake = plan.intake {
            do throws(IntakeError) {
                acceptor = try Acceptor.start(intake, registry: registry, log: log)
            } catch {
                Console.fail("\(error)")
                return 1
            }
        }
        if let acceptor {
            readiness.set(acceptor.readiness)
        } else {
            readiness.set { (true, "ready") }
        }
        let compacting: CompactionService?
        do {
            compacting = try plan.compaction.map { try CompactionService(plan, $0, registry: registry, log: log) }
        } catch {
            Console.fail("\(error)")
            _ = acceptor?.stop(timeout: plan.shutdownTimeout)
            return 1
        }
        log.info(
            "ready",
            [
                "listen": .string(acceptor.map { "\($0.address)" } ?? "-"), "admin": .string("\(admin.address)"),
                "store": .string(plan.storeFolder), "process.id": .int(Int(ProcessFacts.processID)),
            ])
        while let signal = signals.next() {
            if case .terminate = signal { break }
            onReload()
        }
        log.info("draining")
        let isClean = acceptor?.stop(timeout: plan.shutdownTimeout) ?? true
        compacting?.stop()
        log.info(isClean ? "stopped" : "stopped; some connections were cut or batches stay in the spool")
        return isClean ? 0 : 1
    }
}

/// What `/readyz` says, from before the acceptor exists.
final class Readiness: Sendable {
    typealias State = @Sendable () -> (isReady: Bool, reason: StaticString)
    private let source = Mutex<State>({ (false, "recovering") })

    func set(_ state: @escaping State) { source.withLock { $0 = state } }

    var state: (isReady: Bool, reason: StaticString) { source.withLock { $0 }() }
}

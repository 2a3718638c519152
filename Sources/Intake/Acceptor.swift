package import Batches
import Bytes
package import Kernel
import Synchronization
package import Telemetry

/// Why an acceptor can't start.
package enum IntakeError: Error, CustomStringConvertible {
    case spool(SpoolError)
    case recovery(BatchError)
    case listen(SocketAddress, Errno)
    case system(action: StaticString, Errno)

    package var description: String {
        switch self {
        case .spool(let error): "\(error)"
        case .recovery(let error): "recovering an open batch: \(error)"
        case .listen(let address, let errno): "listening on \(address): \(errno) (key: listen)"
        case .system(let action, let errno): "\(action): \(errno)"
        }
    }
}

/// An acceptor node: its loops, its committer, its sealer, and the order in which they start and stop.
///
/// Start: lock the spool, recover what an earlier run left, listen. Stop: no new connection, answer what was received,
/// end the loops, commit the rest, seal the open batch, deliver it.
package final class Acceptor {
    private let gate: IntakeGate
    private let spool: Spool
    private let sealer: Sealer
    private let committer: Committer
    private let loops = ThreadGroup()
    private let committing = ThreadGroup()
    private let sealing = ThreadGroup()
    private let spoolLimitBytes: Int
    /// Where it listens: the port the kernel chose when 0 was asked for.
    package let address: SocketAddress

    private init(
        gate: IntakeGate, spool: Spool, sealer: Sealer, committer: Committer, spoolLimitBytes: Int,
        address: SocketAddress
    ) {
        self.gate = gate
        self.spool = spool
        self.sealer = sealer
        self.committer = committer
        self.spoolLimitBytes = spoolLimitBytes
        self.address = address
    }

    /// Recovers, and takes requests from when it returns.
    package static func start(_ options: IntakeOptions, registry: Registry, log: Log) throws(IntakeError) -> Acceptor {
        let metrics = IntakeMetrics(registry)
        let gate = IntakeGate()
        let spool = try openSpool(options)
        metrics.observe(gate, spool)
        let sealer = try system("making a thread's wake-up") { () throws(Errno) in
            try Sealer(spool: spool, metrics: metrics, log: log)
        }
        try recover(spool, sealer)
        let sources = SourceRegistry(
            configured: options.sources, isOpen: options.openSources, metrics: metrics)
        var generator = UUIDv7Generator(seed: Entropy.random())
        let epoch = generator.text(milliseconds: UInt64(max(0, WallTime.now.nanoseconds / 1_000_000)))
        let context = LoopContext(
            options: options, sources: sources, metrics: metrics, log: log, gate: gate,
            processTag: String(epoch.filter { $0 != "-" }.prefix(12)) + String(Entropy.random() & 0xFFFF, radix: 16))

        var listen = options.listen
        var seats: [LoopSeat] = []
        var ports: [CommitPort] = []
        let wake = try system("making a thread's wake-up") { () throws(Errno) in try WakeUp() }
        for index in 0..<options.loops {
            let listener = try open(&listen)
            let port = try system("making a loop") { () throws(Errno) in try CommitPort(committerWake: wake) }
            ports.append(port)
            do throws(Errno) {
                seats.append(try LoopSeat(index: index, context: context, port: port, listener: listener))
            } catch {
                throw .system(action: "making a loop", error)
            }
        }
        let committer = Committer(
            context: Committer.Context(
                node: options.node, epoch: epoch, acknowledgement: options.acknowledgement, gate: gate,
                limits: options.batch,
                spoolLimitBytes: options.spoolLimitBytes),
            ports: ports, wake: wake, spool: spool, sealer: sealer, sources: sources, metrics: metrics, log: log)
        let acceptor = Acceptor(
            gate: gate, spool: spool, sealer: sealer, committer: committer,
            spoolLimitBytes: options.spoolLimitBytes, address: listen)
        try acceptor.startThreads(seats)
        return acceptor
    }

    private func startThreads(_ seats: [LoopSeat]) throws(IntakeError) {
        do throws(Errno) {
            let (sealer, committer) = (sealer, committer)
            try sealing.start(name: "sealer") { sealer.run() }
            try committing.start(name: "committer") { committer.run() }
            for seat in seats {
                try loops.start(name: "loop-\(seat.index)") { EventLoop(seat).run() }
            }
        } catch {
            throw .system(action: "starting a thread", error)
        }
        gate.isReady.store(true, ordering: .releasing)
    }

    /// Opens a listener; the first one decides the port when 0 was asked for.
    private static func open(_ address: inout SocketAddress) throws(IntakeError) -> Socket {
        do throws(Errno) {
            let listener = try Socket.listen(on: address, sharingPort: true)
            address = try listener.localAddress()
            return listener
        } catch {
            throw .listen(address, error)
        }
    }

    private static func openSpool(_ options: IntakeOptions) throws(IntakeError) -> Spool {
        do throws(SpoolError) {
            return try Spool(folder: options.spoolFolder, storeFolder: options.storeFolder)
        } catch {
            throw .spool(error)
        }
    }

    private static func recover(_ spool: Spool, _ sealer: Sealer) throws(IntakeError) {
        let leftovers: [String]
        do throws(SpoolError) {
            leftovers = try spool.leftovers()
        } catch {
            throw .spool(error)
        }
        for path in leftovers {
            do throws(RecoveryError) {
                try sealer.recover(path)
            } catch {
                switch error {
                case .batch(let error): throw .recovery(error)
                case .spool(let error): throw .spool(error)
                }
            }
        }
    }

    private static func system<T: ~Copyable>(
        _ action: StaticString, _ body: () throws(Errno) -> T
    ) throws(IntakeError) -> T {
        do throws(Errno) {
            return try body()
        } catch {
            throw .system(action: action, error)
        }
    }

    /// Whether events would be taken now.
    package var readiness: @Sendable () -> (isReady: Bool, reason: StaticString) {
        let (gate, spool, limit) = (gate, spool, spoolLimitBytes)
        return {
            if !gate.isReady.load(ordering: .acquiring) { return (false, "recovering") }
            if gate.isDraining.load(ordering: .acquiring) { return (false, "draining") }
            if spool.bytes.load(ordering: .relaxed) >= limit { return (false, "the spool is full") }
            if gate.isStoreFailing.load(ordering: .relaxed) { return (false, "the disk refuses writes") }
            return (true, "ready")
        }
    }

    /// Drains and stops. What was received is committed and answered, the open batch sealed and in the store.
    ///
    /// - Parameter timeout: Nanoseconds after which connections that still wait are cut. Their events are either
    ///   committed or were never acknowledged.
    /// - Returns: True when everything ended in time and nothing is left in the spool.
    package func stop(timeout: Int64) -> Bool {
        gate.isDraining.store(true, ordering: .releasing)
        let deadline = MonotonicTime.now + timeout
        while gate.connections.load(ordering: .relaxed) > 0, .now < deadline { Threads.sleep(milliseconds: 5) }
        let inTime = gate.connections.load(ordering: .relaxed) == 0
        gate.isEnding.store(true, ordering: .releasing)
        loops.joinAll()
        committer.stop()
        committing.joinAll()
        sealer.stop()
        sealing.joinAll()
        return inTime && spool.waitingBatches.load(ordering: .relaxed) == 0
    }
}

import Bytes
import HTTP
import Kernel
import Synchronization
import Telemetry

/// What all loops share.
struct LoopContext: Sendable {
    let options: IntakeOptions
    let sources: SourceRegistry
    let metrics: IntakeMetrics
    let log: Log
    let gate: IntakeGate
    /// Names the process in request ids.
    let processTag: String
}

/// What the loops, the committer and the admin port tell each other.
final class IntakeGate: Sendable {
    /// No new connection is taken, and every answer closes.
    let isDraining = Atomic<Bool>(false)
    /// Loops end now, whatever is pending.
    let isEnding = Atomic<Bool>(false)
    /// Recovery is over and the listeners are open.
    let isReady = Atomic<Bool>(false)
    /// The last commit failed, and no write has succeeded since.
    let isStoreFailing = Atomic<Bool>(false)
    let connections = Atomic<Int>(0)
    /// Bodies and lines in memory, over all loops.
    let inFlightBytes = Atomic<Int>(0)
}

/// One thread's share of the connections: it reads, admits, groups, and answers.
///
/// Nothing is shared on the way of a request. A turn drains what epoll has ready into the group being filled; the
/// group goes to the committer when the last one came back and it is due (``CommitOptions``), so that the loop reads on
/// while the disk works.
final class EventLoop {
    let index: Int
    let context: LoopContext
    let port: CommitPort
    var epoll: Epoll
    var listener: Listener?
    var connections = ConnectionTable()
    var admission: Admission

    /// The group being filled, and the one kept for the next exchange.
    var filling = CommitGroup()
    var spare: CommitGroup?
    var groupNumber: UInt64 = 1
    var hasGroupAtCommitter = false
    var lastSubmission = MonotonicTime.now
    /// Connections that wait for an answer, and so send nothing unless they pipeline.
    var waitingConnections = 0

    /// What one read brings in; what is left of it moves to the connection's own buffer.
    var scratch = ByteBuffer(capacity: EventLoop.scratchBytes)
    /// Answers of one connection on their way out.
    var answers = ByteBuffer(capacity: 16 << 10)
    var now = MonotonicTime.now
    var date = HTTPDate()
    var nextSweep = MonotonicTime.now
    /// Until when no connection is accepted, after the process ran out of descriptors.
    var acceptPausedUntil: MonotonicTime?
    var isDraining = false
    /// In-flight bytes of this loop as last published.
    var publishedBytes = 0
    var bodyBytes = 0

    static let scratchBytes = 256 << 10
    static let listenerToken = UInt64.max
    static let wakeToken = UInt64.max - 1
    /// Requests read ahead on one connection while answers are pending.
    static let pipelineLimit = 256
    /// How long a closing connection is read before it is cut.
    static let lingerTimeout: Int64 = 2_000_000_000
    static let sweepInterval: Int64 = 100_000_000

    /// Takes the seat; on the thread that then calls ``run()``.
    init(_ seat: LoopSeat) {
        index = seat.index
        context = seat.context
        port = seat.port
        let parts = seat.take()
        listener = parts.listener
        epoll = parts.epoll
        admission = Admission(loop: seat.index, context: seat.context)
        filling.reset(number: 1)
        spare = CommitGroup()
    }

    /// The thread's body.
    func run() {
        while !context.gate.isEnding.load(ordering: .acquiring) {
            if isCongested {
                // What comes in waits in the kernel until the committer has caught up.
                port.loopWake.wait(timeoutMilliseconds: 50)
                now = .now
                collect()
                continue
            }
            let ready = epoll.wait(timeout: timeout)
            now = .now
            admission.beginTurn(now: .now)
            date.update(seconds: admission.now.nanoseconds / 1_000_000_000)
            for i in 0..<ready {
                handle(epoll.event(i))
                // The other events are reported again.
                if isCongested { break }
            }
            submitIfDue()
            publish()
            if now >= nextSweep { sweep() }
            if isDraining && finishDraining() { break }
        }
        for slot in 0..<connections.capacity where connections[slot] != nil { close(connections[slot]!) }
        listener = nil
    }

    /// Nanoseconds until something is due by itself.
    private var timeout: Int64 {
        guard filling.events > 0, !hasGroupAtCommitter else { return Self.sweepInterval }
        return max(0, context.options.commit.linger - (now - filling.opened))
    }

    private func handle(_ event: Epoll.Event) {
        switch event.token {
        case Self.listenerToken: acceptAll()
        case Self.wakeToken:
            port.loopWake.drain()
            collect()
        default:
            let slot = Int(event.token & 0xFFFF_FFFF)
            let generation = UInt32(truncatingIfNeeded: event.token >> 32)
            guard let connection = connections.find(slot: slot, generation: generation) else { return }
            if event.interest.contains(.write) { flush(connection) }
            if event.interest.contains(.read) || event.failed,
                connections.find(slot: slot, generation: generation) != nil
            {
                read(connection)
            }
        }
    }

    // MARK: Groups

    /// The group being filled is as large as it may get, and the one before it is not stored yet.
    private var isCongested: Bool {
        hasGroupAtCommitter && filling.lines.count >= 4 * context.options.commit.maxBytes
    }

    /// Hands the filling group over when the committer has none of this loop's and the group is due: it is large, its
    /// first request has lingered, no connection is left that could send it company, or so few requests came since the
    /// last group that none is to be expected within the linger.
    func submitIfDue() {
        guard !hasGroupAtCommitter, filling.events > 0 else { return }
        let linger = context.options.commit.linger
        let isLonely =
            context.options.acknowledgement == .durable
            && Int64(filling.receipts.count) * linger < 2 * (now - lastSubmission)
        let isDue =
            waitingConnections >= connections.count && waitingConnections > 0 || isLonely
            || filling.lines.count >= context.options.commit.maxBytes
            || now - filling.opened >= linger || isDraining
        if isDue { submit() }
    }

    private func submit() {
        groupNumber += 1
        lastSubmission = now
        var next = spare.take() ?? CommitGroup()
        next.reset(number: groupNumber)
        swap(&next, &filling)
        hasGroupAtCommitter = true
        port.submit(next)
    }

    /// Takes a group back, lets the next one go, and answers.
    private func collect() {
        guard var group = port.takeCompleted() else { return }
        hasGroupAtCommitter = false
        // The next group goes before the answers: the disk need not wait for them.
        submitIfDue()
        answer(&group)
        spare = consume group
    }

    /// Makes the bytes held known to the other loops.
    private func publish() {
        let held = filling.lines.count + bodyBytes
        if held != publishedBytes {
            context.gate.inFlightBytes.add(held - publishedBytes, ordering: .relaxed)
            publishedBytes = held
        }
    }

    /// Whether `bytes` more may be held.
    func hasRoom(for bytes: Int) -> Bool {
        let held = filling.lines.count + bodyBytes
        let others = context.gate.inFlightBytes.load(ordering: .relaxed) - publishedBytes
        return others + held + bytes <= context.options.limits.inFlightBytes
    }

    // MARK: Draining

    /// Takes no further connection, and closes those that wait for nothing.
    private func beginDraining() {
        isDraining = true
        acceptAll()
        if let listener { try? epoll.remove(listener.socket.descriptor) }
        listener = nil
        for slot in 0..<connections.capacity {
            if let connection = connections[slot], !connection.hasBegun, connection.pending.isEmpty,
                connection.output.isEmpty
            {
                close(connection)
            }
        }
    }

    /// - Returns: True when nothing is left to answer.
    private func finishDraining() -> Bool {
        if connections.count > 0 || filling.events > 0 || hasGroupAtCommitter { return false }
        return true
    }

    // MARK: Time

    /// Looks at every connection's deadline, ten times a second.
    private func sweep() {
        nextSweep = now + Self.sweepInterval
        if !isDraining && context.gate.isDraining.load(ordering: .acquiring) { beginDraining() }
        if let until = acceptPausedUntil, now >= until, let listener {
            acceptPausedUntil = nil
            try? epoll.add(listener.socket.descriptor, .read, token: Self.listenerToken)
        }
        for slot in 0..<connections.capacity {
            if let connection = connections[slot] { checkDeadline(connection) }
        }
    }

    private func checkDeadline(_ connection: Connection) {
        let limits = context.options.limits
        if let blocked = connection.blockedSince, now - blocked > limits.bodyTimeout { return close(connection) }
        switch connection.stage {
        case .lingering:
            if now - connection.since > Self.lingerTimeout { close(connection) }
        case .head:
            if connection.hasBegun {
                if now - connection.since > limits.headerTimeout { refuse(connection, .headerTimeout) }
            } else if connection.pending.isEmpty && connection.output.isEmpty {
                if now - connection.since > limits.idleTimeout || isDraining { close(connection) }
            }
        case .body, .chunks, .skipping:
            if now - connection.bodySince > limits.bodyTimeout { refuse(connection, .bodyTimeout) }
        }
    }
}

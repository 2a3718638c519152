import Bytes
import Kernel

/// One thread's share of the connections, and the loop that drives them.
///
/// Each turn: open what is due, send what is due, wait, then for each ready connection one receive, and one send of
/// what its answers made room for.
struct Worker: ~Copyable {
    let options: Options
    let control: RunControl
    let index: Int
    var epoll: Epoll
    let timer: TimerFD
    /// Index is the slot: busy connections first, idle ones behind them.
    var connections: [Connection?]
    let busySlots: Int
    var generation: UInt32 = 0
    /// Slots never opened yet come last, in order.
    var nextSlot = 0
    var reopenings: [Reopening] = []
    var backoff: [Int64]
    /// Open loop: connections with nothing to do.
    var free: [Connection] = []
    var schedule: Schedule?
    var requests: [RequestSet.Request]
    let eventsPerRequest: Int
    var nextRequest: Int
    var nextID: Int
    /// Requests that may still be sent.
    var budget: Int
    var outstandingCount = 0
    var idleReady = 0
    var input = ByteBuffer(capacity: Worker.receiveBytes)
    var output = ByteBuffer()
    var page: LedgerPage
    var tally = Tally()

    static let receiveBytes = 64 << 10
    static let timerToken = UInt64.max
    static let idsPerWorker = 10_000_000_000
    /// Connections opened in one turn, so that a listener's queue does not run over.
    static let openedAtOnce = 64
    static let shortestBackoff: Int64 = 10_000_000
    static let longestBackoff: Int64 = 500_000_000

    init(_ index: Int, _ options: Options, _ set: RequestSet, _ ledger: Ledger?, _ control: RunControl)
        throws(LoadError)
    {
        func share(_ whole: Int) -> Int { whole / options.threads + (index < whole % options.threads ? 1 : 0) }
        busySlots = share(options.connections)
        let slots = busySlots + share(options.idle)
        let epoll = try kernel("epoll") { () throws(Errno) in try Epoll.open(capacity: 512) }
        let timer = try kernel("timerfd") { () throws(Errno) in
            let timer = try TimerFD.open()
            try epoll.add(timer.descriptor, .read, token: Worker.timerToken)
            return timer
        }
        self.epoll = epoll
        self.timer = timer
        self.options = options
        self.control = control
        self.index = index
        connections = [Connection?](repeating: nil, count: slots)
        backoff = [Int64](repeating: Worker.shortestBackoff, count: slots)
        requests = set.requests
        eventsPerRequest = set.eventsPerRequest
        nextRequest = index * set.requests.count / options.threads
        nextID = index * Worker.idsPerWorker
        budget = options.requests.map(share) ?? .max
        page = LedgerPage(ledger, prefix: set.idPrefix)
    }

    mutating func run() {
        connect()
        let start = control.startedAt
        if let rate = options.rate {
            schedule = Schedule(
                rate: rate, worker: index, workers: options.threads, start: start, end: control.endAt)
        }
        begin()
        while keepsGoing() { turn() }
        countUnsent()
        tally.lost += outstandingCount
        page.flush()
    }

    /// Opens every connection, lets the idle ones do their request, and waits for the others to get there too.
    private mutating func connect() {
        var isReady = false
        while control.startedAt == 0 {
            openConnections()
            wait(milliseconds: nextSlot < connections.count ? 1 : 5)
            guard !isReady, nextSlot == connections.count, idleReady == connections.count - busySlots else { continue }
            let open = connections[..<busySlots].allSatisfy { $0?.isOpen == true }
            guard open else { continue }
            isReady = true
            control.workerIsReady()
        }
    }

    /// The run has started: every connection may send.
    private mutating func begin() {
        let now = MonotonicTime.now.nanoseconds
        for connection in connections[..<busySlots] {
            if let connection, connection.isOpen { becameFree(connection, now) }
        }
    }

    private mutating func turn() {
        openConnections()
        dispatch(MonotonicTime.now.nanoseconds)
        if let due = schedule?.nextDue, !free.isEmpty { timer.ring(at: MonotonicTime(nanoseconds: due)) }
        wait(milliseconds: reopenings.isEmpty ? 50 : 5)
    }

    /// False once everything is sent and answered, or patience is over.
    private func keepsGoing() -> Bool {
        let now = MonotonicTime.now.nanoseconds
        let isOver = !maySend(now)
        if !isOver { return true }
        if outstandingCount == 0 { return false }
        let end = control.isStopping || options.requests != nil ? tally.lastAnswer : control.endAt
        return now < max(end, control.startedAt) + options.grace
    }

    func maySend(_ now: Int64) -> Bool { budget > 0 && now < control.endAt && !control.isStopping }

    private mutating func wait(milliseconds: Int32) {
        let count = epoll.wait(timeout: Int64(milliseconds) * 1_000_000)
        for index in 0..<count {
            let event = epoll.event(index)
            if event.token == Worker.timerToken {
                timer.drain()
                continue
            }
            let slot = Int(event.token & 0xFFFF_FFFF)
            guard let connection = connections[slot], connection.token == event.token else { continue }
            handle(event, on: connection)
        }
    }

    private mutating func handle(_ event: Epoll.Event, on connection: Connection) {
        if !connection.isOpen {
            if let error = connection.socket.pendingError() { return broke(connection, "connect: \(error)") }
            opened(connection)
            return
        }
        if event.interest.contains(.write), !connection.unsent.isEmpty { sendRest(connection) }
        if event.interest.contains(.read) || event.failed { receive(connection) }
    }

    /// Sends what is due while a connection is free.
    mutating func dispatch(_ now: Int64) {
        guard maySend(now), schedule != nil else { return }
        while let due = schedule?.nextDue, due <= now, budget > 0, let connection = free.popLast() {
            schedule?.advance()
            send(1, on: connection, from: due)
        }
    }

    /// What was due and found no free connection has waited until the end: leaving it out would flatter the server.
    private mutating func countUnsent() {
        guard schedule != nil, !control.isStopping, budget > 0 else { return }
        while let due = schedule?.nextDue {
            schedule?.advance()
            guard due >= control.measureFrom else { continue }
            tally.unsent += 1
            tally.latency.record(MonotonicTime.now.nanoseconds - due)
        }
    }
}

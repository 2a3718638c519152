import Kernel
import Synchronization

/// What the main thread and the workers tell each other.
final class RunControl: Sendable {
    private let workers: Int
    private let ready = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    /// Nanoseconds of the monotonic clock; 0 while connections are still being opened.
    private let startTime = Atomic<Int64>(0)
    private let measureTime = Atomic<Int64>(0)
    private let endTime = Atomic<Int64>(0)

    init(workers: Int) { self.workers = workers }

    /// Workers that have all of their connections.
    var readyWorkers: Int { ready.load(ordering: .relaxed) }
    var isFinished: Bool { finished.load(ordering: .acquiring) == workers }
    var isStopping: Bool { stopping.load(ordering: .relaxed) }
    /// 0 until the run starts. The acquire pairs with the release in ``start(_:)``.
    var startedAt: Int64 { startTime.load(ordering: .acquiring) }
    /// From here on answers are counted.
    var measureFrom: Int64 { measureTime.load(ordering: .relaxed) }
    /// From here on nothing new is sent.
    var endAt: Int64 { endTime.load(ordering: .relaxed) }

    func start(_ options: Options) {
        let now = MonotonicTime.now.nanoseconds
        measureTime.store(now + options.warmup, ordering: .relaxed)
        endTime.store(options.requests == nil ? now + options.warmup + options.duration : .max, ordering: .relaxed)
        startTime.store(now, ordering: .releasing)
    }

    /// Ends the run now: nothing new is sent.
    func stop() {
        endTime.store(min(endAt, MonotonicTime.now.nanoseconds), ordering: .relaxed)
        stopping.store(true, ordering: .relaxed)
    }

    func workerIsReady() { ready.add(1, ordering: .relaxed) }
    func workerIsFinished() { finished.add(1, ordering: .releasing) }
}

/// The worker threads.
struct Crew {
    private let threads: Threads

    private final class Threads: Sendable {
        let running = Mutex<[Handle]>([])
        let tally = Mutex(Tally())
    }

    /// A thread in a box, since arrays hold only copyable values.
    private final class Handle: Sendable {
        private let thread: Mutex<OSThread?>
        init(_ thread: consuming OSThread) { self.thread = Mutex(consume thread) }
        func join() {
            let taken = thread.withLock { $0.take() }
            if let taken { taken.join() }
        }
    }

    static func start(_ options: Options, _ requests: RequestSet, _ ledger: Ledger?, _ control: RunControl)
        throws(LoadError) -> Crew
    {
        let threads = Threads()
        for index in 0..<options.threads {
            let thread = try kernel("starting a thread") { () throws(Errno) in
                try OSThread.start(name: "load-\(index)") {
                    do throws(LoadError) {
                        var worker = try Worker(index, options, requests, ledger, control)
                        worker.run()
                        threads.tally.withLock { $0.add(worker.tally) }
                    } catch {
                        threads.tally.withLock { $0.failure = error }
                        control.stop()
                    }
                    control.workerIsFinished()
                }
            }
            let handle = Handle(thread)
            threads.running.withLock { $0.append(handle) }
        }
        return Crew(threads: threads)
    }

    /// Waits for all of them, and adds up what they saw.
    func join() -> Tally {
        for thread in threads.running.withLock({ $0 }) { thread.join() }
        return threads.tally.withLock { $0 }
    }
}

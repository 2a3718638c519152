import Kernel
import Synchronization

/// An open listener; it closes with the last reference.
final class Listener: Sendable {
    let socket: Socket
    init(_ socket: consuming Socket) { self.socket = socket }
}

/// What a loop needs from outside, made before its thread, so that everything that can fail has failed by then.
final class LoopSeat: Sendable {
    struct Parts: ~Copyable, Sendable {
        var epoll: Epoll
        var listener: Listener
    }

    let index: Int
    let context: LoopContext
    let port: CommitPort
    private let parts: Mutex<Parts?>

    init(index: Int, context: LoopContext, port: CommitPort, listener: consuming Socket) throws(Errno) {
        let epoll = try Epoll.open(capacity: 512)
        try epoll.add(listener.descriptor, .read, token: EventLoop.listenerToken)
        try epoll.add(port.loopWake.descriptor, .read, token: EventLoop.wakeToken)
        self.index = index
        self.context = context
        self.port = port
        parts = Mutex(Parts(epoll: epoll, listener: Listener(listener)))
    }

    /// Hands the parts over, once.
    func take() -> Parts {
        guard let taken = parts.withLock({ $0.take() }) else { preconditionFailure("a seat is taken once") }
        return taken
    }
}

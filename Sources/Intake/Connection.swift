import Bytes
import HTTP
import Kernel

/// An answer that a connection owes, in the order of its requests.
enum PendingAnswer {
    /// 202 once the group is stored, 503 when it failed.
    case commit(group: UInt64, accepted: Int, source: SourceEntry, started: MonotonicTime, form: Answer)
    /// Bytes that only wait for the answers before them.
    case ready([UInt8], closes: Bool)
}

/// One client's connection: its bytes, the request being read, and the answers owed.
///
/// Buffers are empty, and hold no memory, while nothing is under way.
final class Connection {
    /// What is being read.
    enum Stage {
        /// A request's head. `started` is false until its first byte is here.
        case head
        /// A body of known length; head and body lie in ``input``.
        case body(headBytes: Int, length: Int)
        /// A chunked body; the head lies in ``head``, what is decoded in ``body``.
        case chunks
        /// A body of known length that nobody wants: so many bytes are still to be forgotten.
        case skipping(Int)
        /// Everything was answered; the rest of what the peer sends is read and forgotten until it closes, since a
        /// close with unread bytes would reset the connection and with it the answer.
        case lingering
    }

    let socket: Socket
    let slot: Int
    let generation: UInt32

    var stage = Stage.head
    var parser: RequestParser
    var chunks: ChunkedDecoder
    /// Bytes received and not yet consumed.
    var input = ByteBuffer()
    /// The head of a chunked request.
    var head = ByteBuffer()
    /// The decoded body of a chunked request.
    var body = ByteBuffer()
    /// What the admission decided on the head: where the request's events go.
    var source: SourceEntry?
    /// What the head was refused with; its body is read and forgotten, so that the connection can go on.
    var refusal: Refusal?

    var pending: [PendingAnswer] = []
    /// The last group this connection has a receipt in.
    var lastGroup: UInt64 = 0
    /// Bytes the kernel has not taken yet.
    var output = ByteBuffer()
    var interest: Epoll.Interest = .read
    /// No further request is read.
    var isClosing = false
    /// The peer has closed its sending half.
    var peerHasClosed = false
    /// `100 Continue` is owed once no answer is pending.
    var owesContinue = false
    /// Bytes of a body that count against the in-flight bound.
    var reservedBytes = 0
    /// When the request being read began, the last answer was sent, or the connection was opened.
    var since: MonotonicTime
    /// When its head was complete.
    var bodySince: MonotonicTime
    /// A byte of the request being read has arrived.
    var hasBegun = false
    /// Since when the peer takes no bytes; nil while nothing waits.
    var blockedSince: MonotonicTime?

    init(socket: consuming Socket, slot: Int, generation: UInt32, limits: HTTPLimits, now: MonotonicTime) {
        self.socket = socket
        self.slot = slot
        self.generation = generation
        parser = RequestParser(limits: limits)
        chunks = ChunkedDecoder(limit: limits.bodyBytes)
        since = now
        bodySince = now
    }

    var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    /// Makes ready for the next request, and gives back what the last one needed.
    func endRequest() {
        parser.reset()
        stage = .head
        source = nil
        refusal = nil
        hasBegun = false
        head.release()
        body.release()
    }
}

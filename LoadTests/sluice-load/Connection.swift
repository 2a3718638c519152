import Bytes
import Kernel

/// One connection, from its opening until it breaks; the next in its slot is another one.
final class Connection {
    let socket: Socket
    let slot: Int
    /// Tells this connection's events from those of an earlier one in the same slot.
    let generation: UInt32
    var isOpen = false
    /// What the kernel did not take yet of the last send.
    var unsent: [UInt8] = []
    /// The front of an answer whose end has not arrived.
    var partial: [UInt8] = []
    /// Requests without an answer, oldest first.
    var outstanding: [Outstanding] = []

    init(_ socket: consuming Socket, slot: Int, generation: UInt32) {
        self.socket = socket
        self.slot = slot
        self.generation = generation
    }

    var token: UInt64 { UInt64(slot) | UInt64(generation) << 32 }
}

/// A request on its way.
struct Outstanding {
    /// Serial number of its first event.
    let firstID: Int
    let bodyBytes: Int
    /// When it was sent; in an open loop, when it was due. Nanoseconds.
    let from: Int64
}

/// A slot whose connection broke and is due to be opened again.
struct Reopening {
    let slot: Int
    let at: Int64
}

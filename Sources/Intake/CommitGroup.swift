import Bytes
import Kernel

/// Which connection waits for a commit. The generation tells a reused slot from the one that asked.
struct Receipt: Sendable {
    let slot: UInt32
    let generation: UInt32
}

/// One source's share of a group.
struct GroupShare: Sendable {
    let source: Int
    var events: Int
    /// Bytes of lines.
    var bytes: Int
}

/// What became of a group.
enum CommitOutcome: Sendable {
    /// On stable storage, or with ``Acknowledgement/memory`` written.
    case stored
    /// Nothing of it is stored. The sender is to try again.
    case failed
}

/// The requests of one loop that are committed together: their lines, and who waits for them.
struct CommitGroup: ~Copyable, Sendable {
    /// Counts the loop's groups.
    var number: UInt64 = 0
    var lines = ByteBuffer()
    var events = 0
    var receipts: [Receipt] = []
    var shares: [GroupShare] = []
    var firstReceived = WallTime(nanoseconds: 0)
    var lastReceived = WallTime(nanoseconds: 0)
    /// When its first request was complete.
    var opened = MonotonicTime(nanoseconds: 0)
    var outcome = CommitOutcome.stored

    /// Past this the memory of an emptied group is given back, so that one burst is not kept for ever.
    private static let keptBytes = 4 << 20

    /// Adds a request's share.
    mutating func count(source: Int, events added: Int, bytes: Int) {
        events += added
        if let last = shares.indices.last, shares[last].source == source {
            shares[last].events += added
            shares[last].bytes += bytes
            return
        }
        for i in shares.indices where shares[i].source == source {
            shares[i].events += added
            shares[i].bytes += bytes
            return
        }
        shares.append(GroupShare(source: source, events: added, bytes: bytes))
    }

    /// Empties it for the next use.
    mutating func reset(number: UInt64) {
        self.number = number
        if lines.capacity > Self.keptBytes { lines.release() } else { lines.removeAll() }
        events = 0
        receipts.removeAll(keepingCapacity: true)
        shares.removeAll(keepingCapacity: true)
        outcome = .stored
    }
}

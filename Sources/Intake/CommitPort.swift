import Kernel
import Synchronization

/// Where a loop and the committer exchange groups. Each side holds the lock for a move, never for work.
///
/// At most one group of a loop is with the committer; the loop fills the other one meanwhile.
final class CommitPort: Sendable {
    private struct Exchange: ~Copyable {
        var submitted: CommitGroup?
        var committing: CommitGroup?
        var completed: CommitGroup?
    }
    private let exchange = Mutex(Exchange())
    /// Wakes the loop.
    let loopWake: EventFD
    /// Wakes the committer; shared by all ports.
    private let committerWake: WakeUp

    init(committerWake: WakeUp) throws(Errno) {
        loopWake = try EventFD.open()
        self.committerWake = committerWake
    }

    /// Loop: hands a group over. The loop must have none with the committer.
    func submit(_ group: consuming CommitGroup) {
        var group: CommitGroup? = consume group
        exchange.withLock { exchange in
            precondition(exchange.submitted == nil, "a loop has one group with the committer at a time")
            exchange.submitted = group.take()
        }
        committerWake.signal()
    }

    /// Loop: takes the group that is done, if there is one.
    func takeCompleted() -> CommitGroup? { exchange.withLock { $0.completed.take() } }

    /// Committer: takes the group that waits.
    func takeSubmitted() -> CommitGroup? { exchange.withLock { $0.submitted.take() } }

    /// Committer: keeps a staged group until its flush is over.
    func park(_ group: consuming CommitGroup) {
        var group: CommitGroup? = consume group
        exchange.withLock { $0.committing = group.take() }
    }

    /// Committer: gives the parked group back to the loop.
    func complete(_ outcome: CommitOutcome) {
        let had = exchange.withLock { exchange in
            guard var group = exchange.committing.take() else { return false }
            group.outcome = outcome
            exchange.completed = consume group
            return true
        }
        if had { loopWake.signal() }
    }
}

/// Wakes one thread that sleeps on it.
final class WakeUp: Sendable {
    private let event: EventFD

    init() throws(Errno) { event = try EventFD.open() }

    func signal() { event.signal() }
    func wait(timeoutMilliseconds: Int32) { event.wait(timeoutMilliseconds: timeoutMilliseconds) }
}

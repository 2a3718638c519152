internal import CLinux
import Glibc

/// Waits for many descriptors at once. Level-triggered.
///
/// The token of a registration is the caller's own 64 bits. Put a generation in it beside the slot: descriptors are
/// reused by the kernel, also inside one batch of events.
@safe
package struct Epoll: ~Copyable, @unchecked Sendable {
    // @unchecked: the event buffer is owned by this value alone, and the value is noncopyable.
    private let descriptor: FileDescriptor
    private let events: UnsafeMutablePointer<epoll_event>
    private let capacity: Int
    private var ready = 0

    /// What a registration waits for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let read = Interest(rawValue: 0x001)
        package static let write = Interest(rawValue: 0x004)
        /// The peer has closed its sending half.
        package static let peerClosed = Interest(rawValue: 0x2000)
        /// Wakes one of several loops that wait for the same descriptor.
        package static let exclusive = Interest(rawValue: 1 << 28)
    }

    /// One ready descriptor.
    package struct Event: Sendable {
        package let token: UInt64
        package let interest: Interest
        /// `EPOLLERR` or `EPOLLHUP`: reading will say why.
        package let failed: Bool
    }

    /// - Parameter capacity: Events taken in one wait, 1 or more.
    ///
    /// Source: epoll_create1(2).
    package static func open(capacity: Int) throws(Errno) -> Epoll {
        precondition(capacity > 0)
        let number = try retryingInterrupts { epoll_create1(CInt(O_CLOEXEC)) }
        return unsafe Epoll(
            descriptor: FileDescriptor(adopting: number),
            events: UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity), capacity: capacity)
    }

    private init(descriptor: consuming FileDescriptor, events: UnsafeMutablePointer<epoll_event>, capacity: Int) {
        self.descriptor = descriptor
        unsafe self.events = events
        self.capacity = capacity
    }

    package borrowing func add(_ file: borrowing FileDescriptor, _ interest: Interest, token: UInt64) throws(Errno) {
        try control(EPOLL_CTL_ADD, file.rawValue, interest, token)
    }

    package borrowing func modify(_ file: borrowing FileDescriptor, _ interest: Interest, token: UInt64)
        throws(Errno)
    {
        try control(EPOLL_CTL_MOD, file.rawValue, interest, token)
    }

    package borrowing func remove(_ file: borrowing FileDescriptor) throws(Errno) {
        try control(EPOLL_CTL_DEL, file.rawValue, [], 0)
    }

    private borrowing func control(_ operation: CInt, _ number: CInt, _ interest: Interest, _ token: UInt64)
        throws(Errno)
    {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.u64 = token
        // SAFETY: the kernel copies the event during the call.
        _ = try retryingInterrupts { unsafe epoll_ctl(descriptor.rawValue, operation, number, &event) }
    }

    /// Sleeps until something is ready or the time has passed.
    ///
    /// - Parameter timeout: Nanoseconds; 0 not at all.
    /// - Returns: How many events ``event(_:)`` holds; 0 after a time-out or a signal.
    ///
    /// Source: epoll_pwait2(2).
    package mutating func wait(timeout: Int64) -> Int {
        var time = timespec(tv_sec: Int(timeout / 1_000_000_000), tv_nsec: Int(timeout % 1_000_000_000))
        // SAFETY: the kernel writes at most `capacity` events into memory that this value owns, and reads the time.
        var count = unsafe epoll_pwait2(descriptor.rawValue, events, CInt(capacity), &time, nil)
        if count < 0, Glibc.errno == ENOSYS || Glibc.errno == EPERM {
            // Before Linux 5.11, or behind a filter of system calls that does not know it: whole milliseconds.
            let milliseconds = CInt(clamping: (timeout + 999_999) / 1_000_000)
            count = unsafe epoll_wait(descriptor.rawValue, events, CInt(capacity), milliseconds)
        }
        precondition(count >= 0 || Glibc.errno == EINTR, "epoll_wait was misused")
        ready = max(0, Int(count))
        return ready
    }

    /// Event `index` of the last wait.
    package borrowing func event(_ index: Int) -> Event {
        precondition(index >= 0 && index < ready, "no such event")
        // SAFETY: the kernel initialized the first `ready` events.
        let event = unsafe events[index]
        return unsafe Event(
            token: event.data.u64, interest: Interest(rawValue: event.events), failed: event.events & 0x18 != 0)
    }

    deinit { unsafe events.deallocate() }
}

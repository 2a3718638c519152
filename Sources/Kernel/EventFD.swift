internal import CLinux
import Glibc

/// A counter in the kernel that wakes whoever waits for it.
package struct EventFD: ~Copyable, Sendable {
    package let descriptor: FileDescriptor

    /// Source: eventfd(2), nonblocking.
    package static func open() throws(Errno) -> EventFD {
        let number = try retryingInterrupts { eventfd(0, O_NONBLOCK | O_CLOEXEC) }
        return EventFD(descriptor: FileDescriptor(adopting: number))
    }

    /// Wakes the waiter; several signals before it looks are one.
    package borrowing func signal() {
        var one: UInt64 = 1
        // SAFETY: eight bytes are read from a local. A full counter (EAGAIN) is already a pending wake-up.
        _ = unsafe Glibc.write(descriptor.rawValue, &one, 8)
    }

    /// Takes the pending wake-up, if there is one.
    package borrowing func drain() {
        var count: UInt64 = 0
        // SAFETY: eight bytes are written into a local.
        _ = unsafe Glibc.read(descriptor.rawValue, &count, 8)
    }

    /// Sleeps until signalled or until `timeoutMilliseconds` have passed (-1: for ever); takes the wake-up.
    package borrowing func wait(timeoutMilliseconds: Int32 = -1) {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // SAFETY: one entry is passed, and poll writes only its revents.
        _ = unsafe poll(&entry, 1, timeoutMilliseconds)
        drain()
    }
}

internal import CLinux
import Glibc

/// An alarm in the kernel that becomes readable at a moment; far finer than epoll's milliseconds.
package struct TimerFD: ~Copyable, Sendable {
    package let descriptor: FileDescriptor

    /// Source: timerfd_create(2), CLOCK_MONOTONIC, nonblocking.
    package static func open() throws(Errno) -> TimerFD {
        let number = try retryingInterrupts { timerfd_create(CLOCK_MONOTONIC, O_NONBLOCK | O_CLOEXEC) }
        return TimerFD(descriptor: FileDescriptor(adopting: number))
    }

    /// Rings once at `moment`, or at once when it has passed; an earlier alarm, rung or not, is forgotten.
    ///
    /// Source: timerfd_settime(2), TFD_TIMER_ABSTIME.
    package borrowing func ring(at moment: MonotonicTime) {
        var alarm = itimerspec()
        let nanoseconds = max(moment.nanoseconds, 1)  // zero would disarm it
        alarm.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
        alarm.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        // SAFETY: the kernel reads one structure during the call.
        let result = unsafe timerfd_settime(descriptor.rawValue, CInt(1), &alarm, nil)
        precondition(result == 0, "timerfd_settime was misused")
    }

    /// Takes the alarm, so that the descriptor is no longer readable.
    package borrowing func drain() {
        var count: UInt64 = 0
        // SAFETY: eight bytes are written into a local.
        _ = unsafe Glibc.read(descriptor.rawValue, &count, 8)
    }
}

internal import CLinux
import Glibc

/// CPU time of the calling thread, in nanoseconds. Only differences mean something.
package enum ThreadTime {
    /// Source: clock_gettime(2), CLOCK_THREAD_CPUTIME_ID.
    package static var now: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

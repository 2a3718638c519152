import Glibc

/// A moment on the calendar, in nanoseconds since 1970-01-01 UTC. It may jump when the clock is set.
package struct WallTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    @inlinable package init(microseconds: Int64) { nanoseconds = microseconds * 1000 }

    /// Rounded down.
    @inlinable package var microseconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1000 : (nanoseconds - 999) / 1000
    }

    @inlinable package static func < (a: WallTime, b: WallTime) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Source: clock_gettime(2), CLOCK_REALTIME.
    package static var now: WallTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// A moment on a clock that only goes forward, in nanoseconds since some start. Meaningless across reboots.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable package static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The difference, in nanoseconds.
    @inlinable package static func - (a: MonotonicTime, b: MonotonicTime) -> Int64 { a.nanoseconds - b.nanoseconds }

    @inlinable package static func + (a: MonotonicTime, nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: a.nanoseconds + nanoseconds)
    }

    /// Source: clock_gettime(2), CLOCK_MONOTONIC.
    package static var now: MonotonicTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

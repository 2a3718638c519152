package import Kernel
import Synchronization

/// Tells a compactor, from any thread, to come to an end.
package final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    private let wake: EventFD

    package init() throws(Errno) { wake = try EventFD.open() }

    package var isSet: Bool { flag.load(ordering: .acquiring) }

    package func set() {
        // Pairs with the acquiring load of `isSet`.
        flag.store(true, ordering: .releasing)
        wake.signal()
    }

    /// Sleeps, until it is set at the latest. One thread waits at a time.
    package func wait(nanoseconds: Int64) {
        let end = MonotonicTime.now + nanoseconds
        while !isSet {
            let left = end - MonotonicTime.now
            if left <= 0 { return }
            wake.wait(timeoutMilliseconds: Int32(clamping: left / 1_000_000 + 1))
        }
    }
}

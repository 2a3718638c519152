internal import CLinux
import Glibc

/// A thread of the kernel's, which must be joined.
@safe
package struct OSThread: ~Copyable, @unchecked Sendable {
    // @unchecked: a pthread_t is an opaque number on Linux; join is the only use, and consumes this value.
    private let handle: pthread_t
    private var joined = false

    private final class Body {
        let name: String
        let run: () -> Void
        init(name: String, run: @escaping () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a thread that runs `body`.
    ///
    /// - Parameter name: At most 15 bytes, as `top -H` shows it.
    ///
    /// Source: pthread_create(3).
    package static func start(name: String, _ body: sending @escaping () -> Void) throws(Errno) -> OSThread {
        var handle = pthread_t()
        // SAFETY: the box is retained here and released once, by the thread.
        let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        let result = unsafe pthread_create(
            &handle, nil,
            { argument in
                // SAFETY: `argument` is the box retained above.
                let body = unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                unsafe sluice_name_thread(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            unsafe box.release()
            throw Errno(result)
        }
        return OSThread(handle: handle)
    }

    private init(handle: pthread_t) { self.handle = handle }

    /// Waits until the thread has ended.
    package consuming func join() {
        joined = true
        let result = pthread_join(handle, nil)
        precondition(result == 0, "a thread was joined twice, or by itself")
    }

    /// Hands the duty to join over to a ``ThreadGroup``.
    consuming func detachHandle() -> pthread_t {
        joined = true
        return handle
    }

    deinit { if !joined { fatalError("a thread was not joined") } }
}

/// The calling thread.
package enum Threads {
    /// Source: nanosleep(2).
    package static func sleep(milliseconds: Int) {
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        _ = unsafe nanosleep(&time, nil)
    }
}

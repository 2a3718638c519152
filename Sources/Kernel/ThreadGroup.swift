import Glibc

/// Threads that are started one by one and joined together.
package final class ThreadGroup {
    private var handles: [pthread_t] = []

    package init() {}

    /// Starts another thread. See ``OSThread/start(name:_:)``.
    package func start(name: String, _ body: sending @escaping () -> Void) throws(Errno) {
        handles.append(try OSThread.start(name: name, body).detachHandle())
    }

    /// Waits for all of them.
    package func joinAll() {
        let handles = self.handles
        self.handles = []
        for handle in handles {
            let result = pthread_join(handle, nil)
            precondition(result == 0, "a thread was joined twice, or by itself")
        }
    }

    deinit { if !handles.isEmpty { fatalError("threads were not joined") } }
}

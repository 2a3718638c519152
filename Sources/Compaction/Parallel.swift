import Kernel

enum Parallel {
    /// Runs `body` with 0, 1, … `count` - 1, each on a thread of its own, and waits for all of them.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws(CompactionError) {
        if count <= 1 { return body(0) }
        let thread: OSThread
        do throws(Errno) {
            thread = try OSThread.start(name: "compact-\(count - 1)") { body(count - 1) }
        } catch {
            throw .thread(error)
        }
        var failure: CompactionError?
        do throws(CompactionError) { try run(count - 1, body) } catch { failure = error }
        thread.join()
        if let failure { throw failure }
    }
}

import Kernel

/// A folder of its own for one test, removed with everything in it when the value goes.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        let base = ProcessFacts.environment("TMPDIR") ?? "/tmp"
        path = base + "/sluice-test-" + String(Entropy.random(), radix: 36)
        try FileSystem.makeFolders(path)
    }

    deinit { Self.removeAll(path) }

    private static func removeAll(_ path: String) {
        guard let status = try? FileSystem.status(path) else {
            try? FileSystem.remove(path)
            return
        }
        guard status.kind == .folder else {
            try? FileSystem.remove(path)
            return
        }
        for name in (try? FileSystem.names(in: path)) ?? [] { removeAll(path + "/" + name) }
        try? FileSystem.removeFolder(path)
    }
}

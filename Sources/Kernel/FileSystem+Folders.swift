import Glibc

extension FileSystem {
    /// Makes one folder, whose parent must exist. Durable only after the parent is synced.
    ///
    /// - Throws: ``Errno/exists`` when the name is taken, ``Errno/notFound`` when the parent is missing.
    ///
    /// Source: mkdir(2).
    package static func makeFolder(_ path: String) throws(Errno) {
        _ = try retryingInterrupts { unsafe mkdir(path, 0o755) }
    }
}

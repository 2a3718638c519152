internal import CLinux
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

    /// Puts everything on stable storage that was written to the file system that holds a folder, by anybody.
    ///
    /// - Throws: The kernel's error, also one of a write-back since the last call, on kernels from 5.8 on.
    ///
    /// Source: syncfs(2).
    package static func synchronizeAll(at folder: String) throws(Errno) {
        let file = try FileDescriptor.open(folder, .folder)
        _ = try retryingInterrupts { syncfs(file.rawValue) }
    }
}

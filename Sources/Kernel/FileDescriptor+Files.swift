internal import CLinux
import Glibc

/// How a file is opened.
package enum OpenMode: Sendable {
    /// For reading; it must exist.
    case read
    /// For reading and writing; it must exist.
    case readWrite
    /// For reading and writing; it must not exist (`O_EXCL`).
    case create
    /// For reading and writing; made if missing, its content kept.
    case openOrCreate
    /// For writing; made if missing, emptied if not.
    case replace
    /// A folder, to be synced or locked.
    case folder
}

extension FileDescriptor {
    /// Opens a path. Files are made with mode 0644, before the umask.
    ///
    /// - Throws: ``Errno/notFound``, ``Errno/exists``, ``Errno/noSpace``, ``Errno/readOnly`` and the rest as they come.
    ///
    /// Source: open(2).
    package static func open(_ path: String, _ mode: OpenMode) throws(Errno) -> FileDescriptor {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            case .openOrCreate: O_RDWR | O_CREAT
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            case .folder: O_RDONLY | O_DIRECTORY
            }
        // SAFETY: the string is NUL-terminated for the length of the call.
        let number = try retryingInterrupts { unsafe sluice_open(path, flags | O_CLOEXEC, 0o644) }
        return FileDescriptor(adopting: number)
    }

    /// Puts the file's data, and what is needed to read it back, on stable storage.
    ///
    /// - Throws: The kernel's error. The file's unsynced pages are then lost for good: a second call may succeed
    ///   without having written them, so the file must not be appended to again.
    ///
    /// Source: fdatasync(2); its page on errors.
    package borrowing func synchronizeData() throws(Errno) {
        _ = try retryingInterrupts { Glibc.fdatasync(rawValue) }
    }

    /// Puts the file's data and all of its metadata, or a folder's entries, on stable storage.
    ///
    /// Source: fsync(2).
    package borrowing func synchronize() throws(Errno) {
        _ = try retryingInterrupts { Glibc.fsync(rawValue) }
    }

    /// Cuts or extends the file to `length` bytes.
    ///
    /// Source: ftruncate(2).
    package borrowing func truncate(to length: Int) throws(Errno) {
        _ = try retryingInterrupts { Glibc.ftruncate(rawValue, off_t(length)) }
    }

    /// The file's length, in bytes.
    package borrowing func length() throws(Errno) -> Int {
        var status = stat()
        _ = try retryingInterrupts { unsafe fstat(rawValue, &status) }
        return Int(status.st_size)
    }

    /// Takes the advisory lock on this open file, for as long as it stays open.
    ///
    /// - Returns: False when somebody else holds it and `wait` is false.
    ///
    /// Source: flock(2).
    package borrowing func lock(exclusive: Bool = true, wait: Bool) throws(Errno) -> Bool {
        let operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB)
        do throws(Errno) {
            _ = try retryingInterrupts { flock(rawValue, operation) }
            return true
        } catch {
            if error == .wouldBlock { return false }
            throw error
        }
    }
}

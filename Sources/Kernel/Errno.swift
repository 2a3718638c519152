import Glibc

/// A Linux error number.
///
/// Numbers that can only come from a defect of the caller (`EBADF`, `EFAULT`) never become an `Errno`: they stop the
/// process where they happen, because going on would write to somebody else's descriptor.
package struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: CInt

    package init(_ rawValue: CInt) { self.rawValue = rawValue }

    /// The calling thread's `errno`. Read it in the function that made the call.
    package static var current: Errno { Errno(Glibc.errno) }

    package static let interrupted = Errno(EINTR)
    package static let wouldBlock = Errno(EAGAIN)
    package static let noSpace = Errno(ENOSPC)
    package static let quotaExceeded = Errno(EDQUOT)
    package static let fileTooBig = Errno(EFBIG)
    package static let ioFailure = Errno(EIO)
    package static let readOnly = Errno(EROFS)
    package static let notFound = Errno(ENOENT)
    package static let exists = Errno(EEXIST)
    package static let crossDevice = Errno(EXDEV)
    package static let tooManyOpenFiles = Errno(EMFILE)
    package static let tooManyOpenFilesInSystem = Errno(ENFILE)
    package static let notADirectory = Errno(ENOTDIR)
    package static let isADirectory = Errno(EISDIR)
    package static let accessDenied = Errno(EACCES)
    package static let addressInUse = Errno(EADDRINUSE)
    package static let invalidArgument = Errno(EINVAL)
    package static let connectionReset = Errno(ECONNRESET)
    package static let inProgress = Errno(EINPROGRESS)

    /// The kernel's own words: "No space left on device".
    package var description: String {
        // SAFETY: strerror returns a NUL-terminated string that this call copies at once.
        unsafe String(cString: strerror(rawValue))
    }
}

/// Calls again while the kernel says `EINTR`; the only such loop.
@inline(__always)
func retryingInterrupts<T: FixedWidthInteger>(_ body: () -> T) throws(Errno) -> T {
    while true {
        let result = body()
        if result != -1 { return result }
        let errno = Errno.current
        precondition(errno.rawValue != EBADF && errno.rawValue != EFAULT, "a descriptor or buffer was misused")
        if errno != .interrupted { throw errno }
    }
}

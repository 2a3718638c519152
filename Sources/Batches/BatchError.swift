package import Bytes
package import Kernel

/// What can go wrong with a batch file.
package enum BatchError: Error, Equatable, CustomStringConvertible {
    /// A call on the file failed. The file is then as it was after the last commit, or torn behind it.
    case file(path: String, action: StaticString, Errno)
    /// The LZ4 frame is damaged.
    case damaged(path: String, LZ4FrameError)
    /// The file ends in the middle of a block.
    case truncated(path: String, offset: Int)

    package static func == (a: BatchError, b: BatchError) -> Bool { a.description == b.description }

    package var description: String {
        switch self {
        case .file(let path, let action, let errno): "\(action) \(path): \(errno)"
        case .damaged(let path, let error): "\(path): \(error)"
        case .truncated(let path, let offset): "\(path): it ends in the middle of the block at byte \(offset)"
        }
    }

    /// True when space, not the file, is what is missing.
    package var isOutOfSpace: Bool {
        if case .file(_, _, let errno) = self {
            return errno == .noSpace || errno == .quotaExceeded || errno == .fileTooBig
        }
        return false
    }
}

package import Kernel

/// What a store can answer besides success.
package enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name is taken.
    case exists(name: String)
    case missing(name: String)
    /// The call may or may not have had its effect.
    case unknownOutcome(name: String, Errno)
    /// Nothing was stored: the disk, the quota or the file size limit is exhausted.
    case noSpace(name: String)
    case readOnly(name: String)
    case accessDenied(name: String)
    /// The name breaks the rules of ``ObjectName``.
    case invalidName(String)
    /// The kernel's error; nothing became visible.
    case io(name: String, Errno)

    init(_ errno: Errno, name: String) {
        self =
            switch errno {
            case .noSpace, .quotaExceeded, .fileTooBig: .noSpace(name: name)
            case .readOnly: .readOnly(name: name)
            case .accessDenied: .accessDenied(name: name)
            case .notFound: .missing(name: name)
            default: .io(name: name, errno)
            }
    }

    /// Whether the same call may succeed later, with nobody changing the set-up.
    package var isRetryable: Bool {
        switch self {
        case .unknownOutcome, .noSpace, .io: true
        case .exists, .missing, .readOnly, .accessDenied, .invalidName: false
        }
    }

    package var description: String {
        switch self {
        case .exists(let name): "\(name) exists already"
        case .missing(let name): "\(name) does not exist"
        case .unknownOutcome(let name, let errno): "it is not known whether \(name) was stored: \(errno)"
        case .noSpace(let name): "no space is left for \(name)"
        case .readOnly(let name): "\(name) lies on a read-only file system"
        case .accessDenied(let name): "access to \(name) is denied"
        case .invalidName(let name): "\(name) is no valid object name"
        case .io(let name, let errno): "\(name): \(errno)"
        }
    }
}

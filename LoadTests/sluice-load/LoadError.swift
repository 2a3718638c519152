import Kernel

/// Why a run could not be made.
enum LoadError: Error, CustomStringConvertible {
    case tooManyConnections(wanted: Int, limit: Int)
    case cannotConnect(to: String, opened: Int)
    case kernel(doing: String, Errno)
    case bodies(path: String, reason: String)
    case noProcess(Int)

    var description: String {
        switch self {
        case .tooManyConnections(let wanted, let limit):
            "\(wanted) connections need more open files than the limit of \(limit) (ulimit -n)"
        case .cannotConnect(let address, let opened):
            "not every connection to \(address) could be opened and used (\(opened) were opened)"
        case .kernel(let doing, let errno): "\(doing): \(errno)"
        case .bodies(let path, let reason): "\(path): \(reason)"
        case .noProcess(let id): "there is no process \(id)"
        }
    }
}

/// Names what was being done when the kernel refused.
func kernel<R: ~Copyable>(_ doing: String, _ body: () throws(Errno) -> R) throws(LoadError) -> R {
    do throws(Errno) { return try body() } catch { throw .kernel(doing: doing, error) }
}

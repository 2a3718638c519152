import Kernel

/// Where requests go: an address, and the paths that one URL with a placeholder stands for.
struct Target: Sendable {
    let address: SocketAddress
    /// What the Host field says.
    let host: String
    /// `{tenant N}` expanded: N paths, or the one given.
    let paths: [String]

    /// Reads `http://127.0.0.1:8080/v1/{tenant 32}/demo`.
    init(_ url: String) throws(UsageError) {
        guard url.hasPrefix("http://") else { throw .url(url, "it must start with http://") }
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        host = String(rest[..<slash])
        let authority = host.hasSuffix("]") || !host.contains(":") ? host + ":80" : host
        guard let address = SocketAddress(authority) else {
            throw .url(url, "the host must be an address or localhost")
        }
        self.address = address
        paths = try Target.expand(slash == rest.endIndex ? "/" : String(rest[slash...]), in: url)
    }

    private static func expand(_ path: String, in url: String) throws(UsageError) -> [String] {
        let marker = "{tenant "
        guard let open = path.firstRange(of: marker) else { return [path] }
        guard let close = path[open.upperBound...].firstIndex(of: "}"),
            let count = Int(path[open.upperBound..<close]), (1...100_000).contains(count)
        else { throw .url(url, "a placeholder is {tenant N}, N from 1 to 100000") }
        let width = String(count - 1).count
        return (0..<count).map { number in
            let digits = String(number)
            let name = "tenant-" + String(repeating: "0", count: width - digits.count) + digits
            return path[..<open.lowerBound] + name + path[path.index(after: close)...]
        }
    }
}

/// What is wrong with the command line.
enum UsageError: Error, CustomStringConvertible {
    case url(String, String)
    case missingValue(String)
    case badValue(option: String, value: String, expected: String)
    case unknownOption(String)
    case contradiction(String)

    var description: String {
        switch self {
        case .url(let url, let reason): "--url \(url): \(reason)"
        case .missingValue(let option): "\(option) needs a value"
        case .badValue(let option, let value, let expected): "\(option) \(value): expected \(expected)"
        case .unknownOption(let option): "there is no option \(option)"
        case .contradiction(let sentence): sentence
        }
    }
}

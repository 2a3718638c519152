package import Kernel

extension SocketAddress: Setting {
    static var expected: String { "an address such as \"127.0.0.1:8080\" or \"[::]:8080\"" }

    static func parse(_ node: JSON5Node) throws(Complaint) -> SocketAddress {
        let text = try String.parse(node)
        guard let address = SocketAddress(text) else {
            throw Complaint(
                "expects \(expected), found \"\(text)\"; host names are not looked up, a port is 0 to 65535")
        }
        return address
    }

    var shown: Shown { .string(description) }
}

extension SocketAddress {
    /// Whether only this machine reaches it.
    package var isLoopback: Bool {
        address.count == 4 ? address[0] == 127 : address == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether it stands for every address of the machine.
    package var isWildcard: Bool { address.allSatisfy { $0 == 0 } }
}

/// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`; without a length, one address.
package struct Network: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes; the bits behind ``length`` are zero.
    package let address: [UInt8]
    /// Leading bits that count.
    package let length: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, !host.isEmpty, host != "localhost", !host.hasPrefix("["),
            let address = SocketAddress(host.contains(":") ? "[\(host)]:0" : "\(host):0")?.address
        else { return nil }
        let length = parts.count == 2 ? Int(parts[1]) : address.count * 8
        guard let length, (0...address.count * 8).contains(length), !(parts.last?.hasPrefix("+") ?? false) else {
            return nil
        }
        self.address = address
        self.length = length
        guard Self.isZero(address, behind: length) else { return nil }
    }

    private static func isZero(_ address: [UInt8], behind length: Int) -> Bool {
        for (index, byte) in address.enumerated() {
            let kept = min(max(length - index * 8, 0), 8)
            if byte & ~(kept == 0 ? 0 : 0xFF << (8 - UInt8(kept))) != 0 { return false }
        }
        return true
    }

    package func contains(_ other: [UInt8]) -> Bool {
        guard other.count == address.count else { return false }
        for index in 0..<address.count {
            let kept = min(max(length - index * 8, 0), 8)
            let mask: UInt8 = kept == 0 ? 0 : 0xFF << (8 - UInt8(kept))
            if other[index] & mask != address[index] { return false }
        }
        return true
    }

    package var description: String { "\(SocketAddress(address: address, port: 0).host)/\(length)" }
}

extension Network: Setting {
    static var expected: String { "a network such as \"10.0.0.0/8\"" }

    static func parse(_ node: JSON5Node) throws(Complaint) -> Network {
        let text = try String.parse(node)
        guard let network = Network(text) else {
            throw Complaint("expects \(expected) whose bits behind the length are 0, found \"\(text)\"")
        }
        return network
    }

    var shown: Shown { .string(description) }
}

/// Where sealed batches and tables are: `file:PATH` or `s3://BUCKET/PREFIX`.
package enum StoreLocation: Sendable, Hashable {
    /// A folder; a relative path is relative to the working directory.
    case folder(String)
    /// The prefix has no slash at either end, and may be empty.
    case bucket(name: String, prefix: String)
}

extension StoreLocation: Setting {
    static var expected: String { "a store such as \"file:data\" or \"s3://bucket/prefix\"" }

    static func parse(_ node: JSON5Node) throws(Complaint) -> StoreLocation {
        let text = try String.parse(node)
        if text.hasPrefix("file:") {
            var path = text.dropFirst(5)
            if path.hasPrefix("//") { path = path.dropFirst(2) }
            if !path.isEmpty { return .folder(String(path)) }
        } else if text.hasPrefix("s3://") {
            let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let prefix = (parts.count > 1 ? String(parts[1]) : "").split(separator: "/").joined(separator: "/")
            if let name = parts.first, !name.isEmpty { return .bucket(name: String(name), prefix: prefix) }
        }
        throw Complaint("expects \(expected), found \"\(text)\"")
    }

    var shown: Shown {
        switch self {
        case .folder(let path): .string("file:\(path)")
        case .bucket(let name, let prefix): .string("s3://\(name)" + (prefix.isEmpty ? "" : "/\(prefix)"))
        }
    }
}

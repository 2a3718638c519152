import Bytes
package import Kernel

/// What names a batch: the node that wrote it, the node's start, and a count from there.
package struct BatchIdentity: Hashable, Sendable {
    /// The node's configured name, 1 to 64 of `A-Z a-z 0-9 . _ -`.
    package let node: String
    /// A UUIDv7 taken when the node started.
    package let epoch: String
    /// Counts from 0 in the epoch.
    package let sequence: UInt64

    package init(node: String, epoch: String, sequence: UInt64) {
        self.node = Self.cleaned(node)
        self.epoch = epoch
        self.sequence = sequence
    }

    /// `node` with everything that has no place in a file name replaced by `-`.
    package static func cleaned(_ node: String) -> String {
        let allowed = node.utf8.prefix(64).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: byte
            default: 0x2D
            }
        }
        return allowed.isEmpty ? "node" : String(decoding: allowed, as: UTF8.self)
    }

    /// `{node}-{epoch}-{sequence}`, the file's name without its suffix.
    package var name: String { "\(node)-\(epoch)-\(sequence)" }

    /// The object's name in the store: `batches/YYYY/MM/DD/HH/{name}.ndjson.lz4`, by the hour it was opened in, UTC.
    package func key(opened: WallTime) -> String {
        let text = Timestamp.text(microseconds: opened.microseconds)
        func part(_ start: Int, _ count: Int) -> Substring { text.dropFirst(start).prefix(count) }
        let folder = "\(part(0, 4))/\(part(5, 2))/\(part(8, 2))/\(part(11, 2))"
        return "\(BatchFormat.folder)/\(folder)/\(name)\(BatchFormat.suffix)"
    }

    /// Reads a file's name, with any suffix and any folders before it.
    package init?(path: String) {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for suffix in [BatchFormat.openSuffix, BatchFormat.suffix] where name.hasSuffix(suffix) {
            name = String(name.dropLast(suffix.count))
            break
        }
        guard let dash = name.lastIndex(of: "-"), let sequence = UInt64(name[name.index(after: dash)...]) else {
            return nil
        }
        let rest = name[..<dash]
        guard rest.utf8.count > 37 else { return nil }
        let epoch = String(rest.suffix(36))
        let node = rest.dropLast(36)
        guard node.last == "-", epoch.utf8.count == 36 else { return nil }
        self.init(node: String(node.dropLast()), epoch: epoch, sequence: sequence)
    }
}

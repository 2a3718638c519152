package import Parquet

/// How one table's data files are made.
package struct TableOptions: Sendable {
    /// The folder under `tables/`. Default: "events".
    package var name = "events"
    /// Which events it takes. Default: all.
    package var match = EventMatch()
    /// Default: tenant, day(receivedtime).
    package var partition: [PartitionField] = [
        PartitionField(column: .tenant, transform: .identity),
        PartitionField(column: .receivedTime, transform: .day),
    ]
    /// Ascending, nulls first. Default: type, receivedtime.
    package var sort: [StandardColumn] = [.type, .receivedTime]
    /// A file is closed when it has about this many bytes. Default: 256 MiB.
    package var targetFileBytes = 256 << 20
    /// A row group is closed when its values have about this many bytes, before compression. Default: 64 MiB.
    package var rowGroupBytes = 64 << 20
    /// Default: LZ4_RAW, level 1.
    package var codec = ParquetCodec.lz4Raw(level: 1)

    package init() {}
    package init(name: String) { self.name = name }
}

/// Which events a table takes: patterns with `*` for any run of characters.
package struct EventMatch: Sendable, Equatable {
    /// Default: "*".
    package var tenant: String
    /// The source's path, "/acme/stripe", or its last part alone. Default: "*".
    package var source: String
    /// Default: "*".
    package var type: String

    package init(tenant: String = "*", source: String = "*", type: String = "*") {
        self.tenant = tenant
        self.source = source
        self.type = type
    }

    func accepts(tenant: [UInt8], source: [UInt8], type: [UInt8]) -> Bool {
        guard Glob.matches(self.tenant, tenant), Glob.matches(self.type, type) else { return false }
        if Glob.matches(self.source, source) { return true }
        return Glob.matches(self.source, Array(source.split(separator: UInt8(ascii: "/")).last ?? []))
    }
}

/// Patterns in which `*` stands for any bytes and everything else for itself.
enum Glob {
    static func matches(_ pattern: String, _ text: [UInt8]) -> Bool {
        let pattern = Array(pattern.utf8)
        var p = 0
        var t = 0
        // Where to go back to: behind the last star, and what it has taken so far.
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p + 1, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let back = star {
                star = (back.pattern, back.text + 1)
                p = back.pattern
                t = back.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

package import Storage

/// Which batches a run takes: a pure function of what the store holds.
package struct CompactionPlan: Sendable, Equatable {
    /// In byte order of their names, which is the order they were opened in.
    package let batches: [ObjectInfo]
    /// Batches that wait for a later run.
    package let left: Int

    package var bytes: Int { batches.reduce(0) { $0 + $1.byteCount } }

    /// - Parameters:
    ///   - objects: Everything in the store's folder of batches.
    ///   - compacted: Names that records hold.
    ///   - leftOut: Names that must not be read, such as damaged ones.
    ///   - maximumBytes: A run takes batches until it has so many stored bytes, and at least one.
    package init(
        objects: [ObjectInfo], compacted: Set<String>, leftOut: Set<String>, shard: Shard, maximumBytes: Int,
        maximumBatches: Int
    ) {
        var taken: [ObjectInfo] = []
        var bytes = 0
        var left = 0
        let open = objects.filter {
            Self.isBatch($0.name) && !compacted.contains($0.name) && !leftOut.contains($0.name)
                && shard.holds($0.name)
        }.sorted { ObjectName.precedes($0.name, $1.name) }
        for object in open {
            if !taken.isEmpty && (bytes + object.byteCount > maximumBytes || taken.count == maximumBatches) || left > 0
            {
                left += 1
                continue
            }
            taken.append(object)
            bytes += object.byteCount
        }
        batches = taken
        self.left = left
    }

    private static func isBatch(_ name: String) -> Bool { name.hasSuffix(".ndjson.lz4") }
}

/// One of several parts of the batches, for compactors side by side.
package struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// From 0.
    package let index: Int
    package let count: Int

    package static let whole = Shard(index: 0, count: 1)!

    package init?(index: Int, count: Int) {
        guard count >= 1, index >= 0, index < count else { return nil }
        self.index = index
        self.count = count
    }

    /// Reads `I/N`, I from 0 to N - 1.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(index: index, count: count)
    }

    package var description: String { "\(index)/\(count)" }

    /// Whether a batch belongs to this shard: by a hash of its whole key, so that nodes and hours spread evenly.
    package func holds(_ batch: String) -> Bool {
        if count == 1 { return true }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in batch.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // FNV's low bits are weak; fold the high ones in.
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 33
        return hash % UInt64(count) == UInt64(index)
    }
}

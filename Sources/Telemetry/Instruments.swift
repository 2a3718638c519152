package import Synchronization

/// How many places a number is counted in at once. One event loop uses one place; loops beyond share.
package enum Shards {
    package static let count = 16
    package static let mask = 15
}

/// One shard's number, alone on its cache line: two loops never write the same line.
package struct Cell: ~Copyable, Sendable {
    package let value = Atomic<UInt64>(0)
    private let padding: InlineArray<7, UInt64> = .init(repeating: 0)

    package init() {}
}

/// A number that only grows. An addition costs one relaxed atomic instruction on the caller's own cache line.
package final class Counter: Sendable {
    package let cells = InlineArray<16, Cell> { _ in Cell() }

    init() {}

    /// Adds `n` in the place of the event loop `shard`; any number will do for other threads.
    @inlinable package func add(_ n: UInt64 = 1, shard: Int = 0) {
        cells[shard & Shards.mask].value.wrappingAdd(n, ordering: .relaxed)
    }

    /// The sum over all shards.
    package var value: UInt64 {
        var sum: UInt64 = 0
        for index in 0..<Shards.count { sum &+= cells[index].value.load(ordering: .relaxed) }
        return sum
    }
}

/// A whole number that goes up and down.
package final class Gauge: Sendable {
    package let cells = InlineArray<16, Cell> { _ in Cell() }

    init() {}

    /// Adds `n`, which may be negative, in the place of the event loop `shard`.
    @inlinable package func add(_ n: Int, shard: Int = 0) {
        cells[shard & Shards.mask].value.wrappingAdd(UInt64(bitPattern: Int64(n)), ordering: .relaxed)
    }

    /// Sets the part of the event loop `shard`; the gauge shows the sum of the parts.
    @inlinable package func set(_ n: Int, shard: Int = 0) {
        cells[shard & Shards.mask].value.store(UInt64(bitPattern: Int64(n)), ordering: .relaxed)
    }

    package var value: Int {
        var sum: UInt64 = 0
        for index in 0..<Shards.count { sum &+= cells[index].value.load(ordering: .relaxed) }
        return Int(Int64(bitPattern: sum))
    }
}

/// One shard's buckets and sum: three cache lines of its own.
package struct BucketRow: ~Copyable, Sendable {
    /// One for each bound, then `+Inf`; the last is the sum.
    package let numbers = InlineArray<24, Atomic<UInt64>> { _ in Atomic(0) }

    package init() {}
}

/// Counts observed integers by size. See ``Buckets`` for the unit: nanoseconds where seconds are shown.
package final class Histogram: Sendable {
    package let buckets: Buckets
    package let bounds: [UInt64]
    package let rows = InlineArray<16, BucketRow> { _ in BucketRow() }
    package static let sumIndex = 23

    init(_ buckets: Buckets) {
        self.buckets = buckets
        bounds = buckets.bounds
    }

    @inlinable package func observe(_ value: UInt64, shard: Int = 0) {
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        let row = shard & Shards.mask
        rows[row].numbers[bucket].wrappingAdd(1, ordering: .relaxed)
        rows[row].numbers[Self.sumIndex].wrappingAdd(value, ordering: .relaxed)
    }

    /// Observes a duration; one below zero counts as none.
    @inlinable package func observe(nanoseconds: Int64, shard: Int = 0) {
        observe(UInt64(max(nanoseconds, 0)), shard: shard)
    }

    /// What has been observed: for each bound the values up to it and above the one before; then those above all
    /// bounds.
    package var counts: [UInt64] {
        (0...bounds.count).map { bucket in
            var sum: UInt64 = 0
            for row in 0..<Shards.count { sum &+= rows[row].numbers[bucket].load(ordering: .relaxed) }
            return sum
        }
    }

    /// In the observed unit.
    package var sum: UInt64 {
        var sum: UInt64 = 0
        for row in 0..<Shards.count { sum &+= rows[row].numbers[Self.sumIndex].load(ordering: .relaxed) }
        return sum
    }
}

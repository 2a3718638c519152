/// How often each latency occurred, in buckets that grow with the value.
///
/// 128 buckets for each power of two: a value is known to within 0.8 %. Covers 0 ns to 2^47 ns (39 hours).
struct Histogram: Sendable {
    private static let precisionBits = 7
    private static let highest = Int64(1) << 47 - 1
    private var counts = [UInt64](repeating: 0, count: Histogram.index(of: Histogram.highest) + 1)
    private(set) var count: UInt64 = 0
    /// Exact, in nanoseconds.
    private(set) var maximum: Int64 = 0

    mutating func record(_ nanoseconds: Int64) {
        let value = min(max(nanoseconds, 0), Histogram.highest)
        counts[Histogram.index(of: value)] += 1
        count += 1
        maximum = max(maximum, value)
    }

    mutating func add(_ other: Histogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        maximum = max(maximum, other.maximum)
    }

    /// The value that `quantile` (0 to 1) of all values do not exceed, in nanoseconds; 0 when nothing was recorded.
    func value(at quantile: Double) -> Int64 {
        guard count > 0 else { return 0 }
        let wanted = max(1, UInt64((quantile * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for index in counts.indices where counts[index] > 0 {
            seen += counts[index]
            if seen >= wanted { return min(Histogram.upperBound(of: index), maximum) }
        }
        return maximum
    }

    /// Values below 256 have a bucket each; above, the top eight bits choose one.
    private static func index(of value: Int64) -> Int {
        let bits = Int64.bitWidth - value.leadingZeroBitCount
        let shift = max(0, bits - precisionBits - 1)
        return shift << precisionBits + Int(value >> Int64(shift))
    }

    /// The highest value that falls into the bucket.
    private static func upperBound(of index: Int) -> Int64 {
        let half = 1 << precisionBits
        if index < 2 * half { return Int64(index) }
        let shift = index / half - 1
        let mantissa = index - shift << precisionBits
        return Int64(mantissa + 1) << Int64(shift) - 1
    }
}

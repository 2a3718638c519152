/// What a group of series with one name is: its type, its help line and the names of its labels.
///
/// The only families are those of ``Catalogue``, so that a dashboard can rely on the list.
package struct Family: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Only grows; its name ends in `_total`.
        case counter
        /// Goes up and down.
        case gauge
        case histogram(Buckets)
    }

    /// The full name of the series, `_total` included.
    package let name: String
    package let kind: Kind
    /// One sentence without a line break.
    package let help: String
    /// In the order in which the values are given to ``Registry``.
    package let labels: [String]

    init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }

    package static func == (a: Family, b: Family) -> Bool { a.name == b.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The name OpenMetrics gives the family: a counter's without `_total`.
    var openMetricsName: String {
        kind == .counter && name.hasSuffix("_total") ? String(name.dropLast(6)) : name
    }

    /// The base unit that ends the OpenMetrics name, or nil.
    var unit: String? {
        for unit in ["seconds", "bytes", "dollars"] where openMetricsName.hasSuffix("_" + unit) { return unit }
        return nil
    }

    var typeName: String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}

/// The upper bounds of a histogram's buckets, as integers of a small unit.
package struct Buckets: Sendable, Hashable {
    /// How an observed integer becomes the number that is shown.
    package enum Unit: Sendable, Hashable {
        /// Observed in nanoseconds, shown in seconds.
        case seconds
        /// Observed and shown as it is: bytes, counts.
        case whole
    }

    package let unit: Unit
    /// Ascending, at most ``limit``; values above the last one are counted in `+Inf`.
    package let bounds: [UInt64]

    /// The most bounds a histogram may have.
    package static let limit = 22

    init(_ unit: Unit, _ bounds: [UInt64]) {
        precondition(bounds.count <= Self.limit, "a histogram has at most \(Self.limit) bounds")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
        self.unit = unit
        self.bounds = bounds
    }

    private static func seconds(microseconds: [UInt64]) -> Buckets {
        Buckets(.seconds, microseconds.map { $0 * 1000 })
    }

    /// 0.5 ms to 60 s: answers, commits, uploads.
    package static let latency = seconds(microseconds: [
        500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
    ])
    /// 50 ms to 1 h: compactions, batch ages.
    package static let work = seconds(microseconds: [
        50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
        120_000_000, 300_000_000, 600_000_000, 1_800_000_000, 3_600_000_000,
    ])
    /// 0.1 s to 7 days: what lies between an event and its arrival.
    package static let delay = seconds(microseconds: [
        100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 300_000_000, 900_000_000,
        3_600_000_000, 14_400_000_000, 86_400_000_000, 259_200_000_000, 604_800_000_000,
    ])
    /// 1 KiB to 1 GiB, by fours.
    package static let bytes = Buckets(.whole, (0...10).map { 1024 << (2 * $0) })
    /// 1 to 10 million, by 1, 2, 5.
    package static let counts = Buckets(.whole, [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000,
        100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000,
    ])
}

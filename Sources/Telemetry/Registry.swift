package import Bytes
import Synchronization

/// Holds every series, and shows them to Prometheus.
///
/// Asking for a series costs a lock and a look-up: ask once, keep the handle.
package final class Registry: Sendable {
    /// The series of one family that can be told apart. Those beyond share one whose labels all say "other".
    package let seriesLimit: Int
    private let state = Mutex(State())

    enum Instrument: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        /// Asked for its value when shown.
        case callback(@Sendable () -> Double)
    }

    struct Series: Sendable {
        let labels: [String]
        let instrument: Instrument
    }

    struct FamilyState: Sendable {
        var index: [[String]: Int] = [:]
        var series: [Series] = []
    }

    private struct State: Sendable {
        var families: [Family: FamilyState] = [:]
    }

    /// - Parameter seriesLimit: The most label sets of a family. Default: 2,000.
    package init(seriesLimit: Int = 2000) { self.seriesLimit = seriesLimit }

    /// The counter of these label values: the same one for the same values.
    package func counter(_ family: Family, _ labels: [String] = []) -> Counter {
        precondition(family.kind == .counter, "\(family.name) is not a counter")
        guard case .counter(let counter) = instrument(family, labels, { .counter(Counter()) }) else {
            preconditionFailure("\(family.name) is read by a callback")
        }
        return counter
    }

    package func gauge(_ family: Family, _ labels: [String] = []) -> Gauge {
        precondition(family.kind == .gauge, "\(family.name) is not a gauge")
        guard case .gauge(let gauge) = instrument(family, labels, { .gauge(Gauge()) }) else {
            preconditionFailure("\(family.name) is read by a callback")
        }
        return gauge
    }

    package func histogram(_ family: Family, _ labels: [String] = []) -> Histogram {
        guard case .histogram(let buckets) = family.kind,
            case .histogram(let histogram) = instrument(family, labels, { .histogram(Histogram(buckets)) })
        else { preconditionFailure("\(family.name) is not a histogram") }
        return histogram
    }

    /// A gauge or counter whose value is asked for at each scrape. The callback runs on the scraping thread, outside
    /// the registry's lock; a second one for the same labels replaces the first.
    package func observe(_ family: Family, _ labels: [String] = [], _ value: @escaping @Sendable () -> Double) {
        if case .histogram = family.kind { preconditionFailure("\(family.name) is a histogram") }
        state.withLock { state in
            var entry = state.families[family] ?? FamilyState()
            let series = Series(labels: labels, instrument: .callback(value))
            if let position = entry.index[labels] {
                entry.series[position] = series
            } else if entry.series.count < seriesLimit {
                entry.index[labels] = entry.series.count
                entry.series.append(series)
            }
            state.families[family] = entry
        }
    }

    private func instrument(_ family: Family, _ labels: [String], _ make: () -> Instrument) -> Instrument {
        precondition(labels.count == family.labels.count, "\(family.name) has \(family.labels.count) labels")
        return state.withLock { state in
            if let entry = state.families[family], let position = entry.index[labels] {
                return entry.series[position].instrument
            }
            var key = labels
            if let entry = state.families[family], entry.series.count >= seriesLimit {
                key = labels.map { _ in "other" }
                if let position = entry.index[key] { return entry.series[position].instrument }
            }
            let made = make()
            state.families[family, default: FamilyState()].append(Series(labels: key, instrument: made))
            return made
        }
    }

    /// Everything as text. Families without a series are left out.
    package func render(_ format: Exposition.Format = .prometheus) -> ByteBuffer {
        let families = state.withLock { $0.families }
        var exposition = Exposition(format)
        for family in Catalogue.all {
            guard let entry = families[family], !entry.series.isEmpty else { continue }
            exposition.append(family, entry.series)
        }
        return exposition.finish()
    }
}

extension Registry.FamilyState {
    fileprivate mutating func append(_ added: Registry.Series) {
        index[added.labels] = series.count
        series.append(added)
    }
}

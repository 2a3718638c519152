import Bytes

/// Writes families as text that Prometheus reads.
///
/// Source: Prometheus text format 0.0.4; OpenMetrics 1.0.
package struct Exposition: ~Copyable {
    package enum Format: Sendable {
        case prometheus
        case openMetrics

        package var contentType: StaticString {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }

        /// The format that an `Accept` header asks for: OpenMetrics when it is named with a weight above zero.
        package init(accept: String?) {
            let ranges = (accept ?? "").lowercased().split(separator: ",")
            let asked = ranges.contains { range in
                let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                guard parts.first == "application/openmetrics-text" else { return false }
                return !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
            }
            self = asked ? .openMetrics : .prometheus
        }
    }

    private let format: Format
    private var text = ByteBuffer(capacity: 64 * 1024)

    init(_ format: Format) { self.format = format }

    mutating func append(_ family: Family, _ series: [Registry.Series]) {
        let name = format == .openMetrics ? family.openMetricsName : family.name
        line("# HELP \(name) \(escaped(family.help))")
        line("# TYPE \(name) \(family.typeName)")
        if format == .openMetrics, let unit = family.unit { line("# UNIT \(name) \(unit)") }
        for one in series {
            let labels = zip(family.labels, one.labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
            switch one.instrument {
            case .counter(let counter): sample(family.name, labels, "\(counter.value)")
            case .gauge(let gauge): sample(family.name, labels, "\(gauge.value)")
            case .callback(let value): sample(family.name, labels, number(value()))
            case .histogram(let histogram): append(family.name, labels, histogram)
            }
        }
    }

    private mutating func append(_ name: String, _ labels: [String], _ histogram: Histogram) {
        let counts = histogram.counts
        let sum = histogram.sum
        var cumulated: UInt64 = 0
        for (bound, count) in zip(histogram.buckets.bounds, counts) {
            cumulated &+= count
            sample(name + "_bucket", labels + ["le=\"\(limit(bound, histogram.buckets.unit))\""], "\(cumulated)")
        }
        // The count is that of the buckets, so that a scrape beside an observation never contradicts itself.
        cumulated &+= counts[counts.count - 1]
        sample(name + "_bucket", labels + ["le=\"+Inf\""], "\(cumulated)")
        sample(name + "_sum", labels, shown(sum, histogram.buckets.unit))
        sample(name + "_count", labels, "\(cumulated)")
    }

    consuming func finish() -> ByteBuffer {
        if format == .openMetrics { text.append("# EOF\n") }
        return text
    }

    private mutating func line(_ line: String) {
        text.append(utf8: line)
        text.append(UInt8(ascii: "\n"))
    }

    private mutating func sample(_ name: String, _ labels: [String], _ value: String) {
        line(labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels.joined(separator: ","))} \(value)")
    }

    /// A bucket's bound; OpenMetrics wants it to look like a float.
    private func limit(_ bound: UInt64, _ unit: Buckets.Unit) -> String {
        let text = shown(bound, unit)
        return format == .openMetrics && !text.contains(".") ? text + ".0" : text
    }

    /// An observed integer in the shown unit, exactly.
    private func shown(_ value: UInt64, _ unit: Buckets.Unit) -> String {
        guard unit == .seconds else { return "\(value)" }
        let (whole, rest) = value.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest == 0 { return "\(whole)" }
        var digits = "\(1_000_000_000 + rest)".dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    private func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }

    /// Escapes a backslash and a line feed; a quotation mark in labels, and in OpenMetrics everywhere.
    private func escaped(_ value: String, quotes: Bool = false) -> String {
        let quotes = quotes || format == .openMetrics
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || (quotes && $0 == 0x22) }) else { return value }
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

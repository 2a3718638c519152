import Kernel

@testable import Telemetry

extension Registry {
    /// One series of every family, with labels that need escaping.
    static func sample() -> Registry {
        let registry = Registry()
        for family in Catalogue.all {
            let labels = family.labels.map { "\($0) \"quoted\" back\\slash\nline Grüße" }
            switch family.kind {
            case .counter: registry.counter(family, labels).add(123)
            case .gauge: registry.gauge(family, labels).add(42)
            case .histogram:
                let histogram = registry.histogram(family, labels)
                for power in 0..<50 { histogram.observe(1 << power, shard: power) }
            }
        }
        registry.observeProcess(version: "0.0.0")
        return registry
    }
}

/// Files for other parsers, written only where `SLUICE_SAMPLES` names a folder.
enum SampleFile {
    static func write(_ text: String, _ suffix: String) {
        guard let folder = ProcessFacts.environment("SLUICE_SAMPLES") else { return }
        do {
            let file = try FileDescriptor.open("\(folder)/metrics\(suffix)", .replace)
            try file.writeAll([UInt8](text.utf8).span)
        } catch { fatalError("\(folder)/metrics\(suffix): \(error)") }
    }
}

/// How often compaction runs, and with what.
package struct CompactSettings: Sendable, Equatable {
    /// Default: 60 s.
    package var interval = TimeSpan.seconds(60)
    /// Default: 1 GiB.
    package var memory = ByteCount.gibibytes(1)
    /// 0 is one for each core. Default: 0.
    package var threads = 0
}

extension CompactSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("interval", &interval, .atLeast(.milliseconds(1)))
        keys.key("memory", &memory, .atLeast(.mebibytes(64)))
        keys.key("threads", &threads, .between(0, 1024))
    }
}

/// Who knows the tables' current versions.
package struct CatalogSettings: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable, Choice {
        case file
        case rest
    }

    /// Default: file.
    package var type = Kind.file
    package var uri: String?
    package var warehouse: String?
    package var token: Secret?
}

extension CatalogSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("type", &type)
        keys.key("uri", &uri, .ifGiven(.webAddress))
        keys.key("warehouse", &warehouse, .ifGiven(.notEmpty))
        keys.key("token", &token)
    }
}

/// How long things are kept once nothing needs them.
package struct RetentionSettings: Sendable, Equatable {
    /// Batches, once they are in the table. Default: 7 days.
    package var batches = TimeSpan.days(7)
    /// Default: 30 days.
    package var quarantine = TimeSpan.days(30)
    /// Default: 5 days.
    package var snapshots = TimeSpan.days(5)
}

extension RetentionSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("batches", &batches)
        keys.key("quarantine", &quarantine)
        keys.key("snapshots", &snapshots)
    }
}

/// What the process tells of itself.
package struct TelemetrySettings: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable, Choice {
        case debug, info, warning, error
    }

    /// Default: info.
    package var log = Level.info
    package var traces = TraceSettings()
}

extension TelemetrySettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("log", &log)
        keys.key("traces", &traces)
    }
}

package struct TraceSettings: Sendable, Equatable {
    /// An OTLP collector. Default: nil, no traces.
    package var endpoint: String?
    /// Of requests without a traceparent, 0 to 1. Default: 0.01.
    package var ratio = 0.01
}

extension TraceSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("endpoint", &endpoint, .ifGiven(.webAddress))
        keys.key("ratio", &ratio, .between(0, 1))
    }
}

/// Never in production.
package struct TestingSettings: Sendable, Equatable {
    /// Fixes the clock of signature ages and duplicate windows, in seconds since 1970. Default: nil.
    package var now: Int?
}

extension TestingSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("now", &now, .ifGiven(.between(0, 253_402_300_799)))
    }
}

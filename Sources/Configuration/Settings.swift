package import Kernel

/// The whole configuration as it was written, defaults filled in. `Settings()` runs.
///
/// What one value says about another is checked by ``Limits``.
package struct Settings: Sendable, Equatable {
    /// Names this process in batch keys. Default: the host's name.
    package var node = Settings.hostNode
    /// The public address. Port 0 takes any free one. Default: "0.0.0.0:8080".
    package var listen = SocketAddress(address: [0, 0, 0, 0], port: 8080)
    /// Metrics, health, console. Default: "127.0.0.1:9464".
    package var admin = SocketAddress(address: [127, 0, 0, 1], port: 9464)
    /// Event loops; 0 is one for each core. Default: 0.
    package var threads = 0
    /// What a drain may take. Default: 30 s.
    package var shutdownTimeout = TimeSpan.seconds(30)
    /// Default: nil, plain HTTP.
    package var tls: TLSSettings?
    /// Whose X-Forwarded-For is believed. Default: nobody's.
    package var trustedProxies: [Network] = []

    /// Default: "file:data".
    package var store = StoreLocation.folder("data")
    /// Local folder under open batches. Default: "data/spool".
    package var spool = "data/spool"
    package var s3 = S3Settings()

    /// Default: durable.
    package var acknowledge = AcknowledgeSetting.durable
    package var commit = CommitSettings()
    package var batch = BatchSettings()
    /// Bytes in the spool, past which requests are answered 503. Default: 10 GiB.
    package var spoolLimit = ByteCount.gibibytes(10)
    package var limits = LimitSettings()
    package var duplicates = DuplicateSettings()

    /// Takes any `POST /v1/{tenant}/{source}`. Default: false.
    package var openSources = false
    /// Default: none.
    package var sources: [SourceSettings] = []
    /// Default: one table, "events", of everything.
    package var tables: [TableSettings] = [TableSettings()]
    package var compact = CompactSettings()
    package var catalog = CatalogSettings()
    package var retention = RetentionSettings()
    /// A file. Default: "config/prices.json5".
    package var prices = "config/prices.json5"
    package var telemetry = TelemetrySettings()
    package var testing = TestingSettings()

    package init() {}

    /// The host's name with everything that a batch key cannot hold replaced by `-`.
    static var hostNode: String {
        let name = ProcessFacts.hostName.utf8.prefix(64).map { Names.isPlain($0) ? $0 : UInt8(ascii: "-") }
        return name.isEmpty ? "localhost" : String(decoding: name, as: UTF8.self)
    }

    /// Every key there is, `sources[].rate.events` and the like.
    package static let allKeyPaths = Settings.keyPaths("")

    /// The effective tree as JSON; secrets are hidden.
    package func json(isPretty: Bool = true) -> String { shown.json(isPretty: isPretty) }
}

extension Settings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("node", &node, .plainName)
        keys.key("listen", &listen)
        keys.key("admin", &admin)
        keys.key("threads", &threads, .between(0, 1024))
        keys.key("shutdownTimeout", &shutdownTimeout, .atLeast(.milliseconds(1)))
        keys.key("tls", &tls)
        keys.key("trustedProxies", &trustedProxies)
        keys.key("store", &store)
        keys.key("spool", &spool, .notEmpty)
        keys.key("s3", &s3)
        keys.key("acknowledge", &acknowledge)
        keys.key("commit", &commit)
        keys.key("batch", &batch)
        keys.key("spoolLimit", &spoolLimit, .atLeast(.mebibytes(1)))
        keys.key("limits", &limits)
        keys.key("duplicates", &duplicates)
        keys.key("openSources", &openSources)
        keys.key("sources", &sources)
        keys.key("tables", &tables, .atLeastOne)
        keys.key("compact", &compact)
        keys.key("catalog", &catalog)
        keys.key("retention", &retention)
        keys.key("prices", &prices, .notEmpty)
        keys.key("telemetry", &telemetry)
        keys.key("testing", &testing)
    }
}

/// When an accepted event is answered.
package enum AcknowledgeSetting: String, Sendable, CaseIterable, Choice {
    /// After its commit is on stable storage.
    case durable
    /// As soon as it is in memory.
    case memory
}

/// Names that stand in paths and keys.
enum Names {
    /// Letters, digits, `-`, `_`, `.`: what needs no escape in a path.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension Rule where T == String {
    static var plainName: Rule {
        Rule { name in
            let isPlain = (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(Names.isPlain)
                && name != "." && name != ".."
            return isPlain ? nil : "must be 1 to 64 letters, digits, '-', '_' or '.'"
        }
    }

    static var notEmpty: Rule { Rule { $0.isEmpty || $0.utf8.contains(0) ? "must not be empty" : nil } }

    /// A JSON pointer to something in an event.
    ///
    /// Source: RFC 6901.
    static var pointer: Rule {
        Rule { text in
            let pieces = text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
            guard text.hasPrefix("/"), pieces.allSatisfy({ $0.hasPrefix("0") || $0.hasPrefix("1") }) else {
                return "must be a JSON pointer such as \"/data/object/amount\""
            }
            return nil
        }
    }
}

extension Rule {
    static func atLeastOneOf<E>() -> Rule where T == [E] { Rule { $0.isEmpty ? "must not be empty" : nil } }
}

extension Rule where T == [TableSettings] {
    static var atLeastOne: Rule { .atLeastOneOf() }
}

/// Certificates of the public port.
package struct TLSSettings: Sendable, Equatable {
    /// A PEM file, the chain included.
    package var certificate = ""
    /// A PEM file.
    package var key = ""
    /// A PEM file; clients must then show a certificate that it signed. Default: nil.
    package var clientCA: String?
}

extension TLSSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("certificate", &certificate, .notEmpty)
        keys.key("key", &key, .notEmpty)
        keys.key("clientCA", &clientCA, .ifGiven(.notEmpty))
    }
}

/// How an S3 store is reached.
package struct S3Settings: Sendable, Equatable {
    /// Default: the region's own.
    package var endpoint: String?
    /// Default: "us-east-1".
    package var region = "us-east-1"
    /// The bucket in the path, not in the host's name. Default: false.
    package var pathStyle = false
    package var accessKey: Secret?
    package var secretKey: Secret?
    package var sessionToken: Secret?
    /// Requests in flight. Default: 4.
    package var concurrency = 4
    /// Of one request. Default: 30 s.
    package var timeout = TimeSpan.seconds(30)
}

extension S3Settings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("endpoint", &endpoint, .ifGiven(.webAddress))
        keys.key("region", &region, .plainName)
        keys.key("pathStyle", &pathStyle)
        keys.key("accessKey", &accessKey)
        keys.key("secretKey", &secretKey)
        keys.key("sessionToken", &sessionToken)
        keys.key("concurrency", &concurrency, .between(1, 64))
        keys.key("timeout", &timeout, .atLeast(.milliseconds(1)))
    }
}

/// When a group of requests is committed.
package struct CommitSettings: Sendable, Equatable {
    /// How long a request may wait for company. Default: 2 ms.
    package var linger = TimeSpan.milliseconds(2)
    /// A group of this size goes at once. Default: 1 MiB.
    package var maxBytes = ByteCount.mebibytes(1)
}

extension CommitSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("linger", &linger, .between(.zero, .seconds(10)))
        keys.key("maxBytes", &maxBytes, .between(.kibibytes(1), .gibibytes(1)))
    }
}

/// When a batch is sealed, and how it is compressed.
package struct BatchSettings: Sendable, Equatable {
    /// Compressed bytes. Default: 64 MiB.
    package var maxBytes = ByteCount.mebibytes(64)
    /// Since its first event. Default: 60 s.
    package var maxAge = TimeSpan.seconds(60)
    /// Default: 1,000,000.
    package var maxEvents = 1_000_000
    /// LZ4's; from 3 on its slower, denser kind. Default: 1.
    package var level = 1
}

extension BatchSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("maxBytes", &maxBytes, .between(.kibibytes(1), .gibibytes(16)))
        keys.key("maxAge", &maxAge, .atLeast(.milliseconds(1)))
        keys.key("maxEvents", &maxEvents, .between(1, 1_000_000_000))
        keys.key("level", &level, .between(1, 12))
    }
}

/// The bounds of requests and connections.
package struct LimitSettings: Sendable, Equatable {
    /// Default: 5 MiB.
    package var bodyBytes = ByteCount.mebibytes(5)
    /// Default: 32 KiB.
    package var headerBytes = ByteCount.kibibytes(32)
    /// Default: 10,000.
    package var connections = 10_000
    /// Memory under requests that are not answered yet, past which they are answered 503. Default: 256 MiB.
    package var inFlightBytes = ByteCount.mebibytes(256)
    /// Default: 10 s.
    package var headerTimeout = TimeSpan.seconds(10)
    /// Default: 30 s.
    package var bodyTimeout = TimeSpan.seconds(30)
    /// Default: 75 s.
    package var idleTimeout = TimeSpan.seconds(75)
    /// Default: 10,000.
    package var eventsPerRequest = 10_000
}

extension LimitSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("bodyBytes", &bodyBytes, .between(.kibibytes(1), .gibibytes(1)))
        keys.key("headerBytes", &headerBytes, .between(.kibibytes(1), .mebibytes(1)))
        keys.key("connections", &connections, .between(1, 10_000_000))
        keys.key("inFlightBytes", &inFlightBytes, .atLeast(.mebibytes(1)))
        keys.key("headerTimeout", &headerTimeout, .atLeast(.milliseconds(1)))
        keys.key("bodyTimeout", &bodyTimeout, .atLeast(.milliseconds(1)))
        keys.key("idleTimeout", &idleTimeout, .atLeast(.milliseconds(1)))
        keys.key("eventsPerRequest", &eventsPerRequest, .between(1, 10_000_000))
    }
}

/// For how long, and in how much memory, an acceptor knows an event again.
package struct DuplicateSettings: Sendable, Equatable {
    /// Default: 24 h.
    package var window = TimeSpan.hours(24)
    /// Default: 64 MiB.
    package var acceptorMemory = ByteCount.mebibytes(64)
}

extension DuplicateSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("window", &window, .atLeast(.milliseconds(1)))
        keys.key("acceptorMemory", &acceptorMemory, .between(.kibibytes(64), .gibibytes(64)))
    }
}

extension Rule where T == String {
    static var webAddress: Rule {
        Rule { text in
            let rest =
                text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
            return rest.isEmpty || rest.hasPrefix("/") || rest.contains(" ")
                ? "must be an address that begins with \"http://\" or \"https://\"" : nil
        }
    }
}

package import Batches
package import Kernel

/// When an accepted event is answered.
package enum Acknowledgement: String, Sendable {
    /// After its commit is on stable storage.
    case durable
    /// As soon as it is in memory: a crash loses the last commits.
    case memory
}

/// The bounds and addresses of an acceptor. Sizes are bytes, times nanoseconds.
package struct IntakeOptions: Sendable {
    package var node = ProcessFacts.hostName
    package var listen = SocketAddress(address: [0, 0, 0, 0], port: 8080)
    /// Event loops. Default: one a core, less one for the committer.
    package var loops = max(1, ProcessFacts.coreCount - 1)
    /// The local folder under open batches.
    package var spoolFolder = "data/spool"
    /// The root of the store's folder, which gets the sealed batches.
    package var storeFolder = "data"
    /// Open and sealed bytes in the spool, past which requests are answered 503. Default: 10 GiB.
    package var spoolLimitBytes = 10 << 30

    package var acknowledgement = Acknowledgement.durable
    package var commit = CommitOptions()
    package var batch = BatchLimits()
    package var limits = RequestLimits()
    /// Takes any `POST /v1/{tenant}/{source}`. Default: false.
    package var openSources = false
    package var sources: [SourceOptions] = []
    /// How long a drain may take. Default: 30 s.
    package var shutdownTimeout: Int64 = 30_000_000_000

    package init() {}
}

/// When a group of requests is committed.
package struct CommitOptions: Sendable, Hashable {
    /// How long the first request of a group may wait for company. Default: 2 ms.
    package var linger: Int64 = 2_000_000
    /// A group that has so many bytes of lines goes at once. Default: 1 MiB.
    package var maxBytes = 1 << 20

    package init() {}
}

/// When a batch is sealed.
package struct BatchLimits: Sendable, Hashable {
    /// Compressed bytes. Default: 64 MiB.
    package var maxBytes = 64 << 20
    /// Since its first event. Default: 60 s.
    package var maxAge: Int64 = 60_000_000_000
    /// Default: 1,000,000.
    package var maxEvents = 1_000_000
    package var options = BatchOptions()

    package init() {}
}

/// The bounds of requests and connections.
package struct RequestLimits: Sendable, Hashable {
    /// Default: 5 MiB.
    package var bodyBytes = 5 << 20
    /// Default: 32 KiB.
    package var headerBytes = 32 << 10
    /// Default: 10,000.
    package var connections = 10_000
    /// Bodies and lines in memory, over all loops, past which requests are answered 503. Default: 256 MiB.
    package var inFlightBytes = 256 << 20
    /// Default: 10 s.
    package var headerTimeout: Int64 = 10_000_000_000
    /// Default: 30 s.
    package var bodyTimeout: Int64 = 30_000_000_000
    /// Default: 75 s.
    package var idleTimeout: Int64 = 75_000_000_000
    /// Default: 10,000.
    package var eventsPerRequest = 10_000

    package init() {}
}

/// A configured source.
package struct SourceOptions: Sendable, Hashable {
    package var tenant: String
    package var name: String

    package init(tenant: String, name: String) {
        self.tenant = tenant
        self.name = name
    }
}

import Kernel

/// What follows from settings, and whether they fit together.
package struct Limits: Sendable, Equatable {
    /// Event loops, at least 1.
    package let threads: Int
    /// Compaction's threads, at least 1.
    package let compactThreads: Int

    package init(_ settings: Settings) {
        let cores = ProcessFacts.coreCount
        // The committer compresses and writes for all loops: it gets a core too, where there are several.
        threads = settings.threads > 0 ? settings.threads : max(1, cores - 1)
        compactThreads = settings.compact.threads > 0 ? settings.compact.threads : cores
    }

    /// Adds everything that one value says against another.
    static func check(_ settings: Settings, _ faults: FaultList) {
        checkMemory(settings, faults)
        checkTime(settings, faults)
        checkAddresses(settings, faults)
        checkStore(settings, faults)
        SourceCheck.check(settings, faults)
        TableCheck.check(settings, faults)
    }

    private static func checkMemory(_ settings: Settings, _ faults: FaultList) {
        let limits = settings.limits
        if limits.bodyBytes > limits.inFlightBytes {
            faults.error(
                "limits.bodyBytes",
                "is \(limits.bodyBytes), more than limits.inFlightBytes (\(limits.inFlightBytes)): "
                    + "a body that large could never be taken")
        }
        if settings.commit.maxBytes > limits.inFlightBytes {
            faults.error(
                "commit.maxBytes",
                "is \(settings.commit.maxBytes), more than limits.inFlightBytes "
                    + "(\(limits.inFlightBytes)): a group that large could never gather")
        }
        if settings.spoolLimit.bytes < 2 * settings.batch.maxBytes.bytes {
            faults.warning(
                "spoolLimit",
                "is \(settings.spoolLimit), less than two batches of batch.maxBytes "
                    + "(\(settings.batch.maxBytes)): requests are answered 503 before a batch is full")
        }
    }

    private static func checkTime(_ settings: Settings, _ faults: FaultList) {
        if settings.shutdownTimeout < settings.commit.linger {
            faults.error(
                "shutdownTimeout",
                "is \(settings.shutdownTimeout), less than commit.linger "
                    + "(\(settings.commit.linger)): the last group could not be committed in time")
        }
        if settings.commit.linger > settings.batch.maxAge {
            faults.error(
                "commit.linger",
                "is \(settings.commit.linger), more than batch.maxAge (\(settings.batch.maxAge)): "
                    + "a batch would be due before its first commit")
        }
        if settings.testing.now != nil {
            faults.warning("testing.now", "fixes the clock of signature ages and duplicate windows; for tests only")
        }
    }

    private static func checkAddresses(_ settings: Settings, _ faults: FaultList) {
        let (listen, admin) = (settings.listen, settings.admin)
        let meet = listen.address == admin.address || listen.isWildcard || admin.isWildcard
        if listen.port == admin.port, listen.port != 0, meet {
            faults.error(
                "admin", "is \(admin), where listen (\(listen)) already answers: the admin port is never public")
        }
        if !admin.isLoopback {
            faults.warning("admin", "is \(admin): metrics and console are open to whoever reaches that address")
        }
    }

    private static func checkStore(_ settings: Settings, _ faults: FaultList) {
        if case .bucket = settings.store, (settings.s3.accessKey == nil) != (settings.s3.secretKey == nil) {
            faults.error("s3", "s3.accessKey and s3.secretKey are only of use together")
        }
        if settings.catalog.type == .rest, settings.catalog.uri == nil {
            faults.error("catalog.uri", "is missing: catalog.type is \"rest\"")
        }
        if let tls = settings.tls {
            if tls.certificate.isEmpty { faults.error("tls.certificate", "is missing") }
            if tls.key.isEmpty { faults.error("tls.key", "is missing") }
        }
    }
}

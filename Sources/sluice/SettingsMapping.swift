import Batches
import Compaction
import Configuration
import Intake
import Parquet
import Telemetry

/// Each room has options of its own; here they are filled from the one configuration.
extension Settings {
    /// The folder of a store on disk.
    func storeFolder() throws(UsageError) -> String {
        switch store {
        case .folder(let path): return path
        case .bucket: throw UsageError("store: s3:// is not in this version; use \"file:FOLDER\"")
        }
    }

    func intakeOptions(_ derived: Limits) throws(UsageError) -> IntakeOptions {
        var options = IntakeOptions()
        options.node = node
        options.listen = listen
        options.loops = derived.threads
        options.spoolFolder = spool
        options.storeFolder = try storeFolder()
        options.spoolLimitBytes = spoolLimit.bytes
        options.acknowledgement = acknowledge == .memory ? .memory : .durable
        options.commit.linger = commit.linger.nanoseconds
        options.commit.maxBytes = commit.maxBytes.bytes
        options.batch.maxBytes = batch.maxBytes.bytes
        options.batch.maxAge = batch.maxAge.nanoseconds
        options.batch.maxEvents = batch.maxEvents
        options.batch.options.level = batch.level
        options.limits.bodyBytes = limits.bodyBytes.bytes
        options.limits.headerBytes = limits.headerBytes.bytes
        options.limits.connections = limits.connections
        options.limits.inFlightBytes = limits.inFlightBytes.bytes
        options.limits.headerTimeout = limits.headerTimeout.nanoseconds
        options.limits.bodyTimeout = limits.bodyTimeout.nanoseconds
        options.limits.idleTimeout = limits.idleTimeout.nanoseconds
        options.limits.eventsPerRequest = limits.eventsPerRequest
        options.openSources = openSources
        options.shutdownTimeout = shutdownTimeout.nanoseconds
        for source in sources {
            // A source that asks for a check which this version can't make must not be taken as open.
            guard source.isOpen, source.allow.isEmpty, source.clientCertificates.isEmpty else {
                throw UsageError(
                    "sources: \(source.tenant)/\(source.name) asks for signatures, tokens or addresses to be checked, "
                        + "which is not in this version")
            }
            options.sources.append(SourceOptions(tenant: source.tenant, name: source.name))
        }
        return options
    }

    func compactionOptions() -> CompactionOptions {
        var options = CompactionOptions()
        options.memory = compact.memory.bytes
        options.threads = compact.threads
        options.intervalNanoseconds = compact.interval.nanoseconds
        options.worker = node
        return options
    }

    func tableOptions() throws(UsageError) -> [TableOptions] {
        var tables: [TableOptions] = []
        for table in self.tables {
            var options = TableOptions(name: table.name)
            options.match = EventMatch(tenant: table.match.tenant, source: table.match.source, type: table.match.type)
            options.partition = try table.partition.map { (text) throws(UsageError) in
                guard let field = PartitionField(text) else {
                    throw UsageError("tables: \(table.name): no partition field \"\(text)\"")
                }
                return field
            }
            options.sort = try table.sort.map { (text) throws(UsageError) in
                guard let column = StandardColumn(name: text) else {
                    throw UsageError("tables: \(table.name): no column \"\(text)\" to sort by")
                }
                return column
            }
            options.targetFileBytes = table.targetFileBytes.bytes
            options.rowGroupBytes = table.rowGroupBytes.bytes
            options.codec = table.codec == .lz4Raw ? .lz4Raw(level: table.level) : .uncompressed
            tables.append(options)
        }
        return tables
    }
}

extension TelemetrySettings {
    var level: LogLevel { LogLevel(log.rawValue) ?? .info }
}

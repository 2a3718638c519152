import Compaction
import Configuration
import Intake
import Telemetry

extension Command {
    private static let serving = [Option.config, .set]

    static let run = Command(
        name: "run", summary: "acceptor and compactor in one process",
        usage: "[--config FILE] [--set KEY=VALUE]...",
        details: """
            Takes events over HTTP on `listen`, and turns sealed batches into Parquet every `compact.interval`.
            SIGTERM drains: what was received is committed and answered, the open batch is sealed.
            """, options: serving
    ) { try serve($0, accepts: true, compacts: true) }

    static let accept = Command(
        name: "accept", summary: "an acceptor node", usage: "[--config FILE] [--set KEY=VALUE]...",
        details: """
            Takes events over HTTP on `listen` and leaves sealed batches in the store. Any number of nodes may
            share a store; each has a spool of its own.
            SIGTERM drains: what was received is committed and answered, the open batch is sealed.
            """, options: serving
    ) { try serve($0, accepts: true, compacts: false) }

    private static func serve(_ arguments: Arguments, accepts: Bool, compacts: Bool) throws -> Int32 {
        let configuration = try arguments.configuration()
        let settings = configuration.settings
        let registry = Registry()
        let log = Log.standardError(level: settings.telemetry.level, registry: registry)
        for warning in configuration.warnings { log.warning("configuration", ["fault": .string("\(warning)")]) }
        var plan = Node.Plan(admin: settings.admin)
        plan.storeFolder = try settings.storeFolder()
        plan.shutdownTimeout = settings.shutdownTimeout.nanoseconds
        plan.version = Program.version
        if accepts { plan.intake = try settings.intakeOptions(configuration.limits) }
        if compacts {
            plan.compaction = settings.compactionOptions()
            plan.tables = try settings.tableOptions()
        }
        return Node.run(plan, log: log, registry: registry) {
            do throws(ConfigurationError) {
                let next = try arguments.configuration()
                log.level = next.settings.telemetry.level
                log.info("configuration read again; the log level is taken over, the rest needs a restart")
            } catch {
                log.error("the new configuration is faulty; the old one stays", ["error": LogValue(error)])
            }
        }
    }
}

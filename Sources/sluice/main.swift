import Compaction
import Intake
import Kernel
import Storage
import Telemetry

nonisolated func serve() {
    let arguments = CommandLine.arguments
    if arguments[1] == "compact" {
        let compactor = Compactor(
            store: try! DiskStore(root: arguments[2]), tables: [TableOptions()], options: CompactionOptions(),
            stop: try! StopFlag())
        let reports = try! compactor.runAll()
        for r in reports { print(r) }
        print(ProcessFacts.cpuNanoseconds / 1_000_000, "ms cpu", ProcessFacts.peakResidentBytes >> 20, "MiB")
        return
    }
    if arguments[1] == "cat" {
        _ = Cat.run(BatchPaths.expand([arguments[2]], suffixes: BatchPaths.batches).files, Cat.Selection())
        return
    }
    if arguments[1] == "fsck" {
        _ = Fsck.run(BatchPaths.expand([arguments[2]], suffixes: BatchPaths.batches).files, salvage: false, asJSON: false)
        return
    }
    var options = IntakeOptions()
    options.listen = SocketAddress(arguments[1])!
    options.storeFolder = arguments[2]
    options.spoolFolder = arguments[2] + "/spool"
    options.openSources = true
    if arguments.count > 3 { options.loops = Int(arguments[3])! }
    if arguments.count > 4 { options.acknowledgement = .memory }
    let registry = Registry()
    let log = Log.standardError()
    let plan = Node.Plan(intake: options, admin: SocketAddress("127.0.0.1:18081")!)
    _ = Node.run(plan, log: log, registry: registry, onReload: {})
}
serve()

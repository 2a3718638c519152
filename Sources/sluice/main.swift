import Intake
import Kernel
import Telemetry

nonisolated func serve() {
    var options = IntakeOptions()
    let arguments = CommandLine.arguments
    options.listen = SocketAddress(arguments[1])!
    options.storeFolder = arguments[2]
    options.spoolFolder = arguments[2] + "/spool"
    options.openSources = true
    if arguments.count > 3 { options.loops = Int(arguments[3])! }
    if arguments.count > 4 { options.acknowledgement = .memory }
    let registry = Registry()
    let log = Log.standardError()
    let signals = try! SignalSource.open()
    do {
        let acceptor = try Acceptor.start(options, registry: registry, log: log)
        print("listening on \(acceptor.address)")
        _ = signals.next()
        print(acceptor.stop(timeout: 5_000_000_000))
    } catch { print(error) }
}
serve()

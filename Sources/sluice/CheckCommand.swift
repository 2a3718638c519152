import Configuration

extension Command {
    static let check = Command(
        name: "check", summary: "validates the configuration",
        usage: "[--config FILE] [--set KEY=VALUE]... [--print-settings] [--json]",
        details: """
            Prints every fault with its key, line and column, and warnings. Secrets must have a value on this machine.
            Exit status 0 when there is no fault, 2 when there is one.
            """,
        options: [
            .config, .set, .json,
            Option(name: "--print-settings", help: "prints the settings in force; secrets stay hidden"),
        ]
    ) { arguments in
        var output = Output()
        do throws(ConfigurationError) {
            let configuration = try arguments.configuration(resolvingSecrets: true)
            if arguments.has("--print-settings") {
                for warning in configuration.warnings { Console.say("\(warning)") }
                output.line(configuration.settings.json())
            } else if arguments.has("--json") {
                output.line(json(configuration.warnings))
            } else {
                for warning in configuration.warnings { output.line("\(warning)") }
                output.line("\(configuration.file ?? "built-in defaults"): ok")
            }
            return 0
        } catch {
            if arguments.has("--json") {
                output.line(json(error.faults))
            } else {
                for fault in error.faults { output.line("\(fault)") }
            }
            return 2
        }
    }

    private static func json(_ faults: [Fault]) -> String {
        let items = faults.map { fault in
            "{\"severity\":\"\(fault.severity.rawValue)\",\"key\":\(JSONOutput.quoted(fault.path)),"
                + "\"message\":\(JSONOutput.quoted(fault.message)),"
                + "\"place\":\(fault.place.map(JSONOutput.quoted) ?? "null"),"
                + "\"line\":\(fault.position.map { "\($0.line)" } ?? "null"),"
                + "\"column\":\(fault.position.map { "\($0.column)" } ?? "null")}"
        }
        let isOK = !faults.contains { $0.severity == .error }
        return "{\"ok\":\(isOK),\"faults\":[\(items.joined(separator: ","))]}"
    }
}

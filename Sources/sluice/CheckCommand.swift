import Configuration

extension Command {
    static let check = Command(
        name: "check", summary: "validates the configuration",
        usage: "[--config FILE] [--set KEY=VALUE]... [--print-settings] [--json]",
        details: "Prints every fault with its key and place. Exit status 0 when there is none, 2 when there is.",
        options: [
            .config, .set, .json,
            Option(name: "--print-settings", help: "prints the settings in force; secrets stay hidden"),
        ]
    ) { arguments in
        var output = Output()
        do throws(ConfigurationError) {
            let configuration = try Configuration.load(
                file: arguments.value("--config"), overrides: arguments.values["--set"] ?? [], resolvingSecrets: true)
            if arguments.has("--print-settings") {
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
                + "\"message\":\(JSONOutput.quoted(fault.message))}"
        }
        let isOK = !faults.contains { $0.severity == .error }
        return "{\"ok\":\(isOK),\"faults\":[\(items.joined(separator: ","))]}"
    }
}

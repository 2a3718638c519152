import Configuration
import Kernel

/// The binary: finds the command that the first word names, and runs it.
enum Program {
    static let version = "0.1.0"

    /// The commands that exist; each lives in a file of its own.
    private static let commands: [Command] = [.run, .accept, .compact, .check, .inspect, .cat, .fsck]

    /// Commands to come: asked for, they say so.
    private static let planned = [
        "load", "maintain", "audit", "replay", "verify", "infer", "cost", "tune", "send", "quarantine", "reveal",
        "erase",
    ]

    /// The exit status: 0 done, 1 failed or found a fault, 2 wrong usage or configuration.
    static func main(_ words: [String]) -> Int32 {
        guard let name = words.first else {
            Console.say(overview)
            return 2
        }
        switch name {
        case "--version", "version":
            var output = Output()
            output.line("sluice \(version)")
            return 0
        case "--help", "-h", "help":
            if words.count > 1 {
                guard let command = commands.first(where: { $0.name == words[1] }) else { return unknown(words[1]) }
                var output = Output()
                output.write(command.help)
            } else {
                var output = Output()
                output.line(overview)
            }
            return 0
        default: break
        }
        guard let command = commands.first(where: { $0.name == name }) else { return unknown(name) }
        return run(command, Array(words.dropFirst()))
    }

    private static func unknown(_ name: String) -> Int32 {
        if planned.contains(name) {
            Console.fail("\(name) is not in this version (\(version))")
        } else if name.hasPrefix("-") {
            Console.fail("there is no option \(name) before a command; write `sluice COMMAND \(name)`")
        } else {
            let hint = Suggestion.nearest(to: name, among: commands.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            Console.fail("there is no command \"\(name)\"\(hint)\n\n\(overview)")
        }
        return 2
    }

    private static func run(_ command: Command, _ words: [String]) -> Int32 {
        do {
            let arguments = try Arguments(words, for: command)
            if arguments.wantsHelp {
                var output = Output()
                output.write(command.help)
                return 0
            }
            return try command.run(arguments)
        } catch let error as UsageError {
            Console.fail("\(error.message)\nsluice \(command.name) --help says more")
            return 2
        } catch let error as ConfigurationError {
            for fault in error.faults { Console.say("\(fault)") }
            return 2
        } catch {
            Console.fail("\(error)")
            return 1
        }
    }

    private static var overview: String {
        var text = "sluice takes in events over HTTP, keeps them durably in batches, and makes Parquet of them.\n\n"
        text += "Usage: sluice COMMAND [options]\n\nCommands:\n"
        for command in commands {
            text += "  \(command.name)\(String(repeating: " ", count: 10 - command.name.count))\(command.summary)\n"
        }
        return text + "\nsluice COMMAND --help says more; sluice --version prints the version."
    }
}

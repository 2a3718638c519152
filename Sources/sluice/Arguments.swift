import Configuration

/// Wrong usage: exit status 2, one sentence, and where help is.
struct UsageError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// One option of a command.
struct Option: Sendable {
    /// With its dashes: `--rows`.
    let name: String
    /// What stands for its value in help texts; nil for a switch.
    var value: String?
    let help: String

    static let config = Option(
        name: "--config", value: "FILE", help: "configuration; default: config/sluice.json5 when that exists")
    static let set = Option(name: "--set", value: "KEY=VALUE", help: "overrides one key; repeatable")
    static let json = Option(name: "--json", help: "prints for machines")
}

/// A subcommand: its name, its help, and what it does with its arguments.
struct Command: Sendable {
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What stands behind the name in the usage line.
    var usage = ""
    /// Paragraphs below the usage line.
    let details: String
    var options: [Option] = []
    /// Whether words without dashes are taken.
    var takesPaths = false
    let run: @Sendable (Arguments) throws -> Int32

    var help: String {
        var text = "Usage: sluice \(name)\(usage.isEmpty ? "" : " \(usage)")\n\n\(details)\n\nOptions:\n"
        for option in options + [Option(name: "--help", help: "this text")] {
            let left = "  \(option.name)\(option.value.map { " \($0)" } ?? "")"
            text += left + String(repeating: " ", count: max(2, 26 - left.count)) + option.help + "\n"
        }
        return text
    }
}

/// A command's options and words, as given.
struct Arguments {
    private(set) var values: [String: [String]] = [:]
    private(set) var paths: [String] = []
    private(set) var wantsHelp = false

    /// - Throws: ``UsageError`` naming the nearest option.
    init(_ words: [String], for command: Command) throws(UsageError) {
        var index = 0
        var onlyPaths = false
        while index < words.count {
            let word = words[index]
            index += 1
            if onlyPaths || !word.hasPrefix("-") || word == "-" {
                guard command.takesPaths else { throw UsageError("sluice \(command.name) takes no \"\(word)\"") }
                paths.append(word)
                continue
            }
            if word == "--" {
                onlyPaths = true
                continue
            }
            if word == "--help" || word == "-h" {
                wantsHelp = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = command.options.first(where: { $0.name == parts[0] }) else {
                let known = command.options.map(\.name) + ["--help"]
                let hint = Suggestion.nearest(to: parts[0], among: known).map { "; did you mean \($0)?" } ?? ""
                throw UsageError("sluice \(command.name) has no option \(parts[0])\(hint)")
            }
            if option.value == nil {
                guard parts.count == 1 else { throw UsageError("\(option.name) takes no value") }
                values[option.name, default: []].append("")
            } else if parts.count == 2 {
                values[option.name, default: []].append(parts[1])
            } else {
                guard index < words.count else { throw UsageError("\(option.name) needs a value: \(option.value!)") }
                values[option.name, default: []].append(words[index])
                index += 1
            }
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    /// The last value given.
    func value(_ name: String) -> String? { values[name]?.last }

    /// A whole number of at least `least`.
    func number(_ name: String, atLeast least: Int) throws(UsageError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), number >= least else {
            throw UsageError("\(name) needs a whole number of at least \(least), not \"\(text)\"")
        }
        return number
    }

    /// Reads the configuration that `--config` and `--set` name.
    ///
    /// - Parameter resolvingSecrets: Whether a secret without a value on this machine is a fault.
    func configuration(resolvingSecrets: Bool = false) throws(ConfigurationError) -> Configuration {
        try Configuration.load(
            file: value("--config"), overrides: values["--set"] ?? [], resolvingSecrets: resolvingSecrets,
            extraCheck: NotInThisVersion.faults)
    }
}

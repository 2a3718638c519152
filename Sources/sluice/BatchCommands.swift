import Bytes
import Configuration
import Kernel

extension Command {
    static let cat = Command(
        name: "cat", summary: "stored events as JSON lines", usage: "[PATH...] [--from TIME] [--to TIME]",
        details: """
            Prints events as CloudEvents JSON lines: of the batches given (files, or folders with all below them),
            else of the whole store and spool. Open batches are read up to their last whole commit.
            """,
        options: [
            .config, .set,
            Option(name: "--from", value: "TIME", help: "received at or after, RFC 3339 or a date"),
            Option(name: "--to", value: "TIME", help: "received before"),
        ], takesPaths: true
    ) { arguments in
        let selection = Cat.Selection(
            from: try time(arguments.value("--from"), "--from"), to: try time(arguments.value("--to"), "--to"))
        let files = try batches(arguments)
        return Cat.run(files.paths, selection) && !files.hasFaults ? 0 : 1
    }

    static let fsck = Command(
        name: "fsck", summary: "verifies batches", usage: "[PATH...] [--salvage] [--json]",
        details: """
            Reads batches to their last byte: every checksum, every line, and the summary. Exit status 1 when one has
            a fault. --salvage writes the whole lines before a fault into a new batch beside the damaged one, which
            stays as it is.
            """,
        options: [.config, .set, .json, Option(name: "--salvage", help: "recovers what a torn or damaged one holds")],
        takesPaths: true
    ) { arguments in
        let files = try batches(arguments)
        let isGood = Fsck.run(files.paths, salvage: arguments.has("--salvage"), asJSON: arguments.has("--json"))
        return isGood && !files.hasFaults ? 0 : 1
    }

    /// The batches that the arguments name, or all of the store's and the spool's.
    private static func batches(_ arguments: Arguments) throws -> (paths: [String], hasFaults: Bool) {
        var roots = arguments.paths
        if roots.isEmpty {
            let settings = try arguments.configuration().settings
            let store = try settings.storeFolder()
            // A spool inside the store's folder is walked with it.
            roots = ["\(store)/batches", settings.spool].filter { FileSystem.exists($0) }
            if roots.isEmpty { throw UsageError("there are no batches in \(store); name a path") }
        }
        let (files, faults) = BatchPaths.expand(roots, suffixes: BatchPaths.batches)
        for fault in faults { Console.fail(fault) }
        return (files, !faults.isEmpty)
    }

    /// RFC 3339, or a date alone, which is its first moment in UTC.
    private static func time(_ text: String?, _ option: String) throws(UsageError) -> Int64? {
        guard let text else { return nil }
        for form in [text, "\(text)T00:00:00Z", "\(text)Z", "\(text):00Z"] {
            let bytes = Array(form.utf8)
            if let time = Timestamp.parse(bytes.span) { return time }
        }
        throw UsageError("\(option) needs a time such as 2026-11-23T14:00:00Z, not \"\(text)\"")
    }
}

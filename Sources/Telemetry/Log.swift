import Bytes
package import Kernel
import Synchronization

/// Writes one line for each thing worth knowing: JSON for machines, plain text on a terminal.
///
///     {"time":"2026-11-23T14:00:00.123Z","level":"info","message":"batch sealed","batch.events":1200}
///
/// The message is constant, so that lines can be counted; what varies is a field with a dotted name. info is for once a
/// batch or a change of state, warning for what somebody should look at, error for data or a promise at risk. A refused
/// event is a metric, not a line. A line that cannot be written is dropped.
package final class Log: Sendable {
    package enum Form: Sendable { case json, text }
    package typealias Fields = KeyValuePairs<StaticString, LogValue>

    private let form: Form
    private let threshold: Atomic<Int>
    private let counters: [Counter]
    private let output: Mutex<Output>
    private let clock: @Sendable () -> WallTime

    private struct Output: ~Copyable {
        let descriptor: FileDescriptor
        var repeated: [String: Repetition] = [:]
    }

    private struct Repetition {
        var last: WallTime
        var suppressed: Int
    }

    /// - Parameters:
    ///   - descriptor: Where lines go. For standard error see ``standardError(level:registry:)``.
    ///   - registry: Counts the lines, when given.
    package init(
        to descriptor: consuming FileDescriptor, form: Form = .json, level: LogLevel = .info,
        registry: Registry? = nil, clock: @escaping @Sendable () -> WallTime = { .now }
    ) {
        self.form = form
        self.clock = clock
        threshold = Atomic(level.rawValue)
        counters =
            registry.map { registry in
                LogLevel.allCases.map { registry.counter(Catalogue.logLines, [$0.name]) }
            } ?? []
        output = Mutex(Output(descriptor: descriptor))
    }

    /// A log on standard error: text when that is a terminal, JSON when not. Make one for the process; letting it go
    /// closes standard error.
    package static func standardError(level: LogLevel = .info, registry: Registry? = nil) -> Log {
        let descriptor = FileDescriptor(adopting: 2)
        let form: Form = descriptor.isTerminal ? .text : .json
        return Log(to: descriptor, form: form, level: level, registry: registry)
    }

    /// The lowest level that is written.
    package var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    package func debug(_ message: StaticString, _ fields: Fields = [:]) { write(.debug, message, fields, every: nil) }
    package func info(_ message: StaticString, _ fields: Fields = [:]) { write(.info, message, fields, every: nil) }

    /// - Parameter every: The same message is written at most once in this time; the next line then says how many
    ///   were left out (`suppressed`). Nil: always written.
    package func warning(_ message: StaticString, every: Duration? = nil, _ fields: Fields = [:]) {
        write(.warning, message, fields, every: every)
    }

    /// - Parameter every: As for ``warning(_:every:_:)``. Default: 10 seconds.
    package func error(_ message: StaticString, every: Duration? = .seconds(10), _ fields: Fields = [:]) {
        write(.error, message, fields, every: every)
    }

    private func write(_ level: LogLevel, _ message: StaticString, _ fields: Fields, every: Duration?) {
        guard level.rawValue >= threshold.load(ordering: .relaxed) else { return }
        let now = clock()
        output.withLock { output in
            var suppressed = 0
            if let every {
                let name = "\(message)"
                if var known = output.repeated[name] {
                    let elapsed = now.nanoseconds - known.last.nanoseconds
                    if elapsed >= 0, .nanoseconds(elapsed) < every {
                        known.suppressed += 1
                        output.repeated[name] = known
                        return
                    }
                    suppressed = known.suppressed
                }
                output.repeated[name] = Repetition(last: now, suppressed: 0)
            }
            if !counters.isEmpty { counters[level.rawValue].add() }
            let line =
                form == .json
                ? Self.json(now, level, message, fields, suppressed)
                : Self.text(now, level, message, fields, suppressed)
            try? output.descriptor.writeAll([UInt8](line.utf8).span)
        }
    }

    private static func json(
        _ time: WallTime, _ level: LogLevel, _ message: StaticString, _ fields: Fields, _ suppressed: Int
    ) -> String {
        var line = "{\"time\":\"\(LogTime.text(time))\",\"level\":\"\(level.name)\","
        line += "\"message\":\(JSONText.quoted("\(message)"))"
        for (name, value) in fields { line += ",\(JSONText.quoted("\(name)")):\(value.json)" }
        if suppressed > 0 { line += ",\"suppressed\":\(suppressed)" }
        return line + "}\n"
    }

    private static func text(
        _ time: WallTime, _ level: LogLevel, _ message: StaticString, _ fields: Fields, _ suppressed: Int
    ) -> String {
        // The time of day is enough for somebody who is looking on.
        var line = "\(LogTime.text(time).dropFirst(11).dropLast(1)) \(level.name.padded(to: 7)) \(message)"
        for (name, value) in fields { line += " \(name)=\(value.plain)" }
        if suppressed > 0 { line += " suppressed=\(suppressed)" }
        return line + "\n"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}

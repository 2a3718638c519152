import Bytes
import Kernel

/// What a command prints: results to standard output, everything else to standard error.
///
/// Results are gathered and written in large pieces. When the reader has gone away (a closed pipe) the process ends
/// quietly, as other filters do.
struct Output: ~Copyable {
    private var buffer = ByteBuffer(capacity: 64 << 10)

    mutating func write(_ bytes: Span<UInt8>) {
        buffer.append(bytes)
        if buffer.count >= 256 << 10 { flush() }
    }

    mutating func write(_ text: String) { write(text.utf8Span.span) }

    mutating func line(_ text: String = "") {
        write(text)
        write([0x0A].span)
    }

    mutating func flush() {
        StandardStreams.writeOutput(buffer.span)
        buffer.removeAll()
    }

    deinit {
        let rest = buffer.array
        StandardStreams.writeOutput(rest.span)
    }
}

/// Tells people what is going on.
enum Console {
    /// A line on standard error.
    static func say(_ text: String) {
        StandardStreams.writeError(Array("\(text)\n".utf8).span)
    }

    /// A fault, said the way every command says it.
    static func fail(_ text: String) { say("sluice: \(text)") }
}

/// Progress of long work: one line that is rewritten on a terminal, else a plain line every few seconds.
struct Progress {
    private let isTerminal = StandardStreams.errorIsTerminal
    private var last = MonotonicTime.now
    private var isShown = false

    mutating func show(_ text: @autoclosure () -> String) {
        let now = MonotonicTime.now
        guard now - last >= (isTerminal ? 100_000_000 : 5_000_000_000) else { return }
        last = now
        if isTerminal {
            StandardStreams.writeError(Array("\r\u{1B}[K\(text())".utf8).span)
            isShown = true
        } else {
            Console.say(text())
        }
    }

    /// Clears the line, so that what follows stands alone.
    mutating func end() {
        if isShown { StandardStreams.writeError(Array("\r\u{1B}[K".utf8).span) }
        isShown = false
    }
}

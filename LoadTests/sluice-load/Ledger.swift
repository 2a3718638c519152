import Bytes
import Kernel
import Synchronization

/// A file of the ids of all events whose request was answered as expected, one a line, in no order.
final class Ledger: Sendable {
    private let path: String
    private let file: Mutex<FileDescriptor>

    init(path: String) throws(LoadError) {
        self.path = path
        file = Mutex(try kernel(path) { () throws(Errno) in try FileDescriptor.open(path, .replace) })
    }

    /// Appends what a worker has gathered; a ledger that cannot be written would prove nothing, so the process stops.
    func append(_ lines: borrowing ByteBuffer) {
        file.withLock { file in
            do throws(Errno) {
                try file.writeAll(lines.span)
            } catch {
                fatalError("cannot write the ledger \(path): \(error)")
            }
        }
    }
}

/// One worker's lines, not yet in the file.
struct LedgerPage: ~Copyable {
    private let ledger: Ledger?
    /// Prefix, digits, line feed.
    private let line: [UInt8]
    private let digitsOffset: Int
    private var lines = ByteBuffer(capacity: 0)
    private static let flushBytes = 1 << 20

    init(_ ledger: Ledger?, prefix: [UInt8]) {
        self.ledger = ledger
        digitsOffset = prefix.count
        line = prefix + [UInt8](repeating: UInt8(ascii: "0"), count: SerialDigits.count) + [UInt8(ascii: "\n")]
    }

    /// Notes `count` consecutive events.
    mutating func note(first: Int, count: Int) {
        guard ledger != nil else { return }
        var digits = SerialDigits(first)
        var line = line  // a copy a request: the field cannot be lent while another one changes
        for _ in 0..<count {
            for index in 0..<SerialDigits.count { line[digitsOffset + index] = digits.bytes[index] }
            lines.append(line.span)
            digits.increment()
        }
        if lines.count >= LedgerPage.flushBytes { flush() }
    }

    mutating func flush() {
        guard let ledger, !lines.isEmpty else { return }
        ledger.append(lines)
        lines.removeAll()
    }
}

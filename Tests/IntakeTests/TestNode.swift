import Batches
import Bytes
import Foundation
import Intake
import Kernel
import Telemetry
import TestSupport
import Testing

/// An acceptor on a free loopback port with folders of its own.
final class TestNode {
    let folder: TemporaryFolder
    let acceptor: Acceptor
    private var isStopped = false

    init(folder: TemporaryFolder? = nil, _ change: (inout IntakeOptions) -> Void = { _ in }) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        var options = IntakeOptions()
        options.node = "test"
        options.listen = SocketAddress("127.0.0.1:0")!
        options.loops = 1
        options.storeFolder = folder.path
        options.spoolFolder = folder.path + "/spool"
        options.openSources = true
        change(&options)
        let log = Log(to: try FileDescriptor.open("/dev/null", .readWrite))
        acceptor = try Acceptor.start(options, registry: Registry(), log: log)
    }

    deinit { stop() }

    func stop() {
        if isStopped { return }
        isStopped = true
        _ = acceptor.stop(timeout: 3_000_000_000)
    }

    /// The lines of every batch, sealed and open.
    func storedLines() throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for path in try batches() {
            var reader = try BatchReader.open(path)
            var bytes: [UInt8] = []
            while try reader.next() {
                for i in reader.chunk.indices { bytes.append(reader.chunk[i]) }
            }
            lines += bytes.split(separator: 0x0A).map(Array.init)
        }
        return lines
    }

    /// The stored payloads, as text.
    func storedData() throws -> [String] {
        try storedLines().map { line in
            let event = EventLine(line.span, 0..<line.count)
            let data = try #require(event?.data)
            return String(decoding: line[data], as: UTF8.self)
        }
    }

    func batches() throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(BatchFormat.suffix) || $0.hasSuffix(BatchFormat.openSuffix) }.sorted()
            .map { "\(folder.path)/\($0)" }
    }
}

/// A client that sends what it is told to, byte for byte.
struct TestClient: ~Copyable {
    private let socket: Socket

    init(_ node: TestNode) throws {
        socket = try Socket.connect(to: node.acceptor.address)
        _ = socket.waitUntilWritable(timeoutMilliseconds: 2000)
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            guard let count = try? socket.send(bytes.span.extracting(sent..<bytes.count)) else {
                guard socket.waitUntilWritable(timeoutMilliseconds: 2000) else { return }
                continue
            }
            sent += count
        }
    }

    /// Everything that arrives until the peer closes, `count` answers are whole, or two seconds pass without a byte.
    func receive(answers count: Int = 1, timeoutMilliseconds: Int32 = 5000) throws -> String {
        var input = ByteBuffer()
        while socket.waitUntilReadable(timeoutMilliseconds: timeoutMilliseconds) {
            let arrived = try? input.append(upTo: 65536) { (output) throws(Errno) in
                try socket.receive(into: &output)
            }
            guard let arrived, arrived > 0 else { break }
            let text = String(decoding: input.array, as: UTF8.self)
            if Self.wholeAnswers(text) >= count { break }
        }
        return String(decoding: input.array, as: UTF8.self)
    }

    private static func wholeAnswers(_ text: String) -> Int {
        var rest = text[...]
        var count = 0
        while let head = rest.range(of: "\r\n\r\n") {
            let length = rest[..<head.lowerBound].range(of: "Content-Length: ").flatMap { found in
                Int(rest[found.upperBound...].prefix { $0.isNumber })
            }
            guard let end = rest.utf8.index(head.upperBound, offsetBy: length ?? 0, limitedBy: rest.endIndex) else {
                return count
            }
            rest = rest[end...]
            count += 1
        }
        return count
    }
}

/// A POST with a body of known length.
func post(_ body: String, path: String = "/v1/acme/demo", type: String = "application/json", extra: String = "")
    -> String
{
    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

import Bytes
import HTTP
package import Kernel
import Synchronization
package import Telemetry

/// What the admin port asks the rest of the process.
package struct AdminHooks: Sendable {
    /// Whether events would be taken now, and if not why.
    package var readiness: @Sendable () -> (isReady: Bool, reason: StaticString)

    package init(readiness: @escaping @Sendable () -> (isReady: Bool, reason: StaticString)) {
        self.readiness = readiness
    }
}

/// `/metrics`, `/livez` and `/readyz`, for the operator's own network.
///
/// One thread, one request a connection, a second for each: it serves a scraper, not the public.
package final class AdminServer: Sendable {
    private let listener: Socket
    private let registry: Registry
    private let hooks: AdminHooks
    private let isStopping = Atomic<Bool>(false)
    package let address: SocketAddress

    /// Opens the listener.
    package init(listen: SocketAddress, registry: Registry, hooks: AdminHooks) throws(Errno) {
        listener = try Socket.listen(on: listen, backlog: 64, sharingPort: false)
        address = try listener.localAddress()
        self.registry = registry
        self.hooks = hooks
    }

    package func stop() { isStopping.store(true, ordering: .releasing) }

    /// The thread's body; returns within a quarter of a second of ``stop()``.
    package func run() {
        while !isStopping.load(ordering: .acquiring) {
            guard listener.waitUntilReadable(timeoutMilliseconds: 250) else { continue }
            var peer: SocketAddress?
            do throws(Errno) {
                let socket = try listener.accept(peer: &peer)
                serve(socket)
            } catch where error == .wouldBlock {
            } catch {
                // Out of descriptors: the listener stays readable, so pause.
                Threads.sleep(milliseconds: 50)
            }
        }
    }

    private func serve(_ socket: borrowing Socket) {
        var input = ByteBuffer()
        var limits = HTTPLimits()
        limits.headBytes = 8 << 10
        var parser = RequestParser(limits: limits)
        let deadline = MonotonicTime.now + 1_000_000_000
        var output = ByteBuffer()
        do throws(HTTPError) {
            while true {
                let rest = (deadline - .now) / 1_000_000
                guard rest > 0, socket.waitUntilReadable(timeoutMilliseconds: Int32(rest)) else { return }
                let arrived = try? input.append(upTo: 4096) { (output) throws(Errno) in
                    try socket.receive(into: &output)
                }
                guard let arrived, arrived > 0 else { return }
                if case .complete = try parser.parse(input.span) { break }
            }
            answer(parser.head, input.span, &output)
        } catch {
            var form = Answer()
            form.closes = true
            form.problem(Problem(error), date: date, to: &output)
        }
        var sent = 0
        while sent < output.count, deadline + 4_000_000_000 > .now {
            if let count = try? socket.send(output.span.extracting(sent..<output.count)) {
                sent += count
            } else if !socket.waitUntilWritable(timeoutMilliseconds: 500) {
                return
            }
        }
        socket.finishSending()
    }

    private var date: HTTPDate { HTTPDate(seconds: WallTime.now.nanoseconds / 1_000_000_000) }

    private func answer(_ head: RequestHead, _ bytes: Span<UInt8>, _ output: inout ByteBuffer) {
        var form = Answer(to: head)
        form.closes = true
        guard head.method == .get || head.method == .head else {
            form.allow = "GET, HEAD"
            return form.problem(.methodNotAllowed, date: date, to: &output)
        }
        let path = bytes.extracting(head.path.range)
        if Self.equals(path, "/livez") {
            form.text(.ok, "ok", date: date, to: &output)
        } else if Self.equals(path, "/readyz") {
            let (isReady, reason) = hooks.readiness()
            form.text(isReady ? .ok : .serviceUnavailable, reason, date: date, to: &output)
        } else if Self.equals(path, "/metrics") {
            let accept = head.value(of: "accept", in: bytes).map { range in
                String(decoding: bytes.extracting(range.range).copied, as: UTF8.self)
            }
            let isOpen = accept?.contains("application/openmetrics-text") ?? false
            let text = registry.render(isOpen ? .openMetrics : .prometheus)
            let type: StaticString =
                isOpen
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8"
            form.body(.ok, type: type, text.span, date: date, to: &output)
        } else {
            form.problem(.notFound, date: date, to: &output)
        }
    }

    private static func equals(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount && ByteSearch.matches(text, in: bytes, at: 0)
    }
}

extension Span<UInt8> {
    /// The bytes in an array of their own.
    var copied: [UInt8] { indices.map { self[$0] } }
}

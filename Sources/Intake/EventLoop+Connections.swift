import Bytes
import HTTP
import Kernel
import Synchronization
import Telemetry

extension EventLoop {
    /// Takes every connection that waits.
    func acceptAll() {
        guard acceptPausedUntil == nil, let listener else { return }
        for _ in 0..<256 {
            do throws(Errno) {
                var peer: SocketAddress?
                let socket = try listener.socket.accept(peer: &peer)
                open(socket)
            } catch {
                if error == .tooManyOpenFiles || error == .tooManyOpenFilesInSystem {
                    // The listener stays readable: look again later instead of spinning.
                    try? epoll.remove(listener.socket.descriptor)
                    acceptPausedUntil = now + 100_000_000
                    context.log.error("out of file descriptors; raise the limit of open files (ulimit -n)")
                }
                if error == .wouldBlock || acceptPausedUntil != nil { return }
            }
        }
    }

    private func open(_ socket: consuming Socket) {
        let (slot, generation) = connections.reserve()
        let count = context.gate.connections.add(1, ordering: .relaxed).newValue
        var limits = HTTPLimits()
        limits.headBytes = context.options.limits.headerBytes
        limits.bodyBytes = context.options.limits.bodyBytes
        let connection = Connection(
            socket: socket, slot: slot, generation: generation, limits: limits, now: now)
        connections.put(connection)
        do throws(Errno) {
            try epoll.add(connection.socket.descriptor, connection.interest, token: connection.token)
        } catch {
            return close(connection)
        }
        if count > context.options.limits.connections {
            refuse(connection, .tooManyConnections)
        }
    }

    func close(_ connection: Connection) {
        guard connections.find(slot: connection.slot, generation: connection.generation) != nil else { return }
        release(connection)
        if !connection.pending.isEmpty {
            connection.pending.removeAll()
            waitingConnections -= 1
        }
        // The descriptor closes with the object; epoll forgets it then.
        try? epoll.remove(connection.socket.descriptor)
        connections.remove(connection.slot)
        context.gate.connections.subtract(1, ordering: .relaxed)
    }

    /// Gives back what a body had reserved.
    func release(_ connection: Connection) {
        bodyBytes -= connection.reservedBytes
        connection.reservedBytes = 0
    }

    func setInterest(_ connection: Connection, _ interest: Epoll.Interest) {
        if connection.interest == interest { return }
        connection.interest = interest
        try? epoll.modify(connection.socket.descriptor, interest, token: connection.token)
    }

    // MARK: Writing

    /// Sends bytes behind those that wait already.
    func send(_ connection: Connection, _ bytes: Span<UInt8>) {
        var sent = 0
        if connection.output.isEmpty {
            do throws(Errno) {
                sent = try connection.socket.send(bytes)
            } catch {
                if error != .wouldBlock { return close(connection) }
            }
        }
        if sent < bytes.count {
            connection.output.append(bytes.extracting(sent..<bytes.count))
            if connection.blockedSince == nil { connection.blockedSince = now }
            setInterest(connection, [connection.isClosing ? [] : .read, .write])
        } else {
            finishIfClosing(connection)
        }
    }

    /// Sends what waits, now that the peer takes bytes again.
    func flush(_ connection: Connection) {
        if connection.output.isEmpty { return }
        do throws(Errno) {
            let sent = try connection.socket.send(connection.output.span)
            connection.output.removeFirst(sent)
            if sent > 0 { connection.blockedSince = now }
        } catch {
            if error != .wouldBlock { close(connection) }
            return
        }
        if connection.output.isEmpty {
            connection.output.release()
            connection.blockedSince = nil
            setInterest(connection, .read)
            finishIfClosing(connection)
        }
    }

    /// Once everything is sent, closes the sending half and waits for the peer's.
    func finishIfClosing(_ connection: Connection) {
        guard connection.isClosing, connection.pending.isEmpty, connection.output.isEmpty else { return }
        if case .lingering = connection.stage { return }
        if connection.peerHasClosed { return close(connection) }
        connection.stage = .lingering
        connection.since = now
        connection.input.release()
        connection.socket.finishSending()
        setInterest(connection, .read)
    }
}

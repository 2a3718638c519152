import Bytes
import Kernel

/// Opening, sending, receiving, breaking.
extension Worker {
    mutating func openConnections() {
        var opened = 0
        while nextSlot < connections.count, opened < Worker.openedAtOnce {
            open(slot: nextSlot)
            nextSlot += 1
            opened += 1
        }
        guard !reopenings.isEmpty else { return }
        let now = MonotonicTime.now.nanoseconds
        let due = reopenings.filter { $0.at <= now }
        guard !due.isEmpty else { return }
        reopenings.removeAll { $0.at <= now }
        for entry in due { open(slot: entry.slot) }
    }

    private mutating func open(slot: Int) {
        generation &+= 1
        do throws(Errno) {
            let connection = Connection(
                try Socket.connect(to: options.target.address), slot: slot, generation: generation)
            try epoll.add(connection.socket.descriptor, [.read, .write], token: connection.token)
            connections[slot] = connection
        } catch {
            reopenLater(slot, "connect: \(error)")
        }
    }

    mutating func opened(_ connection: Connection) {
        connection.isOpen = true
        tally.opened += 1
        guard waitFor(.read, on: connection) else { return }
        let now = MonotonicTime.now.nanoseconds
        if connection.slot >= busySlots {
            send(1, on: connection, from: now)
        } else if control.startedAt != 0 {
            becameFree(connection, now)
        }
    }

    /// The connection may take new requests.
    mutating func becameFree(_ connection: Connection, _ now: Int64) {
        guard connection.slot < busySlots else { return }
        if schedule != nil {
            free.append(connection)
            dispatch(now)
        } else if maySend(now) {
            let room = min(options.pipeline - connection.outstanding.count, budget)
            if room > 0 { send(room, on: connection, from: now) }
        }
    }

    /// Sends `count` requests in one call.
    mutating func send(_ count: Int, on connection: Connection, from: Int64) {
        output.removeAll()
        for _ in 0..<count {
            requests[nextRequest].number(from: nextID)
            let request = requests[nextRequest]
            connection.outstanding.append(Outstanding(firstID: nextID, bodyBytes: request.bodyBytes, from: from))
            nextID += eventsPerRequest
            if count > 1 { output.append(request.bytes.span) }
            nextRequest = nextRequest + 1 == requests.count ? 0 : nextRequest + 1
        }
        outstandingCount += count
        if connection.slot < busySlots { budget -= count }
        do throws(Errno) {
            if count > 1 {
                try Worker.push(output.span, on: connection)
            } else {
                let request = requests[nextRequest == 0 ? requests.count - 1 : nextRequest - 1]
                try Worker.push(request.bytes.span, on: connection)
            }
        } catch {
            return broke(connection, "send: \(error)")
        }
        if !connection.unsent.isEmpty { _ = waitFor([.read, .write], on: connection) }
    }

    /// Sends, and keeps what the kernel does not take.
    private static func push(_ bytes: Span<UInt8>, on connection: Connection) throws(Errno) {
        var sent = 0
        if connection.unsent.isEmpty {
            do throws(Errno) {
                sent = try connection.socket.send(bytes)
            } catch where error == .wouldBlock {}
        }
        for index in sent..<bytes.count { connection.unsent.append(bytes[index]) }
    }

    mutating func sendRest(_ connection: Connection) {
        do throws(Errno) {
            let sent = try connection.socket.send(connection.unsent.span)
            connection.unsent.removeFirst(sent)
        } catch where error == .wouldBlock {
            return
        } catch {
            return broke(connection, "send: \(error)")
        }
        if connection.unsent.isEmpty { _ = waitFor(.read, on: connection) }
    }

    mutating func receive(_ connection: Connection) {
        guard connections[connection.slot] === connection else { return }
        input.removeAll()
        input.append(connection.partial.span)
        do throws(Errno) {
            let arrived = try input.append(upTo: Worker.receiveBytes) { (output) throws(Errno) in
                try connection.socket.receive(into: &output)
            }
            if arrived == 0 { return broke(connection, "closed by the server") }
        } catch where error == .wouldBlock {
            return
        } catch {
            return broke(connection, "receive: \(error)")
        }
        takeAnswers(connection)
    }

    private mutating func takeAnswers(_ connection: Connection) {
        let now = MonotonicTime.now.nanoseconds
        var offset = 0
        while offset < input.count {
            let result = ResponseParser.parse(
                input.span.extracting(offset..<input.count), toHead: options.method == "HEAD")
            switch result {
            case .incomplete:
                connection.partial = Array(input.array[offset...])
                return
            case .invalid:
                return broke(connection, "not an answer")
            case .complete(let status, let count, let closes):
                offset += count
                if status < 200 { continue }
                guard !connection.outstanding.isEmpty else { return broke(connection, "an answer nobody asked for") }
                answered(connection.outstanding.removeFirst(), status, now)
                if closes { return closed(connection) }
            }
        }
        if !connection.partial.isEmpty { connection.partial.removeAll(keepingCapacity: true) }
        backoff[connection.slot] = Worker.shortestBackoff
        if connection.slot >= busySlots {
            idleReady += 1
        } else if options.pipeline > 1 || connection.outstanding.isEmpty {
            becameFree(connection, now)
        }
    }

    private mutating func answered(_ request: Outstanding, _ status: Int, _ now: Int64) {
        outstandingCount -= 1
        tally.lastAnswer = now
        if status == options.expectedStatus {
            tally.acknowledged += 1
            page.note(first: request.firstID, count: eventsPerRequest)
        }
        guard control.startedAt != 0, now >= control.measureFrom else {
            if status != options.expectedStatus { tally.unexpectedInWarmup += 1 }
            return
        }
        tally.statuses[status, default: 0] += 1
        tally.bodyBytes += request.bodyBytes
        tally.latency.record(now - request.from)
    }

    /// The server said that it closes: no fault, but what was pipelined behind is lost.
    private mutating func closed(_ connection: Connection) {
        drop(connection)
        if connection.slot >= busySlots {
            idleReady += 1
            tally.idleClosed += 1
        } else {
            reopenings.append(Reopening(slot: connection.slot, at: 0))
        }
    }

    mutating func broke(_ connection: Connection, _ reason: String) {
        let hadRequest = !connection.outstanding.isEmpty
        drop(connection)
        page.flush()
        if connection.slot >= busySlots, !hadRequest, connection.isOpen {
            tally.idleClosed += 1
            return
        }
        reopenLater(connection.slot, reason)
    }

    private mutating func drop(_ connection: Connection) {
        connections[connection.slot] = nil
        outstandingCount -= connection.outstanding.count
        tally.lost += connection.outstanding.count
        try? epoll.remove(connection.socket.descriptor)
        if schedule != nil, connection.outstanding.isEmpty { free.removeAll { $0 === connection } }
        connection.outstanding = []
    }

    private mutating func reopenLater(_ slot: Int, _ reason: String) {
        tally.errors[reason, default: 0] += 1
        reopenings.append(Reopening(slot: slot, at: MonotonicTime.now.nanoseconds + backoff[slot]))
        backoff[slot] = min(backoff[slot] * 2, Worker.longestBackoff)
    }

    private mutating func waitFor(_ interest: Epoll.Interest, on connection: Connection) -> Bool {
        do throws(Errno) {
            try epoll.modify(connection.socket.descriptor, interest, token: connection.token)
            return true
        } catch {
            broke(connection, "epoll: \(error)")
            return false
        }
    }
}

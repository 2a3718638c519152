import Bytes
import HTTP
import Kernel

extension EventLoop {
    /// Receives once, and handles every request that is complete.
    func read(_ connection: Connection) {
        if case .lingering = connection.stage { return drain(connection) }
        if connection.isClosing { return }
        if connection.pending.count >= Self.pipelineLimit {
            // Read on when the answers are out.
            setInterest(connection, connection.output.isEmpty ? [] : .write)
            return
        }
        if connection.input.isEmpty {
            readIntoScratch(connection)
        } else {
            readBehindRest(connection)
        }
    }

    /// The common case: whole requests come in one piece and are handled where they were received.
    private func readIntoScratch(_ connection: Connection) {
        scratch.removeAll()
        guard receive(connection, into: &scratch, upTo: Self.scratchBytes) else { return }
        var bytes = ByteBuffer()
        swap(&bytes, &scratch)
        let consumed = process(connection, bytes.span)
        if consumed < bytes.count && isReading(connection) {
            connection.input.append(bytes.span.extracting(consumed..<bytes.count))
            reserveForBody(connection)
        }
        swap(&bytes, &scratch)
    }

    /// The rest of a request that came in pieces.
    private func readBehindRest(_ connection: Connection) {
        let room =
            if case .body(let headBytes, let length) = connection.stage {
                max(1, headBytes + length - connection.input.count)
            } else {
                16 << 10
            }
        guard receive(connection, into: &connection.input, upTo: min(room, 1 << 20)) else { return }
        processRest(connection)
    }

    /// Handles what is complete in the connection's own buffer.
    func processRest(_ connection: Connection) {
        var bytes = ByteBuffer()
        swap(&bytes, &connection.input)
        let consumed = process(connection, bytes.span)
        if isReading(connection) {
            bytes.removeFirst(consumed)
            if bytes.isEmpty { bytes.release() }
            swap(&bytes, &connection.input)
            reserveForBody(connection)
        }
    }

    /// A body whose length is known gets its memory once.
    private func reserveForBody(_ connection: Connection) {
        if case .body(let headBytes, let length) = connection.stage {
            connection.input.reserve(max(0, headBytes + length - connection.input.count))
        }
    }

    private func isReading(_ connection: Connection) -> Bool {
        !connection.isClosing && connections.find(slot: connection.slot, generation: connection.generation) != nil
    }

    /// - Returns: False when nothing arrived; the connection may be gone then.
    private func receive(_ connection: Connection, into buffer: inout ByteBuffer, upTo room: Int) -> Bool {
        let arrived: Int
        do throws(Errno) {
            arrived = try buffer.append(upTo: room) { (output) throws(Errno) in
                try connection.socket.receive(into: &output)
            }
        } catch {
            if error != .wouldBlock { close(connection) }
            return false
        }
        if arrived == 0 {
            endOfInput(connection)
            return false
        }
        if !connection.hasBegun {
            connection.hasBegun = true
            connection.since = now
        }
        return true
    }

    /// The peer sends no more: what is owed is still answered.
    private func endOfInput(_ connection: Connection) {
        connection.peerHasClosed = true
        connection.isClosing = true
        release(connection)
        if connection.pending.isEmpty && connection.output.isEmpty { return close(connection) }
        setInterest(connection, connection.output.isEmpty ? [] : .write)
    }

    /// Reads and forgets.
    private func drain(_ connection: Connection) {
        scratch.removeAll()
        do throws(Errno) {
            let arrived = try scratch.append(upTo: Self.scratchBytes) { (output) throws(Errno) in
                try connection.socket.receive(into: &output)
            }
            if arrived == 0 { close(connection) }
        } catch {
            if error != .wouldBlock { close(connection) }
        }
    }

    /// Handles what is complete in `bytes`, which start with the request being read.
    ///
    /// - Returns: How many bytes were consumed. The caller keeps the others.
    private func process(_ connection: Connection, _ bytes: Span<UInt8>) -> Int {
        var position = 0
        while position < bytes.count, !connection.isClosing, connection.pending.count < Self.pipelineLimit {
            let rest = bytes.extracting(position..<bytes.count)
            let consumed: Int
            switch connection.stage {
            case .head: consumed = readHead(connection, rest)
            case .body(let headBytes, let length):
                consumed = rest.count >= headBytes + length ? finishBody(connection, rest, headBytes, length) : 0
            case .chunks: consumed = readChunks(connection, rest)
            case .skipping(let left): consumed = skip(connection, rest, left)
            case .lingering: return bytes.count
            }
            position += consumed
            if case .head = connection.stage, consumed > 0 {
                connection.hasBegun = position < bytes.count
                connection.since = now
            } else if consumed == 0 {
                break
            }
        }
        return position
    }

    private func readHead(_ connection: Connection, _ bytes: Span<UInt8>) -> Int {
        let headBytes: Int
        do throws(HTTPError) {
            guard case .complete(let count) = try connection.parser.parse(bytes) else { return 0 }
            headBytes = count
        } catch {
            refuse(connection, Refusal(error))
            return bytes.count
        }
        switch admission.decide(connection.parser.head, bytes.extracting(0..<headBytes)) {
        case .refused(let refusal):
            connection.refusal = refusal
            // The body that the sender holds back will not come.
            if connection.parser.head.expectsContinue {
                refuse(connection, refusal)
                return bytes.count
            }
        case .source(let source): connection.source = source
        }
        switch connection.parser.head.framing {
        case .none:
            if connection.refusal != nil {
                finishRefused(connection)
                return headBytes
            }
            return finishBody(connection, bytes, headBytes, 0)
        case .length(let length) where connection.refusal != nil:
            connection.stage = .skipping(length)
            connection.bodySince = now
            return headBytes + skip(connection, bytes.extracting(headBytes..<bytes.count), length)
        case .length(let length):
            if bytes.count >= headBytes + length { return finishBody(connection, bytes, headBytes, length) }
            guard reserve(connection, length) else { return bytes.count }
            connection.stage = .body(headBytes: headBytes, length: length)
            connection.bodySince = now
            sendContinue(connection)
            return 0
        case .chunked:
            connection.head.append(bytes.extracting(0..<headBytes))
            connection.chunks = ChunkedDecoder(limit: context.options.limits.bodyBytes)
            connection.stage = .chunks
            connection.bodySince = now
            if bytes.count == headBytes { sendContinue(connection) }
            return headBytes
        }
    }

    /// Forgets the body of a refused request, then answers.
    private func skip(_ connection: Connection, _ bytes: Span<UInt8>, _ left: Int) -> Int {
        let skipped = min(left, bytes.count)
        connection.stage = .skipping(left - skipped)
        if skipped == left { finishRefused(connection) }
        return skipped
    }

    /// A refused request has been read to its end.
    private func finishRefused(_ connection: Connection) {
        guard let refusal = connection.refusal else { preconditionFailure("only a refused request is forgotten") }
        refuse(connection, refusal, keepsAlive: connection.parser.head.keepAlive && !isDraining)
        connection.endRequest()
    }

    private func sendContinue(_ connection: Connection) {
        guard connection.parser.head.expectsContinue else { return }
        if connection.pending.isEmpty {
            answers.removeAll()
            Answer.continue(to: &answers)
            sendAnswers(connection)
        } else {
            connection.owesContinue = true
        }
    }

    /// Counts a body against the in-flight bound, or refuses the request.
    private func reserve(_ connection: Connection, _ bytes: Int) -> Bool {
        guard hasRoom(for: bytes) else {
            refuse(connection, .inFlightBytes)
            return false
        }
        connection.reservedBytes += bytes
        bodyBytes += bytes
        return true
    }

    private func readChunks(_ connection: Connection, _ bytes: Span<UInt8>) -> Int {
        let before = connection.body.count
        let progress: ChunkedDecoder.Progress
        do throws(HTTPError) {
            progress = try connection.chunks.decode(bytes, into: &connection.body)
        } catch {
            refuse(connection, Refusal(error))
            return bytes.count
        }
        if connection.refusal != nil {
            connection.body.removeAll()
            if progress.isDone { finishRefused(connection) }
            return progress.consumed
        }
        guard reserve(connection, connection.body.count - before) else { return bytes.count }
        guard progress.isDone else { return progress.consumed }
        var head = ByteBuffer()
        var body = ByteBuffer()
        swap(&head, &connection.head)
        swap(&body, &connection.body)
        finish(connection, head.span, body.span)
        return progress.consumed
    }

    private func finishBody(_ connection: Connection, _ bytes: Span<UInt8>, _ headBytes: Int, _ length: Int) -> Int {
        finish(
            connection, bytes.extracting(0..<headBytes), bytes.extracting(headBytes..<headBytes + length))
        return headBytes + length
    }

    /// A request is complete: its events join the group, or it is refused.
    private func finish(_ connection: Connection, _ head: Span<UInt8>, _ body: Span<UInt8>) {
        release(connection)
        guard let source = connection.source else { preconditionFailure("a body without a decision on its head") }
        let closes = !connection.parser.head.keepAlive || isDraining
        guard hasRoom(for: body.count) else {
            refuse(connection, .inFlightBytes, keepsAlive: !closes)
            return connection.endRequest()
        }
        switch admission.admit(connection.parser.head, head, body, source, into: &filling) {
        case .refused(let refusal):
            refuse(connection, refusal, keepsAlive: !closes)
        case .accepted(let events):
            accept(connection, source, events, closes: closes)
        }
        connection.endRequest()
    }

    /// Notes the receipt; the answer follows the commit.
    private func accept(_ connection: Connection, _ source: SourceEntry, _ events: Int, closes: Bool) {
        var form = Answer(to: connection.parser.head)
        form.closes = closes
        if closes { connection.isClosing = true }
        if filling.opened.nanoseconds == 0 || filling.events == events { filling.opened = now }
        if events == 0 || context.options.acknowledgement == .memory {
            answerAccepted(connection, source, events, form)
            return
        }
        if connection.lastGroup != filling.number {
            connection.lastGroup = filling.number
            filling.receipts.append(
                Receipt(slot: UInt32(connection.slot), generation: connection.generation))
        }
        if connection.pending.isEmpty { waitingConnections += 1 }
        connection.pending.append(
            .commit(
                group: filling.number, accepted: events, source: source, started: connection.since, form: form))
    }
}

import Bytes
import HTTP
import Kernel

extension EventLoop {
    /// Answers everybody who waited for a group.
    func answer(_ group: inout CommitGroup) {
        if context.options.acknowledgement == .memory {
            admission.isStoreFailing = group.outcome == .failed
            return
        }
        for receipt in group.receipts {
            guard
                let connection = connections.find(slot: Int(receipt.slot), generation: receipt.generation)
            else { continue }
            answerPending(connection, upTo: group.number, group.outcome)
        }
    }

    /// Sends, in order, every answer that no longer waits.
    private func answerPending(_ connection: Connection, upTo group: UInt64, _ outcome: CommitOutcome) {
        answers.removeAll()
        var done = 0
        var closes = false
        for pending in connection.pending {
            switch pending {
            case .commit(let number, let accepted, let source, let started, let form):
                // An earlier group was answered when it came back, so a number below is this one's.
                if number > group { break }
                if outcome == .stored {
                    form.accepted(Answer.Counts(accepted: accepted), date: date, to: &answers)
                    context.metrics.answered(source, events: accepted, nanoseconds: now - started, shard: index)
                } else {
                    append(.storeFailed, form)
                    context.metrics.refused(source, .storeFailed, nanoseconds: now - started, shard: index)
                }
                closes = closes || form.closes
                done += 1
                continue
            case .ready(let bytes, let closing):
                answers.append(bytes.span)
                closes = closes || closing
                done += 1
                continue
            }
            break
        }
        if done == connection.pending.count {
            if done > 0 { waitingConnections -= 1 }
            connection.pending.removeAll(keepingCapacity: true)
        } else {
            connection.pending.removeFirst(done)
        }
        if closes { connection.isClosing = true }
        if connection.pending.isEmpty, connection.owesContinue, !connection.isClosing {
            connection.owesContinue = false
            Answer.continue(to: &answers)
        }
        if !connection.hasBegun { connection.since = now }
        if connection.interest.isEmpty && !connection.isClosing { setInterest(connection, .read) }
        sendAnswers(connection)
        resume(connection)
    }

    /// Handles requests that were received but not looked at while too many answers were pending.
    private func resume(_ connection: Connection) {
        guard !connection.input.isEmpty, connection.pending.isEmpty, !connection.isClosing,
            connections.find(slot: connection.slot, generation: connection.generation) != nil
        else { return }
        processRest(connection)
    }

    /// Answers 202 at once.
    func answerAccepted(_ connection: Connection, _ source: SourceEntry, _ events: Int, _ form: Answer) {
        context.metrics.answered(source, events: events, nanoseconds: now - connection.since, shard: index)
        answers.removeAll()
        form.accepted(Answer.Counts(accepted: events), date: date, to: &answers)
        deliver(connection, closes: form.closes)
    }

    /// Sends what is in ``answers``, or queues it behind the answers that are still pending.
    private func deliver(_ connection: Connection, closes: Bool) {
        if closes { connection.isClosing = true }
        if connection.pending.isEmpty {
            sendAnswers(connection)
        } else {
            connection.pending.append(.ready(answers.array, closes: closes))
        }
    }

    /// Sends what is in ``answers``.
    func sendAnswers(_ connection: Connection) {
        var bytes = ByteBuffer()
        swap(&bytes, &answers)
        send(connection, bytes.span)
        swap(&bytes, &answers)
    }

    // MARK: Refusing

    /// Answers a refusal, after those still owed.
    ///
    /// - Parameter keepsAlive: The request was read to its end, so the connection may go on.
    func refuse(_ connection: Connection, _ refusal: Refusal, keepsAlive: Bool = false) {
        release(connection)
        context.metrics.refused(connection.source, refusal, nanoseconds: now - connection.since, shard: index)
        var form = Answer(to: connection.parser.head)
        form.closes = !keepsAlive
        answers.removeAll()
        append(refusal, form)
        deliver(connection, closes: !keepsAlive)
    }

    private func append(_ refusal: Refusal, _ form: Answer) {
        var form = form
        form.retryAfter = refusal.retryAfter
        form.allow = refusal.allow
        form.problem(refusal.problem, date: date, to: &answers)
    }
}

import Batches
import Bytes
import Kernel
import Storage
import Synchronization

/// Keeps lines that are no events, in a batch of its own under `quarantine/` that is published with the data files.
///
/// Each becomes an event of type `sluice.unreadable` with `reason`, `detail` and the line's bytes as `data_base64`.
final class QuarantineFile: Sendable {
    private struct State: ~Copyable {
        var staged: (any StagedObject)?
        var frame = LZ4FrameWriter(level: 1)
        var output = ByteBuffer()
        var line = ByteBuffer()
        var summary: BatchSummary
    }

    let name: String
    private let run: String
    private let store: any ObjectStore
    private let state: Mutex<State>

    init(run: String, worker: String, store: any ObjectStore) {
        let identity = BatchIdentity(node: worker, epoch: run, sequence: 0)
        let now = WallTime.now
        name = "quarantine" + identity.key(opened: now).dropFirst(BatchFormat.folder.count)
        self.run = run
        self.store = store
        state = Mutex(
            State(summary: BatchSummary(identity: identity, opened: now, sealed: now, closedBy: .events)))
    }

    func add(_ bytes: Span<UInt8>, _ batch: String) throws(StoreError) {
        try state.withLock { (state) throws(StoreError) in
            if state.staged == nil {
                state.staged = try store.stage(name, run: run)
                LZ4FrameWriter.appendHeader(into: &state.output)
            }
            Self.write(bytes, batch, "\(run)-\(state.summary.events)", &state.line)
            state.summary.events += 1
            state.summary.rawBytes += state.line.count
            Self.compress(state.line, &state.frame, &state.output)
            try state.staged?.append(state.output.span)
            state.summary.storedBytes += state.output.count
            state.output.removeAll()
        }
    }

    /// Ends the batch and makes it durable.
    ///
    /// - Returns: Nil when nothing was added.
    func finish() throws(StoreError) -> CompactionRecord.Quarantined? {
        try state.withLock { (state) throws(StoreError) in
            guard let staged = state.staged else { return nil }
            LZ4FrameWriter.appendEndMark(into: &state.output)
            state.summary.storedBytes += state.output.count
            state.summary.sealed = WallTime.now
            state.line.removeAll()
            state.summary.append(to: &state.line)
            Self.append(summary: state.line, &state.output)
            try staged.append(state.output.span)
            try staged.finish()
            return CompactionRecord.Quarantined(path: name, rows: state.summary.events)
        }
    }

    private static func compress(
        _ line: borrowing ByteBuffer, _ frame: inout LZ4FrameWriter, _ output: inout ByteBuffer
    ) {
        frame.append(line.span, into: &output)
    }

    private static func append(summary: borrowing ByteBuffer, _ output: inout ByteBuffer) {
        LZ4Frame.appendSkippable(magic: BatchFormat.summaryMagic, summary.span, into: &output)
    }

    private static func write(_ bytes: Span<UInt8>, _ batch: String, _ id: String, _ line: inout ByteBuffer) {
        line.removeAll()
        line.append("{\"specversion\":\"1.0\",\"id\":\"" as StaticString)
        line.append(utf8: id)
        line.append(
            "\",\"source\":\"/sluice/compaction\",\"type\":\"sluice.unreadable\",\"tenant\":\"sluice\"" as StaticString)
        line.append(",\"receivedtime\":\"" as StaticString)
        Timestamp.append(microseconds: WallTime.now.microseconds, to: &line)
        line.append("\",\"reason\":\"unreadable\",\"detail\":\"" as StaticString)
        JSONText.appendEscaped(batch.utf8Span.span, to: &line)
        line.append("\",\"data_base64\":\"" as StaticString)
        appendBase64(bytes, to: &line)
        line.append("\"}\n" as StaticString)
    }

    /// Source: RFC 4648 section 4.
    private static func appendBase64(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let held = min(3, bytes.count - start)
            var word: UInt32 = 0
            for i in 0..<3 { word = word << 8 | (i < held ? UInt32(bytes[start + i]) : 0) }
            for i in 0..<4 {
                output.append(i <= held ? alphabet[Int(word >> UInt32(18 - 6 * i) & 63)] : UInt8(ascii: "="))
            }
        }
    }
}

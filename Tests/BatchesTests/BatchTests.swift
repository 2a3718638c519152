import Batches
import Bytes
import Kernel
import TestSupport
import Testing

/// Lines as the acceptor stores them.
func makeLines(_ range: Range<Int>, tenant: String = "acme") -> [UInt8] {
    let source = EventSource(tenant: tenant, source: "demo", path: "/\(tenant)/demo")
    var buffer = ByteBuffer()
    for i in range {
        EventEncoder.begin(to: &buffer)
        EventEncoder.text(Array("evt_\(i)".utf8).span, .plain, to: &buffer)
        EventEncoder.source(source, to: &buffer)
        EventEncoder.text(Array("a\"b".utf8).span, .plain, to: &buffer)
        EventEncoder.endType(to: &buffer)
        EventEncoder.received(source, Array("2026-11-23T14:00:00.000001Z".utf8).span, to: &buffer)
        EventEncoder.data(Array("{\"n\":\n\(i)}".utf8).span, replacingLineBreaks: true, to: &buffer)
    }
    return buffer.array
}

@Suite struct BatchTests {
    private let identity = BatchIdentity(node: "n-1", epoch: "018f0000-0000-7000-8000-000000000000", sequence: 3)
    private let now = WallTime(microseconds: 1_764_000_000_000_000)

    private func write(
        _ folder: String, commits: [Range<Int>], seal: Bool
    ) throws -> (path: String, ends: [Int]) {
        var writer = try BatchWriter.open(
            folder: folder, identity: identity, options: BatchOptions(), now: now)
        var ends: [Int] = []
        for commit in commits {
            let lines = makeLines(commit)
            writer.stage(lines.span, events: commit.count, firstReceived: now, lastReceived: now)
            try writer.flush(synchronizing: true)
            ends.append(writer.durableBytes)
        }
        if seal {
            writer.stageEnd(closedBy: .age, shares: [], now: now)
            try writer.flush(synchronizing: true)
        }
        return (writer.path, ends)
    }

    private func read(_ path: String) throws -> (lines: [UInt8], summary: String?) {
        var reader = try BatchReader.open(path)
        var bytes: [UInt8] = []
        while try reader.next() {
            for i in reader.chunk.indices { bytes.append(reader.chunk[i]) }
        }
        return (bytes, reader.summaryJSON.map { String(decoding: $0, as: UTF8.self) })
    }

    @Test func namesGoBothWays() {
        let key = identity.key(opened: now)
        #expect(key == "batches/2025/11/24/16/n-1-018f0000-0000-7000-8000-000000000000-3.ndjson.lz4")
        #expect(BatchIdentity(path: key) == identity)
        #expect(BatchIdentity(path: "x/" + identity.name + BatchFormat.openSuffix) == identity)
        #expect(BatchIdentity(path: "nonsense.ndjson.lz4") == nil)
    }

    @Test func aSealedBatchGivesItsLinesAndSummary() throws {
        let folder = try TemporaryFolder()
        let (path, _) = try write(folder.path, commits: [0..<3, 3..<1000], seal: true)
        let (lines, summary) = try read(path)
        #expect(lines == makeLines(0..<1000))
        #expect(try #require(summary).contains("\"closedBy\":\"age\",\"events\":1000,"))
    }

    @Test func aLineIsReadWithoutItsPayload() throws {
        let line = Array(makeLines(7..<8).dropLast())
        let found = EventLine(line.span, 0..<line.count)
        let event = try #require(found)
        func text(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }
        #expect(text(event.id.range) == "evt_7")
        #expect(text(event.source.range) == "/acme/demo")
        #expect(text(event.type.range) == "a\\\"b" && event.type.hasEscapes && !event.id.hasEscapes)
        #expect(text(event.tenant.range) == "acme")
        #expect(text(event.receivedTime.range) == "2026-11-23T14:00:00.000001Z")
        #expect(text(try #require(event.data)) == "{\"n\": 7}")
        #expect(event.time == nil)
        for cut in 0..<line.count where EventLine(line.span, 0..<cut) != nil {
            // Only a prefix that ends with a brace may look whole.
            #expect(line[cut - 1] == UInt8(ascii: "}"))
        }
    }

    /// Cuts an open batch at every byte: what was committed before the cut is there, and nothing else.
    @Test func recoveryKeepsEveryWholeCommit() throws {
        let folder = try TemporaryFolder()
        let commits = [0..<2, 2..<3, 3..<40]
        let (path, ends) = try write(folder.path, commits: commits, seal: false)
        let whole = try FileDescriptor.open(path, .read).read(count: 1 << 20, at: 0)
        for cut in 0...whole.count {
            let file = try FileDescriptor.open(path, .replace)
            try file.writeAll(whole.span.extracting(0..<cut), at: 0)
            let kept = ends.lastIndex { $0 <= cut }
            let outcome = try BatchRecovery.seal(path, keepDamagedIn: folder.path + "/damaged", now: now)
            guard let kept else {
                #expect(outcome == nil)
                #expect(!FileSystem.exists(path))
                continue
            }
            let events = commits[kept].upperBound
            #expect(outcome?.events == events && outcome?.cutBytes == cut - ends[kept])
            let (lines, summary) = try read(path)
            #expect(lines == makeLines(0..<events))
            #expect(try #require(summary).contains("\"closedBy\":\"recovery\",\"events\":\(events),"))
            // A second start finds it complete.
            let again = try BatchRecovery.seal(path, keepDamagedIn: folder.path, now: now)
            #expect(again?.events == events && again?.cutBytes == 0)
        }
        #expect(!FileSystem.exists(folder.path + "/damaged"))
    }

    /// A commit of many blocks that was torn between two of them leaves nothing behind, in the counts neither.
    @Test func recoveryCountsNothingOfATornCommit() throws {
        let folder = try TemporaryFolder()
        let (path, ends) = try write(folder.path, commits: [0..<5, 5..<3000], seal: false)
        var blocks: [Int] = []
        var reader = try BatchReader.open(path)
        while try reader.next() { blocks.append(reader.offset) }
        #expect(blocks.count > 8)
        let whole = try FileDescriptor.open(path, .read).read(count: 1 << 20, at: 0)
        for cut in blocks.dropFirst().dropLast() {
            let file = try FileDescriptor.open(path, .replace)
            try file.writeAll(whole.span.extracting(0..<cut), at: 0)
            let outcome = try BatchRecovery.seal(path, keepDamagedIn: folder.path + "/damaged", now: now)
            #expect(outcome?.events == 5 && outcome?.cutBytes == cut - ends[0])
            let (lines, summary) = try read(path)
            #expect(lines == makeLines(0..<5))
            #expect(try #require(summary).contains("\"events\":5,\"rawBytes\":\(lines.count),"))
        }
    }

    @Test func recoveryAlsoCutsTrailingZeros() throws {
        let folder = try TemporaryFolder()
        let (path, ends) = try write(folder.path, commits: [0..<5], seal: false)
        try FileDescriptor.open(path, .readWrite).truncate(to: ends[0] + 4096)
        let outcome = try BatchRecovery.seal(path, keepDamagedIn: folder.path + "/damaged", now: now)
        #expect(outcome?.events == 5 && outcome?.cutBytes == 4096)
        #expect(try read(path).lines == makeLines(0..<5))
    }

    @Test func aDamagedBatchIsKeptBesideWhatWasSaved() throws {
        let folder = try TemporaryFolder()
        let (path, ends) = try write(folder.path, commits: [0..<5, 5..<9], seal: false)
        let file = try FileDescriptor.open(path, .readWrite)
        try file.writeAll([0xFF].span, at: ends[0] + 8)
        let outcome = try BatchRecovery.seal(path, keepDamagedIn: folder.path + "/damaged", now: now)
        #expect(outcome?.events == 5 && outcome?.cutBytes == ends[1] - ends[0])
        #expect(try FileSystem.names(in: folder.path + "/damaged").count == 1)
    }

    @Test func aFailedFlushCountsForNothing() async {
        await #expect(processExitsWith: .success) {
            // RLIMIT_FSIZE makes a write end in EFBIG; see FaultTests for the kernel's other faults.
            let folder = try TemporaryFolder()
            let now = WallTime(microseconds: 1_764_000_000_000_000)
            var writer = try BatchWriter.open(
                folder: folder.path, identity: BatchIdentity(node: "n", epoch: "018f0000-0000-7000-8000-000000000000", sequence: 0),
                options: BatchOptions(), now: now)
            let first = makeLines(0..<3)
            writer.stage(first.span, events: 3, firstReceived: now, lastReceived: now)
            try writer.flush(synchronizing: true)
            ProcessLimits.limitFileSize(bytes: writer.durableBytes + 100)
            let more = makeLines(3..<4000)
            writer.stage(more.span, events: 3997, firstReceived: now, lastReceived: now)
            var failure: BatchError?
            do throws(BatchError) { try writer.flush(synchronizing: true) } catch { failure = error }
            #expect(failure?.isOutOfSpace == true)
            let abandoned = writer.abandon()
            let path = try #require(abandoned)
            ProcessLimits.limitFileSize(bytes: nil)
            let recovered = try BatchRecovery.seal(path, keepDamagedIn: folder.path, now: now)
            #expect(recovered?.events == 3 && recovered?.cutBytes == 0)
        }
    }
}

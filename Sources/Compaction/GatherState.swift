import Batches
import Bytes
import Kernel
import Storage

/// One worker's part of reading: it takes whole batches and appends their rows to lists of its own.
///
/// A row's record: received time, time (``noTime`` when unknown), kind; id, data.
struct GatherState: ~Copyable {
    static let noTime = Int64.min
    /// A line longer than any request can make one.
    private static let lineLimit = 256 << 20

    let arena = RecordArena()
    /// For each partition of the directory, this worker's rows.
    var lists: [RecordArena.List] = []
    private(set) var kinds = EventKinds(seed: Entropy.random())
    private var router: PartitionRouter
    private let tableCount: Int

    // The batch at hand.
    private var reader: BatchReader?
    private var batch: ObjectInfo?
    private var batchEvents = 0
    private var batchOffset = 0
    /// The start of a line that goes on in the next chunk.
    private var rest = ByteBuffer()

    private var receivedTimes = TimestampCache()
    private var times = TimestampCache()
    private var unescapedID = ByteBuffer()
    private var general = GeneralEventReader()
    private(set) var rowCount = 0
    /// What the run has counted of ``memoryBytes``.
    var reportedBytes = 0
    var counts = GatherCounts()

    init(_ tables: [TableOptions]) {
        router = PartitionRouter(tables)
        tableCount = tables.count
    }

    /// Everything this worker holds, with what sorting its rows will take.
    var memoryBytes: Int {
        arena.usedBytes + kinds.memoryBytes + router.memoryBytes + rest.capacity
            + lists.capacity * MemoryLayout<RecordArena.List>.stride + rowCount * PartitionSorter.bytesPerRow
    }
    /// The part of it that only forgetting every partition frees.
    var directoryBytes: Int {
        kinds.memoryBytes + router.memoryBytes + lists.capacity * MemoryLayout<RecordArena.List>.stride
    }

    /// Reads batches until there are no more, or the run wants the memory back.
    mutating func gather(_ run: CompactionRun) {
        while true {
            if reader == nil {
                guard let next = run.nextBatch() else { return }
                open(next, run)
                if reader == nil { continue }
            }
            guard var reader = self.reader.take() else { continue }
            let isPaused = read(&reader, run)
            if isPaused {
                self.reader = consume reader
                return
            }
        }
    }

    private mutating func open(_ info: ObjectInfo, _ run: CompactionRun) {
        guard let path = run.store.localPath(info.name) else { return run.fail(.notLocal(name: info.name)) }
        // An empty file can't be mapped, and is no batch.
        guard info.byteCount > 0 else { return run.foundDamage(info.name, "the file is empty", afterRows: false) }
        do throws(BatchError) {
            reader = try BatchReader.open(path)
            batch = info
            batchEvents = 0
            batchOffset = 0
        } catch {
            run.foundDamage(info.name, "\(error)", afterRows: false)
        }
    }

    /// - Returns: True when it stopped in the middle of the batch.
    private mutating func read(_ reader: inout BatchReader, _ run: CompactionRun) -> Bool {
        let name = batch?.name ?? reader.path
        var clock = StageClock()
        do throws(BatchError) {
            while try reader.next() {
                clock.lap(into: &counts.decode)
                // What is gathered can't be used any more: the other batches are only checked.
                if !run.isTainted, !add(reader.chunk, name, run) {
                    run.foundDamage(name, "it has a line of more than \(Self.lineLimit) bytes", afterRows: true)
                    rest.release()
                    return false
                }
                clock.lap(into: &counts.gather)
                let reads = reader.offset - batchOffset
                batchOffset = reader.offset
                let memory = memoryBytes
                defer { reportedBytes = memory }
                if run.mustPause(afterReading: reads, grown: memory - reportedBytes) { return true }
            }
        } catch {
            run.foundDamage(name, "\(error)", afterRows: batchEvents > 0)
            rest.removeAll()
            return false
        }
        if !reader.isSealed {
            run.foundDamage(name, "\(reader.path): its end is missing", afterRows: batchEvents > 0)
            rest.removeAll()
            return false
        }
        if !rest.isEmpty { addRest(name, run) }
        clock.lap(into: &counts.decode)
        counts.bytesIn += reader.byteCount
        run.finished(CompactionRecord.Batch(name: name, bytes: reader.byteCount, events: batchEvents))
        return false
    }

    /// Cuts a chunk into lines.
    ///
    /// - Returns: False when a line is too long.
    private mutating func add(_ chunk: Span<UInt8>, _ batch: String, _ run: CompactionRun) -> Bool {
        var start = 0
        if !rest.isEmpty {
            guard let end = ByteSearch.firstIndex(of: 0x0A, in: chunk, from: 0) else {
                guard rest.count + chunk.count <= Self.lineLimit else { return false }
                rest.append(chunk)
                return true
            }
            rest.append(chunk.extracting(0..<end))
            addRest(batch, run)
            start = end + 1
        }
        while let end = ByteSearch.firstIndex(of: 0x0A, in: chunk, from: start) {
            add(line: chunk, start..<end, batch, run)
            start = end + 1
        }
        rest.append(chunk.extracting(start..<chunk.count))
        return true
    }

    /// Adds the line that `rest` holds, and empties it.
    private mutating func addRest(_ batch: String, _ run: CompactionRun) {
        // The line is lent while its row is added, so it leaves this value for that long.
        var line = ByteBuffer()
        swap(&line, &rest)
        add(line: line.span, 0..<line.count, batch, run)
        // One huge line must not keep its memory.
        if line.capacity > 1 << 20 { line.release() } else { line.removeAll() }
        swap(&line, &rest)
    }

    private mutating func add(line bytes: Span<UInt8>, _ range: Range<Int>, _ batch: String, _ run: CompactionRun) {
        counts.events += 1
        counts.rawBytes += range.count + 1
        batchEvents += 1
        guard let event = fields(bytes, range),
            let received = receivedTimes.parse(bytes.extracting(event.receivedTime.range))
        else {
            counts.unreadable += 1
            run.quarantine(bytes.extracting(range), batch)
            return
        }
        let time = event.time.flatMap { times.parse(bytes.extracting($0.range)) }
        let kind = kinds.number(of: event, in: bytes)
        if kind == router.kindCount { router.add(kinds.all[kind]) }
        if event.id.hasEscapes {
            unescapedID.removeAll()
            JSONText.unescape(bytes.extracting(event.id.range), into: &unescapedID)
            var id = ByteBuffer()
            swap(&id, &unescapedID)
            append(kind, received, time, id.span, bytes, event.data, run)
            swap(&id, &unescapedID)
        } else {
            append(kind, received, time, bytes.extracting(event.id.range), bytes, event.data, run)
        }
    }

    /// Where the event's columns lie; nil when the line is no event. The usual layout is tried first.
    private mutating func fields(_ bytes: Span<UInt8>, _ range: Range<Int>) -> StoredFields? {
        if let line = EnvelopeScan(bytes, range) { return StoredFields(line) }
        return general.read(bytes, range)
    }

    private mutating func append(
        _ kind: Int, _ received: Int64, _ time: Int64?, _ id: Span<UInt8>, _ bytes: Span<UInt8>, _ data: Range<Int>?,
        _ run: CompactionRun
    ) {
        let hasData = data != nil
        let payload = bytes.extracting(data ?? 0..<0)
        var isTaken = false
        for table in 0..<tableCount {
            guard
                let partition = router.partition(
                    table: table, kind: kind, kinds.all[kind], time: time, received: received, id: id, data: payload,
                    run.directory)
            else { continue }
            while lists.count <= partition { lists.append(RecordArena.List()) }
            arena.append(
                first: received, second: time ?? Self.noTime, tag: UInt32(kind), id, payload, hasB: hasData,
                to: &lists[partition])
            counts.rows += 1
            rowCount += 1
            isTaken = true
        }
        if !isTaken { counts.unmatched += 1 }
    }

    /// Gives the memory of flushed partitions back.
    mutating func free(_ partitions: [Int]) {
        for partition in partitions where partition < lists.count {
            rowCount -= lists[partition].count
            arena.free(&lists[partition])
        }
    }

    /// Forgets every partition and kind. All rows must be flushed.
    mutating func forgetPartitions() {
        precondition(rowCount == 0, "rows refer to what is to be forgotten")
        lists = []
        kinds.removeAll()
        router.removeAll()
    }
}

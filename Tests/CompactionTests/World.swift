import Batches
import Bytes
import Compaction
import Kernel
import Parquet
import Storage
import Synchronization
import TestSupport

/// A store with batches in it, and compactors over it.
final class World: Sendable {
    let folder: TemporaryFolder
    let store: DiskStore
    private let sequence = Atomic<Int>(0)
    /// 2026-11-23T14:00:00Z.
    static let start: Int64 = 1_795_442_400_000_000

    init() throws {
        folder = try TemporaryFolder()
        store = try DiskStore(root: folder.path + "/store")
    }

    struct Event {
        var id: String
        var tenant = "acme"
        var source = "stripe"
        var type = "charge.succeeded"
        var time: Int64?
        var received = World.start
        var data: String? = "{\"n\":1}"
        var base64: String?
    }

    /// An event as the acceptor stores it.
    static func line(_ event: Event) -> [UInt8] {
        var line = ByteBuffer()
        let source = EventSource(tenant: event.tenant, source: event.source, path: "/\(event.tenant)/\(event.source)")
        EventEncoder.begin(to: &line)
        EventEncoder.text(event.id.utf8Span.span, .plain, to: &line)
        EventEncoder.source(source, to: &line)
        EventEncoder.text(event.type.utf8Span.span, .plain, to: &line)
        EventEncoder.endType(to: &line)
        if let time = event.time { EventEncoder.time(microseconds: time, to: &line) }
        EventEncoder.received(source, Timestamp.text(microseconds: event.received).utf8Span.span, to: &line)
        if let data = event.data {
            EventEncoder.data(data.utf8Span.span, replacingLineBreaks: false, to: &line)
        } else if let base64 = event.base64 {
            line.append(utf8: ",\"data_base64\":\"\(base64)\"}\n")
        } else {
            line.append(utf8: "}\n")
        }
        return line.array
    }

    /// Writes a sealed batch; each array of lines is a commit.
    @discardableResult
    func addBatch(_ commits: [[[UInt8]]], seal: Bool = true) throws -> String {
        let number = sequence.add(1, ordering: .relaxed).newValue
        let identity = BatchIdentity(
            node: "n1", epoch: "018f0000-0000-7000-8000-000000000000", sequence: UInt64(number))
        let now = WallTime(microseconds: Self.start)
        var writer = try BatchWriter.open(
            folder: folder.path, identity: identity, options: BatchOptions(), now: now)
        for commit in commits {
            let bytes = commit.flatMap { $0 }
            writer.stage(bytes.span, events: commit.count, firstReceived: now, lastReceived: now)
            try writer.flush(synchronizing: false)
        }
        if seal {
            writer.stageEnd(closedBy: .age, shares: [], now: now)
            try writer.flush(synchronizing: false)
        }
        let key = identity.key(opened: now)
        let path = store.root + "/" + key
        try FileSystem.makeFolders(FileSystem.folder(of: path))
        try FileSystem.rename(writer.path, to: path)
        return key
    }

    func addBatch(of events: [Event]) throws -> String { try addBatch([events.map(Self.line)]) }

    /// Many events over tenants, types and days, from a seed.
    static func events(_ count: Int, seed: UInt64, tenants: Int = 4, prefix: String = "evt") -> [Event] {
        var seed = Seed(seed)
        return (0..<count).map { number in
            var event = Event(id: "\(prefix)_\(number)")
            event.tenant = "t\(seed.next() % UInt64(tenants))"
            event.source = ["stripe", "github"][Int(seed.next() % 2)]
            event.type = ["charge.succeeded", "charge.failed", "push", "invoice.paid"][Int(seed.next() % 4)]
            event.received = start + Int64(number) * 1000 + Int64(seed.next() % 2) * 86_400_000_000
            if seed.next() % 4 > 0 { event.time = event.received - Int64(seed.next() % 1_000_000_000) }
            let length = Int(seed.next() % 400)
            event.data = "{\"n\":\(number),\"pad\":\"" + String(repeating: "x", count: length) + "\"}"
            return event
        }
    }

    func compactor(
        _ options: CompactionOptions = World.options(), tables: [TableOptions] = [TableOptions()],
        store: (any ObjectStore)? = nil, onEvent: @escaping @Sendable (CompactionEvent) -> Void = { _ in },
        goesOn: @escaping @Sendable (CompactionStep) -> Bool = { _ in true }
    ) throws -> Compactor {
        Compactor(
            store: store ?? self.store, tables: tables, options: options, stop: try StopFlag(), onEvent: onEvent,
            goesOn: goesOn)
    }

    static func options(memory: Int = 256 << 20, threads: Int = 2) -> CompactionOptions {
        var options = CompactionOptions()
        options.memory = memory
        options.threads = threads
        return options
    }

    func records() throws -> [CompactionRecord] {
        try store.list("compacted/", after: nil).map { try CompactionRecord.read($0.name, in: store) }
    }

    func dataFiles() throws -> [ObjectInfo] {
        try store.list("tables/", after: nil).filter { $0.name.hasSuffix(".parquet") }
    }
}

extension World {
    /// Every event is in exactly one visible file, as the records say, and nothing else is visible or staged.
    ///
    /// - Returns: What is wrong; nil when nothing is.
    func fault(expectingRows rows: Int, quarantined: Int = 0) throws -> String? {
        let records = try records()
        let batches = records.flatMap(\.batches).map(\.name)
        if Set(batches).count != batches.count { return "a batch is in two records" }
        let stored = try store.list("batches/", after: nil).map(\.name)
        if Set(batches) != Set(stored) { return "\(stored.count) batches, \(batches.count) in records" }
        let files = records.flatMap(\.files)
        if files.reduce(0, { $0 + $1.rows }) != rows {
            return "\(files.reduce(0) { $0 + $1.rows }) rows, not \(rows)"
        }
        if records.reduce(0, { $0 + $1.rowsQuarantined }) != quarantined { return "another number is quarantined" }
        let visible = try dataFiles()
        if visible.map(\.name).sorted() != files.map(\.path).sorted() {
            return "\(visible.count) files are visible, \(files.count) recorded"
        }
        for file in files where try store.status(file.path)?.byteCount != file.bytes {
            return "\(file.path) has another size than recorded"
        }
        let ids = try files.flatMap { try self.rows(of: $0.path).map { $0.id } }
        if Set(ids).count != rows { return "\(Set(ids).count) different ids are in the files, not \(rows)" }
        let runs = try store.stagedRuns()
        return runs.isEmpty ? nil : "\(runs.count) runs are still staged"
    }

    /// The decoded lines of a batch.
    func lines(of name: String) throws -> [String] {
        var reader = try BatchReader.open(store.root + "/" + name)
        var bytes: [UInt8] = []
        while try reader.next() {
            for i in reader.chunk.indices { bytes.append(reader.chunk[i]) }
        }
        return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    struct Row: Equatable {
        var id: String
        var tenant: String
        var source: String
        var type: String
        var time: Int64?
        var received: Int64
        var data: String?
    }

    /// A data file's rows, read back, row group by row group.
    func rows(of name: String) throws -> [Row] {
        let file = try ParquetFile(try store.read(name, nil))
        var rows: [Row] = []
        for group in file.metadata.rowGroups.indices {
            let columns = try (0..<7).map { try file.readColumn(rowGroup: group, column: $0) }
            func text(_ column: Int, _ row: Int) -> String? {
                if case .bytes(let bytes)? = columns[column][row] {
                    String(decoding: bytes, as: UTF8.self)
                } else {
                    nil
                }
            }
            func number(_ column: Int, _ row: Int) -> Int64? {
                if case .integer(let number)? = columns[column][row] { number } else { nil }
            }
            for row in 0..<columns[0].count {
                rows.append(
                    Row(
                        id: text(0, row) ?? "?", tenant: text(1, row) ?? "?", source: text(2, row) ?? "?",
                        type: text(3, row) ?? "?", time: number(4, row), received: number(5, row) ?? -1,
                        data: text(6, row)))
            }
        }
        return rows
    }
}

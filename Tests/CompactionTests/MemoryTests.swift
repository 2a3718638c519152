import Bytes
import Compaction
import Kernel
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct MemoryTests {
    /// More rows than the bound holds: they are written in several parts, and none is lost.
    @Test func rowsPastTheBoundAreFlushed() throws {
        let world = try World()
        for batch in 0..<4 {
            var events = World.events(400, seed: UInt64(batch), prefix: "b\(batch)")
            for index in events.indices { events[index].data = "\"" + String(repeating: "z", count: 60_000) + "\"" }
            _ = try world.addBatch(stride(from: 0, to: 400, by: 10).map { events[$0..<$0 + 10].map(World.line) })
        }
        let report = try world.compactor(World.options(memory: 128 << 20)).runOnce()
        #expect(report.flushes > 0)
        #expect(report.peakCountedBytes < 128 << 20)
        // Some files stayed open between the flushes.
        #expect(report.files < 8 * (report.flushes + 1))
        #expect(try world.fault(expectingRows: 1600) == nil)
    }

    /// Each event makes a partition of its own, and partitions outnumber what the bound can hold.
    @Test func manyPartitionsStayInTheBound() throws {
        let world = try World()
        var table = TableOptions()
        table.partition = [PartitionField("truncate[12](id)")!]
        _ = try world.addBatch(
            (0..<20).map { commit in
                (0..<100).map { World.line(World.Event(id: "k\(commit * 100 + $0)")) }
            })
        let before = ProcessFacts.peakResidentBytes
        let report = try world.compactor(World.options(memory: 64 << 20, threads: 1), tables: [table]).runOnce()
        #expect(report.files == 2000)
        #expect(report.peakCountedBytes < 64 << 20)
        #expect(ProcessFacts.peakResidentBytes - before < 128 << 20)
        #expect(try world.fault(expectingRows: 2000) == nil)
    }

    @Test func anArenaUsesItsMemoryAgain() {
        let arena = RecordArena()
        let text = [UInt8](repeating: 7, count: 700)
        var lists = [RecordArena.List](repeating: RecordArena.List(), count: 300)
        for round in 0..<5 {
            for number in 0..<30_000 {
                let size = number % 1000 == 0 ? 400_000 : number % 700
                let bytes = size > 700 ? [UInt8](repeating: 1, count: size) : Array(text[..<size])
                arena.append(
                    first: Int64(number), second: 0, tag: 0, bytes.span, text.span, hasB: number % 2 == 0,
                    to: &lists[number * 7919 % (number < 20_000 ? 300 : 10)])
            }
            let used = arena.usedBytes
            for list in lists.indices { arena.free(&lists[list]) }
            #expect(arena.usedBytes == 0)
            #expect(used > 20 << 20)
            #expect(arena.reservedBytes < 80 << 20, "round \(round)")
        }
    }

    @Test func anArenaGivesBackWhatItGot() {
        let arena = RecordArena()
        var random = Seed(9)
        var lists = [RecordArena.List](repeating: RecordArena.List(), count: 50)
        var expected = [[[UInt8]]](repeating: [], count: 50)
        for number in 0..<5000 {
            let list = Int(random.next() % 50)
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: Int(random.next() % 3000))
            expected[list].append(bytes)
            arena.append(
                first: Int64(number), second: -1, tag: UInt32(number), bytes.span, bytes.span, hasB: true,
                to: &lists[list])
        }
        arena.freeze()
        for list in lists.indices {
            var records: [RecordArena.Record] = []
            arena.collect(lists[list], tagOffset: 3, into: &records)
            #expect(records.count == expected[list].count)
            for (record, bytes) in zip(records, expected[list]) {
                let a = arena.a(record)
                let b = arena.b(record)
                #expect(a.indices.map { a[$0] } == bytes && b.indices.map { b[$0] } == bytes)
                #expect(record.tag == UInt32(record.first) + 3 && record.second == -1)
            }
        }
        arena.thaw()
    }

    @Test func aDictionaryNumbersKeysInTheirOrder() {
        var dictionary = ByteDictionary(seed: 1)
        var random = Seed(3)
        var numbers: [[UInt8]: Int] = [:]
        for _ in 0..<20_000 {
            let key = (0..<Int(random.next() % 20)).map { _ in UInt8(random.next() % 3) }
            let number = dictionary.insert(key.span)
            #expect(number == numbers[key, default: numbers.count])
            numbers[key] = number
        }
        #expect(dictionary.count == numbers.count)
        for (key, number) in numbers { #expect(dictionary.find(key.span) == number) }
        #expect(dictionary.find(Array("absent".utf8).span) == nil)
    }

    @Test(arguments: [
        "2026-11-23T14:00:00.123456Z", "2026-11-23T14:00:59.999999Z", "2026-11-23T14:00:60.000000Z",
        "2026-11-23T14:01:00.000000Z", "2026-11-23T14:00:00Z", "2026-11-23T14:00:00.12345xZ",
        "2026-11-23T14:00:61.000000Z", "1969-12-31T23:59:59.999999Z", "2026-11-23T14:00:0a.000000Z", "", "nonsense",
        "2026-11-23T15:00:00.1+01:00xxx",
    ])
    func theTimestampCacheReadsAsTheParserDoes(_ text: String) {
        var cache = TimestampCache()
        for first in [
            "2026-11-23T14:00:07.000000Z", "2026-11-23T14:00:60.500000Z", "1969-12-31T23:59:00.000001Z", text,
        ] {
            _ = cache.parse(first.utf8Span.span)
            #expect(cache.parse(text.utf8Span.span) == Timestamp.parse(text.utf8Span.span))
        }
    }
}

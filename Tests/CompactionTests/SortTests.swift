import Bytes
import TestSupport
import Testing

@testable import Compaction

@Suite struct SortTests {
    private struct Row: Equatable {
        let kind: Int
        let received: Int64
        let time: Int64
        let id: [UInt8]
        let data: [UInt8]?
        let order: Int
    }

    private static let kinds = ["b", "a", "c", "a"].map {
        EventKind(tenant: Array("t".utf8), source: Array("/t/s".utf8), type: Array($0.utf8))
    }

    /// Sorts random rows of two workers, and compares with the obvious way.
    @Test(arguments: 0..<40)
    func ordersAsComparingColumnsDoes(_ seed: Int) {
        var random = Seed(UInt64(seed))
        let choices: [[StandardColumn]] = [
            [.type, .receivedTime], [.receivedTime], [.time, .type], [.id], [.type, .id], [.data, .id],
            [.type, .time, .receivedTime], [],
        ]
        let columns = choices[seed % choices.count]
        // Huge spans do not fit 64 bits together, small ones make ties.
        let span: UInt64 = seed < 20 ? 5 : 1 << 62
        let arenas = [RecordArena(), RecordArena()]
        var lists = [RecordArena.List(), RecordArena.List()]
        var rows: [Row] = []
        for worker in 0..<2 {
            for _ in 0..<200 {
                let kind = Int(random.next() % 4)
                let received = Int64(bitPattern: random.next() % span) - 2
                let time = random.next() % 4 == 0 ? GatherState.noTime : Int64(bitPattern: random.next() % span) - 3
                let id = (0..<Int(random.next() % 12)).map { _ in UInt8(random.next() % 3) }
                let data =
                    random.next() % 4 == 0 ? nil : (0..<Int(random.next() % 12)).map { _ in UInt8(random.next() % 2) }
                rows.append(
                    Row(kind: kind, received: received, time: time, id: id, data: data, order: rows.count))
                let payload = data ?? []
                arenas[worker].append(
                    first: received, second: time, tag: UInt32(kind), id.span, payload.span, hasB: data != nil,
                    to: &lists[worker])
            }
        }
        for arena in arenas { arena.freeze() }
        let sources = (0..<2).map { RowSource(arena: arenas[$0], list: lists[$0], worker: $0) }
        var sorter = PartitionSorter(sources, SortRanks(Set(columns), [Self.kinds, Self.kinds]))
        sorter.sort(by: columns)
        let expected = rows.sorted { Self.precedes($0, $1, columns) }
        var got: [Row] = []
        for (index, record) in sorter.records.enumerated() {
            let id = sorter.arena.a(record)
            let data = sorter.arena.b(record)
            got.append(
                Row(
                    kind: Int(record.tag) % 4, received: record.first, time: record.second,
                    id: id.indices.map { id[$0] },
                    data: sorter.arena.hasB(record) ? data.indices.map { data[$0] } : nil, order: expected[index].order)
            )
        }
        #expect(got == expected)
    }

    private static func precedes(_ a: Row, _ b: Row, _ columns: [StandardColumn]) -> Bool {
        func less(_ x: [UInt8], _ y: [UInt8]) -> Bool? { x == y ? nil : x.lexicographicallyPrecedes(y) }
        for column in columns {
            let answer: Bool? =
                switch column {
                case .type: less(kinds[a.kind].type, kinds[b.kind].type)
                case .receivedTime: a.received == b.received ? nil : a.received < b.received
                case .time: a.time == b.time ? nil : a.time < b.time
                case .id: less(a.id, b.id)
                case .data:
                    if a.data == nil || b.data == nil {
                        a.data == nil && b.data == nil ? nil : a.data == nil
                    } else {
                        less(a.data ?? [], b.data ?? [])
                    }
                default: nil
                }
            if let answer { return answer }
        }
        return a.order < b.order
    }

    /// Source: Iceberg table spec, appendix B, "Hash requirements".
    @Test func hashesAsIcebergDoes() {
        #expect(Int32(bitPattern: Murmur3.hash(34)) == 2_017_239_379)
        #expect(Int32(bitPattern: Murmur3.hash(Array("iceberg".utf8).span)) == 1_210_000_089)
        // timestamptz 2017-11-16T14:31:08-08:00
        #expect(Int32(bitPattern: Murmur3.hash(Int64(1_510_871_468_000_000))) == -2_047_944_441)
    }

    @Test func truncatesByCodePoint() {
        #expect(PartitionTransform.truncate(2).apply(Array("éüx".utf8).span) == .text(Array("éü".utf8)))
        #expect(PartitionTransform.truncate(9).apply(Array("éüx".utf8).span) == .text(Array("éüx".utf8)))
    }

    @Test func cutsTimesDownwards() {
        #expect(PartitionTransform.day.apply(-1) == .integer(-1))
        #expect(PartitionTransform.day.apply(86_400_000_000) == .integer(1))
        #expect(PartitionTransform.hour.apply(-3_600_000_001) == .integer(-2))
        #expect(PartitionTransform.month.apply(-1) == .integer(-1))
        #expect(PartitionTransform.year.apply(-1) == .integer(-1))
        #expect(PartitionTransform.year.apply(World.start) == .integer(56))
    }
}

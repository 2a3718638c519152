import Bytes

/// One worker's rows of a partition, while its arena is frozen.
struct RowSource: Sendable {
    let arena: RecordArena
    let list: RecordArena.List
    /// The worker's number in ``SortRanks``.
    let worker: Int
}

/// All kinds of all workers, and for each sort column that is the same for all events of a kind, their order.
struct SortRanks: Sendable {
    /// Worker by worker.
    let kinds: [EventKind]
    /// Where each worker's kinds start in ``kinds``.
    let offsets: [UInt32]
    /// By column (raw value), then kind.
    private var ranks: [Int32: [UInt32]] = [:]
    /// Ranks are below this.
    private var bounds: [Int32: UInt32] = [:]

    init(_ columns: Set<StandardColumn>, _ workers: [[EventKind]]) {
        var offsets: [UInt32] = []
        var all: [EventKind] = []
        for kinds in workers {
            offsets.append(UInt32(all.count))
            all += kinds
        }
        self.offsets = offsets
        kinds = all
        for column in columns where column.isOfKind {
            let sorted = Set(all.map { $0.value(column) }).sorted { $0.lexicographicallyPrecedes($1) }
            var rank: [[UInt8]: UInt32] = [:]
            for (index, value) in sorted.enumerated() { rank[value] = UInt32(index) }
            ranks[column.rawValue] = all.map { rank[$0.value(column)] ?? 0 }
            bounds[column.rawValue] = UInt32(sorted.count)
        }
    }

    func of(_ column: StandardColumn) -> [UInt32] { ranks[column.rawValue] ?? [] }
    func bound(_ column: StandardColumn) -> UInt64 { UInt64(max(bounds[column.rawValue] ?? 1, 1)) }
}

/// A row of a partition in its place.
struct SortedRow {
    /// The sort columns, packed so that integer order is their order.
    var key: UInt64
    /// Which row it was when the partition was gathered: of equal ones the earlier comes first.
    var order: UInt32
}

/// Puts a partition's rows, from all workers, in order by its table's sort columns.
///
/// Each column becomes an integer just wide enough for the values at hand, and as many as fit are packed into 64 bits;
/// the rest, if any, is compared only where these are equal.
struct PartitionSorter: ~Copyable {
    /// What a row takes while its partition is sorted and written.
    static let bytesPerRow = MemoryLayout<SortedRow>.stride + MemoryLayout<RecordArena.Record>.stride

    /// Lends the rows' strings.
    let arena: RecordArena
    private let ranks: SortRanks
    /// Every row, in order once sorted; tags are numbers of ``SortRanks/kinds``.
    private(set) var records: [RecordArena.Record] = []
    private var rows: [SortedRow] = []

    /// - Parameter sources: At least one.
    init(_ sources: [RowSource], _ ranks: SortRanks) {
        arena = sources[0].arena
        self.ranks = ranks
        records.reserveCapacity(sources.reduce(0) { $0 + $1.list.count })
        for source in sources {
            source.arena.collect(source.list, tagOffset: ranks.offsets[source.worker], into: &records)
        }
    }

    mutating func sort(by columns: [StandardColumn]) {
        let packing = Packing(columns, ranks, timeBounds(columns))
        fill(packing)
        if packing.isWhole {
            rows.sort { $0.key != $1.key ? $0.key < $1.key : $0.order < $1.order }
        } else {
            // A string's prefix is in the key, but the string has more.
            let known = packing.columns.prefix { $0.column.isTime || $0.column.isOfKind }.count
            let rest = Array(columns[known...])
            let copy = rows
            rows = sorted(copy, rest)
        }
        arrange()
    }

    /// Moves every record to its place, following the cycles of the permutation: columns then read them one by one.
    private mutating func arrange() {
        for start in rows.indices where Int(rows[start].order) != start {
            let displaced = records[start]
            var place = start
            while true {
                let next = Int(rows[place].order)
                rows[place].order = UInt32(place)
                if next == start { break }
                records[place] = records[next]
                place = next
            }
            records[place] = displaced
        }
        rows = []
    }

    private func sorted(_ rows: [SortedRow], _ rest: [StandardColumn]) -> [SortedRow] {
        rows.sorted { a, b in
            if a.key != b.key { return a.key < b.key }
            for column in rest {
                let order = compare(a.order, b.order, column)
                if order != 0 { return order < 0 }
            }
            return a.order < b.order
        }
    }

    /// The least and greatest value of each time column.
    private func timeBounds(_ columns: [StandardColumn]) -> [StandardColumn: ClosedRange<Int64>] {
        var bounds: [StandardColumn: ClosedRange<Int64>] = [:]
        for column in columns where column.isTime {
            var least = Int64.max
            var greatest = Int64.min
            for record in records {
                let value = column == .time ? record.second : record.first
                if column == .time && value == GatherState.noTime { continue }
                least = min(least, value)
                greatest = max(greatest, value)
            }
            bounds[column] = least <= greatest ? least...greatest : 0...0
        }
        return bounds
    }

    private mutating func fill(_ packing: Packing) {
        rows = records.indices.map { SortedRow(key: 0, order: UInt32($0)) }
        for column in packing.columns {
            let ranks = ranks.of(column.column)
            for index in rows.indices {
                let record = records[index]
                let value: UInt64
                switch column.column {
                case .time:
                    let isKnown = record.second != GatherState.noTime
                    value = isKnown ? UInt64(bitPattern: record.second &- column.least) &+ 1 : 0
                case .receivedTime: value = UInt64(bitPattern: record.first &- column.least)
                case .tenant, .source, .type: value = UInt64(ranks[Int(record.tag)])
                case .id: value = Self.prefix(arena.a(record))
                case .data: value = Self.prefix(arena.b(record))
                }
                rows[index].key = column.bits == 64 ? value : rows[index].key << UInt64(column.bits) | value
            }
        }
    }

    /// The first eight bytes, as an integer in their order.
    private static func prefix(_ bytes: Span<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for i in 0..<8 { value = value << 8 | (i < bytes.count ? UInt64(bytes[i]) : 0) }
        return value
    }

    private func compare(_ a: UInt32, _ b: UInt32, _ column: StandardColumn) -> Int {
        let (x, y) = (records[Int(a)], records[Int(b)])
        func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
        switch column {
        case .time: return order(x.second, y.second)
        case .receivedTime: return order(x.first, y.first)
        case .tenant, .source, .type:
            let ranks = ranks.of(column)
            return order(ranks[Int(x.tag)], ranks[Int(y.tag)])
        case .id: return Self.compare(arena.a(x), arena.a(y))
        case .data:
            if arena.hasB(x) != arena.hasB(y) { return arena.hasB(x) ? 1 : -1 }
            return Self.compare(arena.b(x), arena.b(y))
        }
    }

    private static func compare(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        let common = min(a.count, b.count)
        for i in 0..<common where a[i] != b[i] { return a[i] < b[i] ? -1 : 1 }
        return a.count - b.count
    }

    /// How columns become one integer.
    private struct Packing {
        struct Column {
            let column: StandardColumn
            let bits: Int
            /// What a time is counted from.
            let least: Int64
        }
        private(set) var columns: [Column] = []
        /// The integer says everything: rows with equal ones are equal in all sort columns.
        private(set) var isWhole = true

        init(_ sort: [StandardColumn], _ ranks: SortRanks, _ times: [StandardColumn: ClosedRange<Int64>]) {
            var free = 64
            for column in sort {
                let least = times[column]?.lowerBound ?? 0
                let span: UInt64
                if column.isTime {
                    // One more, because 0 stands for no time.
                    span = UInt64(bitPattern: (times[column]?.upperBound ?? 0) &- least) &+ 1
                } else if column.isOfKind {
                    span = ranks.bound(column)
                } else {
                    // A string's prefix needs the whole key, and the strings decide where prefixes are equal.
                    isWhole = false
                    if free == 64 { columns.append(Column(column: column, bits: 64, least: 0)) }
                    return
                }
                let bits = 64 - span.leadingZeroBitCount
                guard bits <= free else {
                    isWhole = false
                    return
                }
                free -= bits
                columns.append(Column(column: column, bits: bits, least: least))
            }
        }
    }
}

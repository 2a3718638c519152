import Bytes
import Kernel
import Parquet
import Storage

/// One data file in the making: sorted rows go in as row groups, bytes come out into a staged object.
struct DataFileWriter: ~Copyable {
    /// Bytes that may wait in memory before they are written.
    private static let writeBytes = 1 << 20
    /// What a file that stays open between flushes keeps in memory, about: page and compression buffers.
    static let parkedBytes = 3 << 20

    let name: String
    private var writer: ParquetFileWriter
    private let staged: any StagedObject
    private(set) var writtenBytes = 0

    init(name: String, table: TableOptions, staged: any StagedObject) {
        self.name = name
        self.staged = staged
        writer = ParquetFileWriter(schema: Self.schema, options: Self.options(table))
    }

    /// Field ids are those of ``StandardColumn``.
    static let schema = ParquetSchema(
        columns: StandardColumn.allCases.map { column in
            ParquetColumn(
                name: column.name, fieldID: column.rawValue, type: column.isTime ? .int64 : .byteArray,
                logical: column.isTime ? .timestampMicrosUTC : .string, isRequired: column.isRequired,
                encoding: column.isTime ? .deltaBinaryPacked : column.isOfKind ? .dictionary : .plain,
                hasBloomFilter: column == .id)
        })

    private static func options(_ table: TableOptions) -> ParquetOptions {
        ParquetOptions(
            codec: table.codec, createdBy: CompactionOptions.createdBy,
            sorting: table.sort.map {
                SortingColumn(column: Int($0.rawValue) - 1, descending: false, nullsFirst: true)
            })
    }

    /// Writes rows, which are in order, as one row group.
    mutating func write(
        _ sorter: borrowing PartitionSorter, _ range: Range<Int>, _ kinds: [EventKind], _ clock: inout FlushClock
    ) throws(StoreError) {
        writer.beginRowGroup(rowCount: range.count)
        for column in StandardColumn.allCases {
            writer.beginColumn()
            switch column {
            case .id: for index in range { writer.append(sorter.arena.a(sorter.records[index])) }
            case .tenant, .source, .type: appendKinds(column, sorter, range, kinds)
            case .time: appendTimes(sorter, range)
            case .receivedTime: for index in range { writer.append(sorter.records[index].first) }
            case .data: try appendData(sorter, range, &clock)
            }
            writer.endColumn()
            try drain(&clock)
        }
        writer.endRowGroup()
        try drain(&clock)
    }

    private mutating func appendKinds(
        _ column: StandardColumn, _ sorter: borrowing PartitionSorter, _ range: Range<Int>, _ kinds: [EventKind]
    ) {
        // Sorted rows mostly have the kind of the row before.
        var tag = UInt32.max
        var value: [UInt8] = []
        for index in range {
            let next = sorter.records[index].tag
            if next != tag {
                tag = next
                value = kinds[Int(tag)].value(column)
            }
            writer.append(value.span)
        }
    }

    private mutating func appendTimes(_ sorter: borrowing PartitionSorter, _ range: Range<Int>) {
        for index in range {
            let time = sorter.records[index].second
            if time == GatherState.noTime { writer.appendNull() } else { writer.append(time) }
        }
    }

    private mutating func appendData(
        _ sorter: borrowing PartitionSorter, _ range: Range<Int>, _ clock: inout FlushClock
    ) throws(StoreError) {
        var unwritten = 0
        for index in range {
            let record = sorter.records[index]
            if sorter.arena.hasB(record) { writer.append(sorter.arena.b(record)) } else { writer.appendNull() }
            unwritten += Int(record.contentBytes)
            if unwritten >= Self.writeBytes {
                try drain(&clock)
                unwritten = 0
            }
        }
    }

    /// Ends the file; it is durable when the run is sealed.
    mutating func finish(_ clock: inout FlushClock) throws(StoreError) -> ParquetFileSummary {
        let summary = writer.finish()
        try drain(&clock)
        try staged.finish()
        clock.wrote()
        return summary
    }

    private mutating func drain(_ clock: inout FlushClock) throws(StoreError) {
        if writer.output.isEmpty { return }
        clock.encoded()
        try staged.append(writer.output.span)
        writtenBytes += writer.output.count
        writer.output.removeAll()
        clock.wrote()
    }

    /// Gives back what is not needed until the next row group.
    mutating func park() { writer.output.release() }

    func discard() { staged.discard() }
}

/// Where one thread's time goes while partitions are flushed.
struct FlushClock {
    private var clock = StageClock()
    private(set) var sort = CompactionReport.Stage()
    private(set) var encode = CompactionReport.Stage()
    private(set) var write = CompactionReport.Stage()

    mutating func sorted() { clock.lap(into: &sort) }
    mutating func encoded() { clock.lap(into: &encode) }
    mutating func wrote() { clock.lap(into: &write) }
}

import Bytes
import Kernel
import Parquet

/// Writes a record's JSON while files are finished, into one buffer that is never copied: a run may make 100,000.
struct RecordWriter: ~Copyable {
    private var json = ByteBuffer()
    private var names = NameList()
    private(set) var fileCount = 0
    private(set) var rowsOut = 0
    private(set) var bytesOut = 0

    init(id: String, worker: String, started: WallTime) {
        Self.string("{\"format\":1,\"id\":", Array(id.utf8), &json)
        Self.string(",\"worker\":", Array(worker.utf8), &json)
        Self.time(",\"started\":", started, &json)
        json.append(",\"files\":[\n" as StaticString)
    }

    var memoryBytes: Int { json.capacity + names.memoryBytes }
    /// The data files, in the order they were added.
    var fileNames: [String] { names.all }

    mutating func add(
        path: String, table: TableOptions, partition: [PartitionValue], summary: ParquetFileSummary
    ) {
        if fileCount > 0 { json.append(",\n" as StaticString) }
        fileCount += 1
        rowsOut += summary.rowCount
        bytesOut += summary.byteCount
        names.append(path)
        Self.string("{\"path\":", Array(path.utf8), &json)
        Self.string(",\"table\":", Array(table.name.utf8), &json)
        json.append(",\"partition\":{" as StaticString)
        for (index, (field, value)) in zip(table.partition, partition).enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            Self.string("", Array(field.name.utf8), &json)
            json.append(UInt8(ascii: ":"))
            switch value {
            case .null: json.append("null" as StaticString)
            case .integer(let number): json.append(decimal: Int(number))
            case .text(let text): Self.string("", text, &json)
            }
        }
        Self.number("},\"rows\":", summary.rowCount, &json)
        Self.number(",\"bytes\":", summary.byteCount, &json)
        Self.number(",\"rowGroups\":", summary.rowGroupCount, &json)
        json.append(",\"columns\":[" as StaticString)
        for (index, column) in summary.columns.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            addColumn(column, fieldID: index + 1)
        }
        json.append("]}" as StaticString)
    }

    private mutating func addColumn(_ column: ColumnSummary, fieldID: Int) {
        Self.number("{\"id\":", fieldID, &json)
        Self.number(",\"bytes\":", column.compressedBytes, &json)
        if column.nullCount > 0 { Self.number(",\"nulls\":", column.nullCount, &json) }
        // Nobody asks for payloads by their order.
        if fieldID != Int(StandardColumn.data.rawValue), let lower = column.lower, let upper = column.upper {
            json.append(",\"lower\":\"" as StaticString)
            Hex.append(lower, to: &json)
            json.append("\",\"upper\":\"" as StaticString)
            Hex.append(upper, to: &json)
            json.append(UInt8(ascii: "\""))
        }
        json.append(UInt8(ascii: "}"))
    }

    /// Appends what is known only in the end, and gives the record's bytes away.
    mutating func finish(_ record: CompactionRecord, into output: inout ByteBuffer) {
        json.append("],\"batches\":[\n" as StaticString)
        for (index, batch) in record.batches.enumerated() {
            if index > 0 { json.append(",\n" as StaticString) }
            Self.string("{\"path\":", Array(batch.name.utf8), &json)
            Self.number(",\"bytes\":", batch.bytes, &json)
            Self.number(",\"events\":", batch.events, &json)
            json.append(UInt8(ascii: "}"))
        }
        json.append("],\n\"quarantined\":[" as StaticString)
        for (index, item) in record.quarantined.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            Self.string("{\"path\":", Array(item.path.utf8), &json)
            Self.number(",\"rows\":", item.rows, &json)
            json.append(UInt8(ascii: "}"))
        }
        Self.time("],\n\"finished\":", record.finished, &json)
        Self.number(",\"rowsIn\":", record.rowsIn, &json)
        Self.number(",\"rowsOut\":", record.rowsOut, &json)
        Self.number(",\"duplicates\":", record.duplicates, &json)
        Self.number(",\"rowsQuarantined\":", record.rowsQuarantined, &json)
        Self.number(",\"rowsUnmatched\":", record.rowsUnmatched, &json)
        json.append("}\n" as StaticString)
        swap(&json, &output)
    }

    private static func string(_ name: StaticString, _ value: [UInt8], _ output: inout ByteBuffer) {
        if name.utf8CodeUnitCount > 0 { output.append(name) }
        output.append(UInt8(ascii: "\""))
        JSONText.appendEscaped(value.span, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private static func number(_ name: StaticString, _ value: Int, _ output: inout ByteBuffer) {
        output.append(name)
        output.append(decimal: value)
    }

    private static func time(_ name: StaticString, _ value: WallTime, _ output: inout ByteBuffer) {
        output.append(name)
        output.append(UInt8(ascii: "\""))
        Timestamp.append(microseconds: value.microseconds, to: &output)
        output.append(UInt8(ascii: "\""))
    }
}

/// Many names in one buffer.
struct NameList: ~Copyable {
    private var bytes = ByteBuffer()
    var memoryBytes: Int { bytes.capacity }

    mutating func append(_ name: String) {
        bytes.append(utf8: name)
        bytes.append(0)
    }

    var all: [String] {
        bytes.array.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}

import Bytes
import Kernel
import Parquet

/// Gathers a record's JSON while files are finished, in one buffer: a run may make 100,000 of them.
struct RecordWriter: ~Copyable {
    private var files = ByteBuffer()
    private var names = NameList()
    private(set) var fileCount = 0
    private(set) var rowsOut = 0
    private(set) var bytesOut = 0

    var memoryBytes: Int { files.capacity + names.memoryBytes }
    /// The data files, in the order they were added.
    var fileNames: [String] { names.all }

    mutating func add(
        path: String, table: TableOptions, partition: [PartitionValue], summary: ParquetFileSummary
    ) {
        if fileCount > 0 { files.append(",\n" as StaticString) }
        fileCount += 1
        rowsOut += summary.rowCount
        bytesOut += summary.byteCount
        names.append(path)
        Self.string("{\"path\":", Array(path.utf8), &files)
        Self.string(",\"table\":", Array(table.name.utf8), &files)
        files.append(",\"partition\":{" as StaticString)
        for (index, (field, value)) in zip(table.partition, partition).enumerated() {
            if index > 0 { files.append(UInt8(ascii: ",")) }
            Self.string("", Array(field.name.utf8), &files)
            files.append(UInt8(ascii: ":"))
            switch value {
            case .null: files.append("null" as StaticString)
            case .integer(let number): files.append(decimal: Int(number))
            case .text(let text): Self.string("", text, &files)
            }
        }
        Self.number("},\"rows\":", summary.rowCount, &files)
        Self.number(",\"bytes\":", summary.byteCount, &files)
        Self.number(",\"rowGroups\":", summary.rowGroupCount, &files)
        files.append(",\"columns\":[" as StaticString)
        for (index, column) in summary.columns.enumerated() {
            if index > 0 { files.append(UInt8(ascii: ",")) }
            addColumn(column, fieldID: index + 1)
        }
        files.append("]}" as StaticString)
    }

    private mutating func addColumn(_ column: ColumnSummary, fieldID: Int) {
        Self.number("{\"id\":", fieldID, &files)
        Self.number(",\"bytes\":", column.compressedBytes, &files)
        Self.number(",\"values\":", column.valueCount, &files)
        Self.number(",\"nulls\":", column.nullCount, &files)
        // Nobody asks for payloads by their order.
        if fieldID != Int(StandardColumn.data.rawValue), let lower = column.lower, let upper = column.upper {
            files.append(",\"lower\":\"" as StaticString)
            Hex.append(lower, to: &files)
            files.append("\",\"upper\":\"" as StaticString)
            Hex.append(upper, to: &files)
            files.append(UInt8(ascii: "\""))
        }
        files.append(UInt8(ascii: "}"))
    }

    /// Appends the whole record; `record` gives everything but the files.
    func write(_ record: CompactionRecord, to output: inout ByteBuffer) {
        Self.string("{\"format\":1,\"id\":", Array(record.id.utf8), &output)
        Self.string(",\"worker\":", Array(record.worker.utf8), &output)
        Self.time(",\"started\":", record.started, &output)
        Self.time(",\"finished\":", record.finished, &output)
        Self.number(",\"rowsIn\":", record.rowsIn, &output)
        Self.number(",\"rowsOut\":", record.rowsOut, &output)
        Self.number(",\"duplicates\":", record.duplicates, &output)
        Self.number(",\"rowsQuarantined\":", record.rowsQuarantined, &output)
        Self.number(",\"rowsUnmatched\":", record.rowsUnmatched, &output)
        output.append(",\"batches\":[\n" as StaticString)
        for (index, batch) in record.batches.enumerated() {
            if index > 0 { output.append(",\n" as StaticString) }
            Self.string("{\"path\":", Array(batch.name.utf8), &output)
            Self.number(",\"bytes\":", batch.bytes, &output)
            Self.number(",\"events\":", batch.events, &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append("],\"quarantined\":[" as StaticString)
        for (index, item) in record.quarantined.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            Self.string("{\"path\":", Array(item.path.utf8), &output)
            Self.number(",\"rows\":", item.rows, &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append("],\"files\":[\n" as StaticString)
        output.append(files)
        output.append("]}\n" as StaticString)
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

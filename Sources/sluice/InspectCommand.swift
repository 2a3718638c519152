import Batches
import Bytes
import Kernel
import Parquet

extension Command {
    static let inspect = Command(
        name: "inspect", summary: "what a batch or Parquet file holds", usage: "PATH... [--rows N] [--json]",
        details: """
            Describes batches and Parquet files (files, or folders with all below them) from their summaries and
            footers. --rows N prints the first N rows of each: events of a batch, rows of a Parquet file as JSON.
            """,
        options: [.json, Option(name: "--rows", value: "N", help: "prints the first N rows of each file")],
        takesPaths: true
    ) { arguments in
        guard !arguments.paths.isEmpty else { throw UsageError("name a batch, a Parquet file, or a folder of them") }
        let rows = try arguments.number("--rows", atLeast: 0)
        let (files, faults) = BatchPaths.expand(arguments.paths, suffixes: BatchPaths.batches + [".parquet"])
        for fault in faults { Console.fail(fault) }
        var isGood = faults.isEmpty
        var output = Output()
        for file in files {
            do {
                if file.hasSuffix(".parquet") {
                    try ParquetInspection(file).print(rows: rows, asJSON: arguments.has("--json"), to: &output)
                } else {
                    try BatchInspection(file).print(rows: rows, asJSON: arguments.has("--json"), to: &output)
                }
            } catch {
                output.flush()
                Console.fail("\(file): \(error)")
                isGood = false
            }
        }
        return isGood ? 0 : 1
    }
}

/// A batch's summary, or for an open batch what its blocks say.
struct BatchInspection {
    let path: String

    init(_ path: String) { self.path = path }

    func print(rows: Int?, asJSON: Bool, to output: inout Output) throws(BatchError) {
        if let rows { return try printRows(rows, to: &output) }
        var reader = try BatchReader.open(path)
        var blocks = 0
        var bytes = 0
        while try reader.next() {
            blocks += 1
            bytes += reader.chunk.count
        }
        if !reader.isSealed && !path.hasSuffix(BatchFormat.openSuffix) {
            throw .truncated(path: path, offset: reader.offset)
        }
        let summary = reader.summaryJSON.map { String(decoding: $0, as: UTF8.self) }
        if asJSON {
            output.line(
                "{\"path\":\(JSONOutput.quoted(path)),\"kind\":\"batch\",\"sealed\":\(reader.isSealed),"
                    + "\"blocks\":\(blocks),\"rawBytes\":\(bytes),\"fileBytes\":\(reader.byteCount),"
                    + "\"summary\":\(summary ?? "null")}")
            return
        }
        let ratio = Double(bytes * 100 / max(1, reader.byteCount)) / 100
        output.line("\(path): batch, \(reader.isSealed ? "sealed" : "open")")
        output.line("  \(bytes) bytes of events in \(reader.byteCount), \(blocks) blocks, ratio \(ratio)")
        if let json = reader.summaryJSON {
            for name in ["node", "epoch", "opened", "sealed", "closedBy", "firstReceived", "lastReceived"] {
                if let text = SummaryFields.text(name, in: json) { output.line("  \(name): \(text)") }
            }
            for name in ["sequence", "events"] {
                if let number = SummaryFields.number(name, in: json) { output.line("  \(name): \(number)") }
            }
        }
        if let summary { output.line("  summary: \(summary)") }
    }

    private func printRows(_ rows: Int, to output: inout Output) throws(BatchError) {
        var reader = try BatchReader.open(path)
        var lines = LineReader()
        var left = rows
        while left > 0, try reader.next() {
            var kept = ByteBuffer()
            lines.add(reader.chunk) { line in
                if left > 0 {
                    kept.append(line)
                    kept.append(UInt8(0x0A))
                    left -= 1
                }
            }
            output.write(kept.span)
        }
    }
}

/// A Parquet file's footer, and its first rows.
struct ParquetInspection {
    private let path: String
    private let file: ParquetFile

    init(_ path: String) throws {
        self.path = path
        let descriptor = SharedFile(try FileDescriptor.open(path, .read))
        let length = try descriptor.file.length()
        file = try ParquetFile(byteCount: length) { (range) throws(ParquetError) in
            guard let bytes = try? descriptor.file.read(count: range.count, at: range.lowerBound),
                bytes.count == range.count
            else { throw .unreadable(offset: range.lowerBound, count: range.count) }
            return bytes
        }
    }

    func print(rows: Int?, asJSON: Bool, to output: inout Output) throws {
        if let rows {
            try printRows(rows, to: &output)
        } else if asJSON {
            output.line(json)
        } else {
            printText(to: &output)
        }
    }

    private func printText(to output: inout Output) {
        let metadata = file.metadata
        output.line("\(path): Parquet, \(metadata.rowCount) rows, \(file.byteCount) bytes")
        if let createdBy = metadata.createdBy { output.line("  created by \(createdBy)") }
        for (index, group) in metadata.rowGroups.enumerated() {
            let sorting = group.sorting.map { metadata.columns[$0.column].path.joined(separator: ".") }
            output.line(
                "  row group \(index): \(group.rowCount) rows, \(group.byteCount) bytes"
                    + (sorting.isEmpty ? "" : ", sorted by \(sorting.joined(separator: ", "))"))
            for (column, chunk) in zip(metadata.columns, group.columns) {
                let encodings = Set(chunk.encodings.map(\.name)).sorted().joined(separator: " ")
                let nulls = chunk.statistics?.nullCount.map { ", \($0) nulls" } ?? ""
                output.line(
                    "    \(chunk.path.joined(separator: ".")): \(chunk.type.name), \(chunk.codec.name), \(encodings), "
                        + "\(chunk.uncompressedBytes) → \(chunk.compressedBytes) bytes\(nulls)"
                        + bounds(chunk.statistics, column))
            }
        }
    }

    private func bounds(_ statistics: ColumnStatistics?, _ column: ColumnDescriptor) -> String {
        guard let lower = statistics?.lower, let upper = statistics?.upper else { return "" }
        return ", \(bound(lower, column)) … \(bound(upper, column))"
    }

    /// A PLAIN encoded bound as text.
    private func bound(_ bytes: [UInt8], _ column: ColumnDescriptor) -> String {
        switch column.element.type {
        case .int64, .int32:
            var number: Int64 = 0
            for (i, byte) in bytes.prefix(8).enumerated() { number |= Int64(byte) << Int64(8 * i) }
            if column.element.type == .int32 { number = Int64(Int32(truncatingIfNeeded: number)) }
            return text(number, column)
        case .byteArray: return JSONOutput.quoted(String(decoding: bytes.prefix(40), as: UTF8.self))
        default: return "\(bytes)"
        }
    }

    /// Timestamps as RFC 3339, other numbers as they are.
    private func text(_ number: Int64, _ column: ColumnDescriptor) -> String {
        guard case .timestamp(_, let unit) = column.element.logicalType else { return "\(number)" }
        switch unit {
        case .milliseconds: return Timestamp.text(microseconds: number &* 1000)
        case .microseconds: return Timestamp.text(microseconds: number)
        case .nanoseconds: return Timestamp.text(microseconds: number / 1000)
        }
    }

    private var json: String {
        let metadata = file.metadata
        let columns = metadata.columns.map { column in
            "{\"name\":\(JSONOutput.quoted(column.path.joined(separator: "."))),"
                + "\"type\":\"\(column.element.type?.name ?? "")\",\"fieldID\":\(column.element.fieldID ?? -1)}"
        }
        let groups = metadata.rowGroups.map { group in
            "{\"rows\":\(group.rowCount),\"bytes\":\(group.byteCount),\"sortedBy\":\(group.sorting.map(\.column))}"
        }
        return "{\"path\":\(JSONOutput.quoted(path)),\"kind\":\"parquet\",\"rows\":\(metadata.rowCount),"
            + "\"fileBytes\":\(file.byteCount),\"createdBy\":\(JSONOutput.quoted(metadata.createdBy ?? "")),"
            + "\"columns\":[\(columns.joined(separator: ","))],\"rowGroups\":[\(groups.joined(separator: ","))]}"
    }

    private func printRows(_ rows: Int, to output: inout Output) throws(ParquetError) {
        var lines = ByteBuffer()
        _ = try file.appendRows(limit: rows, to: &lines)
        output.write(lines.span)
    }
}

/// A file that a reading closure holds on to.
final class SharedFile: Sendable {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
}

import Bytes
import Parquet

/// A value of a row, null included.
enum Cell: Equatable {
    case null
    case text(String)
    case bytes([UInt8])
    case integer(Int64)
    case double(Double)
    case bool(Bool)
}

/// A table small enough to hold, in the rows that a file is made of and is expected to give back.
struct Sample {
    let name: String
    let schema: ParquetSchema
    var options: ParquetOptions
    /// Row groups of rows of cells.
    let groups: [[[Cell]]]

    init(
        _ name: String, _ columns: [ParquetColumn], options: ParquetOptions = .init(createdBy: "sluice version 1.0.0"),
        groups: [[[Cell]]]
    ) {
        self.name = name
        schema = ParquetSchema(columns: columns)
        self.options = options
        self.groups = groups
    }

    func written() -> (bytes: [UInt8], summary: ParquetFileSummary) {
        var writer = ParquetFileWriter(schema: schema, options: options)
        var file = ByteBuffer()
        for rows in groups {
            writer.beginRowGroup(rowCount: rows.count)
            for column in schema.columns.indices {
                writer.beginColumn()
                for row in rows {
                    append(row[column], to: &writer)
                    // Taking the output at any moment must not matter.
                    if writer.output.count > 50_000 { drain(&writer, &file) }
                }
                writer.endColumn()
            }
            writer.endRowGroup()
            // So must giving the memory back.
            if rows.count % 2 == 0 { writer.releaseBuffers() }
        }
        let summary = writer.finish()
        drain(&writer, &file)
        return (file.array, summary)
    }

    private func drain(_ writer: inout ParquetFileWriter, _ file: inout ByteBuffer) {
        file.append(writer.output)
        writer.output.removeAll()
    }

    private func append(_ cell: Cell, to writer: inout ParquetFileWriter) {
        switch cell {
        case .null: writer.appendNull()
        case .text(let text):
            let bytes = Array(text.utf8)
            writer.append(bytes.span)
        case .bytes(let bytes): writer.append(bytes.span)
        case .integer(let value): writer.append(value)
        case .double(let value): writer.append(value)
        case .bool(let value): writer.append(value)
        }
    }

    /// One JSON object a row, for readers in other languages: binary as hex, doubles by their shortest text.
    func expectation() -> [UInt8] {
        var text = ""
        for row in groups.joined() {
            let members = zip(schema.columns, row).map { "\(quoted($0.name)):\(json($1))" }
            text += "{" + members.joined(separator: ",") + "}\n"
        }
        return Array(text.utf8)
    }

    private func json(_ cell: Cell) -> String {
        switch cell {
        case .null: "null"
        case .text(let text): quoted(text)
        case .bytes(let bytes): quoted(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        case .integer(let value): String(value)
        case .double(let value): quoted("\(value)")
        case .bool(let value): String(value)
        }
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                quoted += "\\\(scalar)"
            } else if scalar.value < 0x20 {
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

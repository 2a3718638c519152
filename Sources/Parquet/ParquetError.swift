/// Why a file cannot be read. Which of them it is decides whether trying another reader, or the file again, makes sense.
package enum ParquetError: Error, Equatable, Sendable {
    /// No Parquet file: too short, or without the magic at its end.
    case notParquet
    /// The bytes contradict the format, or themselves; `offset` is where in the file the part starts.
    case corrupt(Part, offset: Int)
    /// A page's stored bytes are not those that were written.
    case checksum(offset: Int)
    /// The file is right, and uses what this reader does not read.
    case unsupported(Feature)
    /// More rows than are read at once; ask for fewer.
    case tooManyRows(Int)
    /// There is no such row group or column.
    case missing
    /// The source did not give these bytes.
    case unreadable(offset: Int, count: Int)

    package enum Part: String, Sendable {
        case footer
        case schema
        case rowGroup = "row group"
        case columnChunk = "column chunk"
        case pageHeader = "page header"
        case page
        case levels = "definition levels"
        case dictionary
        case values
        case columnIndex = "column index"
        case offsetIndex = "offset index"
        case bloomFilter = "bloom filter"
    }

    package enum Feature: Equatable, Sendable {
        case codec(String)
        case encoding(String)
        case nested(column: String)
        case encryption
        case bloomFilterKind
    }
}

extension ParquetError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notParquet: "not a Parquet file"
        case .corrupt(let part, let offset): "damaged: the \(part.rawValue) at byte \(offset) is not valid"
        case .checksum(let offset): "damaged: the page at byte \(offset) does not have its checksum"
        case .unsupported(.codec(let name)): "compressed with \(name), which is not supported"
        case .unsupported(.encoding(let name)): "encoded as \(name), which is not supported"
        case .unsupported(.nested(let column)): "column \(column) is nested, which is not supported"
        case .unsupported(.encryption): "encrypted, which is not supported"
        case .unsupported(.bloomFilterKind): "a bloom filter of a kind that is not supported"
        case .tooManyRows(let count): "\(count) rows are more than are read at once"
        case .missing: "no such row group or column"
        case .unreadable(let offset, let count): "\(count) bytes at byte \(offset) could not be read"
        }
    }
}

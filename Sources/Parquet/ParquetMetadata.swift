/// What a file's footer says. Source: parquet.thrift, `FileMetaData`.
package struct ParquetMetadata: Sendable {
    package var version: Int32 = 2
    /// The schema as a tree written depth first; the first element is the root.
    package var schema: [SchemaElement] = []
    package var rowCount = 0
    package var rowGroups: [RowGroupMetadata] = []
    package var keyValues: [(String, String?)] = []
    package var createdBy: String?
    /// The leaves of the schema, in the order of every row group's columns.
    package var columns: [ColumnDescriptor] = []
    package init() {}
}

/// One node of the schema.
package struct SchemaElement: Sendable, Equatable {
    package enum Repetition: Int32, Sendable {
        case required = 0
        case optional = 1
        case repeated = 2
    }

    package var name = ""
    /// Nil for a group.
    package var type: StoredType?
    /// Bytes of each value of a FIXED_LEN_BYTE_ARRAY.
    package var typeLength = 0
    package var repetition: Repetition?
    package var childCount = 0
    package var convertedType: Int32?
    package var scale: Int32?
    package var precision: Int32?
    package var fieldID: Int32?
    package var logicalType: StoredLogicalType?
    package init() {}
}

/// The annotations that are told apart; others are kept by number.
package enum StoredLogicalType: Sendable, Equatable {
    package enum Unit: Sendable { case milliseconds, microseconds, nanoseconds }
    case string
    case date
    case time(isUTC: Bool, Unit)
    case timestamp(isUTC: Bool, Unit)
    case json
    case uuid
    case decimal(scale: Int32, precision: Int32)
    case integer(bitWidth: Int8, isSigned: Bool)
    case other(Int16)
}

/// A leaf of the schema with what its place in the tree means for its levels.
package struct ColumnDescriptor: Sendable {
    package let element: SchemaElement
    package let path: [String]
    package let maximumDefinitionLevel: Int
    package let maximumRepetitionLevel: Int
}

package struct RowGroupMetadata: Sendable {
    package var columns: [ColumnChunkMetadata] = []
    /// Bytes before compression.
    package var byteCount = 0
    package var rowCount = 0
    package var sorting: [SortingColumn] = []
    package var fileOffset: Int?
    package var compressedBytes: Int?
    package init() {}
}

package struct ColumnChunkMetadata: Sendable {
    package var type = StoredType.byteArray
    package var encodings: [StoredEncoding] = []
    package var path: [String] = []
    package var codec = StoredCodec.uncompressed
    package var valueCount = 0
    /// Both sizes include page headers.
    package var uncompressedBytes = 0
    package var compressedBytes = 0
    package var dataPageOffset = 0
    package var dictionaryPageOffset: Int?
    package var statistics: ColumnStatistics?
    package var pageEncodings: [PageEncodingCount] = []
    package var bloomFilterOffset: Int?
    package var bloomFilterLength: Int?
    package var columnIndexOffset: Int?
    package var columnIndexLength: Int?
    package var offsetIndexOffset: Int?
    package var offsetIndexLength: Int?
    package var isEncrypted = false
    package init() {}

    /// Where the chunk's pages start.
    package var firstPageOffset: Int {
        // Some writers store 0 for a dictionary page that is not there.
        guard let dictionary = dictionaryPageOffset, dictionary > 0 else { return dataPageOffset }
        return min(dictionary, dataPageOffset)
    }
}

/// Bounds are PLAIN encoded; those of byte arrays have no length in front. Source: parquet.thrift, `Statistics`.
package struct ColumnStatistics: Sendable, Equatable {
    package var lower: [UInt8]?
    package var upper: [UInt8]?
    package var isLowerExact = false
    package var isUpperExact = false
    package var nullCount: Int?
    package init() {}
}

package struct PageEncodingCount: Sendable, Equatable {
    package let pageType: Int32
    package let encoding: StoredEncoding
    package var count: Int
}

/// Bounds and nulls of every page of a column chunk. Source: parquet.thrift, `ColumnIndex`.
package struct ColumnIndex: Sendable, Equatable {
    package enum Order: Int32, Sendable {
        case unordered = 0
        case ascending = 1
        case descending = 2
    }
    package var nullPages: [Bool] = []
    package var lower: [[UInt8]] = []
    package var upper: [[UInt8]] = []
    package var order = Order.unordered
    package var nullCounts: [Int] = []
    package init() {}
}

/// Where the pages of a column chunk lie. Source: parquet.thrift, `PageLocation`.
package struct PageLocation: Sendable, Equatable {
    package var offset: Int
    /// Bytes with the page's header.
    package var storedBytes: Int
    /// The first row, counted from the start of the row group.
    package var firstRow: Int
}

/// How a column's values are held in the file. Source: parquet.thrift, `Type`; these are the ones that are written.
package enum PhysicalType: Sendable, Equatable { case boolean, int32, int64, double, byteArray }

/// What a column's values mean. A timestamp is microseconds since 1970 in UTC (int64), a date days since 1970 (int32).
package enum LogicalType: Sendable, Equatable { case string, timestampMicrosUTC, date, none }

/// How a column's values are put into pages.
package enum ColumnEncoding: Sendable, Equatable {
    case plain
    /// Numbers into a list of the distinct values. A row group whose list would grow past
    /// ``ParquetOptions/dictionaryBytes``, or would hold nearly as many values as there are, is written plainly.
    case dictionary
    /// Differences of neighbours; for int32 and int64.
    case deltaBinaryPacked
}

/// One column of a flat table.
package struct ParquetColumn: Sendable, Equatable {
    package let name: String
    /// The number by which Iceberg knows the column.
    package let fieldID: Int32
    package let type: PhysicalType
    package let logical: LogicalType
    /// True when no value may be null.
    package let isRequired: Bool
    package let encoding: ColumnEncoding
    package let hasBloomFilter: Bool

    package init(
        name: String, fieldID: Int32, type: PhysicalType, logical: LogicalType = .none, isRequired: Bool = false,
        encoding: ColumnEncoding = .plain, hasBloomFilter: Bool = false
    ) {
        switch logical {
        case .string: precondition(type == .byteArray, "strings are byte arrays")
        case .timestampMicrosUTC: precondition(type == .int64, "timestamps are int64")
        case .date: precondition(type == .int32, "dates are int32")
        case .none: break
        }
        switch encoding {
        case .plain: break
        case .dictionary: precondition(type != .boolean, "booleans have no dictionary")
        case .deltaBinaryPacked: precondition(type == .int32 || type == .int64, "only integers have differences")
        }
        precondition(!hasBloomFilter || type != .boolean, "booleans have no bloom filter")
        self.name = name
        self.fieldID = fieldID
        self.type = type
        self.logical = logical
        self.isRequired = isRequired
        self.encoding = encoding
        self.hasBloomFilter = hasBloomFilter
    }
}

/// The columns of a flat table, in file order.
package struct ParquetSchema: Sendable, Equatable {
    package let columns: [ParquetColumn]
    package init(columns: [ParquetColumn]) { self.columns = columns }
}

/// A column by which the rows of every row group are sorted; `column` counts from 0.
package struct SortingColumn: Sendable, Equatable {
    package let column: Int
    package let descending: Bool
    package let nullsFirst: Bool

    package init(column: Int, descending: Bool = false, nullsFirst: Bool = false) {
        self.column = column
        self.descending = descending
        self.nullsFirst = nullsFirst
    }
}

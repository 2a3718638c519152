// Each function reads one structure of parquet.thrift, named in its comment; fields not named in it are skipped.

extension ThriftReader {
    /// `FileMetaData`.
    mutating func fileMetadata() throws(ThriftFault) -> ParquetMetadata {
        var metadata = ParquetMetadata()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: metadata.version = try int32(field)
            case 2:
                try list(field, of: .structure) { reader throws(ThriftFault) in
                    metadata.schema.append(try reader.schemaElement())
                }
            case 3: metadata.rowCount = try count(field)
            case 4:
                try list(field, of: .structure) { reader throws(ThriftFault) in
                    metadata.rowGroups.append(try reader.rowGroup())
                }
            case 5:
                try list(field, of: .structure) { reader throws(ThriftFault) in
                    metadata.keyValues.append(try reader.keyValue())
                }
            case 6: metadata.createdBy = try text(field)
            default: try skip(field)
            }
        }
        return metadata
    }

    /// `KeyValue`.
    private mutating func keyValue() throws(ThriftFault) -> (String, String?) {
        var pair: (String, String?) = ("", nil)
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: pair.0 = try text(field)
            case 2: pair.1 = try text(field)
            default: try skip(field)
            }
        }
        return pair
    }

    /// `SchemaElement`.
    private mutating func schemaElement() throws(ThriftFault) -> SchemaElement {
        var element = SchemaElement()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: element.type = StoredType(rawValue: try int32(field))
            case 2: element.typeLength = Int(try int32(field))
            case 3:
                guard let repetition = SchemaElement.Repetition(rawValue: try int32(field)) else { throw .invalid }
                element.repetition = repetition
            case 4: element.name = try text(field)
            case 5: element.childCount = try count(field)
            case 6: element.convertedType = try int32(field)
            case 7: element.scale = try int32(field)
            case 8: element.precision = try int32(field)
            case 9: element.fieldID = try int32(field)
            case 10 where field.type == .structure: element.logicalType = try logicalType()
            default: try skip(field)
            }
        }
        return element
    }

    /// `LogicalType`, a union.
    private mutating func logicalType() throws(ThriftFault) -> StoredLogicalType? {
        var logical: StoredLogicalType?
        var cursor = Cursor()
        while let field = try next(&cursor) {
            guard field.type == .structure else { throw .invalid }
            switch field.number {
            case 5:
                let numbers = try numbersOfStructure()
                logical = .decimal(scale: numbers[1] ?? 0, precision: numbers[2] ?? 0)
            case 7, 8:
                let (isUTC, unit) = try timeType()
                logical = field.number == 7 ? .time(isUTC: isUTC, unit) : .timestamp(isUTC: isUTC, unit)
            case 10:
                let numbers = try numbersOfStructure()
                logical = .integer(bitWidth: Int8(truncatingIfNeeded: numbers[1] ?? 0), isSigned: numbers[2] == 1)
            default:
                let named: [Int16: StoredLogicalType] = [1: .string, 6: .date, 12: .json, 14: .uuid]
                logical = named[field.number] ?? .other(field.number)
                try skip(field)
            }
        }
        return logical
    }

    /// The integers and booleans (as 0 and 1) of a small structure, by field.
    private mutating func numbersOfStructure() throws(ThriftFault) -> [Int16: Int32] {
        var numbers: [Int16: Int32] = [:]
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.type {
            case .yes: numbers[field.number] = 1
            case .no: numbers[field.number] = 0
            case .byte, .i16, .i32: numbers[field.number] = try int32(field)
            default: try skip(field)
            }
        }
        return numbers
    }

    /// `TimeType` and `TimestampType`.
    private mutating func timeType() throws(ThriftFault) -> (Bool, StoredLogicalType.Unit) {
        var isUTC = false
        var unit = StoredLogicalType.Unit.microseconds
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: isUTC = try bool(field)
            case 2 where field.type == .structure:
                var union = Cursor()
                while let member = try next(&union) {
                    unit = member.number == 1 ? .milliseconds : member.number == 3 ? .nanoseconds : .microseconds
                    try skip(member)
                }
            default: try skip(field)
            }
        }
        return (isUTC, unit)
    }

    /// `RowGroup`.
    private mutating func rowGroup() throws(ThriftFault) -> RowGroupMetadata {
        var group = RowGroupMetadata()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1:
                try list(field, of: .structure) { reader throws(ThriftFault) in
                    group.columns.append(try reader.columnChunk())
                }
            case 2: group.byteCount = try int(field)
            case 3: group.rowCount = try count(field)
            case 4:
                try list(field, of: .structure) { reader throws(ThriftFault) in
                    group.sorting.append(try reader.sortingColumn())
                }
            case 5: group.fileOffset = try int(field)
            case 6: group.compressedBytes = try int(field)
            default: try skip(field)
            }
        }
        return group
    }

    /// `SortingColumn`.
    private mutating func sortingColumn() throws(ThriftFault) -> SortingColumn {
        let numbers = try numbersOfStructure()
        return SortingColumn(
            column: Int(numbers[1] ?? 0), descending: numbers[2] == 1, nullsFirst: numbers[3] == 1)
    }

    /// `ColumnChunk`, with its `ColumnMetaData`.
    private mutating func columnChunk() throws(ThriftFault) -> ColumnChunkMetadata {
        var chunk = ColumnChunkMetadata()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 3 where field.type == .structure: try columnMetadata(&chunk)
            case 4: chunk.offsetIndexOffset = try count(field)
            case 5: chunk.offsetIndexLength = try count(field)
            case 6: chunk.columnIndexOffset = try count(field)
            case 7: chunk.columnIndexLength = try count(field)
            case 8, 9:
                chunk.isEncrypted = true
                try skip(field)
            default: try skip(field)
            }
        }
        return chunk
    }

    private mutating func columnMetadata(_ chunk: inout ColumnChunkMetadata) throws(ThriftFault) {
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: chunk.type = StoredType(rawValue: try int32(field))
            case 2:
                try list(field, of: .i32) { reader throws(ThriftFault) in
                    chunk.encodings.append(StoredEncoding(rawValue: Int32(truncatingIfNeeded: try reader.int())))
                }
            case 3:
                try list(field, of: .binary) { reader throws(ThriftFault) in
                    chunk.path.append(String(decoding: try reader.binary(), as: UTF8.self))
                }
            case 4: chunk.codec = StoredCodec(rawValue: try int32(field))
            case 5: chunk.valueCount = try count(field)
            case 6: chunk.uncompressedBytes = try count(field)
            case 7: chunk.compressedBytes = try count(field)
            case 9: chunk.dataPageOffset = try count(field)
            case 11: chunk.dictionaryPageOffset = try count(field)
            case 12 where field.type == .structure: chunk.statistics = try statistics()
            case 13:
                try list(field, of: .structure) { reader throws(ThriftFault) in
                    let numbers = try reader.numbersOfStructure()
                    chunk.pageEncodings.append(
                        PageEncodingCount(
                            pageType: numbers[1] ?? 0, encoding: StoredEncoding(rawValue: numbers[2] ?? 0),
                            count: Int(numbers[3] ?? 0)))
                }
            // Before these numbers were given out, a writer used them for something of its own.
            case 14 where field.type == .i64: chunk.bloomFilterOffset = try count(field)
            case 15 where field.type == .i32: chunk.bloomFilterLength = try count(field)
            default: try skip(field)
            }
        }
    }

    /// `Statistics`. The deprecated bounds are left out: nobody knows in which order they were taken.
    private mutating func statistics() throws(ThriftFault) -> ColumnStatistics {
        var statistics = ColumnStatistics()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 3: statistics.nullCount = try count(field)
            case 5: statistics.upper = try binary(field)
            case 6: statistics.lower = try binary(field)
            case 7: statistics.isUpperExact = try bool(field)
            case 8: statistics.isLowerExact = try bool(field)
            default: try skip(field)
            }
        }
        return statistics
    }

    /// `ColumnIndex`.
    mutating func columnIndex() throws(ThriftFault) -> ColumnIndex {
        var index = ColumnIndex()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1:
                try list(field, of: .yes, .no) { reader throws(ThriftFault) in
                    index.nullPages.append(try reader.bool())
                }
            case 2:
                try list(field, of: .binary) { reader throws(ThriftFault) in index.lower.append(try reader.binary()) }
            case 3:
                try list(field, of: .binary) { reader throws(ThriftFault) in index.upper.append(try reader.binary()) }
            case 4: index.order = ColumnIndex.Order(rawValue: try int32(field)) ?? .unordered
            case 5:
                try list(field, of: .i64) { reader throws(ThriftFault) in index.nullCounts.append(try reader.int()) }
            default: try skip(field)
            }
        }
        let pages = index.nullPages.count
        guard index.lower.count == pages, index.upper.count == pages,
            index.nullCounts.isEmpty || index.nullCounts.count == pages
        else { throw .invalid }
        return index
    }

    /// `OffsetIndex`.
    mutating func offsetIndex() throws(ThriftFault) -> [PageLocation] {
        var pages: [PageLocation] = []
        var cursor = Cursor()
        while let field = try next(&cursor) {
            guard field.number == 1 else {
                try skip(field)
                continue
            }
            try list(field, of: .structure) { reader throws(ThriftFault) in pages.append(try reader.pageLocation()) }
        }
        return pages
    }

    /// `PageLocation`.
    private mutating func pageLocation() throws(ThriftFault) -> PageLocation {
        var page = PageLocation(offset: 0, storedBytes: 0, firstRow: 0)
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: page.offset = try count(field)
            case 2: page.storedBytes = try count(field)
            case 3: page.firstRow = try count(field)
            default: try skip(field)
            }
        }
        return page
    }

    /// `BloomFilterHeader`: the bytes of the filter, nil where it is not the one kind there is.
    mutating func bloomFilterHeader() throws(ThriftFault) -> Int? {
        var byteCount = 0
        var isKnown = true
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: byteCount = try count(field)
            case 2, 3, 4:
                guard field.type == .structure else { throw .invalid }
                var union = Cursor()
                while let member = try next(&union) {
                    if member.number != 1 { isKnown = false }
                    try skip(member)
                }
            default: try skip(field)
            }
        }
        return isKnown ? byteCount : nil
    }
}

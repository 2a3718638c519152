import Bytes

extension ThriftWriter {
    /// The footer without its length.
    package mutating func write(_ metadata: ParquetMetadata) {
        begin()
        i32(1, metadata.version)
        list(2, of: .structure, count: metadata.schema.count)
        for element in metadata.schema { write(element) }
        i64(3, metadata.rowCount)
        list(4, of: .structure, count: metadata.rowGroups.count)
        for (ordinal, group) in metadata.rowGroups.enumerated() { write(group, ordinal) }
        if !metadata.keyValues.isEmpty {
            list(5, of: .structure, count: metadata.keyValues.count)
            for (key, value) in metadata.keyValues {
                begin()
                text(1, key)
                if let value { text(2, value) }
                end()
            }
        }
        if let createdBy = metadata.createdBy { text(6, createdBy) }
        let leaves = metadata.schema.count { $0.type != nil }
        list(7, of: .structure, count: leaves)
        for _ in 0..<leaves {
            // ColumnOrder is a union whose only member is TypeDefinedOrder, an empty structure.
            begin()
            structure(1)
            end()
            end()
        }
        end()
    }

    private mutating func write(_ element: SchemaElement) {
        begin()
        if let type = element.type { i32(1, type.rawValue) }
        if let repetition = element.repetition { i32(3, repetition.rawValue) }
        text(4, element.name)
        if element.type == nil { i32(5, Int32(element.childCount)) }
        if let converted = element.convertedType { i32(6, converted) }
        if let fieldID = element.fieldID { i32(9, fieldID) }
        if let logical = element.logicalType {
            structure(10)
            write(logical)
            end()
        }
        end()
    }

    private mutating func write(_ logical: StoredLogicalType) {
        switch logical {
        case .string:
            structure(1)
            end()
        case .date:
            structure(6)
            end()
        case .timestamp(let isUTC, let unit):
            structure(8)
            bool(1, isUTC)
            structure(2)
            structure(unit == .milliseconds ? 1 : unit == .microseconds ? 2 : 3)
            end()
            end()
            end()
        case .time, .json, .uuid, .decimal, .integer, .other: preconditionFailure("an annotation that is only read")
        }
    }

    private mutating func write(_ group: RowGroupMetadata, _ ordinal: Int) {
        begin()
        list(1, of: .structure, count: group.columns.count)
        for column in group.columns { write(column) }
        i64(2, group.byteCount)
        i64(3, group.rowCount)
        if !group.sorting.isEmpty {
            list(4, of: .structure, count: group.sorting.count)
            for column in group.sorting {
                begin()
                i32(1, Int32(column.column))
                bool(2, column.descending)
                bool(3, column.nullsFirst)
                end()
            }
        }
        if let fileOffset = group.fileOffset { i64(5, fileOffset) }
        if let compressedBytes = group.compressedBytes { i64(6, compressedBytes) }
        if let ordinal = Int16(exactly: ordinal) { i16(7, ordinal) }
        end()
    }

    private mutating func write(_ chunk: ColumnChunkMetadata) {
        begin()
        // The metadata stands in the footer alone, for which the format asks to write 0; older readers expect the
        // first page's offset and none looks at it.
        i64(2, chunk.firstPageOffset)
        structure(3)
        writeMetadata(chunk)
        end()
        if let offset = chunk.offsetIndexOffset { i64(4, offset) }
        if let length = chunk.offsetIndexLength { i32(5, Int32(length)) }
        if let offset = chunk.columnIndexOffset { i64(6, offset) }
        if let length = chunk.columnIndexLength { i32(7, Int32(length)) }
        end()
    }

    private mutating func writeMetadata(_ chunk: ColumnChunkMetadata) {
        i32(1, chunk.type.rawValue)
        list(2, of: .i32, count: chunk.encodings.count)
        for encoding in chunk.encodings { i32(encoding.rawValue) }
        list(3, of: .binary, count: chunk.path.count)
        for name in chunk.path { text(name) }
        i32(4, chunk.codec.rawValue)
        i64(5, chunk.valueCount)
        i64(6, chunk.uncompressedBytes)
        i64(7, chunk.compressedBytes)
        i64(9, chunk.dataPageOffset)
        if let offset = chunk.dictionaryPageOffset { i64(11, offset) }
        if let statistics = chunk.statistics { write(statistics) }
        if !chunk.pageEncodings.isEmpty {
            list(13, of: .structure, count: chunk.pageEncodings.count)
            for pages in chunk.pageEncodings {
                begin()
                i32(1, pages.pageType)
                i32(2, pages.encoding.rawValue)
                i32(3, Int32(pages.count))
                end()
            }
        }
        if let offset = chunk.bloomFilterOffset { i64(14, offset) }
        if let length = chunk.bloomFilterLength { i32(15, Int32(length)) }
    }

    private mutating func write(_ statistics: ColumnStatistics) {
        structure(12)
        if let nullCount = statistics.nullCount { i64(3, nullCount) }
        if let upper = statistics.upper { binary(5, upper.span) }
        if let lower = statistics.lower { binary(6, lower.span) }
        if statistics.upper != nil { bool(7, statistics.isUpperExact) }
        if statistics.lower != nil { bool(8, statistics.isLowerExact) }
        end()
    }

    mutating func write(_ index: ColumnIndex) {
        begin()
        list(1, of: .yes, count: index.nullPages.count)
        for isNull in index.nullPages { bool(isNull) }
        list(2, of: .binary, count: index.lower.count)
        for bound in index.lower { binary(bound.span) }
        list(3, of: .binary, count: index.upper.count)
        for bound in index.upper { binary(bound.span) }
        i32(4, index.order.rawValue)
        list(5, of: .i64, count: index.nullCounts.count)
        for count in index.nullCounts { i64(count) }
        end()
    }

    mutating func write(_ pages: [PageLocation]) {
        begin()
        list(1, of: .structure, count: pages.count)
        for page in pages {
            begin()
            i64(1, page.offset)
            i32(2, Int32(page.storedBytes))
            i64(3, page.firstRow)
            end()
        }
        end()
    }

    /// The header in front of a bloom filter's bits. Source: parquet.thrift, `BloomFilterHeader`.
    mutating func writeBloomFilterHeader(byteCount: Int) {
        begin()
        i32(1, Int32(byteCount))
        // Three unions, each with its first member: block split, xxHash, uncompressed.
        for field in [2, 3, 4] as [Int16] {
            structure(field)
            structure(1)
            end()
            end()
        }
        end()
    }
}

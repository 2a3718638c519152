package import Bytes

/// Writes one Parquet file into memory, row group by row group, column by column; it does no I/O.
///
/// Pages of format version 1, definition levels for optional columns, statistics, page indexes and bloom filters, in
/// the part of the format that every reader takes. Calls out of order are programmer errors and trap.
package struct ParquetFileWriter: ~Copyable {
    /// Bytes that are ready, in file order. The caller writes them out, whenever it likes, and empties the buffer.
    package var output = ByteBuffer()

    private let schema: ParquetSchema
    private let options: ParquetOptions
    private var pages: PageWriter
    private var column: ColumnWriter
    private var metadata = ParquetMetadata()
    private var summaries: [ColumnSummary]
    /// Rows of the open row group.
    private var rowCount: Int?
    private var columnIndex = 0
    private var group = RowGroupMetadata()
    /// For each chunk written, in file order.
    private var pageIndexes: [(columns: ColumnIndex?, pages: [PageLocation])] = []
    private var blooms = ByteBuffer()
    private var isFinished = false

    package init(schema: ParquetSchema, options: ParquetOptions) {
        precondition(!schema.columns.isEmpty, "a table has a column")
        precondition(options.sorting.allSatisfy { schema.columns.indices.contains($0.column) }, "sorted by no column")
        self.schema = schema
        self.options = options
        pages = PageWriter(codec: options.codec, writesChecksums: options.writesPageChecksums)
        column = ColumnWriter(options, schema.columns[0])
        summaries = schema.columns.map { ColumnSummary(name: $0.name) }
        metadata.createdBy = options.createdBy
        metadata.keyValues = options.metadata.map { ($0.0, $0.1) }
        metadata.schema = schema.elements
        pages.writeMagic(to: &output)
    }

    /// Starts a row group of `rowCount` rows (at least one).
    package mutating func beginRowGroup(rowCount: Int) {
        precondition(self.rowCount == nil && !isFinished, "the row group before is still open")
        precondition(rowCount > 0, "a row group has rows")
        self.rowCount = rowCount
        columnIndex = 0
        group = RowGroupMetadata()
        group.fileOffset = pages.position
        group.rowCount = rowCount
        group.sorting = options.sorting
    }

    /// Starts the next column of the row group.
    package mutating func beginColumn() {
        guard let rowCount else { preconditionFailure("no row group is open") }
        precondition(columnIndex < schema.columns.count, "more columns than the schema has")
        column.begin(schema.columns[columnIndex], rowCount: rowCount)
    }

    /// A value of a byte array column, at most 2 GiB.
    package mutating func append(_ value: Span<UInt8>) { column.append(value, &pages, &output) }

    /// A value of an integer column.
    package mutating func append(_ value: Int64) {
        switch column.column.type {
        case .int64: break
        case .int32: precondition(Int32(exactly: value) != nil, "out of an int32 column's range")
        case .boolean, .double, .byteArray: preconditionFailure("not an integer column")
        }
        precondition(column.isOpen, "no column is open")
        column.append(word: value, &pages, &output)
    }

    package mutating func append(_ value: Double) {
        precondition(column.column.type == .double && column.isOpen, "not a double column")
        column.append(word: Int64(bitPattern: value.bitPattern), &pages, &output)
    }

    package mutating func append(_ value: Bool) {
        precondition(column.column.type == .boolean && column.isOpen, "not a boolean column")
        column.append(word: value ? 1 : 0, &pages, &output)
    }

    package mutating func appendNull() { column.appendNull(&pages, &output) }

    package mutating func endColumn() {
        precondition(column.rows == rowCount, "a column has as many values as the row group has rows")
        let chunk = column.end(&pages, &output)
        let declared = schema.columns[columnIndex]
        var stored = chunk.metadata(of: declared, options.codec == .uncompressed ? .uncompressed : .lz4Raw)
        if declared.hasBloomFilter { appendBloomFilter(&stored) }
        group.columns.append(stored)
        group.byteCount += chunk.uncompressedBytes
        group.compressedBytes = (group.compressedBytes ?? 0) + chunk.compressedBytes
        pageIndexes.append((chunk.columnIndex(declared.type), chunk.locations))
        summaries[columnIndex].add(chunk, declared.type)
        columnIndex += 1
    }

    package mutating func endRowGroup() {
        precondition(columnIndex == schema.columns.count && !column.isOpen, "columns are missing")
        metadata.rowCount += group.rowCount
        metadata.rowGroups.append(group)
        rowCount = nil
    }

    /// Gives back buffers (a few MiB) between row groups, for a file that stays open beside many others.
    package mutating func releaseBuffers() {
        column.release()
        if output.isEmpty { output.release() }
    }

    /// Writes bloom filters, page indexes and the footer. Nothing can follow.
    package mutating func finish() -> ParquetFileSummary {
        precondition(rowCount == nil && !isFinished, "a row group is still open")
        isFinished = true
        placeBloomFilters()
        placePageIndexes()
        var footer = ThriftWriter()
        footer.write(metadata)
        pages.write(footer.bytes, to: &output)
        var tail = ByteBuffer()
        tail.append(littleEndian: UInt32(footer.bytes.count))
        pages.write(tail, to: &output)
        pages.writeMagic(to: &output)
        return ParquetFileSummary(
            rowCount: metadata.rowCount, byteCount: pages.position, columns: summaries,
            rowGroupCount: metadata.rowGroups.count)
    }

    /// Keeps the chunk's filter; its offset counts from the first filter until all of them have a place.
    private mutating func appendBloomFilter(_ stored: inout ColumnChunkMetadata) {
        let hashes = column.bloomHashes
        if hashes.isEmpty { return }
        let size = SplitBlockBloom.byteCount(for: hashes.count, falsePositive: options.bloomFalsePositive)
        var filter = ByteBuffer(capacity: size)
        filter.append(upTo: size) { output in output.append(repeating: 0, count: size) }
        do {
            var bits = filter.mutableSpan
            SplitBlockBloom.insert(hashes.span, into: &bits)
        }
        var header = ThriftWriter()
        header.writeBloomFilterHeader(byteCount: size)
        stored.bloomFilterOffset = blooms.count
        stored.bloomFilterLength = header.bytes.count + size
        blooms.append(header.bytes)
        blooms.append(filter)
    }

    private mutating func placeBloomFilters() {
        let base = pages.position
        for row in metadata.rowGroups.indices {
            for index in metadata.rowGroups[row].columns.indices {
                guard let offset = metadata.rowGroups[row].columns[index].bloomFilterOffset else { continue }
                metadata.rowGroups[row].columns[index].bloomFilterOffset = base + offset
            }
        }
        pages.write(blooms, to: &output)
        blooms.release()
    }

    /// All column indexes, then all offset indexes, as the format has it. Source: parquet-format PageIndex.md.
    private mutating func placePageIndexes() {
        var thrift = ThriftWriter()
        let width = schema.columns.count
        for (position, index) in pageIndexes.enumerated() {
            guard let columns = index.columns else { continue }
            thrift.removeAll()
            thrift.write(columns)
            metadata.rowGroups[position / width].columns[position % width].columnIndexOffset = pages.position
            metadata.rowGroups[position / width].columns[position % width].columnIndexLength = thrift.bytes.count
            pages.write(thrift.bytes, to: &output)
        }
        for (position, index) in pageIndexes.enumerated() {
            thrift.removeAll()
            thrift.write(index.pages)
            metadata.rowGroups[position / width].columns[position % width].offsetIndexOffset = pages.position
            metadata.rowGroups[position / width].columns[position % width].offsetIndexLength = thrift.bytes.count
            pages.write(thrift.bytes, to: &output)
        }
    }
}

extension ParquetSchema {
    /// The schema as the footer has it: a root, then the leaves.
    var elements: [SchemaElement] {
        var root = SchemaElement()
        root.name = "schema"
        root.childCount = columns.count
        return [root] + columns.map(\.element)
    }
}

extension ParquetColumn {
    fileprivate var element: SchemaElement {
        var element = SchemaElement()
        element.name = name
        element.type = StoredType(type)
        element.repetition = isRequired ? .required : .optional
        element.fieldID = fieldID
        // ConvertedType is what readers from before LogicalType look at.
        switch logical {
        case .string:
            element.convertedType = 0
            element.logicalType = .string
        case .date:
            element.convertedType = 6
            element.logicalType = .date
        case .timestampMicrosUTC:
            element.convertedType = 10
            element.logicalType = .timestamp(isUTC: true, .microseconds)
        case .none: break
        }
        return element
    }
}

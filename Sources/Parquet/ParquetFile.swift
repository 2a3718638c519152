import Bytes

/// Gives the bytes of a range of the file, all of them.
package typealias ParquetSource = @Sendable (Range<Int>) throws(ParquetError) -> [UInt8]

/// A Parquet file, read through a function that gives ranges of it.
///
/// Opening reads the footer. Columns without repetition are read, in PLAIN, dictionary, DELTA_BINARY_PACKED and
/// (booleans) RLE, uncompressed or LZ4_RAW, from pages of both versions; anything else is an error that names it. No
/// byte of the file is trusted.
package struct ParquetFile: Sendable {
    package let metadata: ParquetMetadata
    package let byteCount: Int
    private let source: ParquetSource

    /// The most rows of a column that are read at once.
    package static let mostRows = 16 * 1024 * 1024

    package init(byteCount: Int, source: @escaping ParquetSource) throws(ParquetError) {
        self.byteCount = byteCount
        self.source = source
        guard byteCount >= 4 + Format.tailBytes else { throw .notParquet }
        let tail = try Self.read(byteCount - Format.tailBytes..<byteCount, source)
        if Array(tail[4...]) == Array("PARE".utf8) { throw .unsupported(.encryption) }
        guard Array(tail[4...]) == Array("PAR1".utf8) else { throw .notParquet }
        let length = (0..<4).reduce(0) { $0 | Int(tail[$1]) << ($1 * 8) }
        let start = byteCount - Format.tailBytes - length
        guard start >= 4 else { throw .corrupt(.footer, offset: byteCount - Format.tailBytes) }
        var reader = ThriftReader(try Self.read(start..<start + length, source))
        var footer: ParquetMetadata
        do { footer = try reader.fileMetadata() } catch { throw .corrupt(.footer, offset: start) }
        guard let columns = footer.leaves() else { throw .corrupt(.schema, offset: start) }
        footer.columns = columns
        guard footer.isConsistent else { throw .corrupt(.rowGroup, offset: start) }
        metadata = footer
    }

    /// A file that is in memory already.
    package init(_ bytes: [UInt8]) throws(ParquetError) {
        try self.init(byteCount: bytes.count) { range throws(ParquetError) in
            guard range.upperBound <= bytes.count else {
                throw .unreadable(offset: range.lowerBound, count: range.count)
            }
            return Array(bytes[range])
        }
    }

    // MARK: Values

    /// The first `limit` values (all, when nil) of a column in a row group.
    package func readColumn(rowGroup: Int, column: Int, limit: Int? = nil) throws(ParquetError) -> ParquetValues {
        let (chunk, descriptor) = try chunk(rowGroup, column)
        guard descriptor.maximumRepetitionLevel == 0 else {
            throw .unsupported(.nested(column: descriptor.path.joined(separator: ".")))
        }
        if chunk.isEncrypted { throw .unsupported(.encryption) }
        let wanted = min(limit ?? Int.max, metadata.rowGroups[rowGroup].rowCount)
        guard wanted <= Self.mostRows else { throw .tooManyRows(wanted) }
        // A chunk without rows may have no pages, and any offset.
        if wanted <= 0 { return ParquetValues(chunk.type) }
        let (end, overflow) = chunk.firstPageOffset.addingReportingOverflow(chunk.compressedBytes)
        guard !overflow, chunk.firstPageOffset >= 4, end <= byteCount - Format.tailBytes else {
            throw .corrupt(.columnChunk, offset: chunk.firstPageOffset)
        }
        var reader = ColumnReader(descriptor, chunk.codec, wanted: wanted)
        var offset = chunk.firstPageOffset
        while !reader.isDone, offset < end {
            let (header, start) = try pageHeader(offset..<end)
            // Old writers left a dictionary page's header out of the chunk's size.
            let last = min(end + 100, byteCount - Format.tailBytes)
            guard header.storedBytes <= last - start else { throw .corrupt(.pageHeader, offset: offset) }
            let stored = try Self.read(start..<start + header.storedBytes, source)
            try reader.read(header, stored, at: offset)
            offset = start + header.storedBytes
        }
        guard reader.isDone else { throw .corrupt(.columnChunk, offset: chunk.firstPageOffset) }
        return reader.values
    }

    /// The header at the start of `range`, and where the page's bytes begin.
    private func pageHeader(_ range: Range<Int>) throws(ParquetError) -> (PageHeader, Int) {
        // Bounds in the header may make it long; nearly always it is a few dozen bytes.
        var window = 256
        while true {
            let end = min(range.upperBound, range.lowerBound + window)
            var reader = ThriftReader(try Self.read(range.lowerBound..<end, source))
            do {
                return (try reader.pageHeader(), range.lowerBound + reader.offset)
            } catch .ended where end < range.upperBound && window < 16 * 1024 * 1024 {
                window *= 16
            } catch {
                throw .corrupt(.pageHeader, offset: range.lowerBound)
            }
        }
    }

    // MARK: Indexes

    /// Bounds of the chunk's pages; nil when the file has none.
    package func columnIndex(rowGroup: Int, column: Int) throws(ParquetError) -> ColumnIndex? {
        let (chunk, _) = try chunk(rowGroup, column)
        guard let offset = chunk.columnIndexOffset, let length = chunk.columnIndexLength else { return nil }
        var reader = ThriftReader(try part(.columnIndex, offset, length))
        do { return try reader.columnIndex() } catch { throw .corrupt(.columnIndex, offset: offset) }
    }

    /// Where the chunk's data pages are; nil when the file does not say.
    package func pageLocations(rowGroup: Int, column: Int) throws(ParquetError) -> [PageLocation]? {
        let (chunk, _) = try chunk(rowGroup, column)
        guard let offset = chunk.offsetIndexOffset, let length = chunk.offsetIndexLength else { return nil }
        var reader = ThriftReader(try part(.offsetIndex, offset, length))
        do { return try reader.offsetIndex() } catch { throw .corrupt(.offsetIndex, offset: offset) }
    }

    /// False when the chunk's bloom filter rules the value out; true when it does not, or when there is none.
    ///
    /// An integer is looked for with the width of the column; a byte array by its bytes.
    package func mayContain(_ value: ParquetValue, rowGroup: Int, column: Int) throws(ParquetError) -> Bool {
        let (chunk, descriptor) = try chunk(rowGroup, column)
        guard let offset = chunk.bloomFilterOffset else { return true }
        let (hash, known) = Self.hash(value, descriptor.element.type)
        guard known else { return true }
        // Older writers leave the length out.
        let most = max(0, byteCount - Format.tailBytes - offset)
        var reader = ThriftReader(try part(.bloomFilter, offset, min(64, most)))
        let size: Int?
        do { size = try reader.bloomFilterHeader() } catch { throw .corrupt(.bloomFilter, offset: offset) }
        guard let size else { throw .unsupported(.bloomFilterKind) }
        guard size > 0, size % SplitBlockBloom.blockBytes == 0 else { throw .corrupt(.bloomFilter, offset: offset) }
        let filter = try part(.bloomFilter, offset + reader.offset, size)
        return SplitBlockBloom.mayContain(hash, in: filter.span)
    }

    private static func hash(_ value: ParquetValue, _ type: StoredType?) -> (UInt64, known: Bool) {
        switch (value, type) {
        case (.integer(let integer), .int64): (XXHash64.hash(UInt64(bitPattern: integer)), true)
        case (.integer(let integer), .int32): (XXHash64.hash(UInt32(truncatingIfNeeded: integer)), true)
        case (.double(let double), .double): (XXHash64.hash(double.bitPattern), true)
        case (.bytes(let bytes), .byteArray), (.bytes(let bytes), .fixedLengthByteArray):
            (XXHash64.hash(bytes.span), true)
        default: (0, false)
        }
    }

    // MARK: Bytes

    private func chunk(
        _ rowGroup: Int, _ column: Int
    ) throws(ParquetError) -> (ColumnChunkMetadata, ColumnDescriptor) {
        guard metadata.rowGroups.indices.contains(rowGroup), metadata.columns.indices.contains(column) else {
            throw .missing
        }
        return (metadata.rowGroups[rowGroup].columns[column], metadata.columns[column])
    }

    private func part(_ part: ParquetError.Part, _ offset: Int, _ length: Int) throws(ParquetError) -> [UInt8] {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard !overflow, offset >= 4, length > 0, end <= byteCount - Format.tailBytes else {
            throw .corrupt(part, offset: offset)
        }
        return try Self.read(offset..<end, source)
    }

    private static func read(_ range: Range<Int>, _ source: ParquetSource) throws(ParquetError) -> [UInt8] {
        if range.isEmpty { return [] }
        let bytes = try source(range)
        guard bytes.count == range.count else {
            throw .unreadable(offset: range.lowerBound, count: range.count)
        }
        return bytes
    }
}

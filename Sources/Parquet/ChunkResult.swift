import Bytes

/// What one page held.
struct PageSummary {
    let rows: Int
    let nulls: Int
    let firstRow: Int
    /// Nil when no value has an order: all null, or nothing but NaN.
    let bounds: StoredBounds?
    let words: WordBounds
}

/// What writing one column chunk left to say about it.
struct ChunkResult {
    var valueCount = 0
    var usesDictionary = false
    var bounds: StoredBounds?
    var wordBounds = WordBounds()
    private(set) var rows = 0
    private(set) var nulls = 0
    private(set) var dictionaryOffset: Int?
    private(set) var compressedBytes = 0
    private(set) var uncompressedBytes = 0
    private(set) var pageEncodings: [PageEncodingCount] = []
    private(set) var locations: [PageLocation] = []
    private(set) var pages: [PageSummary] = []

    mutating func add(dictionary page: WrittenPage) {
        dictionaryOffset = page.offset
        pageEncodings = [PageEncodingCount(pageType: StoredPageType.dictionary, encoding: .plain, count: 1)]
        count(page)
    }

    mutating func add(_ page: WrittenPage, _ encoding: StoredEncoding, _ summary: PageSummary) {
        locations.append(
            PageLocation(offset: page.offset, storedBytes: page.storedBytes, firstRow: summary.firstRow))
        pages.append(summary)
        rows += summary.rows
        nulls += summary.nulls
        if pageEncodings.last?.pageType == StoredPageType.data {
            pageEncodings[pageEncodings.count - 1].count += 1
        } else {
            pageEncodings.append(PageEncodingCount(pageType: StoredPageType.data, encoding: encoding, count: 1))
        }
        count(page)
    }

    private mutating func count(_ page: WrittenPage) {
        compressedBytes += page.storedBytes
        uncompressedBytes += page.uncompressedBytes
    }

    func metadata(of column: ParquetColumn, _ codec: StoredCodec) -> ColumnChunkMetadata {
        var chunk = ColumnChunkMetadata()
        chunk.type = StoredType(column.type)
        chunk.encodings = column.isRequired ? [] : [.rle]
        for pages in pageEncodings where !chunk.encodings.contains(pages.encoding) {
            chunk.encodings.append(pages.encoding)
        }
        chunk.path = [column.name]
        chunk.codec = codec
        chunk.valueCount = valueCount
        chunk.uncompressedBytes = uncompressedBytes
        chunk.compressedBytes = compressedBytes
        chunk.dataPageOffset = locations.first?.offset ?? 0
        chunk.dictionaryPageOffset = dictionaryOffset
        chunk.pageEncodings = pageEncodings
        var statistics = ColumnStatistics()
        statistics.nullCount = nulls
        statistics.lower = bounds?.lower
        statistics.upper = bounds?.upper
        statistics.isLowerExact = bounds?.isLowerExact ?? false
        statistics.isUpperExact = bounds?.isUpperExact ?? false
        chunk.statistics = statistics
        return chunk
    }

    /// Nil when a page with values has no bounds, since the format has no way to say so.
    func columnIndex(_ type: PhysicalType) -> ColumnIndex? {
        var index = ColumnIndex()
        for page in pages {
            let isNull = page.nulls == page.rows
            if !isNull, page.bounds?.upper == nil { return nil }
            index.nullPages.append(isNull)
            index.lower.append(page.bounds?.lower ?? [])
            index.upper.append(page.bounds?.upper ?? [])
            index.nullCounts.append(page.nulls)
        }
        let ordered = pages.filter { $0.bounds != nil }
        let neighbours = zip(ordered, ordered.dropFirst())
        if neighbours.allSatisfy({ Self.ascends($0, $1, type) }) {
            index.order = .ascending
        } else if neighbours.allSatisfy({ Self.ascends($1, $0, type) }) {
            index.order = .descending
        }
        return index
    }

    /// Whether both bounds of `a` are at most those of `b`, in the order of the type.
    private static func ascends(_ a: PageSummary, _ b: PageSummary, _ type: PhysicalType) -> Bool {
        if type != .byteArray { return a.words.low <= b.words.low && a.words.high <= b.words.high }
        guard let first = a.bounds, let second = b.bounds else { return false }
        return compareBytes(first.lower, second.lower) <= 0
            && compareBytes(first.upper ?? [], second.upper ?? []) <= 0
    }
}

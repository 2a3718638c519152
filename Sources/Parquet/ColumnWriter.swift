import Bytes

/// Collects one column chunk's values, cuts them into pages and writes those; then the next chunk's, in the same memory.
///
/// A column without dictionary keeps one page. One with a dictionary keeps the row group's indexes, since only the
/// last value tells whether the dictionary stays small enough; giving it up replays them as plain values.
struct ColumnWriter: ~Copyable {
    let limits: Limits
    private(set) var column: ParquetColumn
    private(set) var isOpen = false
    private var usesDictionary = false
    /// Rows of the chunk so far.
    private(set) var rows = 0
    /// Values (not nulls) of the chunk so far.
    private var values = 0

    /// The page being filled: rows, which of them are null, and its values in one of two forms.
    private var pageRows = 0
    private var pageNulls: [UInt32] = []
    private var words: [Int64] = []
    private var body = ByteBuffer()
    private var levels = ByteBuffer()
    private var bounds: ByteBounds

    private var strings = ByteMap()
    private var numbers = WordMap()
    /// The chunk's rows by dictionary number; `null` where there is none.
    private var indexes: [UInt32] = []
    private var pageIndexes: [UInt32] = []
    /// The page on which each dictionary entry was last seen, so that its bounds are compared once a page.
    private var lastPage: [UInt32] = []

    private var hashes: [UInt64] = []
    private var chunkBounds: ByteBounds
    private var chunk = ChunkResult()

    private static let null = UInt32.max

    struct Limits {
        let pageBytes: Int
        let pageRows: Int
        let dictionaryBytes: Int
        /// Bytes left free in front of a page's values for its definition levels.
        let levelBytes: Int
        /// Words that fill a page of numbers.
        var pageWords: Int { max(1, min(pageRows, pageBytes / 8)) }
    }

    init(_ options: ParquetOptions, _ placeholder: ParquetColumn) {
        limits = Limits(
            pageBytes: max(1, options.pageBytes), pageRows: max(1, options.pageRows),
            dictionaryBytes: options.dictionaryBytes, levelBytes: min(max(1, options.pageRows), 1 << 20) / 4 + 64)
        column = placeholder
        bounds = ByteBounds(width: options.statisticsBytes)
        chunkBounds = ByteBounds(width: options.statisticsBytes)
    }

    mutating func begin(_ column: ParquetColumn, rowCount: Int) {
        precondition(!isOpen, "the column before is still open")
        self.column = column
        isOpen = true
        usesDictionary = column.encoding == .dictionary
        rows = 0
        values = 0
        hashes.removeAll(keepingCapacity: true)
        chunkBounds.removeAll()
        chunk = ChunkResult()
        if usesDictionary {
            indexes.reserveCapacity(rowCount)
            strings.removeAll()
            numbers.removeAll()
        }
        clearPage()
    }

    /// Gives back the memory that the next chunk can do without until it needs it again.
    mutating func release() {
        precondition(!isOpen, "a column is open")
        body.release()
        levels.release()
        strings = ByteMap()
        numbers = WordMap()
        words = []
        indexes = []
        pageIndexes = []
        pageNulls = []
        lastPage = []
        hashes = []
    }

    // MARK: Values

    mutating func append(_ string: Span<UInt8>, _ pages: inout PageWriter, _ output: inout ByteBuffer) {
        precondition(column.type == .byteArray && isOpen, "not a byte array column")
        rows += 1
        values += 1
        if usesDictionary {
            indexes.append(strings.insert(string))
            if strings.records.count > limits.dictionaryBytes { giveUpDictionary(&pages, &output) }
        } else {
            appendPlain(string, &pages, &output)
        }
    }

    mutating func append(word: Int64, _ pages: inout PageWriter, _ output: inout ByteBuffer) {
        rows += 1
        values += 1
        if usesDictionary {
            indexes.append(numbers.insert(word))
            if numbers.words.count &* 8 > limits.dictionaryBytes { giveUpDictionary(&pages, &output) }
        } else {
            appendPlain(word: word, &pages, &output)
        }
    }

    mutating func appendNull(_ pages: inout PageWriter, _ output: inout ByteBuffer) {
        precondition(!column.isRequired && isOpen, "a required column has no nulls")
        rows += 1
        if usesDictionary {
            indexes.append(Self.null)
        } else {
            appendPlainNull(&pages, &output)
        }
    }

    private mutating func appendPlain(_ string: Span<UInt8>, _ pages: inout PageWriter, _ output: inout ByteBuffer) {
        body.append(lengthPrefixed: string)
        bounds.include(string)
        if column.hasBloomFilter { hashes.append(XXHash64.hash(string)) }
        pageRows += 1
        if body.count &- limits.levelBytes >= limits.pageBytes || pageRows >= limits.pageRows {
            writePlainPage(&pages, &output)
        }
    }

    private mutating func appendPlain(word: Int64, _ pages: inout PageWriter, _ output: inout ByteBuffer) {
        words.append(word)
        pageRows += 1
        if pageRows >= limits.pageRows || words.count >= limits.pageWords { writePlainPage(&pages, &output) }
    }

    private mutating func appendPlainNull(_ pages: inout PageWriter, _ output: inout ByteBuffer) {
        pageNulls.append(UInt32(pageRows))
        pageRows += 1
        if pageRows >= limits.pageRows { writePlainPage(&pages, &output) }
    }

    // MARK: The end of a chunk

    mutating func end(_ pages: inout PageWriter, _ output: inout ByteBuffer) -> ChunkResult {
        precondition(isOpen, "no column is open")
        let distinct = column.type == .byteArray ? strings.count : numbers.words.count
        if usesDictionary, distinct == 0 || distinct * 2 > values { giveUpDictionary(&pages, &output) }
        if usesDictionary {
            writeDictionaryPages(&pages, &output)
        } else if pageRows > 0 {
            writePlainPage(&pages, &output)
        }
        isOpen = false
        chunk.valueCount = rows
        chunk.usesDictionary = usesDictionary
        if column.type == .byteArray {
            if !chunkBounds.isEmpty { chunk.bounds = StoredBounds(chunkBounds, isText: column.logical == .string) }
        } else if !chunk.wordBounds.isEmpty {
            chunk.bounds = StoredBounds(chunk.wordBounds, column.type)
        }
        return chunk
    }

    /// The hashes of the chunk's values, for its bloom filter.
    var bloomHashes: [UInt64] { hashes }

    // MARK: Pages of plain values

    private mutating func writePlainPage(_ pages: inout PageWriter, _ output: inout ByteBuffer) {
        let encoding: StoredEncoding = column.encoding == .deltaBinaryPacked ? .deltaBinaryPacked : .plain
        var pageWords = WordBounds()
        if column.type != .byteArray {
            Self.encode(words, of: column, into: &body)
            pageWords.include(words.span, isDouble: column.type == .double)
            if column.hasBloomFilter { hash(words) }
        }
        writePage(encoding, pageWords, &pages, &output)
    }

    private static func encode(_ words: [Int64], of column: ParquetColumn, into body: inout ByteBuffer) {
        if column.encoding == .deltaBinaryPacked {
            DeltaBinaryPacked.encode(words.span, isNarrow: column.type == .int32, into: &body)
            return
        }
        switch column.type {
        case .boolean: body.append(bits: words.span)
        case .int32: body.append(lowBytes: 4, of: words.span)
        case .int64, .double: body.append(lowBytes: 8, of: words.span)
        case .byteArray: break
        }
    }

    private mutating func hash(_ words: [Int64]) {
        for word in words {
            hashes.append(
                column.type == .int32
                    ? XXHash64.hash(UInt32(truncatingIfNeeded: word)) : XXHash64.hash(UInt64(bitPattern: word)))
        }
    }

    // MARK: Pages of dictionary numbers

    private mutating func giveUpDictionary(_ pages: inout PageWriter, _ output: inout ByteBuffer) {
        usesDictionary = false
        var rowsByNumber: [UInt32] = []
        swap(&rowsByNumber, &indexes)
        var dictionary = ByteMap()
        swap(&dictionary, &strings)
        for number in rowsByNumber {
            if number == Self.null {
                appendPlainNull(&pages, &output)
            } else if column.type == .byteArray {
                appendPlain(dictionary.records.span.extracting(dictionary.range(of: Int(number))), &pages, &output)
            } else {
                appendPlain(word: numbers.words[Int(number)], &pages, &output)
            }
        }
        swap(&dictionary, &strings)
        rowsByNumber.removeAll(keepingCapacity: true)
        swap(&rowsByNumber, &indexes)
    }

    private mutating func writeDictionaryPages(_ pages: inout PageWriter, _ output: inout ByteBuffer) {
        let count = column.type == .byteArray ? strings.count : numbers.words.count
        writeDictionary(count, &pages, &output)
        lastPage.removeAll(keepingCapacity: true)
        lastPage.append(contentsOf: repeatElement(UInt32.max, count: count))
        let bitWidth = HybridRLE.bitWidth(UInt32(count - 1))
        var first = 0
        while first < indexes.count {
            let end = min(first + limits.pageRows, indexes.count)
            gatherPage(first..<end, UInt32(chunk.pages.count))
            body.append(UInt8(bitWidth))
            Self.encode(pageIndexes, bitWidth, into: &body)
            var pageWords = WordBounds()
            if column.type != .byteArray { pageWords.include(words.span, isDouble: column.type == .double) }
            writePage(.rleDictionary, pageWords, &pages, &output)
            first = end
        }
        indexes.removeAll(keepingCapacity: true)
    }

    private mutating func writeDictionary(_ count: Int, _ pages: inout PageWriter, _ output: inout ByteBuffer) {
        let content = PageContent(kind: .dictionary, valueCount: count, encoding: .plain)
        if column.type == .byteArray {
            chunk.add(dictionary: pages.write(content, strings.records.span, to: &output))
            if column.hasBloomFilter {
                for number in 0..<count {
                    hashes.append(XXHash64.hash(strings.records.span.extracting(strings.range(of: number))))
                }
            }
        } else {
            body.removeAll()
            Self.append(numbers.words, width: column.type == .int32 ? 4 : 8, to: &body)
            chunk.add(dictionary: pages.write(content, body.span, to: &output))
            if column.hasBloomFilter { hash(numbers.words) }
            clearPage()
        }
    }

    /// Sorts the rows of a page into numbers and nulls, and looks at each entry that is new to the page.
    private mutating func gatherPage(_ range: Range<Int>, _ page: UInt32) {
        pageIndexes.removeAll(keepingCapacity: true)
        for row in range {
            let number = indexes[row]
            if number == Self.null {
                pageNulls.append(UInt32(row - range.lowerBound))
                continue
            }
            pageIndexes.append(number)
            if lastPage[Int(number)] == page { continue }
            lastPage[Int(number)] = page
            if column.type == .byteArray {
                Self.include(strings, Int(number), in: &bounds)
            } else {
                words.append(numbers.words[Int(number)])
            }
        }
        pageRows = range.count
    }

    // MARK: Any page

    private mutating func writePage(
        _ encoding: StoredEncoding, _ pageWords: WordBounds, _ pages: inout PageWriter, _ output: inout ByteBuffer
    ) {
        let start = column.isRequired ? limits.levelBytes : putLevels()
        let content = PageContent(kind: .data, valueCount: pageRows, encoding: encoding)
        let page = pages.write(content, body.span.extracting(start..<body.count), to: &output)
        var stored: StoredBounds?
        if column.type == .byteArray {
            chunkBounds.include(bounds)
            if !bounds.isEmpty { stored = StoredBounds(bounds, isText: column.logical == .string) }
        } else {
            chunk.wordBounds.include(pageWords)
            if !pageWords.isEmpty { stored = StoredBounds(pageWords, column.type) }
        }
        chunk.add(
            page, encoding,
            PageSummary(rows: pageRows, nulls: pageNulls.count, firstRow: chunk.rows, bounds: stored, words: pageWords))
        clearPage()
    }

    /// Puts the definition levels right in front of the page's values. Returns where they start.
    private mutating func putLevels() -> Int {
        levels.removeAll()
        levels.append(littleEndian: UInt32(0))
        if pageNulls.isEmpty || pageNulls.count == pageRows {
            HybridRLE.appendRun(pageNulls.isEmpty ? 1 : 0, pageRows, 1, &levels)
        } else {
            pageIndexes.removeAll(keepingCapacity: true)
            pageIndexes.append(contentsOf: repeatElement(1, count: pageRows))
            for row in pageNulls { pageIndexes[Int(row)] = 0 }
            Self.encode(pageIndexes, 1, into: &levels)
        }
        let length = UInt32(levels.count - 4)
        for byte in 0..<4 { levels[byte] = UInt8(truncatingIfNeeded: length >> UInt32(byte * 8)) }
        // The gap was made for one page's levels at their longest; a huge `pageRows` may outgrow it.
        let start = max(0, limits.levelBytes - levels.count)
        Self.replace(start..<limits.levelBytes, of: &body, with: levels)
        return start
    }

    // Each of these borrows one of the writer's buffers while it changes another.

    private static func encode(_ numbers: [UInt32], _ bitWidth: Int, into target: inout ByteBuffer) {
        HybridRLE.encode(numbers.span, bitWidth: bitWidth, into: &target)
    }

    private static func append(_ words: [Int64], width: Int, to target: inout ByteBuffer) {
        target.append(lowBytes: width, of: words.span)
    }

    private static func include(_ strings: borrowing ByteMap, _ number: Int, in bounds: inout ByteBounds) {
        bounds.include(strings.records.span.extracting(strings.range(of: number)))
    }

    private static func replace(_ range: Range<Int>, of body: inout ByteBuffer, with bytes: borrowing ByteBuffer) {
        body.replace(range, with: bytes.span)
    }

    private mutating func clearPage() {
        body.removeAll()
        let gap = limits.levelBytes
        body.append(upTo: gap) { output in output.append(repeating: 0, count: gap) }
        bounds.removeAll()
        words.removeAll(keepingCapacity: true)
        pageNulls.removeAll(keepingCapacity: true)
        pageRows = 0
    }
}

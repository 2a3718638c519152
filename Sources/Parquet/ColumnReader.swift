import Bytes

/// Decodes the pages of one column chunk, one behind the other.
///
/// What a page claims is bounded before anything is allocated for it: values by the rows that are wanted, bytes by what
/// the stored page can decompress to.
struct ColumnReader {
    private let column: ColumnDescriptor
    private let codec: StoredCodec
    private let wanted: Int
    private(set) var values: ParquetValues
    private var dictionary: PlainValues?

    init(_ column: ColumnDescriptor, _ codec: StoredCodec, wanted: Int) {
        self.column = column
        self.codec = codec
        self.wanted = wanted
        values = ParquetValues(column.element.type ?? .byteArray)
    }

    var isDone: Bool { values.count >= wanted }

    mutating func read(_ header: PageHeader, _ stored: [UInt8], at offset: Int) throws(ParquetError) {
        if let checksum = header.checksum, CRC32.checksum(stored.span) != checksum { throw .checksum(offset: offset) }
        switch header.type {
        case StoredPageType.dictionary: try readDictionary(header, stored, offset)
        case StoredPageType.data: try readData(header, stored, offset)
        case StoredPageType.dataV2: try readDataV2(header, stored, offset)
        case StoredPageType.index: break
        default: throw .corrupt(.pageHeader, offset: offset)
        }
    }

    private mutating func readDictionary(
        _ header: PageHeader, _ stored: [UInt8], _ offset: Int
    ) throws(ParquetError) {
        guard dictionary == nil, values.count == 0, values.kind != .boolean else {
            throw .corrupt(.dictionary, offset: offset)
        }
        guard header.encoding == .plain || header.encoding == .plainDictionary else {
            throw .unsupported(.encoding(header.encoding.name))
        }
        let body = try decompressed(stored, header.uncompressedBytes, offset)
        var decoder = PlainDecoder(body, 0, column.element)
        guard let entries = decoder.read(header.valueCount, into: &values.bytes) else {
            throw .corrupt(.dictionary, offset: offset)
        }
        dictionary = entries
    }

    private mutating func readData(_ header: PageHeader, _ stored: [UInt8], _ offset: Int) throws(ParquetError) {
        let body = try decompressed(stored, header.uncompressedBytes, offset)
        let rows = min(header.valueCount, wanted - values.count)
        var start = 0
        var levels: [UInt32] = []
        if column.maximumDefinitionLevel > 0 {
            guard header.levelEncoding == .rle else { throw .unsupported(.encoding(header.levelEncoding.name)) }
            guard let length = littleEndian(body, 0), length <= body.count - 4 else {
                throw .corrupt(.levels, offset: offset)
            }
            start = 4 + length
            levels = try readLevels(body, 4..<start, rows, offset)
        }
        try readValues(header.encoding, body, start, levels, rows, offset)
    }

    private mutating func readDataV2(_ header: PageHeader, _ stored: [UInt8], _ offset: Int) throws(ParquetError) {
        let (levelBytes, overflow) = header.definitionBytes.addingReportingOverflow(header.repetitionBytes)
        guard !overflow, levelBytes <= stored.count, levelBytes <= header.uncompressedBytes else {
            throw .corrupt(.levels, offset: offset)
        }
        let rows = min(header.valueCount, wanted - values.count)
        var levels: [UInt32] = []
        if column.maximumDefinitionLevel > 0 {
            levels = try readLevels(stored, header.repetitionBytes..<levelBytes, rows, offset)
        }
        var body = Array(stored[levelBytes...])
        // A page of nothing but nulls may have no bytes at all behind its levels, though called compressed.
        if header.isCompressed, !body.isEmpty {
            body = try decompressed(body, header.uncompressedBytes - levelBytes, offset)
        }
        try readValues(header.encoding, body, 0, levels, rows, offset)
    }

    private func readLevels(
        _ body: [UInt8], _ range: Range<Int>, _ rows: Int, _ offset: Int
    ) throws(ParquetError) -> [UInt32] {
        let highest = UInt32(column.maximumDefinitionLevel)
        var levels: [UInt32] = []
        let bytes = body.span.extracting(range)
        guard HybridRLE.decode(bytes, bitWidth: HybridRLE.bitWidth(highest), count: rows, into: &levels) != nil,
            levels.allSatisfy({ $0 <= highest })
        else { throw .corrupt(.levels, offset: offset) }
        return levels
    }

    // MARK: Values

    private mutating func readValues(
        _ encoding: StoredEncoding, _ body: [UInt8], _ start: Int, _ levels: [UInt32], _ rows: Int, _ offset: Int
    ) throws(ParquetError) {
        let highest = UInt32(column.maximumDefinitionLevel)
        let count = levels.isEmpty ? rows : levels.count { $0 == highest }
        guard let decoded = count == 0 ? PlainValues() : try decode(encoding, body, start, count) else {
            throw .corrupt(.values, offset: offset)
        }
        append(decoded, levels, highest, rows, hasNulls: count < rows)
    }

    /// Nil when the bytes do not hold `count` values.
    private mutating func decode(
        _ encoding: StoredEncoding, _ body: [UInt8], _ start: Int, _ count: Int
    ) throws(ParquetError) -> PlainValues? {
        switch encoding {
        case .plain:
            var decoder = PlainDecoder(body, start, column.element)
            return decoder.read(count, into: &values.bytes)
        case .rleDictionary, .plainDictionary: return decodeIndexes(body, start, count)
        case .deltaBinaryPacked where values.kind == .integer:
            var words: [Int64] = []
            let isNarrow = column.element.type == .int32
            let bytes = body.span.extracting(start..<body.count)
            guard DeltaBinaryPacked.decode(bytes, isNarrow: isNarrow, limit: count, into: &words) != nil,
                words.count == count
            else { return nil }
            return PlainValues(words: words)
        case .rle where values.kind == .boolean:
            guard let length = littleEndian(body, start), length <= body.count - start - 4 else { return nil }
            var bits: [UInt32] = []
            let bytes = body.span.extracting(start + 4..<start + 4 + length)
            guard HybridRLE.decode(bytes, bitWidth: 1, count: count, into: &bits) != nil else { return nil }
            return PlainValues(words: bits.map { Int64($0) })
        default: throw .unsupported(.encoding(encoding.name))
        }
    }

    private func decodeIndexes(_ body: [UInt8], _ start: Int, _ count: Int) -> PlainValues? {
        guard let dictionary, start < body.count else { return nil }
        var indexes: [UInt32] = []
        let bytes = body.span.extracting(start + 1..<body.count)
        guard HybridRLE.decode(bytes, bitWidth: Int(body[start]), count: count, into: &indexes) != nil else {
            return nil
        }
        let entries = UInt32(values.kind == .bytes ? dictionary.places.count : dictionary.words.count)
        guard indexes.allSatisfy({ $0 < entries }) else { return nil }
        if values.kind == .bytes { return PlainValues(places: indexes.map { dictionary.places[Int($0)] }) }
        return PlainValues(words: indexes.map { dictionary.words[Int($0)] })
    }

    private mutating func append(
        _ decoded: PlainValues, _ levels: [UInt32], _ highest: UInt32, _ rows: Int, hasNulls: Bool
    ) {
        let before = values.count
        if !hasNulls {
            values.words += decoded.words
            values.places += decoded.places
            if !values.presence.isEmpty { values.presence += repeatElement(true, count: rows) }
            return
        }
        if values.presence.isEmpty { values.presence = [Bool](repeating: true, count: before) }
        var next = 0
        for level in levels {
            let isPresent = level == highest
            values.presence.append(isPresent)
            if values.kind == .bytes {
                values.places.append(isPresent ? decoded.places[next] : ParquetValues.Place(start: 0, count: 0))
            } else {
                values.words.append(isPresent ? decoded.words[next] : 0)
            }
            if isPresent { next += 1 }
        }
    }

    // MARK: Bytes

    private func decompressed(_ stored: [UInt8], _ count: Int, _ offset: Int) throws(ParquetError) -> [UInt8] {
        switch codec {
        case .uncompressed:
            guard stored.count == count else { throw .corrupt(.page, offset: offset) }
            return stored
        case .lz4Raw:
            var body = ByteBuffer()
            guard LZ4Block.decompress(stored.span, count: count, appendingTo: &body) else {
                throw .corrupt(.page, offset: offset)
            }
            return body.array
        default: throw .unsupported(.codec(codec.name))
        }
    }

    private func littleEndian(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard start + 4 <= bytes.count else { return nil }
        return (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << ($1 * 8) }
    }
}

import Bytes

/// What a page's header says beside sizes and checksum.
struct PageContent {
    enum Kind { case data, dictionary }
    let kind: Kind
    let valueCount: Int
    let encoding: StoredEncoding
}

/// Where a page went.
struct WrittenPage {
    let offset: Int
    /// With the header.
    let storedBytes: Int
    let uncompressedBytes: Int
}

/// Puts everything a file consists of into the output, one behind the other, and knows how far the file has come.
struct PageWriter: ~Copyable {
    /// Bytes of the file so far, those that the caller has already taken included.
    private(set) var position = 0
    private let codec: ParquetCodec
    private let writesChecksums: Bool
    private var compressor: LZ4BlockCompressor
    private var header = ThriftWriter()
    /// The last header's length: the next one is nearly always as long, so its page can be compressed in place.
    private var expectedHeader = 32

    init(codec: ParquetCodec, writesChecksums: Bool) {
        self.codec = codec
        self.writesChecksums = writesChecksums
        switch codec {
        case .uncompressed: compressor = LZ4BlockCompressor(level: 1)
        case .lz4Raw(let level): compressor = LZ4BlockCompressor(level: level)
        }
    }

    mutating func write(_ bytes: borrowing ByteBuffer, to output: inout ByteBuffer) {
        output.append(bytes)
        position += bytes.count
    }

    mutating func writeMagic(to output: inout ByteBuffer) {
        output.append(Format.magic)
        position += Format.magic.utf8CodeUnitCount
    }

    mutating func write(_ content: PageContent, _ body: Span<UInt8>, to output: inout ByteBuffer) -> WrittenPage {
        let start = output.count
        let stored: Int
        switch codec {
        case .uncompressed:
            stored = body.count
            encode(content, body.count, stored, writesChecksums ? CRC32.checksum(body) : nil)
            output.append(header.bytes)
            output.append(body)
        case .lz4Raw:
            stored = compressor.compress(body, appendingTo: &output, after: expectedHeader)
            let gap = start..<start + expectedHeader
            encode(
                content, body.count, stored, writesChecksums ? Self.checksum(of: output, from: gap.upperBound) : nil)
            output.replace(gap, with: header.bytes.span)
            expectedHeader = header.bytes.count
        }
        let page = WrittenPage(
            offset: position, storedBytes: header.bytes.count + stored,
            uncompressedBytes: header.bytes.count + body.count)
        position += page.storedBytes
        return page
    }

    private static func checksum(of output: borrowing ByteBuffer, from start: Int) -> UInt32 {
        CRC32.checksum(output.span.extracting(start..<output.count))
    }

    /// Source: parquet.thrift, `PageHeader`.
    private mutating func encode(_ content: PageContent, _ uncompressed: Int, _ stored: Int, _ checksum: UInt32?) {
        header.removeAll()
        header.begin()
        header.i32(1, content.kind == .data ? StoredPageType.data : StoredPageType.dictionary)
        header.i32(2, Int32(uncompressed))
        header.i32(3, Int32(stored))
        if let checksum { header.i32(4, Int32(bitPattern: checksum)) }
        switch content.kind {
        case .data:
            header.structure(5)
            header.i32(1, Int32(content.valueCount))
            header.i32(2, content.encoding.rawValue)
            header.i32(3, StoredEncoding.rle.rawValue)
            header.i32(4, StoredEncoding.rle.rawValue)
        case .dictionary:
            header.structure(7)
            header.i32(1, Int32(content.valueCount))
            header.i32(2, content.encoding.rawValue)
        }
        header.end()
        header.end()
    }
}

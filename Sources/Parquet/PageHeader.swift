/// What stands in front of a page. Source: parquet.thrift, `PageHeader`.
package struct PageHeader {
    package var type: Int32 = -1
    package var uncompressedBytes = 0
    package var storedBytes = 0
    package var checksum: UInt32?
    package var valueCount = 0
    package var encoding = StoredEncoding.plain
    package var levelEncoding = StoredEncoding.rle
    /// Version 2 only: bytes of levels in front of the values, and whether those are compressed.
    package var definitionBytes = 0
    var repetitionBytes = 0
    var isCompressed = true
}

extension ThriftReader {
    package mutating func pageHeader() throws(ThriftFault) -> PageHeader {
        var header = PageHeader()
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: header.type = try int32(field)
            case 2: header.uncompressedBytes = try count(field)
            case 3: header.storedBytes = try count(field)
            case 4: header.checksum = UInt32(bitPattern: try int32(field))
            case 5 where field.type == .structure: try dataPage(&header)
            case 7 where field.type == .structure: try dictionaryPage(&header)
            case 8 where field.type == .structure: try dataPageV2(&header)
            default: try skip(field)
            }
        }
        guard header.storedBytes <= Int(Int32.max), header.uncompressedBytes <= Int(Int32.max) else { throw .invalid }
        return header
    }

    private mutating func dataPage(_ header: inout PageHeader) throws(ThriftFault) {
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: header.valueCount = try count(field)
            case 2: header.encoding = StoredEncoding(rawValue: try int32(field))
            case 3: header.levelEncoding = StoredEncoding(rawValue: try int32(field))
            default: try skip(field)
            }
        }
    }

    private mutating func dictionaryPage(_ header: inout PageHeader) throws(ThriftFault) {
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: header.valueCount = try count(field)
            case 2: header.encoding = StoredEncoding(rawValue: try int32(field))
            default: try skip(field)
            }
        }
    }

    private mutating func dataPageV2(_ header: inout PageHeader) throws(ThriftFault) {
        var cursor = Cursor()
        while let field = try next(&cursor) {
            switch field.number {
            case 1: header.valueCount = try count(field)
            case 4: header.encoding = StoredEncoding(rawValue: try int32(field))
            case 5: header.definitionBytes = try count(field)
            case 6: header.repetitionBytes = try count(field)
            case 7: header.isCompressed = try bool(field)
            default: try skip(field)
            }
        }
    }
}

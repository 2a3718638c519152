import Bytes
import Parquet
import Testing

struct ThriftTests {
    /// Golden bytes, put together by hand from thrift-compact-protocol.md.
    @Test func everyFormHasItsBytes() {
        var writer = ThriftWriter()
        writer.begin()
        writer.i32(1, -1)
        writer.i64(2, 300)
        writer.bool(3, true)
        writer.bool(4, false)
        writer.text(21, "hé")
        writer.list(22, of: .i32, count: 2)
        writer.i32(0)
        writer.i32(64)
        writer.structure(23)
        writer.i16(1, 7)
        writer.end()
        writer.list(24, of: .yes, count: 16)
        for index in 0..<16 { writer.bool(index == 0) }
        writer.end()
        let golden: [UInt8] =
            [0x15, 0x01, 0x16, 0xD8, 0x04, 0x11, 0x12, 0x08, 0x2A, 0x03, 0x68, 0xC3, 0xA9]
            + [0x19, 0x25, 0x00, 0x80, 0x01, 0x1C, 0x14, 0x0E, 0x00, 0x19, 0xF1, 0x10, 0x01]
            + Array(repeating: 0x02, count: 15) + [0x00]
        let written = writer.bytes.array
        #expect(written == golden)
    }

    @Test func whatIsNotKnownIsSkipped() throws {
        var writer = ThriftWriter()
        writer.begin()
        writer.list(1, of: .structure, count: 1)
        writer.begin()
        writer.text(3, "inner")
        writer.end()
        writer.bool(2, true)
        writer.i64(9, 42)
        writer.end()
        var reader = ThriftReader(writer.bytes.array)
        var cursor = ThriftReader.Cursor()
        var found = 0
        while let field = try reader.next(&cursor) {
            if field.number == 9 { found = try reader.int(field) } else { try reader.skip(field) }
        }
        #expect(found == 42)
    }

    @Test func aCountBeyondTheBytesIsNotBelieved() {
        // A list of 2^28 structures, a string of 2^28 bytes, a map of as many pairs.
        for bytes in [[0x19, 0xFC, 0x80, 0x80, 0x80, 0x80, 0x01], [0x18, 0x80, 0x80, 0x80, 0x80, 0x01]] as [[UInt8]] {
            var reader = ThriftReader(bytes)
            #expect(throws: ThriftFault.ended) {
                var cursor = ThriftReader.Cursor()
                while let field = try reader.next(&cursor) { try reader.skip(field) }
            }
        }
    }

    @Test func nestingIsBounded() {
        var reader = ThriftReader([UInt8](repeating: 0x1C, count: 100_000))
        #expect(throws: ThriftFault.invalid) {
            var cursor = ThriftReader.Cursor()
            while let field = try reader.next(&cursor) { try reader.skip(field) }
        }
    }

    @Test func aPageHeaderHasItsBytes() throws {
        // parquet.thrift, PageHeader: type 0, sizes 4 and 4, a data page of 1 PLAIN value.
        let header: [UInt8] = [0x15, 0, 0x15, 8, 0x15, 8, 0x2C, 0x15, 2, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0]
        var reader = ThriftReader(header)
        let read = try reader.pageHeader()
        #expect(read.type == 0 && read.storedBytes == 4 && read.valueCount == 1 && read.encoding == .plain)
        #expect(reader.offset == header.count)
        let options = ParquetOptions(
            codec: .uncompressed, writesPageChecksums: false, createdBy: "sluice version 1.0.0")
        let column = Samples.column("a", 1, .int32, .none, required: true)
        let file = Sample("one", [column], options: options, groups: [[[.integer(0x0403_0201)]]]).written().bytes
        #expect(Array(file[..<25]) == Array("PAR1".utf8) + header + [1, 2, 3, 4])
    }
}

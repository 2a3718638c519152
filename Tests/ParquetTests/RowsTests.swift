import Bytes
import Parquet
import Testing

struct RowsTests {
    private func rows(_ sample: Sample, limit: Int) throws -> [String] {
        let file = try ParquetFile(sample.written().bytes)
        var output = ByteBuffer()
        let count = try file.appendRows(limit: limit, to: &output)
        let lines = String(decoding: output.array, as: UTF8.self).split(separator: "\n").map { String($0) }
        #expect(lines.count == count)
        return lines
    }

    @Test func valuesAreShownAsTheirTypesMean() throws {
        let columns = [
            Samples.column("text", 1, .byteArray, .string), Samples.column("raw", 2, .byteArray),
            Samples.column("time", 3, .int64, .timestampMicrosUTC), Samples.column("day", 4, .int32, .date),
            Samples.column("n", 5, .int64), Samples.column("d", 6, .double), Samples.column("b", 7, .boolean),
        ]
        let table: [[Cell]] = [
            [
                .text("a \"q\"\n日"), .bytes([0, 255, 16]), .integer(1_763_000_000_000_001), .integer(20_000),
                .integer(.min), .double(1.5), .bool(true),
            ],
            [.null, .null, .null, .null, .null, .null, .null],
            [
                .text(""), .bytes([]), .integer(.min), .integer(-2_147_483_648), .integer(0), .double(.nan),
                .bool(false),
            ],
        ]
        #expect(
            try rows(Sample("rows", columns, groups: [table]), limit: 10) == [
                #"{"text":"a \"q\"\n日","raw":"00ff10","time":"2025-11-13T02:13:20.000001Z","day":"2024-10-04","#
                    + #""n":-9223372036854775808,"d":1.5,"b":true}"#,
                #"{"text":null,"raw":null,"time":null,"day":null,"n":null,"d":null,"b":null}"#,
                // Moments that no RFC 3339 text can name stay numbers.
                #"{"text":"","raw":"","time":-9223372036854775808,"day":-2147483648,"n":0,"d":"nan","b":false}"#,
            ])
    }

    @Test func theLimitCountsAcrossRowGroups() throws {
        for limit in [0, 1, 699, 700, 701, 1_500, 9_999] {
            #expect(try rows(Samples.nulls, limit: limit).count == min(limit, 1_500))
        }
    }
}

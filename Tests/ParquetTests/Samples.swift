import Parquet
import TestSupport

/// Files of many shapes: what the round trips and the readers of other projects are tried on.
enum Samples {
    static let all: [Sample] =
        [everyType, nulls, oneRow, rowGroups, fallback, unicode, extremes, doubles, large, uncompressed, highLevel]
        + [sortedEvents, binary, tinyPages, noRows]

    static func column(
        _ name: String, _ id: Int32, _ type: PhysicalType, _ logical: LogicalType = .none, required: Bool = false,
        _ encoding: ColumnEncoding = .plain, bloom: Bool = false
    ) -> ParquetColumn {
        ParquetColumn(
            name: name, fieldID: id, type: type, logical: logical, isRequired: required, encoding: encoding,
            hasBloomFilter: bloom)
    }

    static func column(
        _ name: String, _ id: Int32, _ type: PhysicalType, _ encoding: ColumnEncoding, bloom: Bool = false
    ) -> ParquetColumn {
        column(name, id, type, .none, encoding, bloom: bloom)
    }

    static var options: ParquetOptions { ParquetOptions(createdBy: "sluice version 1.0.0 (build test)") }

    /// Every type, logical type and encoding that can be declared.
    static let columns: [ParquetColumn] = [
        column("id", 1, .byteArray, .string, required: true, bloom: true),
        column("type", 2, .byteArray, .string, required: true, .dictionary, bloom: true),
        column("note", 3, .byteArray, .string),
        column("label", 4, .byteArray, .string, .dictionary),
        column("raw", 5, .byteArray),
        column("time", 6, .int64, .timestampMicrosUTC, .deltaBinaryPacked),
        column("received", 7, .int64, .timestampMicrosUTC, required: true, .deltaBinaryPacked),
        column("amount", 8, .int64, bloom: true),
        column("code", 9, .int32, .dictionary),
        column("step", 10, .int32, .deltaBinaryPacked),
        column("plain32", 11, .int32, bloom: true),
        column("day", 12, .int32, .date, .dictionary),
        column("price", 13, .double),
        column("rate", 14, .double, .dictionary),
        column("flag", 15, .boolean),
        column("sure", 16, .boolean, required: true),
        column("count", 17, .int64, required: true, .dictionary, bloom: true),
    ]

    static func row(_ index: Int, _ seed: inout Seed, nulls: Int) -> [Cell] {
        let start: Int64 = 1_700_000_000_000_000
        let random = Int64(bitPattern: seed.next())
        func maybe(_ cell: Cell) -> Cell { nulls > 0 && seed.next() % 100 < UInt64(nulls) ? .null : cell }
        return [
            .text("evt_\(String(UInt64(bitPattern: random), radix: 36))_\(index)"),
            .text("type.\(random.magnitude % 7)"),
            maybe(.text(String(repeating: "note \(index) ", count: index % 11))), maybe(.text("label\(index / 100)")),
            maybe(.bytes((0..<index % 5).map { UInt8(truncatingIfNeeded: random >> Int64($0 * 8)) })),
            maybe(.integer(start + Int64(index) * 1_000 + random % 500)), .integer(start + Int64(index) * 997),
            maybe(.integer(random >> (index % 63))), maybe(.integer(Int64(index % 3) - 1)),
            maybe(.integer(Int64(Int32(truncatingIfNeeded: random >> 13)))),
            maybe(.integer(Int64(Int32(truncatingIfNeeded: random)))), maybe(.integer(Int64(19_000 + index / 50))),
            maybe(.double(Double(random) / 1e12)), maybe(.double(Double(index % 10) / 4)),
            maybe(.bool(random & 1 == 1)), .bool(index % 3 == 0), .integer(Int64(index % 20)),
        ]
    }

    static func rows(_ count: Int, seed: UInt64, nulls: Int) -> [[Cell]] {
        var seed = Seed(seed)
        return (0..<count).map { row($0, &seed, nulls: nulls) }
    }

    static var everyType: Sample {
        Sample("every_type", columns, options: options, groups: [rows(1_000, seed: 1, nulls: 0)])
    }
    static var nulls: Sample {
        let groups = [rows(700, seed: 2, nulls: 30), rows(300, seed: 3, nulls: 100), rows(500, seed: 4, nulls: 95)]
        return Sample("nulls", columns, options: options, groups: groups)
    }
    static var oneRow: Sample { Sample("one_row", columns, options: options, groups: [rows(1, seed: 5, nulls: 0)]) }
    static var noRows: Sample { Sample("no_rows", columns, options: options, groups: []) }
    static var rowGroups: Sample {
        Sample(
            "row_groups", columns, options: options,
            groups: (0..<40).map { rows(1 + $0 * 3, seed: UInt64($0), nulls: 10) })
    }
    static var uncompressed: Sample {
        var options = options
        options.codec = .uncompressed
        return Sample("uncompressed", columns, options: options, groups: [rows(3_000, seed: 6, nulls: 20)])
    }
    static var highLevel: Sample {
        var options = options
        options.codec = .lz4Raw(level: 9)
        options.writesPageChecksums = false
        return Sample("high_level", columns, options: options, groups: [rows(3_000, seed: 7, nulls: 5)])
    }
    static var tinyPages: Sample {
        var options = options
        options.pageBytes = 200
        options.pageRows = 23
        return Sample(
            "tiny_pages", columns, options: options,
            groups: [rows(999, seed: 8, nulls: 40), rows(24, seed: 9, nulls: 0)])
    }

    /// Dictionaries given up in the middle of a row group, and kept in the next one.
    static var fallback: Sample {
        var options = options
        options.dictionaryBytes = 2_000
        options.pageRows = 100
        let columns = [
            column("word", 1, .byteArray, .string, .dictionary, bloom: true),
            column("number", 2, .int64, .dictionary, bloom: true),
            column("small", 3, .int32, required: true, .dictionary),
        ]
        let many = (0..<1_500).map { row -> [Cell] in
            let word: Cell = row % 9 == 4 ? .null : .text("w\(row / 3)")
            return [word, .integer(Int64(row / 2)), .integer(Int64(row / 2))]
        }
        let few = (0..<800).map { row -> [Cell] in
            [.text("few\(row % 5)"), row % 4 == 0 ? .null : .integer(7), .integer(1)]
        }
        return Sample("fallback", columns, options: options, groups: [many, few, many])
    }

    static var unicode: Sample {
        var options = options
        options.statisticsBytes = 16
        let texts = [
            "", "\u{0}", "a\u{0}b", "ascii", "Grüße", "日本語のテキストは三バイト", "🙂🙃🙂🙃🙂🙃", "e\u{301}",
            "\u{FFFF}\u{FFFF}\u{FFFF}\u{FFFF}\u{FFFF}\u{FFFF}",
            "\u{7FF}\u{7FF}\u{7FF}\u{7FF}\u{7FF}\u{7FF}\u{7FF}\u{7FF}\u{7FF}",
            "\u{D7FF}\u{D7FF}\u{D7FF}\u{D7FF}\u{D7FF}\u{D7FF}", "\"quoted\"\\ \n\t",
            "\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}", "日本語のテキストは三バイトです",
        ]
        let columns = [column("text", 1, .byteArray, .string), column("dict", 2, .byteArray, .string, .dictionary)]
        let one = texts.map { [Cell.text($0), .text(texts[$0.utf8.count % 3])] }
        return Sample("unicode", columns, options: options, groups: texts.map { [[.text($0), .text($0)]] } + [one])
    }

    static var extremes: Sample {
        let values: [Int64] = [.min, .max, 0, -1, 1, .min, .min, .max, 42]
        let narrow: [Int64] = [-2_147_483_648, 2_147_483_647, 0, -1, 1, -2_147_483_648, 2_147_483_647, 5, 6]
        let columns = [
            column("plain", 1, .int64), column("delta", 2, .int64, .deltaBinaryPacked),
            column("dict", 3, .int64, .dictionary),
            column("plain32", 4, .int32), column("delta32", 5, .int32, .deltaBinaryPacked),
            column("dict32", 6, .int32, .dictionary), column("date", 7, .int32),
        ]
        let rows = (0..<500).map { row -> [Cell] in
            let wide = Cell.integer(values[row % 9])
            let small = Cell.integer(narrow[row % 9])
            return [wide, wide, wide, small, small, small, small]
        }
        return Sample("extremes", columns, options: options, groups: [rows])
    }

    static var doubles: Sample {
        let values: [Double] = [
            0, -0.0, 1.5, -1.5, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e-300,
        ]
        let columns = [column("d", 1, .double), column("e", 2, .double, .dictionary), column("nan", 3, .double)]
        let first = (0..<300).map { row -> [Cell] in
            [.double(values[row % 9]), .double(values[row % 4]), .double(row % 2 == 0 ? .nan : Double(row))]
        }
        let second = (0..<10).map { _ -> [Cell] in [.double(0), .double(-0.0), .double(.nan)] }
        return Sample("doubles", columns, options: options, groups: [first, second])
    }

    static var large: Sample {
        var seed = Seed(99)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz{}\":, 0123456789")
        let noise = String((0..<5_000).map { _ in alphabet[Int(seed.next() % UInt64(alphabet.count))] })
        let huge = String(repeating: noise, count: 1_048)
        let columns = [
            column("data", 1, .byteArray, .string, required: true), column("dict", 2, .byteArray, .string, .dictionary),
        ]
        let rows: [[Cell]] = [
            [.text("small"), .null], [.text(huge), .text(huge)], [.text(""), .text("")],
            [.text(huge + "!"), .text("x")], [.text("end"), .text("x")],
        ]
        return Sample("large", columns, options: options, groups: [rows])
    }

    static var binary: Sample {
        var options = options
        options.statisticsBytes = 8
        let columns = [column("bytes", 1, .byteArray), column("dict", 2, .byteArray, .dictionary)]
        let values: [[UInt8]] = [
            [], [0], [255], Array(repeating: 255, count: 7) + [1, 2], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Array(0...255),
        ]
        let rows = (0..<60).map { [Cell.bytes(values[$0 % 6]), .bytes(values[$0 % 4])] }
        let unbounded = [[Cell.bytes(Array(repeating: 255, count: 20)), .bytes([1])]]
        return Sample("binary", columns, options: options, groups: [rows, unbounded])
    }

    /// Rows as compaction leaves them: sorted by type, then by time.
    static var sortedEvents: Sample {
        var options = options
        options.sorting = [SortingColumn(column: 1), SortingColumn(column: 2)]
        options.pageRows = 500
        options.metadata = [("sluice.batches", "3"), ("empty", "")]
        let columns = [
            column("id", 1, .byteArray, .string, required: true, bloom: true),
            column("type", 2, .byteArray, .string, required: true, .dictionary),
            column("receivedtime", 3, .int64, .timestampMicrosUTC, required: true, .deltaBinaryPacked),
            column("data", 4, .byteArray, .string),
        ]
        var seed = Seed(11)
        let rows = (0..<5_000).map { row -> [Cell] in
            let id = String(seed.next(), radix: 16)
            return [
                .text("evt_\(id)"), .text("charge.\(["failed", "refunded", "succeeded"][row / 1_700])"),
                .integer(1_763_000_000_000_000 + Int64(row % 1_700) * 1_234), .text("{\"id\":\"\(id)\",\"n\":\(row)}"),
            ]
        }
        return Sample(
            "sorted_events", columns, options: options, groups: [Array(rows[..<2_500]), Array(rows[2_500...])])
    }
}

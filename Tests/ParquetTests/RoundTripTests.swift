import Parquet
import TestSupport
import Testing

/// Reads a sample's file back and says where it differs; nil when it does not.
func difference(_ sample: Sample, _ bytes: [UInt8]) throws -> String? {
    let file = try ParquetFile(bytes)
    guard file.metadata.rowGroups.count == sample.groups.count else { return "row groups" }
    for (group, rows) in sample.groups.enumerated() {
        for (index, column) in sample.schema.columns.enumerated() {
            let values = try file.readColumn(rowGroup: group, column: index)
            guard values.count == rows.count else { return "\(column.name): \(values.count) rows" }
            for row in rows.indices where !same(values[row], rows[row][index]) {
                return "\(column.name), row group \(group), row \(row): \(String(describing: values[row]))"
            }
        }
    }
    return nil
}

private func same(_ value: ParquetValue?, _ cell: Cell) -> Bool {
    switch (value, cell) {
    case (nil, .null): true
    case (.bytes(let bytes), .text(let text)): bytes == Array(text.utf8)
    case (.bytes(let bytes), .bytes(let expected)): bytes == expected
    case (.integer(let integer), .integer(let expected)): integer == expected
    case (.double(let double), .double(let expected)): double.bitPattern == expected.bitPattern
    case (.boolean(let boolean), .bool(let expected)): boolean == expected
    default: false
    }
}

struct RoundTripTests {
    @Test(arguments: Samples.all.indices) func everySampleComesBack(_ index: Int) throws {
        let sample = Samples.all[index]
        #expect(try difference(sample, sample.written().bytes) == nil, "\(sample.name)")
    }

    /// Types and encodings × required and null patterns × row counts around page ends × codecs.
    @Test func everyCombinationComesBack() throws {
        let kinds: [(PhysicalType, ColumnEncoding)] = [
            (.boolean, .plain), (.int32, .plain), (.int32, .dictionary), (.int32, .deltaBinaryPacked), (.int64, .plain),
            (.int64, .dictionary), (.int64, .deltaBinaryPacked), (.double, .plain), (.double, .dictionary),
            (.byteArray, .plain), (.byteArray, .dictionary),
        ]
        let counts = [1, 7, 8, 9, 16, 17, 200]
        var every = Every()
        while every.next() {
            let (type, encoding) = kinds[every.upTo(kinds.count - 1)]
            let pattern = every.upTo(5)
            let count = counts[every.upTo(counts.count - 1)]
            var options = ParquetOptions(createdBy: "sluice version 1.0.0")
            options.pageRows = 8
            options.codec = every.upTo(1) == 0 ? .uncompressed : .lz4Raw(level: 1)
            let column = Samples.column("c", 1, type, .none, required: pattern == 0, encoding, bloom: type != .boolean)
            let rows = (0..<count).map { [isNull($0, pattern, count) ? .null : cell($0, type)] }
            let sample = Sample("every", [column], options: options, groups: [rows, rows])
            let (bytes, summary) = sample.written()
            #expect(try difference(sample, bytes) == nil, "\(type) \(encoding) nulls \(pattern) rows \(count)")
            #expect(summary.byteCount == bytes.count && summary.rowCount == 2 * count)
            #expect(summary.columns[0].nullCount == 2 * rows.count { $0[0] == .null })
        }
    }

    private func isNull(_ row: Int, _ pattern: Int, _ count: Int) -> Bool {
        switch pattern {
        case 0, 1: false
        case 2: true
        case 3: row % 2 == 0
        case 4: row < count / 2
        default: row % 11 == 10
        }
    }

    private func cell(_ row: Int, _ type: PhysicalType) -> Cell {
        switch type {
        case .boolean: .bool(row % 3 == 0)
        case .int32: .integer(Int64(row % 6) * 1_000_000 - 7)
        case .int64: .integer(Int64(row % 6) * -1_000_000_000_000 + 3)
        case .double: .double(Double(row % 6) / 3)
        case .byteArray: .bytes(Array(repeating: UInt8(row % 6), count: row % 6))
        }
    }

    @Test func aLimitGivesTheFirstRows() throws {
        let sample = Samples.tinyPages
        let file = try ParquetFile(sample.written().bytes)
        for limit in [0, 1, 22, 23, 24, 500, 5_000] {
            let values = try file.readColumn(rowGroup: 0, column: 0, limit: limit)
            #expect(values.count == min(limit, 999))
        }
        #expect(throws: ParquetError.missing) { _ = try file.readColumn(rowGroup: 9, column: 0) }
        #expect(throws: ParquetError.missing) { _ = try file.readColumn(rowGroup: 0, column: 99) }
    }
}

struct FileMetadataTests {
    @Test func theFooterSaysWhatWasDeclared() throws {
        let sample = Samples.sortedEvents
        let file = try ParquetFile(sample.written().bytes)
        #expect(file.metadata.createdBy == sample.options.createdBy)
        #expect(file.metadata.rowCount == 5_000)
        #expect(file.metadata.keyValues.map(\.0) == ["sluice.batches", "empty"])
        #expect(file.metadata.columns.map(\.element.fieldID) == [1, 2, 3, 4])
        #expect(file.metadata.columns[2].element.logicalType == .timestamp(isUTC: true, .microseconds))
        #expect(file.metadata.columns[2].element.convertedType == 10)
        #expect(file.metadata.columns[0].element.logicalType == .string)
        #expect(file.metadata.rowGroups[0].sorting == sample.options.sorting)
        let kind = file.metadata.rowGroups[0].columns[1]
        #expect(kind.encodings == [.plain, .rleDictionary] && kind.dictionaryPageOffset != nil)
    }

    @Test(arguments: Samples.all.indices) func boundsAndNullCountsHoldForEveryPage(_ index: Int) throws {
        let sample = Samples.all[index]
        let (bytes, summary) = sample.written()
        let file = try ParquetFile(bytes)
        for (group, rows) in sample.groups.enumerated() {
            for (number, column) in sample.schema.columns.enumerated() {
                let cells = rows.map { $0[number] }
                let statistics = try #require(file.metadata.rowGroups[group].columns[number].statistics)
                #expect(statistics.nullCount == cells.count { $0 == .null })
                check(statistics.lower, statistics.upper, cells, "\(sample.name) \(column.name)")
                let total = summary.columns[number]
                if total.upper != nil { check(total.lower, total.upper, cells, "\(sample.name) \(column.name) in all") }
                let pages = try #require(try file.pageLocations(rowGroup: group, column: number))
                guard let pageIndex = try file.columnIndex(rowGroup: group, column: number) else { continue }
                #expect(pages.count == pageIndex.nullPages.count)
                for page in pages.indices {
                    let end = page + 1 < pages.count ? pages[page + 1].firstRow : rows.count
                    let inPage = Array(cells[pages[page].firstRow..<end])
                    #expect(pageIndex.nullCounts[page] == inPage.count { $0 == .null })
                    #expect(pageIndex.nullPages[page] == inPage.allSatisfy { $0 == .null })
                    check(pageIndex.lower[page], pageIndex.upper[page], inPage, "\(sample.name) \(column.name) \(page)")
                }
            }
        }
    }

    private func check(_ lower: [UInt8]?, _ upper: [UInt8]?, _ cells: [Cell], _ name: String) {
        guard let lower, let upper else { return }
        for cell in cells {
            switch cell {
            case .null: break
            case .text(let text): checkBytes(lower, upper, Array(text.utf8), name)
            case .bytes(let bytes): checkBytes(lower, upper, bytes, name)
            case .integer(let value): #expect(integer(lower) <= value && value <= integer(upper), "\(name)")
            case .bool(let value): #expect(lower[0] <= (value ? 1 : 0) && (value ? 1 : 0) <= upper[0], "\(name)")
            case .double(let value):
                let bounds = (double(lower), double(upper))
                #expect(value.isNaN || bounds.0 <= value && value <= bounds.1, "\(name)")
            }
        }
    }

    private func checkBytes(_ lower: [UInt8], _ upper: [UInt8], _ bytes: [UInt8], _ name: String) {
        #expect(!bytes.lexicographicallyPrecedes(lower) && !upper.lexicographicallyPrecedes(bytes), "\(name)")
    }

    private func integer(_ bytes: [UInt8]) -> Int64 {
        let word = bytes.enumerated().reduce(Int64(0)) { $0 | Int64($1.element) << Int64($1.offset * 8) }
        return bytes.count == 4 ? Int64(Int32(truncatingIfNeeded: word)) : word
    }

    private func double(_ bytes: [UInt8]) -> Double { Double(bitPattern: UInt64(bitPattern: integer(bytes))) }

    @Test func boundsOfTextStayText() throws {
        let sample = Samples.unicode
        let file = try ParquetFile(sample.written().bytes)
        for group in file.metadata.rowGroups {
            for column in group.columns {
                let statistics = try #require(column.statistics)
                for bound in [statistics.lower, statistics.upper].compactMap({ $0 }) {
                    #expect(bound.count <= 16 && String(validating: bound, as: UTF8.self) != nil)
                }
            }
        }
    }

    @Test func sortedPagesAreDeclaredSo() throws {
        let file = try ParquetFile(Samples.sortedEvents.written().bytes)
        #expect(try file.columnIndex(rowGroup: 0, column: 1)?.order == .ascending)
        #expect(try file.columnIndex(rowGroup: 1, column: 0)?.order == .unordered)
    }

    @Test func bloomFiltersHoldWhatIsThereAndLittleElse() throws {
        for sample in [Samples.everyType, Samples.fallback, Samples.nulls] {
            let file = try ParquetFile(sample.written().bytes)
            for (number, column) in sample.schema.columns.enumerated() where column.hasBloomFilter {
                var excluded = 0
                for (group, rows) in sample.groups.enumerated() {
                    for row in rows {
                        let value: ParquetValue
                        switch row[number] {
                        case .text(let text): value = .bytes(Array(text.utf8))
                        case .integer(let integer): value = .integer(integer)
                        default: continue
                        }
                        #expect(try file.mayContain(value, rowGroup: group, column: number), "\(column.name)")
                    }
                    for absent in 0..<200 {
                        let value =
                            column.type == .byteArray
                            ? ParquetValue.bytes(Array("absent \(absent)".utf8)) : .integer(Int64(absent) + 5_000_000)
                        if try !file.mayContain(value, rowGroup: group, column: number) { excluded += 1 }
                    }
                }
                let filters = file.metadata.rowGroups.count { $0.columns[number].bloomFilterOffset != nil }
                #expect(excluded > filters * 190, "\(column.name)")
            }
        }
    }

    @Test func everyPageCarriesAChecksumThatADamagedByteBreaks() throws {
        let bytes = Samples.everyType.written().bytes
        let intact = try ParquetFile(bytes)
        for column in intact.metadata.columns.indices {
            let page = try #require(try intact.pageLocations(rowGroup: 0, column: column)?.first)
            var damaged = bytes
            damaged[page.offset + page.storedBytes - 1] ^= 1
            let file = try ParquetFile(damaged)
            #expect(throws: ParquetError.checksum(offset: page.offset)) {
                _ = try file.readColumn(rowGroup: 0, column: column)
            }
        }
    }
}

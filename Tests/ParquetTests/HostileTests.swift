import Bytes
import Parquet
import TestSupport
import Testing

/// Every input gives values or a ``ParquetError``; the test process survives, which is what is tested.
struct HostileTests {
    private func fuzz(_ bytes: [UInt8]) { fuzzParquet(bytes.span) }

    private static let small: [[UInt8]] = [
        Samples.oneRow, Samples.fallback, Samples.unicode, Samples.binary, Samples.doubles, Samples.tinyPages,
    ].map { $0.written().bytes }

    @Test func everyPrefixIsRefusedOrRead() {
        let bytes = Samples.oneRow.written().bytes
        for end in 0..<bytes.count {
            let prefix = Array(bytes[..<end])
            #expect(throws: ParquetError.self) { _ = try ParquetFile(prefix) }
        }
    }

    /// The seed is the argument: a failing one is a regression test by itself.
    @Test(arguments: 0..<18 as Range<UInt64>) func changedBytesNeverTrap(_ number: UInt64) {
        var seed = Seed(number)
        let original = Self.small[Int(number) % Self.small.count]
        for _ in 0..<30 {
            var bytes = original
            for _ in 0...seed.next() % 6 {
                // The footer, where a byte matters most, gets half of the changes.
                let span = seed.next() % 2 == 0 ? bytes.count : min(bytes.count, 3_000)
                let position = bytes.count - 1 - Int(seed.next() % UInt64(span))
                bytes[position] = UInt8(truncatingIfNeeded: seed.next())
            }
            fuzz(bytes)
        }
    }

    /// Without checksums and compression in the way, damage reaches the decoders.
    @Test(arguments: 100..<112 as Range<UInt64>) func changedPagesNeverTrap(_ number: UInt64) throws {
        var seed = Seed(number)
        var sample = [Samples.nulls, Samples.tinyPages, Samples.extremes, Samples.fallback][Int(number % 4)]
        sample.options.codec = .uncompressed
        sample.options.writesPageChecksums = false
        let original = sample.written().bytes
        let footer = try footerStart(original)
        for _ in 0..<10 {
            var bytes = original
            for _ in 0..<20 {
                bytes[4 + Int(seed.next() % UInt64(footer - 4))] = UInt8(truncatingIfNeeded: seed.next())
            }
            fuzz(bytes)
        }
    }

    private func footerStart(_ bytes: [UInt8]) throws -> Int {
        let tail = bytes.count - 8
        return tail - (0..<4).reduce(0) { $0 | Int(bytes[tail + $1]) << ($1 * 8) }
    }

    /// A file of one page, and then a footer that says something else of it.
    private func lying(_ change: (inout ParquetMetadata) -> Void) throws -> [UInt8] {
        var options = ParquetOptions(createdBy: "sluice version 1.0.0")
        options.writesPageChecksums = false
        let rows = [[Cell]](repeating: [.null], count: 5_000)
        let bytes = Sample("lie", [Samples.column("c", 1, .int64)], options: options, groups: [rows]).written().bytes
        var metadata = try ParquetFile(bytes).metadata
        change(&metadata)
        var footer = ThriftWriter()
        footer.write(metadata)
        let length = UInt32(footer.bytes.count)
        let pages = Array(bytes[..<(try footerStart(bytes))])
        return pages + footer.bytes.array + (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32($0 * 8)) }
            + Array("PAR1".utf8)
    }

    @Test func rowsThatTheFileOnlyClaimsAreNotReadAtOnce() throws {
        let claimed = 1 << 40
        let bytes = try lying { metadata in
            metadata.rowGroups[0].rowCount = claimed
            metadata.rowGroups[0].columns[0].valueCount = claimed
        }
        let file = try ParquetFile(bytes)
        #expect(throws: ParquetError.tooManyRows(claimed)) { _ = try file.readColumn(rowGroup: 0, column: 0) }
        #expect(throws: ParquetError.corrupt(.columnChunk, offset: 4)) {
            _ = try file.readColumn(rowGroup: 0, column: 0, limit: 5_001)
        }
        let values = try file.readColumn(rowGroup: 0, column: 0, limit: 3)
        #expect(values.count == 3 && values.isNull(0))
    }

    @Test func placesOutsideTheFileAreRefused() throws {
        for offset in [0, 3, 1_000_000, Int.max] {
            let bytes = try lying { $0.rowGroups[0].columns[0].dataPageOffset = offset }
            let file = try ParquetFile(bytes)
            #expect(throws: ParquetError.self) { _ = try file.readColumn(rowGroup: 0, column: 0) }
        }
        let bytes = try lying { metadata in
            metadata.rowGroups[0].columns[0].columnIndexOffset = Int.max
            metadata.rowGroups[0].columns[0].offsetIndexLength = 1 << 30
            metadata.rowGroups[0].columns[0].bloomFilterOffset = Int.max - 3
        }
        let file = try ParquetFile(bytes)
        #expect(throws: ParquetError.self) { _ = try file.columnIndex(rowGroup: 0, column: 0) }
        #expect(throws: ParquetError.self) { _ = try file.pageLocations(rowGroup: 0, column: 0) }
        #expect(throws: ParquetError.self) { _ = try file.mayContain(.integer(1), rowGroup: 0, column: 0) }
    }

    @Test func aSchemaThatIsNoTreeIsRefused() throws {
        for children in [0, 2, 1 << 20] {
            let bytes = try lying { $0.schema[0].childCount = children }
            #expect(throws: ParquetError.self) { _ = try ParquetFile(bytes) }
        }
    }
}

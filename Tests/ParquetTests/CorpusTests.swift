import Foundation
import Parquet
import Testing

/// Files of other writers; absent in a plain checkout, where these tests are skipped.
private let corpus: URL = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["SLUICE_CORPUS"].map { URL(fileURLWithPath: $0) }
    return (named ?? root.appendingPathComponent("../shared/corpus")).appendingPathComponent("parquet")
}()

@Suite(.enabled(if: FileManager.default.fileExists(atPath: corpus.path), "needs the corpus of foreign files"))
struct CorpusTests {
    private func open(_ path: String) throws -> ParquetFile {
        try ParquetFile(Array(Data(contentsOf: corpus.appendingPathComponent(path))))
    }

    private func texts(_ path: String, _ column: Int = 0) throws -> [ParquetValue?] {
        let values = try open(path).readColumn(rowGroup: 0, column: column)
        return (0..<values.count).map { values[$0] }
    }

    private var files: [String] {
        let found = FileManager.default.enumerator(atPath: corpus.path)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(".parquet") }.sorted()
    }

    @Test func everyFileIsReadOrRefusedWithAReason() throws {
        var read = 0
        var refused: Set<String> = []
        for path in files {
            do {
                let file = try open(path)
                for group in file.metadata.rowGroups.indices {
                    for column in file.metadata.columns.indices {
                        do throws(ParquetError) {
                            let values = try file.readColumn(rowGroup: group, column: column)
                            #expect(values.count == file.metadata.rowGroups[group].rowCount)
                            read += 1
                        } catch {
                            if case .unsupported = error { continue }
                            refused.insert(path)
                        }
                    }
                }
            } catch is ParquetError {
                refused.insert(path)
            }
        }
        #expect(read > 150, "columns read")
        // Each holds what the format forbids: nulls in a required column, a negative count, a type that does not
        // exist, checksums that are wrong.
        #expect(
            refused == [
                "bad_data/ARROW-GH-47662.parquet", "bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet",
                "bad_data/PARQUET-1481.parquet", "data/datapage_v1-corrupt-checksum.parquet",
                "data/rle-dict-uncompressed-corrupt-checksum.parquet",
            ])
    }

    @Test func aTypeThatDoesNotExistAndANegativeCountAreDamage() throws {
        #expect(throws: ParquetError.self) { _ = try open("bad_data/PARQUET-1481.parquet") }
        let file = try open("bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet")
        #expect(throws: ParquetError.self) {
            for column in file.metadata.columns.indices { _ = try file.readColumn(rowGroup: 0, column: column) }
        }
    }

    @Test func wrongChecksumsAreFoundAndRightOnesAccepted() throws {
        for path in [
            "data/rle-dict-uncompressed-corrupt-checksum.parquet", "data/datapage_v1-corrupt-checksum.parquet",
        ] {
            let file = try open(path)
            #expect(throws: ParquetError.self) {
                for column in 0..<2 { _ = try file.readColumn(rowGroup: 0, column: column) }
            }
        }
        for path in ["data/plain-dict-uncompressed-checksum.parquet", "data/datapage_v1-uncompressed-checksum.parquet"]
        {
            for column in 0..<2 { #expect(try texts(path, column).count > 0) }
        }
    }

    @Test func deltaIntegersEqualTheirExpectation() throws {
        let file = try open("data/delta_binary_packed.parquet")
        let text = try String(
            contentsOf: corpus.appendingPathComponent("data/delta_binary_packed_expect.csv"), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        for (column, descriptor) in file.metadata.columns.enumerated() {
            let at = try #require(lines[0].firstIndex { $0.contains(descriptor.path[0]) })
            let values = try file.readColumn(rowGroup: 0, column: column)
            for row in 0..<values.count {
                #expect(values[row] == .integer(try #require(Int64(lines[row + 1][at]))), "\(descriptor.path)")
            }
        }
    }

    @Test func theNameOfWhatIsNotSupportedIsSaid() throws {
        let cases: [(String, ParquetError)] = [
            ("data/nulls.snappy.parquet", .unsupported(.codec("SNAPPY"))),
            ("data/concatenated_gzip_members.parquet", .unsupported(.codec("GZIP"))),
            ("data/byte_stream_split.zstd.parquet", .unsupported(.codec("ZSTD"))),
            ("data/hadoop_lz4_compressed.parquet", .unsupported(.codec("LZ4"))),
        ]
        for (path, error) in cases {
            let file = try open(path)
            #expect(throws: error, "\(path)") { _ = try file.readColumn(rowGroup: 0, column: 0) }
        }
        #expect(
            ParquetError.unsupported(.codec("SNAPPY")).description == "compressed with SNAPPY, which is not supported")
    }
}

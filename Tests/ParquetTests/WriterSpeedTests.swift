import Bytes
import Foundation
import Parquet
import TestSupport
import Testing

/// Prints what writing costs, for `SLUICE_PARQUET_SPEED=1 swift test -c release --filter WriterSpeed`. Skipped without
/// the variable: it asserts only that the file has as many rows as were written.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["SLUICE_PARQUET_SPEED"] != nil))
struct WriterSpeedTests {
    private static let rows = 80_000

    /// Events of about 800 bytes that differ as real ones do, as far as compression is concerned.
    private static func payloads() -> [[UInt8]] {
        var seed = Seed(1)
        func word() -> String { String(seed.next(), radix: 36) }
        return (0..<1_000).map { _ in
            var text =
                "{\"id\":\"evt_\(word())\",\"object\":\"event\",\"created\":\(seed.next() % 2_000_000_000),\"data\":{\"object\":{"
            while text.utf8.count < 770 {
                text +=
                    "\"field_\(seed.next() % 40)\":\"\(word())\",\"amount_due\":\(seed.next() % 100_000),\"currency\":\"usd\","
            }
            return Array((text + "\"livemode\":false}}}").utf8)
        }
    }

    private func measure(
        _ name: String, _ column: ParquetColumn, codec: ParquetCodec = .lz4Raw(level: 1), bytes: Int = 0,
        _ fill: (inout ParquetFileWriter) -> Void
    ) {
        let options = ParquetOptions(codec: codec, createdBy: "sluice version 1.0.0")
        var writer = ParquetFileWriter(schema: ParquetSchema(columns: [column]), options: options)
        var best = Duration.seconds(1_000)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            writer.beginRowGroup(rowCount: Self.rows)
            writer.beginColumn()
            fill(&writer)
            writer.endColumn()
            writer.endRowGroup()
            best = min(best, ContinuousClock.now - start)
            writer.output.removeAll()
        }
        let seconds = Double(best.components.attoseconds) / 1e18
        let perValue = (seconds / Double(Self.rows) * 1e9).rounded()
        print("\(name): \(perValue) ns a value", bytes > 0 ? "\((Double(bytes) / seconds / 1e6).rounded()) MB/s" : "")
        #expect(writer.finish().rowCount == 5 * Self.rows)
    }

    private func put(_ bytes: [UInt8], _ writer: inout ParquetFileWriter) { writer.append(bytes.span) }
    private func put(_ bytes: [UInt8], _ buffer: inout ByteBuffer) { buffer.append(lengthPrefixed: bytes.span) }

    @Test func payloadColumn() {
        let payloads = Self.payloads()
        let bytes = (0..<Self.rows).reduce(0) { $0 + payloads[$1 % 1_000].count }
        for (name, codec) in [("lz4 1", .lz4Raw(level: 1)), ("uncompressed", .uncompressed)] as [(String, ParquetCodec)]
        {
            measure("payload \(name)", Samples.column("data", 1, .byteArray, .string), codec: codec, bytes: bytes) {
                writer in
                for row in 0..<Self.rows { put(payloads[row % 1_000], &writer) }
            }
        }
        var compressor = LZ4BlockCompressor(level: 1)
        var plain = ByteBuffer()
        for row in 0..<1_250 { put(payloads[row % 1_000], &plain) }
        var block = ByteBuffer()
        let start = ContinuousClock.now
        for _ in 0..<64 {
            block.removeAll()
            _ = compressor.compress(plain.span, appendingTo: &block)
        }
        let mid = ContinuousClock.now
        var crc: UInt32 = 0
        for _ in 0..<64 { crc ^= CRC32.checksum(block.span) }
        let end = ContinuousClock.now
        let mega = Double(plain.count) * 64 / 1e6
        print(
            "lz4 alone:", (mega / ((mid - start) / .seconds(1))).rounded(), "MB/s, ratio",
            Double(plain.count) / Double(block.count))
        print(
            "crc32:", (Double(block.count) * 64 / 1e6 / ((end - mid) / .seconds(1))).rounded(), "MB/s",
            crc == 1 ? "" : "")
    }

    @Test func otherColumns() {
        var seed = Seed(2)
        let ids = (0..<Self.rows).map { _ in
            Array("evt_\(String(seed.next(), radix: 16))\(String(seed.next(), radix: 16))".utf8)
        }
        let types = (0..<50).map { Array("charge.succeeded.\($0)".utf8) }
        measure("id, plain", Samples.column("id", 1, .byteArray, .string, required: true, .plain, bloom: false)) {
            writer in
            for row in 0..<Self.rows { put(ids[row], &writer) }
        }
        measure(
            "id, plain and bloom", Samples.column("id", 1, .byteArray, .string, required: true, .plain, bloom: true)
        ) { writer in
            for row in 0..<Self.rows { put(ids[row], &writer) }
        }
        measure(
            "id, plain and bloom, uncompressed",
            Samples.column("id", 1, .byteArray, .string, required: true, .plain, bloom: true), codec: .uncompressed
        ) { writer in
            for row in 0..<Self.rows { put(ids[row], &writer) }
        }
        measure(
            "type, dictionary, sorted",
            Samples.column("type", 1, .byteArray, .string, required: true, .dictionary, bloom: false)
        ) { writer in
            for row in 0..<Self.rows { put(types[row / 1_600], &writer) }
        }
        measure(
            "type, dictionary, mixed",
            Samples.column("type", 1, .byteArray, .string, required: true, .dictionary, bloom: false)
        ) { writer in
            for row in 0..<Self.rows { put(types[(row &* 7919) % 50], &writer) }
        }
        measure(
            "id, dictionary given up",
            Samples.column("id", 1, .byteArray, .string, required: true, .dictionary, bloom: false)
        ) { writer in
            for row in 0..<Self.rows { put(ids[row], &writer) }
        }
        measure(
            "time, delta",
            Samples.column("time", 1, .int64, .timestampMicrosUTC, required: false, .deltaBinaryPacked, bloom: false)
        ) { writer in
            for row in 0..<Self.rows { writer.append(Int64(1_763_000_000_000_000 + row * 1_000 + row % 77)) }
        }
        measure(
            "time, delta, every other null",
            Samples.column("time", 1, .int64, .timestampMicrosUTC, required: false, .deltaBinaryPacked, bloom: false)
        ) { writer in
            for row in 0..<Self.rows {
                if row % 2 == 0 {
                    writer.appendNull()
                } else {
                    writer.append(Int64(1_763_000_000_000_000 + row * 1_000))
                }
            }
        }
        measure("amount, plain", Samples.column("amount", 1, .int64, .none, required: false, .plain, bloom: false)) {
            writer in
            for row in 0..<Self.rows { writer.append(Int64(row &* 7919)) }
        }
        measure(
            "amount, dictionary", Samples.column("amount", 1, .int64, .none, required: false, .dictionary, bloom: false)
        ) { writer in
            for row in 0..<Self.rows { writer.append(Int64(row &* 7919 % 500)) }
        }
        measure("all null", Samples.column("note", 1, .byteArray, .string, required: false, .plain, bloom: false)) {
            writer in
            for _ in 0..<Self.rows { writer.appendNull() }
        }
        measure("double", Samples.column("price", 1, .double, .none, required: false, .plain, bloom: false)) { writer in
            for row in 0..<Self.rows { writer.append(Double(row) / 3) }
        }
        measure("flag", Samples.column("flag", 1, .boolean, .none, required: false, .plain, bloom: false)) { writer in
            for row in 0..<Self.rows { writer.append(row % 3 == 0) }
        }
    }
}

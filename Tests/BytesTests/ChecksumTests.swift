import Bytes
import TestSupport
import Testing

private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var seed = Seed(seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: seed.next()) }
}

struct CRC32Tests {
    /// Bit by bit, as RFC 1952 defines it.
    private func reference(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    @Test func theCheckValueOfTheCatalogueComesOut() {
        let digits = Array("123456789".utf8)
        #expect(CRC32.checksum(digits.span) == 0xCBF4_3926)
        let nothing: [UInt8] = []
        #expect(CRC32.checksum(nothing.span) == 0)
    }

    @Test(arguments: [1, 15, 16, 17, 31, 33, 4_095, 8_191, 8_192, 8_193, 8_207, 8_240, 50_001])
    func everyLengthAgreesWithTheDefinition(_ count: Int) {
        let bytes = bytes(count)
        #expect(CRC32.checksum(bytes.span) == reference(bytes))
    }

    @Test(arguments: [0, 1, 100, 8_192, 19_999, 20_000])
    func partsContinueAndCombine(_ cut: Int) {
        let bytes = bytes(20_000)
        let first = CRC32.checksum(bytes.span.extracting(first: cut))
        #expect(CRC32.checksum(bytes.span.extracting(cut...), continuing: first) == reference(bytes))
        let second = CRC32.checksum(bytes.span.extracting(cut...))
        #expect(CRC32.combined(first, second, count: 20_000 - cut) == reference(bytes))
    }
}

struct XXHash64Tests {
    /// The bytes on which the reference implementation's sanity values are taken.
    private func sanity(_ count: Int) -> [UInt8] {
        var generator: UInt64 = 2_654_435_761
        return (0..<count).map { _ in
            defer { generator = generator &* 11_400_714_785_074_694_797 }
            return UInt8(generator >> 56)
        }
    }

    @Test(
        arguments: [
            (0, 0xEF46_DB37_51D8_E999), (1, 0xE934_A84A_DB05_2768), (4, 0x9136_A0DC_A574_57EE),
            (14, 0x8282_DCC4_994E_35C8), (222, 0xB641_AE8C_B691_C174),
        ] as [(Int, UInt64)])
    func theReferenceValuesComeOut(_ count: Int, _ expected: UInt64) {
        let bytes = sanity(count)
        #expect(XXHash64.hash(bytes.span) == expected)
    }

    @Test(arguments: [(14, 0xC3BD_6BF6_3DEB_6DF0), (222, 0x20CB_8AB7_AE10_C14A)] as [(Int, UInt64)])
    func aSeedChangesTheHash(_ count: Int, _ expected: UInt64) {
        let bytes = sanity(count)
        #expect(XXHash64.hash(bytes.span, seed: 2_654_435_761) == expected)
    }

    @Test(arguments: [0, 1, .max, 0x0123_4567_89AB_CDEF] as [UInt64])
    func wordsHashLikeTheirBytes(_ word: UInt64) {
        let eight = (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        #expect(XXHash64.hash(word) == XXHash64.hash(eight.span))
        let four = Array(eight[..<4])
        #expect(XXHash64.hash(UInt32(truncatingIfNeeded: word)) == XXHash64.hash(four.span))
    }
}

struct LZ4BlockTests {
    @Test(arguments: [-3, 1, 2, 3, 9, 12], [0, 1, 13, 1_000, 200_000])
    func whatWasCompressedComesBack(_ level: Int, _ count: Int) {
        let source = bytes(count / 2) + [UInt8](repeating: 7, count: count - count / 2)
        var compressor = LZ4BlockCompressor(level: level)
        for gap in [0, 5] {
            var block = ByteBuffer()
            block.append(9)
            let size = compressor.compress(source.span, appendingTo: &block, after: gap)
            let total = block.count
            #expect(total == 1 + gap + size && size <= LZ4BlockCompressor.bound(count))
            var back = ByteBuffer()
            let body = block.array.dropFirst(1 + gap)
            let stored = Array(body)
            #expect(LZ4Block.decompress(stored.span, count: count, appendingTo: &back))
            let decoded = back.array
            #expect(decoded == source)
        }
    }

    @Test func aWrongLengthOrADamagedBlockIsRefusedAndNothingAppended() {
        let source = bytes(500) + [UInt8](repeating: 1, count: 500)
        var compressor = LZ4BlockCompressor(level: 1)
        var block = ByteBuffer()
        _ = compressor.compress(source.span, appendingTo: &block)
        let stored = block.array
        var back = ByteBuffer()
        for count in [0, 999, 1_001, -1, Int.max, stored.count * 255 + 1] {
            #expect(!LZ4Block.decompress(stored.span, count: count, appendingTo: &back))
        }
        for end in 0..<stored.count {
            let torn = Array(stored[..<end])
            #expect(!LZ4Block.decompress(torn.span, count: 1_000, appendingTo: &back))
        }
        let left = back.count
        #expect(left == 0)
    }
}

import Bytes
import TestSupport
import Testing

struct HybridRLETests {
    /// Golden bytes: the examples of Encodings.md, 0...7 in three bits, and a run.
    @Test func theFormatsExamplesComeOut() {
        let numbers: [UInt32] = [0, 1, 2, 3, 4, 5, 6, 7]
        var target = ByteBuffer()
        HybridRLE.encode(numbers.span, bitWidth: 3, into: &target)
        let packed = target.array
        #expect(packed == [0x03, 0b1000_1000, 0b1100_0110, 0b1111_1010])
        target.removeAll()
        HybridRLE.appendRun(300, 20, 9, &target)
        let run = target.array
        #expect(run == [40, 0x2C, 0x01])
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9, 16, 17, 31, 32]) func everyWidthAndRunLengthComesBack(_ width: Int) {
        var seed = Seed(UInt64(width))
        let mask = width == 32 ? UInt32.max : (1 << UInt32(width)) - 1
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 1_000] {
            for run in [1, 3, 8, 20, 100] {
                var value: UInt32 = 0
                let numbers = (0..<count).map { index -> UInt32 in
                    if index % run == 0 { value = UInt32(truncatingIfNeeded: seed.next()) & mask }
                    return value
                }
                var target = ByteBuffer()
                HybridRLE.encode(numbers.span, bitWidth: width, into: &target)
                let bytes = target.array
                var back: [UInt32] = []
                #expect(HybridRLE.decode(bytes.span, bitWidth: width, count: count, into: &back) == bytes.count)
                #expect(back == numbers)
                // No worse than packing everything, but for a few headers.
                #expect(bytes.count <= (count + 7) / 8 * width * 7 / 6 + 16)
            }
        }
    }

    @Test func tornOrImpossibleBytesAreRefused() {
        let cases: [([UInt8], Int)] = [([], 1), ([0x03], 3), ([0x00, 1], 1), ([0x04, 8], 3), ([0x03, 1, 2, 3], 33)]
        for (bytes, width) in cases {
            var back: [UInt32] = []
            #expect(HybridRLE.decode(bytes.span, bitWidth: width, count: 8, into: &back) == nil)
        }
        var back: [UInt32] = []
        let endless: [UInt8] = [0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 1]
        #expect(HybridRLE.decode(endless.span, bitWidth: 1, count: 5, into: &back) == 6 && back.count == 5)
    }
}

struct DeltaBinaryPackedTests {
    /// Golden bytes: the first example of Encodings.md (1...5 differ by 1) and the second.
    @Test func theFormatsExamplesComeOut() {
        var target = ByteBuffer()
        let even: [Int64] = [1, 2, 3, 4, 5]
        DeltaBinaryPacked.encode(even.span, isNarrow: false, into: &target)
        let first = target.array
        #expect(first == [0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0])
        target.removeAll()
        let uneven: [Int64] = [7, 5, 3, 1, 2, 3, 4, 5]
        DeltaBinaryPacked.encode(uneven.span, isNarrow: false, into: &target)
        let second = target.array
        #expect(second == [0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: 0...63 as ClosedRange<Int>) func everyMagnitudeComesBack(_ shift: Int) {
        var seed = Seed(UInt64(shift))
        for count in [0, 1, 2, 32, 33, 34, 128, 129, 130, 300] {
            let numbers = (0..<count).map { _ in Int64(bitPattern: seed.next()) >> Int64(shift) }
            check(numbers, isNarrow: false)
            check(numbers.map { Int64(Int32(truncatingIfNeeded: $0)) }, isNarrow: true)
        }
        check([.min, .max, .min, 0, .max, -1], isNarrow: false)
        check([Int64(Int32.min), Int64(Int32.max), Int64(Int32.min), 0], isNarrow: true)
    }

    private func check(_ numbers: [Int64], isNarrow: Bool) {
        var target = ByteBuffer()
        DeltaBinaryPacked.encode(numbers.span, isNarrow: isNarrow, into: &target)
        let bytes = target.array
        var back: [Int64] = []
        #expect(
            DeltaBinaryPacked.decode(bytes.span, isNarrow: isNarrow, limit: .max, into: &back) == numbers.count)
        #expect(back == numbers)
    }

    @Test func tornBytesAreRefused() {
        // 128 differences: no padding, whose end may be missing.
        let numbers = (0..<129).map { Int64($0 * $0 * 977) }
        var target = ByteBuffer()
        DeltaBinaryPacked.encode(numbers.span, isNarrow: false, into: &target)
        let bytes = target.array
        for end in 0..<bytes.count {
            let torn = Array(bytes[..<end])
            var back: [Int64] = []
            let count = DeltaBinaryPacked.decode(torn.span, isNarrow: false, limit: .max, into: &back)
            #expect(count == nil, "\(end)")
        }
        for header in [[0, 4, 1, 2], [0x80, 1, 0, 1, 2], [0x81, 1, 4, 1, 2], [0x80, 1, 8, 1, 2]] as [[UInt8]] {
            var back: [Int64] = []
            #expect(DeltaBinaryPacked.decode(header.span, isNarrow: false, limit: .max, into: &back) == nil)
        }
    }
}

struct ByteMapTests {
    private func insert(_ text: String, _ map: inout ByteMap) -> UInt32 {
        let bytes = Array(text.utf8)
        return map.insert(bytes.span)
    }

    /// Random inserts against a dictionary of the standard library.
    @Test(arguments: 0..<4 as Range<UInt64>) func numbersAreThoseOfFirstAppearance(_ number: UInt64) {
        var seed = Seed(number)
        var map = ByteMap()
        for _ in 0..<2 {
            var model: [String: UInt32] = [:]
            for _ in 0..<5_000 {
                let text = String(repeating: "x", count: Int(seed.next() % 20)) + String(seed.next() % 900)
                let expected = model[text] ?? UInt32(model.count)
                model[text] = expected
                let given = insert(text, &map)
                #expect(given == expected)
            }
            for (text, number) in model {
                let range = map.range(of: Int(number))
                let held = Array(map.records.array[range])
                #expect(held == Array(text.utf8))
            }
            map.removeAll()
        }
    }

    @Test func wordsAreNumberedAlike() {
        var seed = Seed(5)
        var map = WordMap()
        var model: [Int64: UInt32] = [:]
        for _ in 0..<20_000 {
            let word = Int64(bitPattern: seed.next()) >> Int64(50 + seed.next() % 14)
            let expected = model[word] ?? UInt32(model.count)
            model[word] = expected
            let given = map.insert(word)
            #expect(given == expected)
        }
        let words = map.words.count
        #expect(words == model.count)
    }
}

struct ByteBoundsTests {
    /// Against sorting, with prefixes that share their first eight bytes, zeros and lengths around the width.
    @Test(arguments: 0..<50 as Range<UInt64>) func boundsAreThoseOfSorting(_ number: UInt64) {
        var seed = Seed(number)
        var bounds = ByteBounds(width: 12)
        var even = ByteBounds(width: 12)
        var odd = ByteBounds(width: 12)
        var strings: [[UInt8]] = []
        for index in 0..<40 {
            let shared = [UInt8](repeating: UInt8(seed.next() % 2), count: Int(seed.next() % 12))
            let tail = (0..<Int(seed.next() % 6)).map { _ in [0, 1, 255][Int(seed.next() % 3)] as UInt8 }
            let string = shared + tail
            strings.append(string)
            bounds.include(string.span)
            if index % 2 == 0 { even.include(string.span) } else { odd.include(string.span) }
        }
        strings.sort { $0.lexicographicallyPrecedes($1) }
        let (lower, upper) = (bounds.lower.bytes.array, bounds.upper.bytes.array)
        let cut = (bounds.lower.isCut, bounds.upper.isCut)
        #expect(lower == Array(strings[0].prefix(12)) && cut.0 == (strings[0].count > 12))
        #expect(upper == Array(strings[39].prefix(12)) && cut.1 == (strings[39].count > 12))
        var joined = ByteBounds(width: 12)
        joined.include(even)
        joined.include(odd)
        let again = (joined.lower.bytes.array, joined.upper.bytes.array)
        #expect(again == (lower, upper))
    }
}

struct SplitBlockBloomTests {
    private func holds(_ hash: UInt64, _ filter: [UInt8]) -> Bool { SplitBlockBloom.mayContain(hash, in: filter.span) }

    @Test(arguments: [1, 10, 1_000, 30_000]) func nothingIsLostAndLittleElseIsFound(_ count: Int) {
        let size = SplitBlockBloom.byteCount(for: count, falsePositive: 0.01)
        #expect(size >= 32 && size & (size - 1) == 0)
        var filter = [UInt8](repeating: 0, count: size)
        let hashes = (0..<count).map { XXHash64.hash(UInt64($0)) }
        var bits = filter.mutableSpan
        SplitBlockBloom.insert(hashes.span, into: &bits)
        let kept = hashes.allSatisfy { holds($0, filter) }
        #expect(kept)
        let found = (0..<10_000).count { holds(XXHash64.hash(UInt64($0 + 1_000_000)), filter) }
        #expect(found < 150)
    }

    @Test func aFilterThatIsNoneRulesNothingOut() {
        for size in [0, 1, 31, 33] {
            let filter = [UInt8](repeating: 0, count: size)
            #expect(holds(1, filter))
        }
    }
}

struct ByteBufferRecordsTests {
    @Test func replacingMovesWhatFollows() {
        for (range, new) in [(1..<3, [9]), (1..<3, [9, 8]), (0..<0, [7, 7, 7]), (2..<5, []), (5..<5, [1])]
            as [(Range<Int>, [UInt8])]
        {
            var model: [UInt8] = [0, 1, 2, 3, 4]
            var buffer = ByteBuffer()
            buffer.append(model.span)
            buffer.replace(range, with: new.span)
            model.replaceSubrange(range, with: new)
            let bytes = buffer.array
            #expect(bytes == model)
        }
    }

    @Test func numbersAndRecordsHaveTheirBytes() {
        var buffer = ByteBuffer()
        let text = Array("ab".utf8)
        buffer.append(lengthPrefixed: text.span)
        buffer.append(varint: 300)
        buffer.append(zigzag: -2)
        let words: [Int64] = [0x030201, -1]
        buffer.append(lowBytes: 3, of: words.span)
        let bits: [Int64] = [1, 0, 5, 0, 0, 0, 0, 0, -1]
        buffer.append(bits: bits.span)
        let bytes = buffer.array
        #expect(bytes == [2, 0, 0, 0, 97, 98, 0xAC, 2, 3, 1, 2, 3, 255, 255, 255, 5, 1])
    }
}

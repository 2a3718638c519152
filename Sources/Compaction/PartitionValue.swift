import Bytes

/// One field of a partition, after the transform.
package enum PartitionValue: Sendable, Hashable {
    case null
    /// Years, months, days or hours since 1970, a bucket, or microseconds.
    case integer(Int64)
    case text([UInt8])
}

extension PartitionTransform {
    /// The transform of a moment, in microseconds.
    func apply(_ microseconds: Int64) -> PartitionValue {
        switch self {
        case .identity, .truncate: .integer(microseconds)
        case .hour: .integer(Self.floor(microseconds, 3_600_000_000))
        case .day: .integer(Self.floor(microseconds, 86_400_000_000))
        case .month: .integer(Self.months(microseconds))
        case .year: .integer(Self.floor(Self.months(microseconds), 12))
        case .bucket(let count): .integer(Self.bucket(Murmur3.hash(microseconds), count))
        }
    }

    /// The transform of a string.
    func apply(_ text: Span<UInt8>) -> PartitionValue {
        switch self {
        case .bucket(let count): .integer(Self.bucket(Murmur3.hash(text), count))
        case .truncate(let width): .text(Self.prefix(text, codePoints: width))
        default: .text(text.indices.map { text[$0] })
        }
    }

    /// Rounds down, also below zero.
    static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        value >= 0 ? value / unit : (value - unit + 1) / unit
    }

    private static func months(_ microseconds: Int64) -> Int64 {
        let date = Timestamp.date(days: Int(floor(microseconds, 86_400_000_000)))
        return Int64((date.year - 1970) * 12 + date.month - 1)
    }

    private static func bucket(_ hash: UInt32, _ count: Int) -> Int64 {
        Int64(hash & 0x7FFF_FFFF) % Int64(count)
    }

    private static func prefix(_ text: Span<UInt8>, codePoints: Int) -> [UInt8] {
        var seen = 0
        var result: [UInt8] = []
        for i in text.indices {
            // A byte that is no continuation starts the next code point.
            if text[i] & 0xC0 != 0x80 {
                if seen == codePoints { break }
                seen += 1
            }
            result.append(text[i])
        }
        return result
    }
}

/// Source: Austin Appleby, MurmurHash3_x86_32, seed 0; Iceberg table spec, appendix B.
enum Murmur3 {
    static func hash(_ value: Int64) -> UInt32 {
        let bits = UInt64(bitPattern: value)
        var hash: UInt32 = 0
        mix(&hash, UInt32(truncatingIfNeeded: bits))
        mix(&hash, UInt32(truncatingIfNeeded: bits >> 32))
        return finish(hash, 8)
    }

    static func hash(_ bytes: Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 0
        var offset = 0
        while offset + 4 <= bytes.count {
            var word: UInt32 = 0
            for i in 0..<4 { word |= UInt32(bytes[offset + i]) << UInt32(8 * i) }
            mix(&hash, word)
            offset += 4
        }
        var rest: UInt32 = 0
        for i in offset..<bytes.count { rest |= UInt32(bytes[i]) << UInt32(8 * (i - offset)) }
        if offset < bytes.count { hash ^= scramble(rest) }
        return finish(hash, bytes.count)
    }

    private static func scramble(_ word: UInt32) -> UInt32 {
        let k = word &* 0xCC9E_2D51
        return (k << 15 | k >> 17) &* 0x1B87_3593
    }

    private static func mix(_ hash: inout UInt32, _ word: UInt32) {
        hash ^= scramble(word)
        hash = (hash << 13 | hash >> 19) &* 5 &+ 0xE654_6B64
    }

    private static func finish(_ hash: UInt32, _ count: Int) -> UInt32 {
        var h = hash ^ UInt32(truncatingIfNeeded: count)
        h = (h ^ h >> 16) &* 0x85EB_CA6B
        h = (h ^ h >> 13) &* 0xC2B2_AE35
        return h ^ h >> 16
    }
}

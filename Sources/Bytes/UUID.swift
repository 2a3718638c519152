/// Makes UUIDs of version 7, which sort by the time they were made.
///
/// One value of this belongs to one thread. Within a millisecond its ids count up, so they never repeat and always
/// sort; across generators the 62 random bits keep them apart.
///
/// Source: RFC 9562 section 5.7, method 1 (a counter in `rand_a`).
package struct UUIDv7Generator: Sendable {
    private var lastMilliseconds: UInt64 = 0
    private var counter: UInt64 = 0
    private var random: UInt64

    /// - Parameter seed: From the kernel's entropy, except in tests.
    package init(seed: UInt64) { random = seed }

    /// The next id, as its two halves.
    package mutating func next(milliseconds: UInt64) -> (high: UInt64, low: UInt64) {
        if milliseconds > lastMilliseconds {
            lastMilliseconds = milliseconds
            counter = 0
        } else {
            counter += 1
            // 4,096 ids in one millisecond: borrow from the next one rather than repeat.
            if counter > 0xFFF {
                counter = 0
                lastMilliseconds += 1
            }
        }
        let high = (lastMilliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | counter
        let low = nextRandom() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return (high, low)
    }

    /// Appends the next id as 36 characters.
    package mutating func append(milliseconds: UInt64, to output: inout ByteBuffer) {
        let (high, low) = next(milliseconds: milliseconds)
        Self.append(high, low, to: &output)
    }

    package mutating func text(milliseconds: UInt64) -> String {
        var buffer = ByteBuffer(capacity: 36)
        append(milliseconds: milliseconds, to: &buffer)
        return String(decoding: buffer.array, as: UTF8.self)
    }

    static func append(_ high: UInt64, _ low: UInt64, to output: inout ByteBuffer) {
        var text: [36 of UInt8] = .init(repeating: 0x2D)
        var position = 0
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { position += 1 }
            let half = nibble < 16 ? high : low
            let value = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (nibble & 15)) & 15)
            text[position] = value < 10 ? 48 + value : 87 + value
            position += 1
        }
        output.append(text.span)
    }

    /// SplitMix64.
    private mutating func nextRandom() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// XXH64 of a run of bytes, as Parquet's bloom filters and Iceberg's files use it. Source: xxhash_spec.md, XXH64.
package enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    package static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        // SAFETY: `hash(_:count:seed:)` reads `count` bytes from the start, which the buffer has.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return finish(seed &+ prime5) }
            return unsafe hash(UnsafeRawPointer(start), count: buffer.count, seed: seed)
        }
    }

    /// The hash of the eight little-endian bytes of `value`.
    package static func hash(_ value: UInt64) -> UInt64 {
        var h = prime5 &+ 8
        h ^= round(0, value)
        return finish(rotate(h, 27) &* prime1 &+ prime4)
    }

    /// The hash of the four little-endian bytes of `value`.
    package static func hash(_ value: UInt32) -> UInt64 {
        var h = prime5 &+ 4
        h ^= UInt64(value) &* prime1
        return finish(rotate(h, 23) &* prime2 &+ prime3)
    }

    private static func hash(_ start: UnsafeRawPointer, count: Int, seed: UInt64) -> UInt64 {
        // SAFETY: every load below is behind a comparison of `offset` and its width with `count`.
        var offset = 0
        var h: UInt64
        if count >= 32 {
            var a = seed &+ prime1 &+ prime2
            var b = seed &+ prime2
            var c = seed
            var d = seed &- prime1
            while offset <= count - 32 {
                a = round(a, unsafe load64(start, offset))
                b = round(b, unsafe load64(start, offset + 8))
                c = round(c, unsafe load64(start, offset + 16))
                d = round(d, unsafe load64(start, offset + 24))
                offset += 32
            }
            h = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
            h = merge(h, a)
            h = merge(h, b)
            h = merge(h, c)
            h = merge(h, d)
        } else {
            h = seed &+ prime5
        }
        h &+= UInt64(count)
        while offset <= count - 8 {
            h ^= round(0, unsafe load64(start, offset))
            h = rotate(h, 27) &* prime1 &+ prime4
            offset += 8
        }
        if offset <= count - 4 {
            h ^=
                unsafe UInt64(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                &* prime1
            h = rotate(h, 23) &* prime2 &+ prime3
            offset += 4
        }
        while offset < count {
            h ^= unsafe UInt64(start.load(fromByteOffset: offset, as: UInt8.self)) &* prime5
            h = rotate(h, 11) &* prime1
            offset += 1
        }
        return finish(h)
    }

    private static func load64(_ start: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        // SAFETY: the caller has compared `offset + 8` with the end.
        unsafe UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value &<< bits | value &>> (64 &- bits)
    }

    private static func round(_ accumulator: UInt64, _ lane: UInt64) -> UInt64 {
        rotate(accumulator &+ lane &* prime2, 31) &* prime1
    }

    private static func merge(_ accumulator: UInt64, _ lane: UInt64) -> UInt64 {
        (accumulator ^ round(0, lane)) &* prime1 &+ prime4
    }

    private static func finish(_ value: UInt64) -> UInt64 {
        var h = value
        h ^= h &>> 33
        h = h &* prime2
        h ^= h &>> 29
        h = h &* prime3
        return h ^ (h &>> 32)
    }
}

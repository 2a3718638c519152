/// CRC-32 with the polynomial of zlib and Ethernet (reflected 0xEDB88320), sixteen bytes a step, long runs in thirds.
///
/// Source: RFC 1952 section 8; slicing-by-16 as described by Kounavis and Berry. Parquet's page checksum.
package enum CRC32 {
    /// `table[256 * k + b]`: the remainder of byte `b` followed by `k` zero bytes.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 16 * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
            table[byte] = remainder
        }
        for index in 256..<table.count {
            let before = table[index - 256]
            table[index] = before >> 8 ^ table[Int(before & 0xFF)]
        }
        return table
    }()

    /// `powers[k]`: x to the 2^k modulo the polynomial, reflected; what appending 2^k zero bits multiplies by.
    private static let powers: [UInt32] = {
        var powers = [UInt32](repeating: 0x4000_0000, count: 64)
        for exponent in 1..<powers.count { powers[exponent] = product(powers[exponent - 1], powers[exponent - 1]) }
        return powers
    }()

    /// Bytes from which on three thirds are summed side by side: one chain of table look-ups leaves the core idle.
    private static let manyBytes = 8 * 1024

    /// The checksum of `bytes`, continuing from `previous` (the checksum of what stands before them).
    package static func checksum(_ bytes: Span<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
        // SAFETY: both pointers are used within their closures; the functions read `count` bytes and 4,096 entries.
        unsafe table.withUnsafeBufferPointer { table in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress, let table = table.baseAddress else { return previous }
                if buffer.count < manyBytes {
                    return unsafe ~update(~previous, UnsafeRawPointer(start), buffer.count, table)
                }
                return unsafe thirds(previous, UnsafeRawPointer(start), buffer.count, table)
            }
        }
    }

    /// The checksum of `a` followed by `b`, of whose checksums only `count`, the bytes of `b`, need be known.
    package static func combined(_ a: UInt32, _ b: UInt32, count: Int) -> UInt32 {
        var shifted = a
        var bits = UInt64(count) &* 8
        while bits != 0 {
            shifted = product(shifted, powers[bits.trailingZeroBitCount])
            bits &= bits &- 1
        }
        return shifted ^ b
    }

    /// The product of two remainders modulo the polynomial, both reflected (the first power is the highest bit).
    private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
        var sum: UInt32 = 0
        var factor = b
        for bit in 0..<32 {
            if a & (0x8000_0000 >> UInt32(bit)) != 0 { sum ^= factor }
            factor = factor & 1 == 1 ? factor >> 1 ^ 0xEDB8_8320 : factor >> 1
        }
        return sum
    }

    private static func thirds(
        _ previous: UInt32, _ start: UnsafeRawPointer, _ count: Int, _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        let third = count / 48 * 16
        var a = ~previous
        var b = ~UInt32(0)
        var c = ~UInt32(0)
        var offset = 0
        // SAFETY: `offset + 16` is at most `third`, and three thirds are at most `count`.
        while offset < third {
            unsafe a = sixteen(a, start + offset, table)
            unsafe b = sixteen(b, start + third + offset, table)
            unsafe c = sixteen(c, start + third * 2 + offset, table)
            offset &+= 16
        }
        let sum = combined(combined(~a, ~b, count: third), ~c, count: third)
        return unsafe ~update(~sum, start + third * 3, count - third * 3, table)
    }

    private static func update(
        _ initial: UInt32, _ start: UnsafeRawPointer, _ count: Int, _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        var crc = initial
        var offset = 0
        // SAFETY: sixteen bytes are loaded only where sixteen are left; table indexes are a byte plus 256 * 0...15.
        while offset &+ 16 <= count {
            crc = unsafe sixteen(crc, start + offset, table)
            offset &+= 16
        }
        while offset < count {
            let byte = unsafe start.load(fromByteOffset: offset, as: UInt8.self)
            crc = unsafe crc &>> 8 ^ table[Int(truncatingIfNeeded: (crc ^ UInt32(byte)) & 0xFF)]
            offset &+= 1
        }
        return crc
    }

    @inline(__always)
    private static func sixteen(
        _ crc: UInt32, _ start: UnsafeRawPointer, _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        // SAFETY: the caller has sixteen bytes at `start`.
        let low = unsafe UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
        let high = unsafe UInt64(littleEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return unsafe eight(low ^ UInt64(crc), table + 8 * 256) ^ eight(high, table)
    }

    /// The remainders of the eight bytes of `word`, whose last byte uses the first of the eight tables at `table`.
    @inline(__always)
    private static func eight(_ word: UInt64, _ table: UnsafePointer<UInt32>) -> UInt32 {
        // SAFETY: each index is below 256 * 8; the caller passes a pointer with eight tables behind it.
        func entry(_ byte: UInt64, _ slice: Int) -> UInt32 {
            unsafe table[Int(truncatingIfNeeded: word &>> (byte &* 8) & 0xFF) &+ slice &* 256]
        }
        let first = entry(0, 7) ^ entry(1, 6) ^ entry(2, 5) ^ entry(3, 4)
        return first ^ entry(4, 3) ^ entry(5, 2) ^ entry(6, 1) ^ entry(7, 0)
    }
}

/// CRC-32 with the polynomial of zlib and Ethernet (reflected 0xEDB88320), sixteen bytes a step.
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

    /// The checksum of `bytes`, continuing from `previous` (the checksum of what stands before them).
    package static func checksum(_ bytes: Span<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
        // SAFETY: both pointers are used within their closures; `update` reads `count` bytes and 4,096 table entries.
        unsafe table.withUnsafeBufferPointer { table in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return previous }
                return unsafe ~update(~previous, UnsafeRawPointer(start), buffer.count, table.baseAddress!)
            }
        }
    }

    private static func update(
        _ initial: UInt32, _ start: UnsafeRawPointer, _ count: Int, _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        var crc = initial
        var offset = 0
        // SAFETY: sixteen bytes are loaded only where sixteen are left; table indexes are a byte plus 256 * 0...15.
        while offset &+ 16 <= count {
            let low = unsafe UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let high = unsafe UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
            crc = unsafe eight(low ^ UInt64(crc), table + 8 * 256) ^ eight(high, table)
            offset &+= 16
        }
        while offset < count {
            let byte = unsafe start.load(fromByteOffset: offset, as: UInt8.self)
            crc = unsafe crc &>> 8 ^ table[Int(truncatingIfNeeded: (crc ^ UInt32(byte)) & 0xFF)]
            offset &+= 1
        }
        return crc
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

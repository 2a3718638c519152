import Glibc

/// Hashes and compares short byte strings, for tables of names.
package enum ByteHash {
    /// FNV-1a by eight bytes at a time. Not for hostile input that can choose its collisions: bound the table.
    package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        // SAFETY: loads stay inside `0 ..< count`.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: buffer.count)
            guard let base = buffer.baseAddress else { return hash }
            let raw = unsafe UnsafeRawPointer(base)
            var position = 0
            while position + 8 <= buffer.count {
                hash = unsafe (hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
                hash ^= hash >> 29
                position += 8
            }
            while position < buffer.count {
                hash = unsafe (hash ^ UInt64(base[position])) &* 0x0000_0100_0000_01B3
                position += 1
            }
            return hash ^ (hash >> 32)
        }
    }

    package static func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        // SAFETY: both hold `count` bytes.
        return unsafe a.withUnsafeBufferPointer { left in
            unsafe b.withUnsafeBufferPointer { right in
                guard let x = left.baseAddress, let y = right.baseAddress else { return true }
                return unsafe memcmp(x, y, left.count) == 0
            }
        }
    }
}

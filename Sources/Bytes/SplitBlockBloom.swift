import Glibc

/// The split-block Bloom filter of Parquet: blocks of eight 32-bit words, one bit in each word for a value.
///
/// Values come as their XXH64. Source: parquet-format BloomFilter.md.
package enum SplitBlockBloom {
    package static let blockBytes = 32
    private static let salts: [8 of UInt32] = [
        0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31,
    ]

    /// Bytes of a filter for `count` distinct values; a power of two, which is all that some readers take.
    package static func byteCount(for count: Int, falsePositive: Double) -> Int {
        precondition(falsePositive > 0 && falsePositive < 1)
        let bits = -8 * Double(max(count, 1)) / log(1 - pow(falsePositive, 1 / 8))
        let wanted = Int(min(bits / 8, 128 * 1024 * 1024).rounded(.up))
        var size = blockBytes
        while size < wanted { size *= 2 }
        return size
    }

    /// Sets the bits of each hash in `filter`, a whole number of blocks.
    package static func insert(_ hashes: Span<UInt64>, into filter: inout MutableSpan<UInt8>) {
        precondition(filter.count >= blockBytes && filter.count % blockBytes == 0)
        let blocks = UInt64(filter.count / blockBytes)
        unsafe filter.withUnsafeMutableBytes { bytes in
            for index in 0..<hashes.count {
                let hash = hashes[index]
                let block = Int(((hash &>> 32) &* blocks) &>> 32) &* blockBytes
                for word in 0..<8 {
                    let at = block &+ word &* 4
                    // SAFETY: `block` is below the filter's size by the multiplication; a block has 32 bytes.
                    let old = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
                    let new = (old | mask(UInt32(truncatingIfNeeded: hash), word)).littleEndian
                    unsafe bytes.storeBytes(of: new, toByteOffset: at, as: UInt32.self)
                }
            }
        }
    }

    /// False when no value with this hash was inserted. A filter that is no whole number of blocks rules nothing out.
    package static func mayContain(_ hash: UInt64, in filter: Span<UInt8>) -> Bool {
        guard filter.count >= blockBytes, filter.count % blockBytes == 0 else { return true }
        let blocks = UInt64(filter.count / blockBytes)
        guard blocks <= UInt64(UInt32.max) else { return true }
        let block = Int(((hash >> 32) * blocks) >> 32) * blockBytes
        for word in 0..<8 {
            let bits = mask(UInt32(truncatingIfNeeded: hash), word)
            let byte = block + word * 4 + bits.trailingZeroBitCount / 8
            if filter[byte] & UInt8(1 << (bits.trailingZeroBitCount & 7)) == 0 { return false }
        }
        return true
    }

    @inline(__always)
    private static func mask(_ hash: UInt32, _ word: Int) -> UInt32 { 1 &<< ((hash &* salts[word]) &>> 27) }
}

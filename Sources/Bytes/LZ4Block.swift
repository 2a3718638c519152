import CLZ4

/// Compresses single LZ4 blocks (no frame, no length in front), keeping its working memory from block to block.
///
/// Levels below 3 use the fast compressor (a negative level is an acceleration), 3 to 12 the high-compression one.
/// Source: lz4_Block_format.md; liblz4 `LZ4_compress_fast_extState`, `LZ4_compress_HC_extStateHC`.
@safe
package struct LZ4BlockCompressor: ~Copyable, @unchecked Sendable {
    // @unchecked: the state is owned by this value alone, and the value is noncopyable.
    private let state: UnsafeMutableRawPointer
    private let level: Int32

    /// The most bytes one block may hold.
    package static let maximumBytes = 0x7E00_0000

    package init(level: Int) {
        self.level = Int32(clamping: level)
        let size = level >= 3 ? LZ4_sizeofStateHC() : LZ4_sizeofState()
        unsafe state = UnsafeMutableRawPointer.allocate(byteCount: Int(size), alignment: 16)
    }

    deinit { unsafe state.deallocate() }

    /// The most bytes that a block of `count` bytes can become.
    package static func bound(_ count: Int) -> Int { count + count / 255 + 16 }

    /// Appends `gap` zero bytes and then `source` as one block; the gap is for what must stand in front of it.
    ///
    /// - Returns: The block's size in bytes, the gap not counted.
    package mutating func compress(
        _ source: Span<UInt8>, appendingTo target: inout ByteBuffer, after gap: Int = 0
    ) -> Int {
        precondition(source.count <= Self.maximumBytes, "more than one LZ4 block holds")
        let bound = Self.bound(source.count)
        return target.append(upTo: gap + bound) { output in
            output.append(repeating: 0, count: gap)
            return unsafe output.withUnsafeMutableBufferPointer { free, initialized in
                // SAFETY: `free` has `bound` bytes behind the gap, which is the worst case for this source.
                let size = unsafe source.withUnsafeBufferPointer { bytes in
                    unsafe write(bytes, to: free.baseAddress! + gap, capacity: bound)
                }
                initialized += size
                return size
            }
        }
    }

    private func write(
        _ source: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, capacity: Int
    ) -> Int {
        // SAFETY: the caller passes `capacity` writable bytes; liblz4 writes no more than that. An empty source is
        // one byte that is never read, since liblz4 takes no null pointer.
        let empty: [CChar] = [0]
        let size = unsafe empty.withUnsafeBufferPointer { nothing in
            let bytes = unsafe source.baseAddress.map { unsafe UnsafeRawPointer($0) }
            let from = unsafe (bytes ?? UnsafeRawPointer(nothing.baseAddress!)).assumingMemoryBound(to: CChar.self)
            let to = unsafe UnsafeMutableRawPointer(target).assumingMemoryBound(to: CChar.self)
            let count = Int32(source.count)
            let room = Int32(clamping: capacity)
            if level >= 3 { return unsafe LZ4_compress_HC_extStateHC(state, from, to, count, room, min(level, 12)) }
            return unsafe LZ4_compress_fast_extState(state, from, to, count, room, level < 0 ? -level : 1)
        }
        precondition(size > 0, "liblz4 refused a block within its bound")
        return Int(size)
    }
}

/// Undoes ``LZ4BlockCompressor``.
package enum LZ4Block {
    /// The most bytes that a block of `count` bytes can stand for (a match byte stands for 255).
    package static func mostDecoded(_ count: Int) -> Int { count.multipliedReportingOverflow(by: 255).partialValue }

    /// Appends the decoded bytes of one block that must become exactly `count` bytes.
    ///
    /// - Returns: False when the block is damaged or its length differs; then nothing is appended.
    package static func decompress(_ block: Span<UInt8>, count: Int, appendingTo target: inout ByteBuffer) -> Bool {
        guard count >= 0, count <= LZ4BlockCompressor.maximumBytes, block.count <= Int(Int32.max), block.count > 0,
            count <= mostDecoded(block.count)
        else { return false }
        return target.append(upTo: max(count, 1)) { output in
            unsafe output.withUnsafeMutableBufferPointer { free, initialized in
                // SAFETY: `free` has at least `count` bytes and liblz4 writes no more than `count`; the block's
                // bytes are read within its length only (LZ4_decompress_safe checks both).
                let size = unsafe block.withUnsafeBufferPointer { bytes in
                    unsafe LZ4_decompress_safe(
                        UnsafeRawPointer(bytes.baseAddress!).assumingMemoryBound(to: CChar.self),
                        UnsafeMutableRawPointer(free.baseAddress!).assumingMemoryBound(to: CChar.self),
                        Int32(bytes.count), Int32(count))
                }
                guard Int(size) == count else { return false }
                initialized += count
                return true
            }
        }
    }
}

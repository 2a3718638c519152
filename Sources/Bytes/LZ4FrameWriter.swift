private import CLZ4
import Glibc

/// Writes one LZ4 frame: linked blocks of at most 60 KiB, a checksum on each block, none on the content.
///
/// Blocks share a 64 KiB history, so a frame that is flushed every few kilobytes compresses nearly as well as one
/// large block. Every call of ``append(_:into:)`` ends a block: what came out so far decodes without what comes next.
///
/// **Where commits end.** The last block of an append ends with the append's last byte; no other block ends with a
/// line feed. When every append ends with a line feed, a reader of a torn frame therefore knows that everything up to
/// the last whole block that ends with one is whole appends.
///
/// Source: LZ4 Frame Format 1.6.x; LZ4_compress_fast_continue, LZ4_saveDict.
@safe
package struct LZ4FrameWriter: ~Copyable, @unchecked Sendable {
    // @unchecked: both allocations are owned by this value alone, and the value is noncopyable.

    /// Uncompressed bytes in one block, at most. The frame says 64 KiB (code 4); a block that fills it, together with
    /// its size and checksum, would pass the 64 KiB buffer of the lz4 command (1.9.4), which then takes the rest of the
    /// frame for garbage.
    package static let blockBytes = 60 << 10
    private static let historyBytes = 64 << 10

    private let fast: UnsafeMutablePointer<LZ4_stream_t>?
    private let thorough: UnsafeMutablePointer<LZ4_streamHC_t>?
    private let history: UnsafeMutablePointer<CChar>

    /// How eagerly the fast compressor skips what does not repeat. 2 makes events of real streams 1 to 4 % larger than
    /// 1 does, and takes a fifth less time.
    private let acceleration: CInt

    /// - Parameter level: 0 and 1 the fast compressor at acceleration 2, 2 at acceleration 1, from 3 to 12 LZ4 HC.
    package init(level: Int) {
        acceleration = level < 2 ? 2 : 1
        unsafe history = .allocate(capacity: Self.historyBytes)
        if level >= 3 {
            unsafe fast = nil
            unsafe thorough = LZ4_createStreamHC()
            unsafe LZ4_resetStreamHC_fast(thorough, CInt(min(level, 12)))
        } else {
            unsafe thorough = nil
            unsafe fast = LZ4_createStream()
        }
        let made = unsafe fast != nil || thorough != nil
        precondition(made, "no memory for a compressor")
    }

    deinit {
        unsafe history.deallocate()
        if let fast = unsafe fast { _ = unsafe LZ4_freeStream(fast) }
        if let thorough = unsafe thorough { _ = unsafe LZ4_freeStreamHC(thorough) }
    }

    /// The frame's first seven bytes.
    package static func appendHeader(into output: inout ByteBuffer) {
        // Version 1, linked blocks, block checksums; no content size, content checksum or dictionary.
        let descriptor: [UInt8] = [0b0101_0000, 4 << 4]
        output.append(littleEndian: LZ4Frame.magic)
        output.append(descriptor.span)
        output.append(UInt8(truncatingIfNeeded: XXHash32.hash(descriptor.span) >> 8))
    }

    /// The four bytes that end the frame.
    package static func appendEndMark(into output: inout ByteBuffer) { output.append(littleEndian: UInt32(0)) }

    /// Compresses `bytes` into whole blocks. Nothing is held back.
    package mutating func append(_ bytes: Span<UInt8>, into output: inout ByteBuffer) {
        var start = 0
        while start < bytes.count {
            var end = min(start + Self.blockBytes, bytes.count)
            if end < bytes.count, bytes[end - 1] == 0x0A { end -= 1 }
            appendBlock(bytes.extracting(start..<end), into: &output)
            start = end
        }
        // The caller's bytes go away; the history that the next block refers to is kept here.
        if let fast = unsafe fast {
            _ = unsafe LZ4_saveDict(fast, history, CInt(Self.historyBytes))
        } else {
            _ = unsafe LZ4_saveDictHC(thorough, history, CInt(Self.historyBytes))
        }
    }

    private mutating func appendBlock(_ bytes: Span<UInt8>, into output: inout ByteBuffer) {
        let bound = bytes.count + bytes.count / 255 + 16
        let sizeAt = output.count
        output.append(littleEndian: UInt32(0))
        var size = output.append(upTo: bound) { output in
            compress(bytes, into: &output)
        }
        var field = UInt32(size)
        if size == 0 || size >= bytes.count {
            output.truncate(to: sizeAt + 4)
            output.append(bytes)
            size = bytes.count
            field = UInt32(size) | LZ4Frame.storedBlock
        }
        for i in 0..<4 { output[sizeAt + i] = UInt8(truncatingIfNeeded: field >> UInt32(8 * i)) }
        let checksum = XXHash32.hash(output.span.extracting(sizeAt + 4..<sizeAt + 4 + size))
        output.append(littleEndian: checksum)
    }

    private mutating func compress(_ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Int {
        // SAFETY: the compressor writes at most `free` bytes behind nothing, and says how many.
        unsafe output.withUnsafeMutableBufferPointer { (free, count) in
            unsafe bytes.withUnsafeBufferPointer { source in
                let from = unsafe UnsafeRawPointer(source.baseAddress!).assumingMemoryBound(to: CChar.self)
                let to = unsafe UnsafeMutableRawPointer(free.baseAddress!).assumingMemoryBound(to: CChar.self)
                let size: CInt
                if let fast = unsafe fast {
                    size = unsafe LZ4_compress_fast_continue(
                        fast, from, to, CInt(source.count), CInt(free.count), acceleration)
                } else {
                    size = unsafe LZ4_compress_HC_continue(
                        thorough, from, to, CInt(source.count), CInt(free.count))
                }
                count = Int(size)
                return Int(size)
            }
        }
    }
}

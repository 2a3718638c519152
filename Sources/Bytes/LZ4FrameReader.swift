private import CLZ4
import Glibc

/// Reads LZ4 frames block by block, with memory for one block and the 64 KiB history.
///
/// The caller keeps the input and passes it to every ``next(in:)``; it may pass a longer one after
/// ``Step/needMore``. Every checksum present is verified before anything is handed out.
///
/// Source: LZ4 Frame Format 1.6.x.
@safe
package struct LZ4FrameReader: ~Copyable, @unchecked Sendable {
    // @unchecked: the window is owned by this value alone, and the value is noncopyable.

    package enum Step: Equatable {
        /// ``chunk`` holds this many decoded bytes.
        case block(decodedBytes: Int)
        /// A frame has ended.
        case frameEnd
        /// A skippable frame was passed over; its payload lies in the input.
        case skippable(magic: UInt32, payload: Range<Int>)
        /// The input ends inside a frame, header or block that starts at ``offset``.
        case needMore
        /// The input ended behind a whole frame.
        case endOfInput
    }

    private enum Place { case betweenFrames, insideFrame, insideLegacyFrame }

    /// Everything before this offset of the input has been read and verified.
    package private(set) var offset = 0
    private var place = Place.betweenFrames

    // The frame at hand.
    private var blockLimit = 0
    private var blocksAreLinked = false
    private var hasBlockChecksums = false
    private var content: XXHash32?
    private var declaredSize: UInt64?
    private var decodedBytes = 0

    /// The last 64 KiB decoded, then the blocks decoded since the window was last moved.
    private var window: UnsafeMutablePointer<UInt8>
    private var windowCapacity = 1
    private var windowEnd = 0
    private var chunkStart = 0

    private static let historyBytes = 64 << 10

    package init() { unsafe window = .allocate(capacity: 1) }

    deinit { unsafe window.deallocate() }

    /// The bytes of the last ``Step/block(decodedBytes:)``.
    package var chunk: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: `chunkStart ..< windowEnd` was decoded, and the span cannot outlive `self`.
            let span = unsafe Span(
                _unsafeStart: UnsafePointer(window + chunkStart), count: windowEnd - chunkStart)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// True between frames and before the first.
    package var isBetweenFrames: Bool { place == .betweenFrames }

    /// Reads the next block, frame end or skippable frame.
    ///
    /// - Parameter input: Everything from the start; the first ``offset`` bytes are not looked at again.
    /// - Throws: ``LZ4FrameError``. ``offset`` then still is where the damaged part starts.
    package mutating func next(in input: Span<UInt8>) throws(LZ4FrameError) -> Step {
        while true {
            switch place {
            case .betweenFrames:
                if offset == input.count { return .endOfInput }
                guard let magic = word(input, offset) else { return .needMore }
                if magic == LZ4Frame.magic {
                    guard try readHeader(input) else { return .needMore }
                } else if magic == LZ4Frame.legacyMagic {
                    startFrame(limit: 8 << 20, linked: false, checksums: false)
                    place = .insideLegacyFrame
                    offset += 4
                } else if LZ4Frame.isSkippable(magic) {
                    guard let size = word(input, offset + 4) else { return .needMore }
                    let start = offset + 8
                    guard input.count - start >= Int(size) else { return .needMore }
                    offset = start + Int(size)
                    return .skippable(magic: magic, payload: start..<offset)
                } else {
                    throw .notAFrame(offset: offset, magic: magic)
                }
            case .insideFrame: return try readBlock(input)
            case .insideLegacyFrame: return try readLegacyBlock(input)
            }
        }
    }

    private func word(_ input: Span<UInt8>, _ at: Int) -> UInt32? {
        guard at + 4 <= input.count else { return nil }
        var value: UInt32 = 0
        for i in 0..<4 { value |= UInt32(input[at + i]) << UInt32(8 * i) }
        return value
    }

    /// - Returns: False when the header is not all here yet.
    private mutating func readHeader(_ input: Span<UInt8>) throws(LZ4FrameError) -> Bool {
        guard offset + 6 < input.count else { return false }
        let flags = input[offset + 4]
        let hasSize = flags & 0x08 != 0
        let hasDictionary = flags & 0x01 != 0
        let length = 6 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0)
        guard offset + length < input.count else { return false }
        let checksum = XXHash32.hash(input.extracting(offset + 4..<offset + length))
        guard input[offset + length] == UInt8(truncatingIfNeeded: checksum >> 8) else {
            throw .headerChecksum(offset: offset)
        }
        let sizeByte = input[offset + 5]
        let sizeCode = Int(sizeByte >> 4)
        guard flags >> 6 == 1, flags & 0x02 == 0, !hasDictionary, sizeByte & 0x8F == 0, (4...7).contains(sizeCode)
        else { throw .unsupported(offset: offset) }
        startFrame(limit: 1 << (8 + 2 * sizeCode), linked: flags & 0x20 == 0, checksums: flags & 0x10 != 0)
        if flags & 0x04 != 0 { content = XXHash32() }
        if hasSize {
            var size: UInt64 = 0
            for i in 0..<8 { size |= UInt64(input[offset + 6 + i]) << UInt64(8 * i) }
            declaredSize = size
        }
        place = .insideFrame
        offset += length + 1
        return true
    }

    private mutating func startFrame(limit: Int, linked: Bool, checksums: Bool) {
        blockLimit = limit
        blocksAreLinked = linked
        hasBlockChecksums = checksums
        content = nil
        declaredSize = nil
        decodedBytes = 0
        windowEnd = 0
        chunkStart = 0
        let wanted = Self.historyBytes + max(2 * limit, 1 << 20)
        if windowCapacity < wanted {
            unsafe window.deallocate()
            unsafe window = .allocate(capacity: wanted)
            windowCapacity = wanted
        }
    }

    private mutating func readBlock(_ input: Span<UInt8>) throws(LZ4FrameError) -> Step {
        guard let field = word(input, offset) else { return .needMore }
        if field == 0 { return try endFrame(input) }
        let isStored = field & LZ4Frame.storedBlock != 0
        let size = Int(field & ~LZ4Frame.storedBlock)
        guard size <= blockLimit else { throw .blockTooLarge(offset: offset, bytes: size) }
        let length = 4 + size + (hasBlockChecksums ? 4 : 0)
        guard input.count - offset >= length else { return .needMore }
        let bytes = input.extracting(offset + 4..<offset + 4 + size)
        if hasBlockChecksums, word(input, offset + 4 + size) != XXHash32.hash(bytes) {
            throw .blockChecksum(offset: offset)
        }
        try decode(bytes, isStored: isStored)
        offset += length
        return .block(decodedBytes: windowEnd - chunkStart)
    }

    private mutating func endFrame(_ input: Span<UInt8>) throws(LZ4FrameError) -> Step {
        var end = offset + 4
        if let content {
            guard let checksum = word(input, end) else { return .needMore }
            end += 4
            guard checksum == content.digest else { throw .contentChecksum(offset: end) }
        }
        if let declaredSize, declaredSize != UInt64(decodedBytes) {
            throw .contentSize(offset: end, declared: declaredSize, decoded: decodedBytes)
        }
        offset = end
        place = .betweenFrames
        return .frameEnd
    }

    private mutating func readLegacyBlock(_ input: Span<UInt8>) throws(LZ4FrameError) -> Step {
        if offset == input.count {
            place = .betweenFrames
            return .frameEnd
        }
        guard let field = word(input, offset) else { return .needMore }
        // A legacy frame has no end mark: it ends where another frame starts.
        if field == LZ4Frame.magic || field == LZ4Frame.legacyMagic || LZ4Frame.isSkippable(field) {
            place = .betweenFrames
            return .frameEnd
        }
        guard Int(field) <= blockLimit + blockLimit / 255 + 16 else {
            throw .blockTooLarge(offset: offset, bytes: Int(field))
        }
        guard input.count - offset >= 4 + Int(field) else { return .needMore }
        try decode(input.extracting(offset + 4..<offset + 4 + Int(field)), isStored: false)
        offset += 4 + Int(field)
        return .block(decodedBytes: windowEnd - chunkStart)
    }

    /// Decodes one block behind the history it may refer to.
    private mutating func decode(_ bytes: Span<UInt8>, isStored: Bool) throws(LZ4FrameError) {
        if !blocksAreLinked { windowEnd = 0 }
        if windowCapacity - windowEnd < blockLimit {
            let kept = min(windowEnd, Self.historyBytes)
            // SAFETY: both ranges lie in the window; memmove allows the overlap.
            unsafe memmove(window, window + (windowEnd - kept), kept)
            windowEnd = kept
        }
        chunkStart = windowEnd
        if bytes.isEmpty { return }
        let history = min(windowEnd, Self.historyBytes)
        // SAFETY: at least `blockLimit` bytes are free behind `windowEnd`; a stored block is no larger than that; the
        // decoder writes at most `blockLimit` bytes and reads only its input and the `history` bytes before its output.
        let size = unsafe bytes.withUnsafeBufferPointer { source in
            if isStored {
                unsafe memcpy(window + windowEnd, source.baseAddress!, source.count)
                return source.count
            }
            let from = unsafe UnsafeRawPointer(source.baseAddress!).assumingMemoryBound(to: CChar.self)
            let to = unsafe UnsafeMutableRawPointer(window + windowEnd).assumingMemoryBound(to: CChar.self)
            return unsafe Int(
                LZ4_decompress_safe_usingDict(
                    from, to, CInt(source.count), CInt(blockLimit), to - history, CInt(history)))
        }
        guard size >= 0 else { throw .malformedBlock(offset: offset) }
        windowEnd += size
        decodedBytes += size
        if var digest = content.take() {
            digest.update(chunk)
            content = digest
        }
    }
}

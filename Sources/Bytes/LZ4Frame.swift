/// The numbers of the LZ4 frame format.
package enum LZ4Frame {
    package static let magic: UInt32 = 0x184D_2204
    /// The format before frames: blocks of 8 MiB without checksums.
    package static let legacyMagic: UInt32 = 0x184C_2102
    /// Sixteen magics, 0x184D2A50 to 0x184D2A5F, start frames that a decoder passes over.
    package static func isSkippable(_ magic: UInt32) -> Bool { magic & 0xFFFF_FFF0 == 0x184D_2A50 }
    /// Set in a block's size when its bytes are stored as they are.
    static let storedBlock: UInt32 = 0x8000_0000

    /// Appends a skippable frame.
    ///
    /// - Parameter magic: 0x184D2A50 to 0x184D2A5F.
    package static func appendSkippable(magic: UInt32, _ payload: Span<UInt8>, into output: inout ByteBuffer) {
        precondition(isSkippable(magic) && payload.count <= UInt32.max)
        output.append(littleEndian: magic)
        output.append(littleEndian: UInt32(payload.count))
        output.append(payload)
    }
}

/// What is wrong with a frame. Offsets are bytes from the start of the input.
package enum LZ4FrameError: Error, Equatable, CustomStringConvertible {
    /// No frame starts here.
    case notAFrame(offset: Int, magic: UInt32)
    /// A frame of another version, or with a reserved bit or a dictionary.
    case unsupported(offset: Int)
    case headerChecksum(offset: Int)
    case blockTooLarge(offset: Int, bytes: Int)
    case blockChecksum(offset: Int)
    /// The block's bytes are no LZ4 sequences.
    case malformedBlock(offset: Int)
    case contentChecksum(offset: Int)
    case contentSize(offset: Int, declared: UInt64, decoded: Int)

    package var description: String {
        switch self {
        case .notAFrame(let offset, let magic):
            "no LZ4 frame at byte \(offset) (it starts with 0x\(String(magic, radix: 16)))"
        case .unsupported(let offset): "the LZ4 frame at byte \(offset) has a version or option not supported here"
        case .headerChecksum(let offset): "the header of the LZ4 frame at byte \(offset) is damaged"
        case .blockTooLarge(let offset, let bytes): "the block at byte \(offset) says it has \(bytes) bytes"
        case .blockChecksum(let offset): "the block at byte \(offset) is damaged: its checksum differs"
        case .malformedBlock(let offset): "the block at byte \(offset) can't be decompressed"
        case .contentChecksum(let offset): "the frame that ends at byte \(offset) is damaged: its checksum differs"
        case .contentSize(let offset, let declared, let decoded):
            "the frame that ends at byte \(offset) says \(declared) bytes and has \(decoded)"
        }
    }
}

import Bytes
import Kernel

/// Streams a batch file's lines, in the memory of two blocks.
package struct BatchReader: ~Copyable {
    package let path: String
    private let file: MappedFile
    private var frames = LZ4FrameReader()
    private var finished = false
    /// The summary's JSON, once the file has been read to its end.
    package private(set) var summaryJSON: [UInt8]?
    /// The frame's end mark was seen.
    package private(set) var isSealed = false
    /// Length of the file, in bytes.
    package let byteCount: Int

    /// Maps a batch, sealed or open.
    package static func open(_ path: String) throws(BatchError) -> BatchReader {
        do throws(Errno) {
            let descriptor = try FileDescriptor.open(path, .read)
            let count = try descriptor.length()
            return BatchReader(path: path, file: try MappedFile.map(descriptor, count: count), byteCount: count)
        } catch {
            throw .file(path: path, action: "opening", error)
        }
    }

    private init(path: String, file: consuming MappedFile, byteCount: Int) {
        self.path = path
        self.file = file
        self.byteCount = byteCount
    }

    /// The decoded bytes of the last block. A line may go on in the next one.
    package var chunk: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { frames.chunk }
    }

    /// Bytes of the file that were read and verified so far.
    package var offset: Int { frames.offset }

    /// Decodes the next block.
    ///
    /// - Returns: False behind the last one.
    /// - Throws: ``BatchError/damaged(path:_:)``, and ``BatchError/truncated(path:offset:)`` where an open or torn
    ///   batch ends inside a block. An open batch that ends between blocks is no error.
    package mutating func next() throws(BatchError) -> Bool {
        if finished { return false }
        do throws(LZ4FrameError) {
            while true {
                switch try Self.step(&frames, file) {
                case .block: return true
                case .frameEnd: isSealed = true
                case .skippable(let magic, let payload):
                    if magic == BatchFormat.summaryMagic {
                        summaryJSON = bytes(payload)
                    }
                case .needMore:
                    finished = true
                    if frames.offset == byteCount { return false }
                    throw LZ4FrameError.malformedBlock(offset: -1)
                case .endOfInput:
                    finished = true
                    return false
                }
            }
        } catch {
            finished = true
            if error == .malformedBlock(offset: -1) { throw .truncated(path: path, offset: frames.offset) }
            throw .damaged(path: path, error)
        }
    }

    private func bytes(_ range: Range<Int>) -> [UInt8] { range.map { file.bytes[$0] } }

    private static func step(_ frames: inout LZ4FrameReader, _ file: borrowing MappedFile)
        throws(LZ4FrameError) -> LZ4FrameReader.Step
    {
        try frames.next(in: file.bytes)
    }
}

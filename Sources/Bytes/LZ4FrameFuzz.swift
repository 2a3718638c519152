/// Reads whatever frames `bytes` hold, for a fuzzer: no input may trap, hang, or be decoded two ways.
package func fuzzLZ4Frame(_ bytes: Span<UInt8>) {
    let whole = digest(bytes, growing: false)
    // A legacy frame ends where the input does: there the question has no answer.
    for i in 0..<max(0, bytes.count - 3) where bytes[i] == 0x02 && bytes[i + 1] == 0x21 && bytes[i + 2] == 0x4C {
        return
    }
    precondition(digest(bytes, growing: true) == whole, "what is decoded depends on how the input arrives")
}

/// A digest of everything decoded; a fault ends it.
private func digest(_ bytes: Span<UInt8>, growing: Bool) -> UInt32 {
    var reader = LZ4FrameReader()
    var hash = XXHash32()
    var decoded = 0
    var length = growing ? 0 : bytes.count
    do throws(LZ4FrameError) {
        while true {
            switch try reader.next(in: bytes.extracting(0..<length)) {
            case .block:
                hash.update(reader.chunk)
                decoded += reader.chunk.count
                // A few kilobytes may stand for gigabytes.
                if decoded > 16 << 20 { return hash.digest }
            case .frameEnd, .skippable: break
            case .needMore, .endOfInput:
                if length == bytes.count { return hash.digest }
                length = min(bytes.count, length + max(1, bytes.count / 16))
            }
        }
    } catch {
        return hash.digest
    }
}

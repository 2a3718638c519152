/// XXH32, the checksum of LZ4 frames. One-shot and streaming give the same digest.
///
/// Source: xxHash specification, XXH32 algorithm.
package struct XXHash32: Sendable {
    private static let prime1: UInt32 = 0x9E37_79B1
    private static let prime2: UInt32 = 0x85EB_CA77
    private static let prime3: UInt32 = 0xC2B2_AE3D
    private static let prime4: UInt32 = 0x27D4_EB2F
    private static let prime5: UInt32 = 0x1656_67B1

    private var lanes: (UInt32, UInt32, UInt32, UInt32)
    private let seed: UInt32
    /// Bytes of the last, unfinished stripe of 16.
    private var tail: [UInt8] = []
    private var total = 0

    package init(seed: UInt32 = 0) {
        self.seed = seed
        lanes = (seed &+ Self.prime1 &+ Self.prime2, seed &+ Self.prime2, seed, seed &- Self.prime1)
    }

    /// The digest of `bytes`.
    package static func hash(_ bytes: Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
        var state = XXHash32(seed: seed)
        let whole = bytes.count & ~15
        if whole > 0 { state.consume(bytes.extracting(0..<whole)) }
        state.total = bytes.count
        return state.finish(bytes.extracting(whole..<bytes.count))
    }

    /// Adds bytes to a streaming digest.
    package mutating func update(_ bytes: Span<UInt8>) {
        total += bytes.count
        var position = 0
        if !tail.isEmpty {
            while tail.count < 16, position < bytes.count {
                tail.append(bytes[position])
                position += 1
            }
            if tail.count < 16 { return }
            let stripe = tail
            tail.removeAll(keepingCapacity: true)
            consume(stripe.span)
        }
        let whole = (bytes.count - position) & ~15
        if whole > 0 { consume(bytes.extracting(position..<position + whole)) }
        position += whole
        while position < bytes.count {
            tail.append(bytes[position])
            position += 1
        }
    }

    /// The digest of all bytes so far; more may be added afterwards.
    package var digest: UInt32 { finish(tail.span) }

    private static func round(_ lane: UInt32, _ input: UInt32) -> UInt32 {
        let sum = lane &+ input &* prime2
        return ((sum << 13) | (sum >> 19)) &* prime1
    }

    /// - Parameter bytes: A multiple of 16.
    private mutating func consume(_ bytes: Span<UInt8>) {
        var (a, b, c, d) = lanes
        // SAFETY: the loop reads 16 bytes at `position`, and `position + 16 <= count` as count is a multiple of 16.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            let base = unsafe UnsafeRawPointer(buffer.baseAddress!)
            var position = 0
            while position + 16 <= buffer.count {
                a = unsafe Self.round(a, base.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                b = unsafe Self.round(b, base.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
                c = unsafe Self.round(c, base.loadUnaligned(fromByteOffset: position + 8, as: UInt32.self))
                d = unsafe Self.round(d, base.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
                position += 16
            }
        }
        lanes = (a, b, c, d)
    }

    private func finish(_ rest: Span<UInt8>) -> UInt32 {
        func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { (value << bits) | (value >> (32 - bits)) }
        var hash: UInt32
        if total >= 16 {
            hash = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
        } else {
            hash = seed &+ Self.prime5
        }
        hash = hash &+ UInt32(truncatingIfNeeded: total)
        var position = 0
        while position + 4 <= rest.count {
            var word: UInt32 = 0
            for i in 0..<4 { word |= UInt32(rest[position + i]) << UInt32(8 * i) }
            hash = rotate(hash &+ word &* Self.prime3, 17) &* Self.prime4
            position += 4
        }
        while position < rest.count {
            hash = rotate(hash &+ UInt32(rest[position]) &* Self.prime5, 11) &* Self.prime1
            position += 1
        }
        hash = (hash ^ (hash >> 15)) &* Self.prime2
        hash = (hash ^ (hash >> 13)) &* Self.prime3
        return hash ^ (hash >> 16)
    }
}

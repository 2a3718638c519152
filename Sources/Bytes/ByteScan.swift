/// Eight bytes at a time: the tests that parsers make of every byte they see.
///
/// The arithmetic is the classic "does this word hold a byte less than n". Only the *lowest* bit that it sets is
/// exact, which is all that finding the first one needs.
@usableFromInline
enum Word {
    @usableFromInline static let ones: UInt64 = 0x0101_0101_0101_0101
    @usableFromInline static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of each byte below `limit` (at most 0x80); bytes of 0x80 and above never count.
    @inline(__always)
    static func below(_ limit: UInt64, _ word: UInt64) -> UInt64 { (word &- ones &* limit) & ~word & tops }

    /// The top bit of each byte equal to `byte`.
    @inline(__always)
    static func equal(_ byte: UInt64, _ word: UInt64) -> UInt64 {
        let other = word ^ (ones &* byte)
        return (other &- ones) & ~other & tops
    }

    /// The word with its bytes from A to Z made lower-case.
    @inline(__always)
    static func lowercased(_ word: UInt64) -> UInt64 {
        let low = word & ~tops
        // The top bit of a byte is set from A on, and from behind Z on.
        let isLetter = ((low &+ ones &* 0x3F) ^ (low &+ ones &* 0x25)) & ~word & tops
        return word | isLetter >> 2
    }

    /// The top bit of each byte that ends a run of plain text in a JSON string: quote, backslash, control, not ASCII.
    ///
    /// A byte of 0x80 and above counts by itself, so the other tests need not leave it out.
    @inline(__always)
    static func notPlain(_ word: UInt64) -> UInt64 {
        let quote = (word ^ (ones &* 0x22)) &- ones
        let backslash = (word ^ (ones &* 0x5C)) &- ones
        return (quote | backslash | (word &- ones &* 0x20) | word) & tops
    }

    /// The index of the byte that holds the lowest bit of `mask`, which must not be zero.
    @inline(__always)
    static func first(_ mask: UInt64) -> Int { mask.trailingZeroBitCount / 8 }
}

/// A set of ASCII characters, one bit for each.
package struct ASCIISet: Sendable {
    @usableFromInline let low: UInt64
    @usableFromInline let high: UInt64

    /// - Parameters:
    ///   - low: Bit n for the character n.
    ///   - high: Bit n for the character 64 + n.
    @inlinable
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inlinable
    package func contains(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? low : high
        return byte < 128 && bits &>> UInt64(byte & 63) & 1 != 0
    }
}

extension Span where Element == UInt8 {
    /// The index of the first control character (below 0x20, or 0x7F) at or behind `start`, or `count`.
    ///
    /// A horizontal tab is one too; the caller decides what it allows.
    package func firstControl(from start: Int) -> Int {
        precondition(start >= 0 && start <= count, "start outside the bytes")
        return unsafe withUnsafeBufferPointer { bytes in
            var i = start
            guard let first = bytes.baseAddress else { return i }
            let base = unsafe UnsafeRawPointer(first)
            while i + 8 <= bytes.count {
                // SAFETY: the loop's condition proves that eight bytes are left.
                let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: i, as: UInt64.self))
                let hits = Word.below(0x20, word) | Word.equal(0x7F, word)
                if hits != 0 { return i + Word.first(hits) }
                i += 8
            }
            while i < bytes.count {
                // SAFETY: `i` is below the count.
                let byte = unsafe bytes[i]
                if byte < 0x20 || byte == 0x7F { return i }
                i += 1
            }
            return i
        }
    }

    /// The first index in `range` whose byte is not in `set`, or the range's end.
    package func first(notIn set: ASCIISet, in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the bytes")
        return unsafe withUnsafeBufferPointer { bytes in
            var i = range.lowerBound
            // SAFETY: the precondition bounds the range.
            while i < range.upperBound, set.contains(unsafe bytes[i]) { i += 1 }
            return i
        }
    }

    /// Whether the `length` bytes at `start` are `text`, which must be lower-case ASCII, in any case of letters.
    package func matches(_ text: StaticString, at start: Int, count length: Int) -> Bool {
        guard length == text.utf8CodeUnitCount else { return false }
        precondition(start >= 0 && start <= count - length, "range outside the bytes")
        return unsafe withUnsafeBufferPointer { bytes in
            guard let first = bytes.baseAddress else { return true }
            // SAFETY: the guard and the precondition bound both runs; a static string's bytes live for ever.
            let left = unsafe UnsafeRawPointer(first + start)
            let right = unsafe UnsafeRawPointer(text.utf8Start)
            return unsafe length < 8
                ? Self.matchesShort(left, right, length) : Self.matchesLong(left, right, length)
        }
    }

    /// Both runs hold `length` bytes.
    private static func matchesShort(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ length: Int) -> Bool {
        for i in 0..<length {
            // SAFETY: `i` is below the length.
            let byte = unsafe left.load(fromByteOffset: i, as: UInt8.self)
            let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if unsafe folded != right.load(fromByteOffset: i, as: UInt8.self) { return false }
        }
        return true
    }

    /// Both runs hold `length` bytes, eight or more; the last word overlaps the one before it.
    private static func matchesLong(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ length: Int) -> Bool {
        var i = 0
        while true {
            // SAFETY: `i` is at most `length - 8`.
            let word = unsafe left.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            let wanted = unsafe right.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            if Word.lowercased(word) != wanted { return false }
            if i == length - 8 { return true }
            i = min(i + 8, length - 8)
        }
    }
}

import Bytes

/// The bounds of a page or a column chunk, as they are written: PLAIN, byte arrays without a length.
struct StoredBounds: Sendable {
    var lower: [UInt8]
    /// Nil when no short string sorts behind all values.
    var upper: [UInt8]?
    var isLowerExact: Bool
    var isUpperExact: Bool

    /// Cut bounds of UTF-8 text stay UTF-8, since readers show them as text.
    init(_ bounds: borrowing ByteBounds, isText: Bool) {
        lower = bounds.lower.bytes.array
        upper = bounds.upper.bytes.array
        isLowerExact = !bounds.lower.isCut
        isUpperExact = !bounds.upper.isCut
        if bounds.lower.isCut, isText { lower.removeLast(Self.brokenTail(lower)) }
        if bounds.upper.isCut { upper = Self.roundedUp(bounds.upper.bytes.array, isText: isText) }
    }

    init(_ bounds: WordBounds, _ type: PhysicalType) {
        let (low, high) = bounds.words(of: type)
        lower = Self.plain(low, type)
        upper = Self.plain(high, type)
        isLowerExact = true
        isUpperExact = true
    }

    private static func plain(_ word: Int64, _ type: PhysicalType) -> [UInt8] {
        let width = type == .boolean ? 1 : type == .int32 ? 4 : 8
        return (0..<width).map { UInt8(truncatingIfNeeded: word >> Int64($0 * 8)) }
    }

    /// Bytes at the end that begin a character and do not finish it.
    private static func brokenTail(_ bytes: [UInt8]) -> Int {
        var back = 0
        while back < min(4, bytes.count) {
            let byte = bytes[bytes.count - 1 - back]
            back += 1
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }

    /// The shortest string no longer than `prefix` that sorts behind everything that starts with it.
    static func roundedUp(_ prefix: [UInt8], isText: Bool) -> [UInt8]? {
        var bytes = prefix
        if !isText || String(validating: bytes.dropLast(brokenTail(bytes)), as: UTF8.self) == nil {
            while let last = bytes.popLast() {
                if last < 0xFF { return bytes + [last + 1] }
            }
            return nil
        }
        bytes.removeLast(brokenTail(bytes))
        var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        while let last = scalars.popLast() {
            // Past the surrogates, which are no characters.
            guard let next = Unicode.Scalar(last.value == 0xD7FF ? 0xE000 : last.value + 1) else { continue }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            text.append(next)
            let rounded = Array(String(text).utf8)
            if rounded.count <= prefix.count { return rounded }
        }
        return nil
    }
}

/// Below, at or above zero as `a` sorts before, with or after `b` in the order of unsigned bytes.
func compareBytes(_ a: [UInt8], _ b: [UInt8]) -> Int { ByteBounds.compare(a.span, b.span) }

/// The bounds of values that fit a word. Doubles are compared by a key that sorts as they do; NaN is left out.
struct WordBounds: Sendable {
    private(set) var low = Int64.max
    private(set) var high = Int64.min

    var isEmpty: Bool { low > high }

    mutating func include(_ words: Span<Int64>, isDouble: Bool) {
        for index in 0..<words.count {
            if isDouble {
                include(double: words[index])
            } else {
                low = min(low, words[index])
                high = max(high, words[index])
            }
        }
    }

    mutating func include(_ other: WordBounds) {
        low = min(low, other.low)
        high = max(high, other.high)
    }

    private mutating func include(double bits: Int64) {
        if Double(bitPattern: UInt64(bitPattern: bits)).isNaN { return }
        let key = Self.flipped(bits)
        low = min(low, key)
        high = max(high, key)
    }

    /// The bounds as words again. Zeros are widened: readers treat -0 and +0 as equal (parquet.thrift, ColumnOrder).
    func words(of type: PhysicalType) -> (Int64, Int64) {
        if type != .double { return (low, high) }
        let bits = (Self.flipped(low), Self.flipped(high))
        return (bits.0 == 0 ? .min : bits.0, bits.1 == .min ? 0 : bits.1)
    }

    private static func flipped(_ bits: Int64) -> Int64 { bits ^ (bits >> 63) & .max }
}

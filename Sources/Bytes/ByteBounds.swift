import Glibc

/// The least and the greatest of many byte strings, of which only a prefix is kept.
///
/// Order is that of unsigned bytes, shorter first. Most strings are told from both bounds by their first eight bytes.
package struct ByteBounds: ~Copyable {
    /// One bound: the first bytes of a string, and whether the string went on behind them.
    package struct Prefix: ~Copyable {
        package fileprivate(set) var bytes = ByteBuffer()
        package fileprivate(set) var isCut = false
        fileprivate var key: UInt64 = 0
    }

    package private(set) var lower = Prefix()
    package private(set) var upper = Prefix()
    package private(set) var isEmpty = true
    private let width: Int

    /// Keeps the first `width` bytes of each bound.
    package init(width: Int) {
        precondition(width >= 8)
        self.width = width
    }

    package mutating func removeAll() { isEmpty = true }

    package mutating func include(_ string: Span<UInt8>) {
        let key = Self.key(string)
        if !isEmpty, key > lower.key, key < upper.key { return }
        let isCut = string.count > width
        include(isCut ? string.extracting(first: width) : string, key, isCut)
    }

    /// Takes another's bounds in.
    package mutating func include(_ other: borrowing ByteBounds) {
        if other.isEmpty { return }
        precondition(other.width == width)
        include(other.lower.bytes.span, other.lower.key, other.lower.isCut)
        include(other.upper.bytes.span, other.upper.key, other.upper.isCut)
    }

    private mutating func include(_ prefix: Span<UInt8>, _ key: UInt64, _ isCut: Bool) {
        if isEmpty || Self.precedes(prefix, key, isCut, lower) { Self.keep(prefix, key, isCut, &lower) }
        if isEmpty || Self.follows(prefix, key, isCut, upper) { Self.keep(prefix, key, isCut, &upper) }
        isEmpty = false
    }

    private static func keep(_ prefix: Span<UInt8>, _ key: UInt64, _ isCut: Bool, _ bound: inout Prefix) {
        bound.bytes.removeAll()
        bound.bytes.append(prefix)
        bound.key = key
        bound.isCut = isCut
    }

    private static func precedes(
        _ prefix: Span<UInt8>, _ key: UInt64, _ isCut: Bool, _ bound: borrowing Prefix
    ) -> Bool {
        if key != bound.key { return key < bound.key }
        let order = compare(prefix, bound.bytes.span)
        return order < 0 || (order == 0 && !isCut && bound.isCut)
    }

    private static func follows(
        _ prefix: Span<UInt8>, _ key: UInt64, _ isCut: Bool, _ bound: borrowing Prefix
    ) -> Bool {
        if key != bound.key { return key > bound.key }
        let order = compare(prefix, bound.bytes.span)
        return order > 0 || (order == 0 && isCut && !bound.isCut)
    }

    /// Below, at or above zero as `a` sorts before, with or after `b`.
    package static func compare(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        // SAFETY: no more than the shorter's bytes are compared; memcmp is not called with a null pointer.
        unsafe a.withUnsafeBufferPointer { first in
            unsafe b.withUnsafeBufferPointer { second in
                let common = min(first.count, second.count)
                guard common > 0 else { return first.count - second.count }
                let order = unsafe Int(memcmp(first.baseAddress!, second.baseAddress!, common))
                return order != 0 ? order : first.count - second.count
            }
        }
    }

    /// The first eight bytes as a number that sorts as they do; what is missing counts as zero.
    private static func key(_ string: Span<UInt8>) -> UInt64 {
        // SAFETY: eight bytes are loaded only where there are eight.
        unsafe string.withUnsafeBytes { bytes in
            if bytes.count >= 8 { return unsafe UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)) }
            var key: UInt64 = 0
            for index in 0..<bytes.count { key |= unsafe UInt64(bytes[index]) << UInt64(56 - index * 8) }
            return key
        }
    }
}

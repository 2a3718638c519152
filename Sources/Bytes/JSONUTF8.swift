extension Unicode.UTF8 {
    /// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
    ///
    /// Source: RFC 3629 section 4; Unicode table 3-7.
    package static func validate(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            // SAFETY: the base and the count are the span's.
            return unsafe UTF8Run.end(UnsafeRawPointer(start), from: 0, to: buffer.count) == buffer.count
        }
    }
}

/// The validation itself, over raw memory, for callers that are inside such a loop already.
enum UTF8Run {
    /// Where well-formed UTF-8 stops: `end`, or the offset of the first sequence that is not.
    ///
    /// The caller guarantees that `from ..< end` lies inside the memory.
    static func end(_ base: UnsafeRawPointer, from: Int, to end: Int) -> Int {
        var i = from
        while i < end {
            // SAFETY: each load is inside `from ..< end`, by the loop conditions.
            while i + 8 <= end {
                let word = unsafe base.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                if word & Word.tops != 0 { break }
                i += 8
            }
            while i < end, unsafe base.load(fromByteOffset: i, as: UInt8.self) < 0x80 { i += 1 }
            while i < end, unsafe base.load(fromByteOffset: i, as: UInt8.self) >= 0x80 {
                let length = unsafe sequence(base, at: i, to: end)
                if length == 0 { return i }
                i += length
            }
        }
        return i
    }

    /// The length of the well-formed sequence of two to four bytes that starts at `i`, or 0.
    @inline(__always)
    static func sequence(_ base: UnsafeRawPointer, at i: Int, to end: Int) -> Int {
        // SAFETY: the caller guarantees `i < end`; the others are guarded by `left`.
        let first = unsafe base.load(fromByteOffset: i, as: UInt8.self)
        let left = end - i
        guard left >= 2 else { return 0 }
        let second = unsafe base.load(fromByteOffset: i + 1, as: UInt8.self)
        if first < 0xE0 { return first >= 0xC2 && second & 0xC0 == 0x80 ? 2 : 0 }
        guard left >= 3, unsafe base.load(fromByteOffset: i + 2, as: UInt8.self) & 0xC0 == 0x80 else { return 0 }
        if first < 0xF0 {
            let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
            let high: UInt8 = first == 0xED ? 0x9F : 0xBF
            return second >= low && second <= high ? 3 : 0
        }
        guard first <= 0xF4, left >= 4, unsafe base.load(fromByteOffset: i + 3, as: UInt8.self) & 0xC0 == 0x80 else {
            return 0
        }
        let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
        let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
        return second >= low && second <= high ? 4 : 0
    }
}

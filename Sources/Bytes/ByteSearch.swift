import Glibc

/// Finds bytes at the C library's speed.
package enum ByteSearch {
    /// The first index at or after `start` that holds `byte`.
    ///
    /// - Returns: Nil when there is none.
    package static func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
        precondition(start >= 0 && start <= bytes.count)
        // SAFETY: the search covers `start ..< count`, which lies inside the borrowed bytes.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            guard let found = unsafe memchr(base + start, CInt(byte), buffer.count - start) else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// The last index that holds `byte`.
    package static func lastIndex(of byte: UInt8, in bytes: Span<UInt8>) -> Int? {
        var index = bytes.count - 1
        while index >= 0 {
            if bytes[index] == byte { return index }
            index -= 1
        }
        return nil
    }

    /// Whether `bytes` has exactly `text` at `start`.
    package static func matches(_ text: StaticString, in bytes: Span<UInt8>, at start: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard start >= 0, bytes.count - start >= length else { return false }
        // SAFETY: the guard proves that `length` bytes lie behind `start`; a static string's bytes live for ever.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe memcmp(buffer.baseAddress! + start, text.utf8Start, length) == 0
        }
    }
}

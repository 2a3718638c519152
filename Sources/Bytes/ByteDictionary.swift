import Glibc

/// Numbers byte strings in the order they are first seen: 0, 1, 2, …
///
/// Open addressing over one run of bytes, hashed with a random seed so that nobody outside can make keys collide.
package struct ByteDictionary: ~Copyable {
    /// The upper half of a key's hash and its number plus one; zero is free. A power of two, at most half full.
    private var slots: [UInt64]
    private var keys = ByteBuffer()
    /// Where each key ends in `keys`.
    private var ends: [Int] = []
    private let seed: UInt64

    /// - Parameter seed: From the kernel's entropy, except in tests.
    package init(seed: UInt64) {
        self.seed = seed
        slots = [UInt64](repeating: 0, count: 64)
    }

    package var count: Int { ends.count }

    package var memoryBytes: Int { slots.capacity * 8 + keys.capacity + ends.capacity * 8 }

    /// A key's number; nil when it was never inserted.
    package borrowing func find(_ key: Span<UInt8>) -> Int? {
        let hash = Self.hash(key, seed)
        let slot = slots[position(of: key, hash)]
        return slot == 0 ? nil : Int(slot & 0xFFFF_FFFF) - 1
    }

    /// A key's number, which is new when it equals the count before the call.
    package mutating func insert(_ key: Span<UInt8>) -> Int {
        let hash = Self.hash(key, seed)
        let position = position(of: key, hash)
        if slots[position] != 0 { return Int(slots[position] & 0xFFFF_FFFF) - 1 }
        keys.append(key)
        ends.append(keys.count)
        precondition(ends.count < Int(UInt32.max), "a dictionary has fewer than 2^32 keys")
        slots[position] = hash & ~0xFFFF_FFFF | UInt64(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return ends.count - 1
    }

    package mutating func removeAll() {
        slots = [UInt64](repeating: 0, count: 64)
        keys.release()
        ends = []
    }

    /// The slot that holds `key`, or the free one where it belongs.
    private borrowing func position(of key: Span<UInt8>, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[position]
            if slot == 0 { return position }
            if slot >> 32 == hash >> 32, holds(key, Int(slot & 0xFFFF_FFFF) - 1) { return position }
            position = (position + 1) & mask
        }
    }

    private borrowing func holds(_ key: Span<UInt8>, _ number: Int) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        let count = ends[number] - start
        if count != key.count { return false }
        let own = keys.span.extracting(start..<start + count)
        // SAFETY: both spans have `count` bytes.
        return unsafe own.withUnsafeBufferPointer { own in
            unsafe key.withUnsafeBufferPointer { other in
                unsafe count == 0 || memcmp(own.baseAddress!, other.baseAddress!, count) == 0
            }
        }
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = larger.count - 1
        for number in 0..<ends.count {
            let start = number == 0 ? 0 : ends[number - 1]
            let hash = Self.hash(keys.span.extracting(start..<ends[number]), seed)
            var position = Int(truncatingIfNeeded: hash) & mask
            while larger[position] != 0 { position = (position + 1) & mask }
            larger[position] = hash & ~0xFFFF_FFFF | UInt64(number + 1)
        }
        slots = larger
    }

    /// Multiplies and folds eight bytes at a time, as wyhash does.
    private static func hash(_ key: Span<UInt8>, _ seed: UInt64) -> UInt64 {
        // SAFETY: every load below is of bytes inside the key.
        unsafe key.withUnsafeBufferPointer { key in
            let raw = UnsafeRawBufferPointer(key)
            var hash = seed ^ UInt64(truncatingIfNeeded: key.count) &* 0x9E37_79B9_7F4A_7C15
            var offset = 0
            while offset + 8 <= raw.count {
                let word = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                hash = fold(hash ^ word)
                offset += 8
            }
            var rest: UInt64 = 0
            if offset < raw.count, raw.count >= 8 {
                // The last eight bytes, some of them for the second time.
                rest = unsafe raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
            } else {
                while offset < raw.count {
                    rest = rest << 8 | UInt64(unsafe raw[offset])
                    offset += 1
                }
            }
            return fold(hash ^ rest)
        }
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}

import Glibc

/// Numbers distinct byte strings in the order in which they first appear, and keeps them as PLAIN byte arrays.
///
/// Open addressing with linear probing; a slot holds 32 bits of the hash beside the number, so that a string is
/// compared only where it is almost surely equal. The hash is keyed at random for each map: who chooses the strings
/// cannot choose the collisions. The strings together stay below 4 GiB.
package struct ByteMap: ~Copyable {
    /// The strings, each behind its length in four bytes, in the order of their numbers.
    package private(set) var records = ByteBuffer()
    private var offsets: [UInt32] = []
    private var slots: [UInt64] = []
    private var last: UInt32 = 0
    private let key0 = UInt64.random(in: .min ... .max)
    private let key1 = UInt64.random(in: .min ... .max) | 1

    package init() {}

    /// Distinct strings held.
    package var count: Int { offsets.count }

    /// The number of `string`, which is added when it is new.
    package mutating func insert(_ string: Span<UInt8>) -> UInt32 {
        if !offsets.isEmpty, equals(last, string) { return last }
        if offsets.count &* 2 >= slots.count { grow() }
        let hash = hash(string)
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let number = UInt32(truncatingIfNeeded: slots[slot]) &- 1
            if (slots[slot] ^ hash) >> 32 == 0, equals(number, string) {
                last = number
                return number
            }
            slot = (slot &+ 1) & mask
        }
        precondition(records.count <= Int(UInt32.max) - 4 - string.count, "a byte map holds less than 4 GiB")
        let number = UInt32(offsets.count)
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(number &+ 1)
        offsets.append(UInt32(records.count))
        records.append(lengthPrefixed: string)
        last = number
        return number
    }

    /// The bytes of one string within ``records``, its length not included.
    package func range(of number: Int) -> Range<Int> {
        let start = Int(offsets[number]) + 4
        let end = number + 1 < offsets.count ? Int(offsets[number + 1]) : records.count
        return start..<end
    }

    /// Forgets the strings and keeps the memory.
    package mutating func removeAll() {
        for slot in slots.indices { slots[slot] = 0 }
        offsets.removeAll(keepingCapacity: true)
        records.removeAll()
        last = 0
    }

    private func equals(_ number: UInt32, _ string: Span<UInt8>) -> Bool {
        let range = range(of: Int(number))
        guard range.count == string.count else { return false }
        if string.isEmpty { return true }
        // SAFETY: `range` lies inside the records, and both have `string.count` bytes, which is not zero.
        return unsafe records.span.withUnsafeBufferPointer { records in
            unsafe string.withUnsafeBufferPointer { bytes in
                unsafe memcmp(records.baseAddress! + range.lowerBound, bytes.baseAddress!, range.count) == 0
            }
        }
    }

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: max(1024, slots.count * 2))
        let mask = larger.count - 1
        for entry in slots where entry != 0 {
            let range = range(of: Int(UInt32(truncatingIfNeeded: entry) - 1))
            var slot = Int(truncatingIfNeeded: hash(records.span.extracting(range))) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = entry
        }
        slots = larger
    }

    /// A keyed multiply-fold hash, eight bytes a step.
    private func hash(_ string: Span<UInt8>) -> UInt64 {
        // SAFETY: loads of eight bytes stay at least eight bytes before the end; the rest goes byte by byte.
        unsafe string.withUnsafeBytes { bytes in
            var hash = key0 ^ UInt64(truncatingIfNeeded: bytes.count)
            var offset = 0
            while offset &+ 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                hash = Self.fold(hash ^ word, key1)
                offset &+= 8
            }
            var tail: UInt64 = 0
            while offset < bytes.count {
                tail = unsafe tail &<< 8 | UInt64(bytes[offset])
                offset &+= 1
            }
            return Self.fold(hash ^ tail, key1 ^ 0x9E37_79B9_7F4A_7C15)
        }
    }

    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}

/// Numbers distinct 64-bit words in the order in which they first appear.
package struct WordMap: ~Copyable {
    /// The words in the order of their numbers.
    package private(set) var words: [Int64] = []
    private var slots: [UInt32] = []
    private var last: UInt32 = 0
    private let key = UInt64.random(in: .min ... .max) | 1

    package init() {}

    /// The number of `word`, which is added when it is new.
    package mutating func insert(_ word: Int64) -> UInt32 {
        if !words.isEmpty, words[Int(last)] == word { return last }
        if words.count &* 2 >= slots.count { grow() }
        let mask = slots.count &- 1
        var slot = place(word) & mask
        while slots[slot] != 0 {
            if words[Int(slots[slot] &- 1)] == word {
                last = slots[slot] &- 1
                return last
            }
            slot = (slot &+ 1) & mask
        }
        last = UInt32(words.count)
        slots[slot] = last &+ 1
        words.append(word)
        return last
    }

    /// Forgets the words and keeps the memory.
    package mutating func removeAll() {
        for slot in slots.indices { slots[slot] = 0 }
        words.removeAll(keepingCapacity: true)
        last = 0
    }

    private func place(_ word: Int64) -> Int {
        let product = (UInt64(bitPattern: word) ^ key).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ key &<< 1)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(1024, slots.count * 2))
        let mask = slots.count - 1
        for (number, word) in words.enumerated() {
            var slot = place(word) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number) + 1
        }
    }
}

import Glibc

/// A growable run of bytes that its owner fills, lends and reuses.
///
/// It never shrinks by itself; ``release()`` gives the memory back. Growth doubles, so appending costs amortized O(1)
/// per byte. Invariant: `base` holds `capacity` bytes of which the first `count` are initialized.
@safe
package struct ByteBuffer: ~Copyable, @unchecked Sendable {
    // @unchecked: the memory is owned by this value alone, and the value is noncopyable.
    private var base: UnsafeMutablePointer<UInt8>
    /// Bytes that fit without growing.
    package private(set) var capacity: Int
    /// Bytes held.
    package private(set) var count: Int

    /// Where every buffer without memory points; never read or written.
    private static nonisolated(unsafe) let nowhere = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    package init(capacity: Int = 0) {
        unsafe base = capacity > 0 ? UnsafeMutablePointer<UInt8>.allocate(capacity: capacity) : Self.nowhere
        self.capacity = capacity
        count = 0
    }

    deinit { if capacity > 0 { unsafe base.deallocate() } }

    package var isEmpty: Bool { count == 0 }

    /// The bytes held, borrowed.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: the first `count` bytes are initialized, and the span cannot outlive `self`.
            let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes held, to be changed in place.
    package var mutableSpan: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get {
            // SAFETY: as for `span`; the exclusive access lasts as long as the span.
            let span = unsafe MutableSpan(_unsafeStart: base, count: count)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }

    package subscript(_ index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count, "index outside the buffer")
            // SAFETY: the precondition.
            return unsafe base[index]
        }
        set {
            precondition(index >= 0 && index < count, "index outside the buffer")
            // SAFETY: the precondition.
            unsafe base[index] = newValue
        }
    }

    /// A copy of the bytes held.
    package var array: [UInt8] {
        // SAFETY: the first `count` bytes are initialized.
        unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
    }

    /// Makes room for `extra` more bytes, growing at least by half.
    package mutating func reserve(_ extra: Int) {
        precondition(extra >= 0)
        if capacity - count >= extra { return }
        let wanted = max(count + extra, capacity + capacity / 2, 64)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        // SAFETY: `count` initialized bytes move into a larger, separate allocation.
        unsafe memcpy(larger, base, count)
        if capacity > 0 { unsafe base.deallocate() }
        unsafe base = larger
        capacity = wanted
    }

    package mutating func append(_ byte: UInt8) {
        if count == capacity { reserve(1) }
        // SAFETY: there is room for one.
        unsafe base[count] = byte
        count += 1
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        let added = bytes.count
        if added == 0 { return }
        if capacity - count < added { reserve(added) }
        // SAFETY: `reserve` made room for `added` bytes behind `count`; a borrowed span cannot overlap them.
        unsafe bytes.withUnsafeBufferPointer { source in
            _ = unsafe memcpy(base + count, source.baseAddress!, added)
        }
        count += added
    }

    package mutating func append(_ bytes: borrowing ByteBuffer) { append(bytes.span) }

    package mutating func append(_ text: StaticString) {
        precondition(text.hasPointerRepresentation, "a static string of one scalar has no bytes to copy")
        let added = text.utf8CodeUnitCount
        if capacity - count < added { reserve(added) }
        // SAFETY: a static string's bytes live for ever; room was made.
        unsafe memcpy(base + count, text.utf8Start, added)
        count += added
    }

    package mutating func append(utf8 text: String) {
        let utf8 = text.utf8Span
        append(utf8.span)
    }

    /// Appends `value` in decimal.
    package mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    package mutating func append(decimal value: UInt) {
        reserve(20)
        var rest = value
        var digits = 1
        var limit: UInt = 10
        while digits < 20, rest >= limit {
            digits += 1
            let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
            if overflow { break }
            limit = next
        }
        var position = count + digits
        for _ in 0..<digits {
            position -= 1
            // SAFETY: `reserve(20)` made room for the longest number.
            unsafe base[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// Appends an integer in little-endian order.
    package mutating func append<I: FixedWidthInteger & BitwiseCopyable>(littleEndian value: I) {
        let size = MemoryLayout<I>.size
        reserve(size)
        // SAFETY: `reserve` made room; an integer has no padding.
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: value.littleEndian, as: I.self)
        count += size
    }

    /// Lets `body` fill up to `room` bytes behind those held; what it initialized stays, also when it throws.
    package mutating func append<E: Error, R>(
        upTo room: Int, _ body: (inout OutputSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        reserve(room)
        // SAFETY: `reserve` made room; the output starts with nothing initialized and says how much it filled.
        let free = unsafe UnsafeMutableBufferPointer(start: base + count, count: room)
        var output = unsafe OutputSpan<UInt8>(buffer: free, initializedCount: 0)
        let result: R
        do throws(E) {
            result = try body(&output)
        } catch {
            count += unsafe output.finalize(for: free)
            throw error
        }
        count += unsafe output.finalize(for: free)
        return result
    }

    /// Drops the first `count` bytes; the others move to the front.
    package mutating func removeFirst(_ removed: Int) {
        precondition(removed >= 0 && removed <= count)
        if removed == 0 { return }
        count -= removed
        // SAFETY: memmove allows the overlap; both ranges lie inside the allocation.
        if count > 0 { unsafe memmove(base, base + removed, count) }
    }

    /// Drops everything behind the first `length` bytes.
    package mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        count = length
    }

    /// Forgets the bytes and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Forgets the bytes and gives the memory back.
    package mutating func release() {
        if capacity == 0 { return }
        unsafe base.deallocate()
        unsafe base = Self.nowhere
        capacity = 0
        count = 0
    }
}

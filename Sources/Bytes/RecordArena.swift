import Glibc

/// Small records in many growing lists, in memory that is counted to the byte and used again.
///
/// A record is two integers, a tag and two byte strings. A list is a chain of chunks: the first has 1 KiB, each next
/// one twice as much up to 256 KiB, so that 100,000 lists stay small and large ones cheap. Chunks are cut from slabs of
/// 256 KiB that go back to a pool when all their chunks are free; a record that fits no chunk gets memory of its own.
///
///     chunk   next, used, capacity, slab · record … record
///     record  first i64 · second i64 · tag u32 · count of a u32 · count of b u32 · a · b
///
/// One thread at a time appends and frees. Between ``freeze()`` and ``thaw()`` any number of threads may read and
/// nobody may change anything, which is checked; a ``Record`` is good until the next thaw.
@safe
package final class RecordArena: @unchecked Sendable {
    // @unchecked: the owner hands the arena from thread to thread, or freezes it, and every call checks which it is.

    /// One chain of records. A value of this belongs to one arena, and the last copy of it counts.
    package struct List: Sendable {
        fileprivate var first: UInt = 0
        fileprivate var last: UInt = 0
        /// Records held.
        package private(set) var count = 0
        /// Bytes of the chunks it holds.
        package private(set) var heldBytes = 0
        /// Bytes of the byte strings in it.
        package private(set) var contentBytes = 0

        package init() {}

        fileprivate mutating func added(_ bytes: Int) {
            count += 1
            contentBytes += bytes
        }
        fileprivate mutating func grew(to chunk: UInt, _ bytes: Int) {
            if first == 0 { first = chunk }
            last = chunk
            heldBytes += bytes
        }
    }

    /// Where a record lies, and everything of it that is no byte string.
    package struct Record: Sendable {
        fileprivate let address: UInt
        package let first: Int64
        package let second: Int64
        package var tag: UInt32
        /// Bytes of both byte strings.
        package let contentBytes: UInt32
    }

    private struct Slab {
        let base: UInt
        var chunkShift = 0
        var freeChunks = 0
        var firstFree: UInt = 0
        /// Its neighbours among the slabs of its size that have a free chunk; -1 at the ends.
        var previous: Int32 = -1
        var next: Int32 = -1
    }

    private static let slabBytes = 256 << 10
    private static let regionBytes = 64 << 20
    private static let smallestShift = 10
    private static let largestShift = 18
    private static let chunkHeader = 32
    private static let recordHeader = 28
    private static let absent = UInt32.max
    private static let ownMemory = UInt32.max

    private var slabs: [Slab] = []
    private var pool: [Int32] = []
    /// For each chunk size, the first slab with a free chunk; -1 when there is none.
    private var withFree: [Int32]
    private var regions: [UInt] = []
    private var regionUsed = 0
    private var ownChunks: Set<UInt> = []
    private var ownBytes = 0
    private var isFrozen = false

    package init() {
        withFree = [Int32](repeating: -1, count: Self.largestShift - Self.smallestShift + 1)
        regionUsed = Self.regionBytes
    }

    deinit {
        // SAFETY: the regions were mapped and the chunks allocated by this value; records are read through it alone.
        for region in regions { unsafe munmap(UnsafeMutableRawPointer(bitPattern: region), Self.regionBytes) }
        for chunk in ownChunks { unsafe Glibc.free(Self.pointer(chunk)) }
    }

    /// Bytes in use by lists, whole slabs counted.
    package var usedBytes: Int { (slabs.count - pool.count) * Self.slabBytes + ownBytes }

    /// Bytes that were taken from the system, those waiting to be used again included.
    package var reservedBytes: Int { slabs.count * Self.slabBytes + ownBytes }

    package func freeze() { isFrozen = true }
    package func thaw() { isFrozen = false }

    /// Adds a record.
    ///
    /// - Parameter b: Ignored when `hasB` is false; ``withB(_:_:)`` then tells.
    package func append(
        first: Int64, second: Int64, tag: UInt32, _ a: Span<UInt8>, _ b: Span<UInt8>, hasB: Bool, to list: inout List
    ) {
        precondition(!isFrozen, "the arena is being read")
        let bCount = hasB ? b.count : 0
        let size = Self.recordHeader + a.count + bCount
        precondition(size < Int(UInt32.max) - 4096, "a record has less than 4 GiB")
        var chunk = list.last
        if chunk == 0 || Self.free(in: chunk) < size {
            chunk = allocate(size + Self.chunkHeader, after: list)
            if list.last != 0 { unsafe Self.pointer(list.last).storeBytes(of: chunk, as: UInt.self) }
            list.grew(to: chunk, Self.chunkHeader + Self.free(in: chunk))
        }
        // SAFETY: the chunk has `size` free bytes behind `used`, as checked or just allocated.
        unsafe Self.write(
            Self.pointer(chunk), first, second, tag, a, b, bCount, bTag: hasB ? UInt32(bCount) : Self.absent)
        list.added(a.count + bCount)
    }

    @inline(__always)
    private static func pointer(_ address: UInt) -> UnsafeMutableRawPointer {
        // SAFETY: addresses come from `allocate` and are never zero.
        unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    /// Bytes behind the last record of a chunk.
    @inline(__always)
    private static func free(in chunk: UInt) -> Int {
        // SAFETY: `chunk` is a live chunk; its header has both fields.
        let used = unsafe pointer(chunk).load(fromByteOffset: 8, as: UInt32.self)
        let capacity = unsafe pointer(chunk).load(fromByteOffset: 12, as: UInt32.self)
        return Int(capacity) - Int(used)
    }

    @unsafe
    private static func write(
        _ chunk: UnsafeMutableRawPointer, _ first: Int64, _ second: Int64, _ tag: UInt32, _ a: Span<UInt8>,
        _ b: Span<UInt8>, _ bCount: Int, bTag: UInt32
    ) {
        let used = unsafe chunk.load(fromByteOffset: 8, as: UInt32.self)
        let record = unsafe chunk + Int(used)
        unsafe record.storeBytes(of: first, as: Int64.self)
        unsafe record.storeBytes(of: second, toByteOffset: 8, as: Int64.self)
        unsafe record.storeBytes(of: tag, toByteOffset: 16, as: UInt32.self)
        unsafe record.storeBytes(of: UInt32(a.count), toByteOffset: 20, as: UInt32.self)
        unsafe record.storeBytes(of: bTag, toByteOffset: 24, as: UInt32.self)
        let start = unsafe record + recordHeader
        unsafe a.withUnsafeBufferPointer { if $0.count > 0 { _ = unsafe memcpy(start, $0.baseAddress!, $0.count) } }
        let second = unsafe start + a.count
        if bCount > 0 { unsafe b.withUnsafeBufferPointer { _ = unsafe memcpy(second, $0.baseAddress!, bCount) } }
        unsafe chunk.storeBytes(
            of: used + UInt32(recordHeader + a.count + bCount), toByteOffset: 8, as: UInt32.self)
    }

    // MARK: Reading

    /// Appends each record of a list, in the order they were added.
    ///
    /// - Parameter tagOffset: Is added to every tag.
    package func collect(_ list: List, tagOffset: UInt32, into records: inout [Record]) {
        precondition(isFrozen, "the arena may change")
        records.reserveCapacity(records.count + list.count)
        var chunk = list.first
        while chunk != 0 {
            // SAFETY: chunks of a list are live until it is freed, which a frozen arena refuses; records fill the
            // bytes from the header to `used` without gaps.
            let base = unsafe Self.pointer(chunk)
            let used = Int(unsafe base.load(fromByteOffset: 8, as: UInt32.self))
            var offset = Self.chunkHeader
            while offset < used {
                let header = unsafe base + offset
                let a = unsafe header.loadUnaligned(fromByteOffset: 20, as: UInt32.self)
                let b = unsafe header.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
                let bytes = b == Self.absent ? a : a + b
                unsafe records.append(
                    Record(
                        address: chunk + UInt(offset), first: header.loadUnaligned(as: Int64.self),
                        second: header.loadUnaligned(fromByteOffset: 8, as: Int64.self),
                        tag: header.loadUnaligned(fromByteOffset: 16, as: UInt32.self) + tagOffset,
                        contentBytes: bytes))
                offset += Self.recordHeader + Int(bytes)
            }
            chunk = unsafe base.load(as: UInt.self)
        }
    }

    /// A record's first byte string, lent. Any frozen arena may be asked for the records of others frozen with it.
    @_lifetime(borrow self)
    package func a(_ record: Record) -> Span<UInt8> {
        precondition(isFrozen, "the arena may change")
        // SAFETY: records are made by `collect` alone, from live ones; this one has `count` bytes behind its header,
        // and stays while the arena is frozen.
        let base = unsafe Self.pointer(record.address)
        let count = Int(unsafe base.loadUnaligned(fromByteOffset: 20, as: UInt32.self))
        let start = unsafe (base + Self.recordHeader).assumingMemoryBound(to: UInt8.self)
        let span = unsafe Span<UInt8>(_unsafeStart: start, count: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Whether a record has a second byte string.
    package func hasB(_ record: Record) -> Bool {
        precondition(isFrozen, "the arena may change")
        // SAFETY: as for `a`.
        return unsafe Self.pointer(record.address).loadUnaligned(fromByteOffset: 24, as: UInt32.self) != Self.absent
    }

    /// A record's second byte string, lent; empty when it has none.
    @_lifetime(borrow self)
    package func b(_ record: Record) -> Span<UInt8> {
        precondition(isFrozen, "the arena may change")
        // SAFETY: as for `a`.
        let base = unsafe Self.pointer(record.address)
        let skipped = Int(unsafe base.loadUnaligned(fromByteOffset: 20, as: UInt32.self))
        let stored = unsafe base.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
        let start = unsafe (base + Self.recordHeader + skipped).assumingMemoryBound(to: UInt8.self)
        let span = unsafe Span<UInt8>(_unsafeStart: start, count: stored == Self.absent ? 0 : Int(stored))
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    // MARK: Memory

    /// Gives a list's memory back; the list is empty then.
    package func free(_ list: inout List) {
        precondition(!isFrozen, "the arena is being read")
        var chunk = list.first
        while chunk != 0 {
            // SAFETY: the chunk is live until the next lines free it.
            let base = unsafe Self.pointer(chunk)
            let next = unsafe base.load(as: UInt.self)
            let slab = unsafe base.load(fromByteOffset: 16, as: UInt32.self)
            if slab == Self.ownMemory {
                ownBytes -= Int(unsafe base.load(fromByteOffset: 12, as: UInt32.self))
                ownChunks.remove(chunk)
                unsafe Glibc.free(base)
            } else {
                release(chunk, Int32(bitPattern: slab))
            }
            chunk = next
        }
        list = List()
    }

    /// - Returns: A chunk with at least `size` bytes, its header included, set up as the last of a chain.
    private func allocate(_ size: Int, after list: List) -> UInt {
        var shift = Self.smallestShift
        if list.last != 0 {
            // The next chunk is as large as everything before it, so a list's chunks double.
            while shift < Self.largestShift, 1 << shift <= list.heldBytes { shift += 1 }
        }
        while shift < Self.largestShift, 1 << shift < size { shift += 1 }
        if size > 1 << shift { return ownChunk(size) }
        let sizeClass = shift - Self.smallestShift
        if withFree[sizeClass] < 0 { link(newSlab(shift), sizeClass) }
        let index = withFree[sizeClass]
        let chunk = slabs[Int(index)].firstFree
        // SAFETY: a free chunk's first word links the next free one; the chunk has `1 << shift` bytes.
        let base = unsafe Self.pointer(chunk)
        slabs[Int(index)].firstFree = unsafe base.load(as: UInt.self)
        slabs[Int(index)].freeChunks -= 1
        if slabs[Int(index)].freeChunks == 0 { unlink(index, sizeClass) }
        unsafe Self.setUp(base, capacity: 1 << shift, slab: UInt32(bitPattern: index))
        return chunk
    }

    private func ownChunk(_ size: Int) -> UInt {
        guard let memory = unsafe malloc(size) else { fatalError("no memory for a record of \(size) bytes") }
        ownBytes += size
        unsafe Self.setUp(memory, capacity: size, slab: Self.ownMemory)
        ownChunks.insert(UInt(bitPattern: memory))
        return UInt(bitPattern: memory)
    }

    @unsafe
    private static func setUp(_ chunk: UnsafeMutableRawPointer, capacity: Int, slab: UInt32) {
        unsafe chunk.storeBytes(of: 0, as: UInt.self)
        unsafe chunk.storeBytes(of: UInt32(chunkHeader), toByteOffset: 8, as: UInt32.self)
        unsafe chunk.storeBytes(of: UInt32(capacity), toByteOffset: 12, as: UInt32.self)
        unsafe chunk.storeBytes(of: slab, toByteOffset: 16, as: UInt32.self)
    }

    private func release(_ chunk: UInt, _ index: Int32) {
        let slab = Int(index)
        let sizeClass = slabs[slab].chunkShift - Self.smallestShift
        // SAFETY: the chunk is free from here on, and its first word becomes the link.
        unsafe Self.pointer(chunk).storeBytes(of: slabs[slab].firstFree, as: UInt.self)
        slabs[slab].firstFree = chunk
        slabs[slab].freeChunks += 1
        if slabs[slab].freeChunks == 1 { link(index, sizeClass) }
        if slabs[slab].freeChunks == Self.slabBytes >> slabs[slab].chunkShift {
            unlink(index, sizeClass)
            pool.append(index)
        }
    }

    /// A slab from the pool or the system, cut into free chunks.
    private func newSlab(_ shift: Int) -> Int32 {
        let index: Int32
        if let pooled = pool.popLast() {
            index = pooled
        } else {
            if regionUsed == Self.regionBytes { regions.append(mapRegion()) }
            slabs.append(Slab(base: regions[regions.count - 1] + UInt(regionUsed)))
            regionUsed += Self.slabBytes
            index = Int32(slabs.count - 1)
        }
        let base = slabs[Int(index)].base
        let chunks = Self.slabBytes >> shift
        slabs[Int(index)].chunkShift = shift
        slabs[Int(index)].freeChunks = chunks
        slabs[Int(index)].firstFree = base
        for number in 0..<chunks {
            let chunk = base + (UInt(number) << UInt(shift))
            let next = number + 1 < chunks ? base + (UInt(number + 1) << UInt(shift)) : 0
            // SAFETY: every chunk lies inside the slab.
            unsafe Self.pointer(chunk).storeBytes(of: next, as: UInt.self)
        }
        return index
    }

    /// Address space whose pages come when they are touched, as huge ones where the kernel has them.
    private func mapRegion() -> UInt {
        regionUsed = 0
        let start = unsafe mmap(
            nil, Self.regionBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            fatalError("no address space for \(Self.regionBytes) bytes")
        }
        _ = unsafe madvise(start, Self.regionBytes, 14 /* MADV_HUGEPAGE */)
        return UInt(bitPattern: start)
    }

    private func link(_ index: Int32, _ sizeClass: Int) {
        let head = withFree[sizeClass]
        slabs[Int(index)].previous = -1
        slabs[Int(index)].next = head
        if head >= 0 { slabs[Int(head)].previous = index }
        withFree[sizeClass] = index
    }

    private func unlink(_ index: Int32, _ sizeClass: Int) {
        let (previous, next) = (slabs[Int(index)].previous, slabs[Int(index)].next)
        if previous >= 0 { slabs[Int(previous)].next = next } else { withFree[sizeClass] = next }
        if next >= 0 { slabs[Int(next)].previous = previous }
    }
}

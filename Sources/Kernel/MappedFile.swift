import Glibc

/// A file's bytes in memory, read-only, unmapped when this value goes.
///
/// The file must not shrink while it is mapped: a read past its new end kills the process (SIGBUS).
@safe
package struct MappedFile: ~Copyable, @unchecked Sendable {
    private let base: UnsafePointer<UInt8>
    package let count: Int

    /// Maps the first `count` bytes of `file`.
    package static func map(_ file: borrowing FileDescriptor, count: Int) throws(Errno) -> MappedFile {
        precondition(count >= 0)
        // The kernel refuses to map nothing: an empty file is an anonymous page of which no byte is lent.
        let start =
            count == 0
            ? unsafe mmap(nil, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            : unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else { throw .current }
        _ = unsafe madvise(start, max(count, 1), MADV_SEQUENTIAL)
        return unsafe MappedFile(base: start.assumingMemoryBound(to: UInt8.self), count: count)
    }

    private init(base: UnsafePointer<UInt8>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The mapped bytes, borrowed from this value.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: `base ..< base + count` stays mapped until deinit, and the span cannot outlive `self`.
            let span = unsafe Span(_unsafeStart: base, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    deinit { _ = unsafe munmap(UnsafeMutableRawPointer(mutating: base), max(count, 1)) }
}

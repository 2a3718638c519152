import Glibc

/// An open file, socket or event source, owned: it is closed exactly once.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by. Valid while this value lives.
    package let rawValue: CInt

    /// Takes ownership of a descriptor the kernel just returned.
    package init(adopting rawValue: CInt) {
        precondition(rawValue >= 0, "not a descriptor")
        self.rawValue = rawValue
    }

    /// Writes bytes at the file's position.
    ///
    /// - Returns: How many bytes the kernel took: 1 to `bytes.count`, or 0 when `bytes` is empty.
    /// - Throws: ``Errno/wouldBlock`` when a nonblocking descriptor is full; `ENOSPC`, `EIO` and the rest as they come.
    ///
    /// Source: write(2).
    package borrowing func write(_ bytes: Span<UInt8>) throws(Errno) -> Int {
        // SAFETY: the buffer is valid for this call and the kernel only reads it.
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(Errno) in
            try retryingInterrupts { unsafe Glibc.write(rawValue, buffer.baseAddress, buffer.count) }
        }
    }

    /// Writes all of `bytes` at the file's position.
    ///
    /// - Throws: The kernel's error. How much was written before it is then not known.
    package borrowing func writeAll(_ bytes: Span<UInt8>) throws(Errno) {
        var written = 0
        while written < bytes.count {
            written += try write(bytes.extracting(written..<bytes.count))
        }
    }

    /// Writes all of `bytes` at `offset`; the file's position stays.
    ///
    /// - Throws: The kernel's error. Some prefix of `bytes` may then be in the file.
    ///
    /// Source: pwrite(2).
    package borrowing func writeAll(_ bytes: Span<UInt8>, at offset: Int) throws(Errno) {
        // SAFETY: the buffer is valid for this call and the kernel only reads it.
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(Errno) in
            var written = 0
            while written < buffer.count {
                written += try retryingInterrupts {
                    unsafe Glibc.pwrite(
                        rawValue, buffer.baseAddress! + written, buffer.count - written, off_t(offset + written))
                }
            }
        }
    }

    /// Reads into the free end of `output`, and marks what the kernel wrote as initialized.
    ///
    /// - Returns: How many bytes arrived; 0 means end of file.
    ///
    /// Source: read(2).
    package borrowing func read(into output: inout OutputSpan<UInt8>) throws(Errno) -> Int {
        precondition(!output.isFull, "no room to read into")
        // SAFETY: the kernel writes at most `free` bytes after the initialized prefix, and `count` grows by what it
        // wrote.
        return try unsafe output.withUnsafeMutableBufferPointer { (buffer, count) throws(Errno) in
            let free = buffer.count - count
            let start = unsafe buffer.baseAddress! + count
            let arrived = try retryingInterrupts { unsafe Glibc.read(rawValue, start, free) }
            count += arrived
            return arrived
        }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    ///
    /// Source: pread(2).
    package borrowing func read(count: Int, at offset: Int) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let bytes = [UInt8](capacity: count) { output in
            // SAFETY: pread writes at most `count - filled` bytes behind the filled ones.
            unsafe output.withUnsafeMutableBufferPointer { (buffer, filled) in
                while filled < count {
                    let start = unsafe buffer.baseAddress! + filled
                    do throws(Errno) {
                        let arrived = try retryingInterrupts {
                            unsafe Glibc.pread(rawValue, start, count - filled, off_t(offset + filled))
                        }
                        if arrived == 0 { return }
                        filled += arrived
                    } catch {
                        failure = error
                        return
                    }
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Closes now, to see the error. Letting the value go closes too, silently.
    package consuming func close() throws(Errno) {
        let number = rawValue
        discard self
        if Glibc.close(number) != 0 { throw .current }
    }

    deinit { _ = Glibc.close(rawValue) }
}

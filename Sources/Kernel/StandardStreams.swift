import Glibc

/// The process's standard output and error, borrowed: they are never closed.
package enum StandardStreams {
    /// Writes all of `bytes`; ends the process with status 0 when nobody reads any more.
    package static func writeOutput(_ bytes: Span<UInt8>) { write(bytes, to: 1) }

    package static func writeError(_ bytes: Span<UInt8>) { write(bytes, to: 2) }

    package static var errorIsTerminal: Bool { isatty(2) == 1 }
    package static var outputIsTerminal: Bool { isatty(1) == 1 }

    private static func write(_ bytes: Span<UInt8>, to number: CInt) {
        // SAFETY: the buffer is valid for the call and the kernel only reads it.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var written = 0
            while written < buffer.count {
                let count = unsafe Glibc.write(number, buffer.baseAddress! + written, buffer.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EPIPE {
                    exit(0)
                } else if errno == EAGAIN {
                    var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe poll(&entry, 1, 1000)
                } else if errno != EINTR {
                    if number == 1 {
                        writeError(Array("sluice: writing to standard output: \(Errno.current)\n".utf8).span)
                        exit(1)
                    }
                    return
                }
            }
        }
    }
}

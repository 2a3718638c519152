internal import CLinux
import Glibc

/// An IPv4 or IPv6 address and port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes, network order.
    package let address: [UInt8]
    package let port: UInt16

    package init(address: [UInt8], port: UInt16) {
        precondition(address.count == 4 || address.count == 16)
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `:8080` (every IPv4 address).
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.isEmpty { host = "0.0.0.0" }
        if host == "localhost" { host = "127.0.0.1" }
        if host.hasPrefix("[") && host.hasSuffix("]") {
            var bytes = in6_addr()
            guard unsafe inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &bytes) == 1 else { return nil }
            let array = unsafe withUnsafeBytes(of: &bytes) { unsafe [UInt8]($0) }
            self.init(address: array, port: port)
        } else {
            var bytes = in_addr()
            guard unsafe inet_pton(AF_INET, host, &bytes) == 1 else { return nil }
            let array = unsafe withUnsafeBytes(of: &bytes) { unsafe [UInt8]($0) }
            self.init(address: array, port: port)
        }
    }

    /// The address alone: `127.0.0.1`, `::1`.
    package var host: String {
        var text = [CChar](repeating: 0, count: 64)
        // SAFETY: inet_ntop reads 4 or 16 bytes as the family says, and writes at most 64.
        let ok = unsafe address.withUnsafeBytes { bytes in
            unsafe inet_ntop(address.count == 4 ? AF_INET : AF_INET6, bytes.baseAddress, &text, 64) != nil
        }
        return ok ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "?"
    }

    package var description: String { address.count == 4 ? "\(host):\(port)" : "[\(host)]:\(port)" }

    /// Lends the kernel's form of this address.
    func withKernelForm<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        if address.count == 4 {
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            // SAFETY: four bytes are copied into a four-byte field.
            unsafe withUnsafeMutableBytes(of: &form.sin_addr) { unsafe $0.copyBytes(from: address) }
            return unsafe withUnsafePointer(to: &form) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var form = sockaddr_in6()
        form.sin6_family = sa_family_t(AF_INET6)
        form.sin6_port = port.bigEndian
        // SAFETY: sixteen bytes are copied into a sixteen-byte field.
        unsafe withUnsafeMutableBytes(of: &form.sin6_addr) { unsafe $0.copyBytes(from: address) }
        return unsafe withUnsafePointer(to: &form) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    /// Reads the kernel's form.
    init?(_ storage: sockaddr_storage) {
        let family = CInt(storage.ss_family)
        var storage = storage
        // SAFETY: the family says which form the storage holds; both fit in it.
        let parsed: SocketAddress? = unsafe withUnsafePointer(to: &storage) { pointer in
            switch family {
            case AF_INET:
                return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { form in
                    let bytes = unsafe withUnsafeBytes(of: form.pointee.sin_addr) { unsafe [UInt8]($0) }
                    return unsafe SocketAddress(address: bytes, port: UInt16(bigEndian: form.pointee.sin_port))
                }
            case AF_INET6:
                return unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { form in
                    let bytes = unsafe withUnsafeBytes(of: form.pointee.sin6_addr) { unsafe [UInt8]($0) }
                    return unsafe SocketAddress(address: bytes, port: UInt16(bigEndian: form.pointee.sin6_port))
                }
            default: return nil
            }
        }
        guard let parsed else { return nil }
        self = parsed
    }
}

/// A TCP socket, nonblocking, owned.
package struct Socket: ~Copyable, Sendable {
    package let descriptor: FileDescriptor

    init(descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Opens a listener. Several may share one address (`SO_REUSEPORT`): the kernel spreads connections over them.
    ///
    /// Source: socket(2), bind(2), listen(2).
    package static func listen(on address: SocketAddress, backlog: Int32 = 4096, sharingPort: Bool)
        throws(Errno) -> Socket
    {
        let family = address.address.count == 4 ? AF_INET : AF_INET6
        let number = try retryingInterrupts {
            Glibc.socket(
                family, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        let socket = Socket(descriptor: FileDescriptor(adopting: number))
        try socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        if sharingPort { try socket.set(SOL_SOCKET, SO_REUSEPORT, 1) }
        _ = try retryingInterrupts { unsafe address.withKernelForm { unsafe bind(number, $0, $1) } }
        _ = try retryingInterrupts { Glibc.listen(number, backlog) }
        return socket
    }

    /// Opens a connection; it may still be on its way when this returns (wait for it to become writable).
    ///
    /// Source: connect(2).
    package static func connect(to address: SocketAddress) throws(Errno) -> Socket {
        let family = address.address.count == 4 ? AF_INET : AF_INET6
        let number = try retryingInterrupts {
            Glibc.socket(
                family, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        let socket = Socket(descriptor: FileDescriptor(adopting: number))
        try socket.set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        do throws(Errno) {
            _ = try retryingInterrupts { unsafe address.withKernelForm { unsafe Glibc.connect(number, $0, $1) } }
        } catch where error == .inProgress {}
        return socket
    }

    /// Takes the next waiting connection.
    ///
    /// - Returns: The connection, nonblocking and without Nagle's delay, and who opened it.
    /// - Throws: ``Errno/wouldBlock`` when nobody waits; ``Errno/tooManyOpenFiles``.
    ///
    /// Source: accept4(2).
    package borrowing func accept(peer: inout SocketAddress?) throws(Errno) -> Socket {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: the kernel writes at most `length` bytes into the storage.
        let number = try retryingInterrupts {
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe accept4(
                        descriptor.rawValue, $0, &length,
                        CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
                }
            }
        }
        let socket = Socket(descriptor: FileDescriptor(adopting: number))
        peer = SocketAddress(storage)
        try? socket.set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        return socket
    }

    /// The address this socket is bound to: the port the kernel chose when 0 was asked for.
    package borrowing func localAddress() throws(Errno) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = try retryingInterrupts {
            // SAFETY: the kernel writes at most `length` bytes into the storage.
            unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(descriptor.rawValue, $0, &length)
                }
            }
        }
        guard let address = SocketAddress(storage) else { throw .invalidArgument }
        return address
    }

    /// Sends what the kernel takes now, without SIGPIPE.
    ///
    /// - Returns: How many bytes it took.
    /// - Throws: ``Errno/wouldBlock`` when its buffer is full.
    ///
    /// Source: send(2).
    package borrowing func send(_ bytes: Span<UInt8>) throws(Errno) -> Int {
        // SAFETY: the buffer is valid for this call and the kernel only reads it.
        try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(Errno) in
            try retryingInterrupts {
                unsafe Glibc.send(descriptor.rawValue, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
            }
        }
    }

    /// Receives into the free end of `output`.
    ///
    /// - Returns: How many bytes arrived; 0 when the peer has closed its half.
    /// - Throws: ``Errno/wouldBlock`` when nothing is there.
    ///
    /// Source: recv(2).
    package borrowing func receive(into output: inout OutputSpan<UInt8>) throws(Errno) -> Int {
        precondition(!output.isFull, "no room to receive into")
        // SAFETY: the kernel writes at most `free` bytes after the initialized prefix, and `count` grows by them.
        return try unsafe output.withUnsafeMutableBufferPointer { (buffer, count) throws(Errno) in
            let free = buffer.count - count
            let start = unsafe buffer.baseAddress! + count
            let arrived = try retryingInterrupts { unsafe recv(descriptor.rawValue, start, free, 0) }
            count += arrived
            return arrived
        }
    }

    /// Closes the sending half: the peer reads end of file once it has read everything sent.
    package borrowing func finishSending() { _ = shutdown(descriptor.rawValue, CInt(SHUT_WR)) }

    /// The error of a connection attempt that was on its way; nil when it stands.
    package borrowing func pendingError() -> Errno? {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        // SAFETY: four bytes are written into a local.
        let result = unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, SO_ERROR, &value, &length)
        if result != 0 { return .current }
        return value == 0 ? nil : Errno(value)
    }

    private borrowing func set(_ level: CInt, _ option: CInt, _ value: CInt) throws(Errno) {
        var value = value
        _ = try retryingInterrupts {
            // SAFETY: four bytes are read from a local.
            unsafe setsockopt(descriptor.rawValue, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
        }
    }
}

extension Socket {
    /// Sleeps until bytes, a connection or an end have arrived.
    ///
    /// - Returns: False when the time has passed.
    package borrowing func waitUntilReadable(timeoutMilliseconds: Int32) -> Bool {
        wait(Int16(POLLIN), timeoutMilliseconds)
    }

    /// Sleeps until the kernel takes bytes again.
    package borrowing func waitUntilWritable(timeoutMilliseconds: Int32) -> Bool {
        wait(Int16(POLLOUT), timeoutMilliseconds)
    }

    private borrowing func wait(_ events: Int16, _ timeoutMilliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: events, revents: 0)
        // SAFETY: one entry is passed, and poll writes only its revents.
        return unsafe poll(&entry, 1, timeoutMilliseconds) > 0
    }
}

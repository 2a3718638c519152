internal import CLinux
import Glibc

/// The signals a server obeys.
package enum Signal: Sendable {
    /// SIGTERM or SIGINT: finish and leave.
    case terminate
    /// SIGHUP: read the configuration again.
    case reload
}

/// Turns signals into reads. Make it before any thread is started: threads inherit the mask.
package struct SignalSource: ~Copyable, Sendable {
    package let descriptor: FileDescriptor

    /// Blocks SIGTERM, SIGINT and SIGHUP for the whole process, ignores SIGPIPE, and opens a descriptor that reads
    /// them.
    ///
    /// Source: signalfd(2).
    package static func open() throws(Errno) -> SignalSource {
        var mask = sigset_t()
        _ = unsafe sigemptyset(&mask)
        for signal in [SIGTERM, SIGINT, SIGHUP] { _ = unsafe sigaddset(&mask, signal) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &mask, nil)
        _ = signal(SIGPIPE, SIG_IGN)
        let number = try retryingInterrupts {
            unsafe signalfd(-1, &mask, O_CLOEXEC | O_NONBLOCK)
        }
        return SignalSource(descriptor: FileDescriptor(adopting: number))
    }

    /// Waits for the next signal; nil when `timeoutMilliseconds` (-1: for ever) have passed.
    package borrowing func next(timeoutMilliseconds: Int32 = -1) -> Signal? {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, timeoutMilliseconds) > 0 else { return nil }
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        // SAFETY: the kernel writes one whole record.
        guard unsafe Glibc.read(descriptor.rawValue, &information, size) == size else { return nil }
        return information.ssi_signo == UInt32(SIGHUP) ? .reload : .terminate
    }
}

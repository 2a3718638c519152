import Glibc

extension FileDescriptor {
    /// Whether somebody may be looking on.
    ///
    /// Source: isatty(3).
    package var isTerminal: Bool {
        borrowing get { isatty(rawValue) == 1 }
    }
}

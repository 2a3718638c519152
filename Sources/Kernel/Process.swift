internal import CLinux
import Glibc

/// What the kernel says about this process and its machine.
package enum ProcessFacts {
    /// Cores that this process may run on, at least 1.
    package static var coreCount: Int {
        Int(sluice_core_count())
    }

    /// User and system CPU time used so far, in nanoseconds.
    package static var cpuNanoseconds: Int64 {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = Int64(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        let microseconds = Int64(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        return seconds * 1_000_000_000 + microseconds * 1000
    }

    /// The most memory ever resident, in bytes.
    package static var peakResidentBytes: Int {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }

    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, 255) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Ends the process.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    package static var processID: Int32 { getpid() }

    package static var currentFolder: String {
        guard let path = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Raises the limit of open files to the hard one.
    ///
    /// - Returns: The limit now in force.
    package static func raiseOpenFileLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit.rlim_cur > UInt(Int32.max) ? Int(Int32.max) : Int(limit.rlim_cur)
    }
}

/// Random bytes from the kernel.
package enum Entropy {
    /// Source: getentropy(3).
    package static func random() -> UInt64 {
        var value: UInt64 = 0
        // SAFETY: eight bytes are written into a local; up to 256 bytes never come back short.
        let result = unsafe getentropy(&value, 8)
        precondition(result == 0, "the kernel has no entropy")
        return value
    }
}

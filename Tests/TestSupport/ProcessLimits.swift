import Glibc

/// Limits that make the kernel fail a call. Use them in a process of the test's own (an exit test).
package enum ProcessLimits {
    /// Writes beyond `bytes` fail with EFBIG; nil lifts the limit.
    package static func limitFileSize(bytes: Int?) {
        _ = signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }
}

import Bytes
import Kernel

/// Times as lines show them: RFC 3339, UTC, milliseconds.
enum LogTime {
    static func text(_ time: WallTime) -> String {
        Timestamp.text(microseconds: time.microseconds).prefix(23) + "Z"
    }
}

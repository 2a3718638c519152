/// When an event happened, read from the texts that senders use for it.
///
/// Nothing is guessed: a text without an offset from UTC, a date alone, a number that is no plausible time give nil,
/// and the caller tries the next place.
package enum EventTime {
    /// What the bytes are in the payload.
    package enum Kind: Sendable {
        /// The inside of a JSON string, or a header's value.
        case text
        /// A JSON number.
        case number
    }

    /// Microseconds since 1970, UTC; nil when unsure.
    ///
    /// A number is seconds, milliseconds, microseconds or nanoseconds, by its magnitude; each unit is taken for the years
    /// 1973 to 2286. A text is such a number, or RFC 3339 and its common relatives (a space for the `T`, `+0100`,
    /// ` UTC`, `2013/04/01`), years 1900 to 9999. More than six fraction digits are cut off.
    package static func parse(_ bytes: Span<UInt8>, _ kind: Kind) -> Int64? {
        guard bytes.count >= 9, bytes.count <= 40 else { return nil }
        if let micros = number(bytes) { return micros }
        return kind == .text ? dateAndTime(bytes) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    /// 1*DIGIT [ "." 1*DIGIT ]
    private static func number(_ bytes: Span<UInt8>) -> Int64? {
        var whole: Int64 = 0
        var i = 0
        while i < bytes.count, isDigit(bytes[i]) {
            guard i < 19 else { return nil }
            let (tens, tooMuch) = whole.multipliedReportingOverflow(by: 10)
            let (next, overflow) = tens.addingReportingOverflow(Int64(bytes[i] - 48))
            guard !tooMuch, !overflow else { return nil }
            whole = next
            i += 1
        }
        guard i > 0, bytes[0] != 48 else { return nil }
        guard let power = unitPower(whole) else { return nil }
        var micros = whole
        var scale = power
        while scale < 0 {
            micros /= 10
            scale += 1
        }
        for _ in 0..<max(scale, 0) { micros *= 10 }
        if i == bytes.count { return micros }
        guard bytes[i] == 0x2E, i + 1 < bytes.count else { return nil }
        for k in i + 1..<bytes.count {
            guard isDigit(bytes[k]) else { return nil }
            scale -= 1
            guard scale >= 0 else { continue }
            var digit = Int64(bytes[k] - 48)
            for _ in 0..<scale { digit *= 10 }
            micros += digit
        }
        return micros
    }

    /// The power of ten from the number's unit to microseconds.
    private static func unitPower(_ whole: Int64) -> Int? {
        switch whole {
        case 100_000_000..<10_000_000_000: 6
        case 100_000_000_000..<10_000_000_000_000: 3
        case 100_000_000_000_000..<10_000_000_000_000_000: 0
        case 100_000_000_000_000_000..<Int64.max: -3
        default: nil
        }
    }

    /// date ("T" / "t" / SP) time [SP] offset
    private static func dateAndTime(_ bytes: Span<UInt8>) -> Int64? {
        var text = Cursor(bytes)
        guard let year = text.digits(4), let mark = text.next(), mark == 0x2D || mark == 0x2F,
            let month = text.digits(2), text.next() == mark, let day = text.digits(2),
            let separator = text.next(), separator == 0x54 || separator == 0x74 || separator == 0x20,
            let hour = text.digits(2), text.next() == 0x3A, let minute = text.digits(2)
        else { return nil }
        var second = 0
        var fraction = 0
        if text.take(0x3A) {
            guard let value = text.digits(2) else { return nil }
            second = value
            if text.take(0x2E) || text.take(0x2C) {
                guard let value = text.fraction() else { return nil }
                fraction = value
            }
        }
        guard let offset = text.offset(), text.isAtEnd else { return nil }
        // A leap second counts as the second behind it.
        guard year >= 1900, isDay(year, month, day), hour < 24, minute < 60, second <= 60 else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        return Int64(seconds) * 1_000_000 + Int64(fraction)
    }

    private static func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        guard month >= 1, month <= 12, day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [12 of Int] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1]
    }

    /// Days since 1970-01-01 in the Gregorian calendar (years that start in March, eras of 400 years).
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Reads the parts of a date from the front.
    private struct Cursor {
        private var bytes = [40 of UInt8](repeating: 0)
        private let count: Int
        private var i = 0

        init(_ text: Span<UInt8>) {
            count = min(text.count, bytes.count)
            for k in 0..<count { bytes[k] = text[k] }
        }

        var isAtEnd: Bool { i == count }

        mutating func next() -> UInt8? {
            guard i < count else { return nil }
            i += 1
            return bytes[i - 1]
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard i < count, bytes[i] == byte else { return false }
            i += 1
            return true
        }

        mutating func digits(_ length: Int) -> Int? {
            guard i + length <= count else { return nil }
            var value = 0
            for k in i..<i + length {
                guard EventTime.isDigit(bytes[k]) else { return nil }
                value = value * 10 + Int(bytes[k] - 48)
            }
            i += length
            return value
        }

        /// Microseconds.
        mutating func fraction() -> Int? {
            let start = i
            var value = 0
            while i < count, EventTime.isDigit(bytes[i]) {
                if i - start < 6 { value = value * 10 + Int(bytes[i] - 48) }
                i += 1
            }
            guard i > start else { return nil }
            for _ in 0..<max(6 - (i - start), 0) { value *= 10 }
            return value
        }

        /// Minutes east of UTC: `Z`, `UTC`, `GMT`, `(UTC)`, `+01:00`, `+0100`, `+01`; nil when none of these is there.
        mutating func offset() -> Int? {
            _ = take(0x20)
            guard let first = next() else { return nil }
            switch first {
            case 0x5A, 0x7A: return 0
            case 0x2B, 0x2D:
                guard let hours = digits(2), hours < 24 else { return nil }
                let hasColon = take(0x3A)
                if isAtEnd { return hasColon ? nil : (first == 0x2B ? hours * 60 : -hours * 60) }
                guard let minutes = digits(2), minutes < 60 else { return nil }
                let sum = hours * 60 + minutes
                return first == 0x2B ? sum : -sum
            case 0x28: return next() == 0x55 && next() == 0x54 && next() == 0x43 && next() == 0x29 ? 0 : nil
            case 0x55: return next() == 0x54 && next() == 0x43 ? 0 : nil
            case 0x47: return next() == 0x4D && next() == 0x54 ? 0 : nil
            default: return nil
            }
        }
    }
}

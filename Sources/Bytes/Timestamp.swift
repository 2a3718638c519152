/// Moments as RFC 3339 text, in UTC, to the microsecond. Years 0 to 9999.
package enum Timestamp {
    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
    ///
    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date that lies `days` days after 1970-01-01.
    package static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Appends `2026-11-23T14:00:00.123456Z`: always six digits of fraction, 27 bytes, so that text order is time order.
    package static func append(microseconds: Int64, to output: inout ByteBuffer) {
        var text: [27 of UInt8] = .init(repeating: 48)
        let seconds = Int((microseconds - (microseconds < 0 ? 999_999 : 0)) / 1_000_000)
        let fraction = Int(microseconds) - seconds * 1_000_000
        let days = (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400
        let second = seconds - days * 86_400
        let (year, month, day) = date(days: days)
        func put(_ value: Int, _ digits: Int, _ at: Int) {
            var rest = value
            var position = at + digits - 1
            while position >= at {
                text[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
                position -= 1
            }
        }
        put(max(0, min(9999, year)), 4, 0)
        text[4] = 0x2D
        put(month, 2, 5)
        text[7] = 0x2D
        put(day, 2, 8)
        text[10] = 0x54
        put(second / 3600, 2, 11)
        text[13] = 0x3A
        put(second / 60 % 60, 2, 14)
        text[16] = 0x3A
        put(second % 60, 2, 17)
        text[19] = 0x2E
        put(fraction, 6, 20)
        text[26] = 0x5A
        output.append(text.span)
    }

    package static func text(microseconds: Int64) -> String {
        var buffer = ByteBuffer(capacity: 27)
        append(microseconds: microseconds, to: &buffer)
        return String(decoding: buffer.array, as: UTF8.self)
    }

    /// Reads RFC 3339: `2026-11-23T14:00:00Z`, any fraction (cut to microseconds), any offset, `t`, `z` or a space.
    ///
    /// - Returns: Microseconds since 1970 UTC; nil when the text is anything else. A leap second counts as the next one.
    ///
    /// Source: RFC 3339 section 5.6.
    package static func parse(_ text: Span<UInt8>) -> Int64? {
        func number(_ start: Int, _ digits: Int) -> Int? {
            guard start + digits <= text.count else { return nil }
            var value = 0
            for i in start..<start + digits {
                let digit = Int(text[i]) - 48
                guard digit >= 0 && digit <= 9 else { return nil }
                value = value * 10 + digit
            }
            return value
        }
        guard text.count >= 20, text[4] == 0x2D, text[7] == 0x2D, text[13] == 0x3A, text[16] == 0x3A,
            text[10] == 0x54 || text[10] == 0x74 || text[10] == 0x20,
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), day >= 1, day <= daysInMonth(year, month),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var position = 19
        var fraction = 0
        if text[position] == 0x2E {
            position += 1
            var digits = 0
            while position < text.count, case let digit = Int(text[position]) - 48, digit >= 0 && digit <= 9 {
                if digits < 6 { fraction = fraction * 10 + digit }
                digits += 1
                position += 1
            }
            if digits == 0 { return nil }
            while digits < 6 {
                fraction *= 10
                digits += 1
            }
        }
        guard position < text.count else { return nil }
        var offsetSeconds = 0
        switch text[position] {
        case 0x5A, 0x7A: position += 1
        case 0x2B, 0x2D:
            guard position + 6 <= text.count, text[position + 3] == 0x3A,
                let hours = number(position + 1, 2), let minutes = number(position + 4, 2), hours < 24, minutes < 60
            else { return nil }
            offsetSeconds = (hours * 60 + minutes) * (text[position] == 0x2D ? -60 : 60)
            position += 6
        default: return nil
        }
        guard position == text.count else { return nil }
        let seconds = days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        return Int64(seconds - offsetSeconds) * 1_000_000 + Int64(fraction)
    }

    package static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

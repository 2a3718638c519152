/// A length of time, written as `"250ms"`, `"60s"`, `"1h30m"`, `"7d"`.
package struct TimeSpan: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 0 to 100 years.
    package let nanoseconds: Int64

    /// What is accepted at most: 100 years. Sums of accepted lengths cannot overflow.
    package static let longest: Int64 = 36_525 * 86_400 * 1_000_000_000

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package static let zero = TimeSpan(nanoseconds: 0)
    package static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000_000) }
    package static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000_000_000) }
    package static func hours(_ count: Int64) -> TimeSpan { .seconds(count * 3600) }
    package static func days(_ count: Int64) -> TimeSpan { .seconds(count * 86_400) }

    package static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.nanoseconds < b.nanoseconds }

    package var duration: Duration { .nanoseconds(nanoseconds) }

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Reads one or more numbers with units; the last number may have a fraction ("1.5s").
    package init?(_ text: String) {
        var rest = text[...]
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count).drop { $0 == " " }
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count).drop { $0 == " " }
            let name = letters == "µs" || letters == "μs" ? "us" : String(letters)
            guard let unit = Self.units.first(where: { $0.name == name })?.nanoseconds,
                let part = Self.part(digits, unit)
            else { return nil }
            total += part
            guard total <= Self.longest else { return nil }
        }
        nanoseconds = total
    }

    private static func part(_ digits: Substring, _ unit: Int64) -> Int64? {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int64(parts[0]) else { return nil }
        let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow, nanoseconds <= longest else { return nil }
        guard parts.count == 2 else { return nanoseconds }
        guard (1...4).contains(parts[1].count), let fraction = Int64(parts[1]) else { return nil }
        let scale = (0..<parts[1].count).reduce(1 as Int64) { scale, _ in scale * 10 }
        return nanoseconds + fraction * unit / scale
    }

    /// The largest unit that is exact, except that seconds up to two minutes stay seconds: "60s", "24h", "7d".
    package var description: String {
        if nanoseconds == 0 { return "0s" }
        let unit = Self.units.first { unit in
            nanoseconds % unit.nanoseconds == 0 && nanoseconds / unit.nanoseconds >= (unit.name == "s" ? 1 : 2)
        } ?? Self.units.first { nanoseconds % $0.nanoseconds == 0 } ?? ("ns", 1)
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }
}

extension TimeSpan: Setting {
    static var expected: String { "a duration such as \"250ms\", \"60s\", \"24h\" or \"7d\"" }

    static func parse(_ node: JSON5Node) throws(Complaint) -> TimeSpan {
        switch node.value {
        case .string(let text):
            guard let span = TimeSpan(text) else {
                throw Complaint("expects \(expected), found \"\(text)\"; units are ns, us, ms, s, m, h, d")
            }
            return span
        case .integer(let number):
            throw Complaint("a duration needs a unit, for example \"\(number)s\" or \"\(number)ms\"")
        default: throw Complaint()
        }
    }

    var shown: Shown { .string(description) }
}

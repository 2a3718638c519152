/// A size in bytes, written as `"64MiB"`, `"1GB"`, `"512"` or a plain number.
package struct ByteCount: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 0 to 2^60.
    package let bytes: Int

    /// What is accepted at most: 1 EiB. Sums and small multiples of accepted sizes cannot overflow.
    package static let largest = 1 << 60

    package init(bytes: Int) { self.bytes = bytes }
    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

    package static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }

    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
    ]

    /// Reads a size; letters may be of either case, and a fraction must make whole bytes ("1.5MiB").
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let unit = name.isEmpty ? 1 : Self.units.first(where: { $0.name.lowercased() == name })?.bytes else {
            return nil
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int(parts[0]) else { return nil }
        var (bytes, overflow) = whole.multipliedReportingOverflow(by: unit)
        if parts.count == 2 {
            guard (1...6).contains(parts[1].count), let fraction = Int(parts[1]) else { return nil }
            let scale = (0..<parts[1].count).reduce(1) { scale, _ in scale * 10 }
            let (scaled, tooLarge) = fraction.multipliedReportingOverflow(by: unit)
            guard !tooLarge, scaled % scale == 0 else { return nil }
            bytes &+= scaled / scale
        }
        guard !overflow, bytes >= 0, bytes <= Self.largest else { return nil }
        self.bytes = bytes
    }

    /// The shortest exact form: "64MiB", "1500kB", "17B".
    package var description: String {
        let unit = Self.units.first { bytes >= $0.bytes && bytes % $0.bytes == 0 } ?? ("B", 1)
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}

extension ByteCount: Setting {
    static var expected: String { "a size such as \"64MiB\"" }

    static func parse(_ node: JSON5Node) throws(Complaint) -> ByteCount {
        switch node.value {
        case .integer(let number):
            guard (0...largest).contains(number) else { throw Complaint("a size is from 0 to 1024TiB") }
            return ByteCount(bytes: number)
        case .string(let text):
            guard let count = ByteCount(text) else {
                throw Complaint(
                    "expects \(expected), found \"\(text)\"; units are B, kB, KiB, MB, MiB, GB, GiB, TB, TiB")
            }
            return count
        default: throw Complaint()
        }
    }

    var shown: Shown { .string(description) }
}

/// A value's place in the scanned bytes.
package struct JSONValue: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        case string, integer, number, `true`, `false`, null, object, array
    }

    /// An integer is a number without point and exponent.
    package let kind: Kind
    /// Whether a string holds a backslash: its bytes are not yet its text.
    package let hasEscapes: Bool
    /// Where it starts; a string's first byte behind the quote.
    package let offset: Int
    /// Its length in bytes; a string's without the quotes.
    package internal(set) var count: Int

    package init(kind: Kind, hasEscapes: Bool = false, offset: Int, count: Int) {
        self.kind = kind
        self.hasEscapes = hasEscapes
        self.offset = offset
        self.count = count
    }

    package var range: Range<Int> { offset..<offset + count }
    package var isNumber: Bool { kind == .integer || kind == .number }
}

/// What one scan found; made once and used again for every scan.
package struct JSONFound: Sendable {
    /// What the whole value is.
    package internal(set) var kind = JSONValue.Kind.null
    /// Where the value starts, behind leading white space.
    package internal(set) var start = 0
    /// Where it ends.
    package internal(set) var end = 0
    /// Whether a CR or LF stands between the value's tokens; they may be replaced by spaces without changing it.
    package internal(set) var hasLineBreaks = false

    /// One bit for each path with a value; ``JSONPaths/limit`` is 64.
    private var present: UInt64 = 0
    private var values: [JSONValue] = []

    package init() {}

    /// The value at the pointer of that position, its first occurrence, or nil.
    package subscript(_ path: Int) -> JSONValue? { present >> UInt64(path) & 1 != 0 ? values[path] : nil }

    /// The paths in `range` that have a value, as a set of bits.
    package func bits(in range: Range<Int>) -> UInt64 {
        let low: UInt64 = range.upperBound >= 64 ? .max : (1 << UInt64(range.upperBound)) - 1
        return range.isEmpty ? 0 : present & low & (.max << UInt64(range.lowerBound))
    }

    mutating func reset(_ count: Int) {
        hasLineBreaks = false
        present = 0
        if values.count < count {
            let nothing = JSONValue(kind: .null, offset: 0, count: 0)
            values.append(contentsOf: repeatElement(nothing, count: count - values.count))
        }
    }

    mutating func store(_ value: JSONValue, at path: Int) {
        let bit: UInt64 = 1 << UInt64(path)
        if present & bit != 0 { return }
        present |= bit
        values[path] = value
    }

    /// Gives a stored array or object its length.
    mutating func close(_ path: Int, at end: Int) {
        if present >> UInt64(path) & 1 != 0 { values[path].count = end - values[path].offset }
    }

    mutating func copy(_ original: Int, to copy: Int) {
        guard let value = self[original] else { return }
        values[copy] = value
        present |= 1 << UInt64(copy)
    }
}

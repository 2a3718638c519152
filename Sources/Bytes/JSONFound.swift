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

    private(set) var values: [JSONValue?] = []

    package init() {}

    /// The value at the pointer of that position, its first occurrence, or nil.
    package subscript(_ path: Int) -> JSONValue? { values[path] }

    mutating func reset(_ count: Int) {
        hasLineBreaks = false
        if values.count == count {
            for i in 0..<count { values[i] = nil }
        } else {
            values.removeAll(keepingCapacity: true)
            values.append(contentsOf: repeatElement(nil, count: count))
        }
    }

    mutating func store(_ value: JSONValue, at path: Int) {
        if values[path] == nil { values[path] = value }
    }

    /// Gives a stored array or object its length.
    mutating func close(_ path: Int, at end: Int) {
        if let value = values[path] { values[path]?.count = end - value.offset }
    }

    mutating func copy(_ original: Int, to copy: Int) { values[copy] = values[original] }
}

/// A value of a JSON5 text, with where it stands.
package struct JSON5Node: Sendable {
    package indirect enum Value: Sendable {
        case null
        case flag(Bool)
        case integer(Int)
        case number(Double)
        case string(String)
        case list([JSON5Node])
        case object([JSON5Member])
    }

    package var value: Value
    /// Where it begins.
    package var origin: Origin
    /// The characters it was given as on the command line, where quotation marks are a nuisance; else nil.
    package var rawText: String?

    package init(_ value: Value, at origin: Origin, rawText: String? = nil) {
        self.value = value
        self.origin = origin
        self.rawText = rawText
    }

    /// What a person calls it: "a string", "an object".
    package var kindName: String {
        switch value {
        case .null: "null"
        case .flag: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// A key of an object and its value.
package struct JSON5Member: Sendable {
    package var key: String
    /// Where the key begins.
    package var origin: Origin
    package var node: JSON5Node

    package init(key: String, origin: Origin, node: JSON5Node) {
        self.key = key
        self.origin = origin
        self.node = node
    }
}

/// Where a key or a value was written.
package enum Origin: Sendable, Hashable {
    /// A byte of the file.
    case file(offset: Int)
    /// A `--set` of the command line, as it was given.
    case override(String)
}

/// A line and a column, both from 1; a column is a Unicode scalar.
package struct TextPosition: Sendable, Hashable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The position of a byte.
    package init(of offset: Int, in text: [UInt8]) {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }

    package var description: String { "\(line):\(column)" }
}

/// Reads JSON5 into a tree that remembers where everything stood.
///
/// Accepts every JSON text, and comments, unquoted keys, single quotes, trailing commas, hexadecimal numbers, signs,
/// leading and trailing points, line continuations. A key that comes twice is an error, because one of the two would
/// silently not count. Nesting is limited to 100.
///
/// Source: JSON5 1.0.0.
package struct JSON5Parser {
    let bytes: [UInt8]
    var offset = 0
    private var depth = 0

    /// Where reading stopped, and why.
    package struct Failure: Error, Equatable {
        /// A byte of the text.
        package let offset: Int
        package let message: String
    }

    static let maximumDepth = 100

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a whole text. A text of nothing but white space and comments is an empty object.
    package static func parse(_ bytes: [UInt8]) throws(Failure) -> JSON5Node {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure(offset: 0, message: "the text is not UTF-8")
        }
        var parser = JSON5Parser(bytes)
        try parser.skipBlank()
        if parser.offset == bytes.count { return JSON5Node(.object([]), at: .file(offset: 0)) }
        let node = try parser.value()
        try parser.skipBlank()
        if parser.offset < bytes.count { throw parser.failure("nothing may follow the value") }
        return node
    }

    func failure(_ message: String, at position: Int? = nil) -> Failure {
        Failure(offset: position ?? offset, message: message)
    }

    /// The byte at the position, or 0 at the end (no value begins with 0).
    var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    func byte(after distance: Int) -> UInt8 { offset + distance < bytes.count ? bytes[offset + distance] : 0 }

    private mutating func value() throws(Failure) -> JSON5Node {
        let start = offset
        let value: JSON5Node.Value
        switch current {
        case UInt8(ascii: "{"): value = .object(try nested { (p) throws(Failure) in try p.members() })
        case UInt8(ascii: "["): value = .list(try nested { (p) throws(Failure) in try p.elements() })
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .string(try string())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            value = try number()
        default:
            guard offset < bytes.count else { throw failure("the text ends where a value was expected") }
            value = try word()
        }
        return JSON5Node(value, at: .file(offset: start))
    }

    private mutating func nested<T>(_ body: (inout JSON5Parser) throws(Failure) -> T) throws(Failure) -> T {
        depth += 1
        if depth > Self.maximumDepth { throw failure("values are nested more than \(Self.maximumDepth) deep") }
        offset += 1
        let result = try body(&self)
        depth -= 1
        return result
    }

    /// The value that a bare word stands for.
    private mutating func word() throws(Failure) -> JSON5Node.Value {
        let start = offset
        guard let name = try identifier() else { throw failure("a value was expected") }
        switch name {
        case "null": return .null
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "Infinity": return .number(.infinity)
        case "NaN": return .number(.nan)
        default: throw failure("'\(name)' is no value; a string needs quotation marks", at: start)
        }
    }

    private mutating func members() throws(Failure) -> [JSON5Member] {
        var members: [JSON5Member] = []
        var seen: Set<String> = []
        while true {
            try skipBlank()
            if current == UInt8(ascii: "}") { break }
            let start = offset
            let key: String
            if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") {
                key = try string()
            } else if offset < bytes.count, let name = try identifier() {
                key = name
            } else {
                throw failure(offset < bytes.count ? "a key or '}' was expected" : "an object is not closed")
            }
            guard seen.insert(key).inserted else { throw failure("the key '\(key)' comes twice", at: start) }
            try skipBlank()
            guard current == UInt8(ascii: ":") else { throw failure("':' was expected behind the key '\(key)'") }
            offset += 1
            try skipBlank()
            members.append(JSON5Member(key: key, origin: .file(offset: start), node: try value()))
            try skipBlank()
            if current == UInt8(ascii: ",") { offset += 1 } else { break }
        }
        guard current == UInt8(ascii: "}") else {
            throw failure(offset < bytes.count ? "',' or '}' was expected" : "an object is not closed")
        }
        offset += 1
        return members
    }

    private mutating func elements() throws(Failure) -> [JSON5Node] {
        var elements: [JSON5Node] = []
        while true {
            try skipBlank()
            if current == UInt8(ascii: "]") { break }
            elements.append(try value())
            try skipBlank()
            if current == UInt8(ascii: ",") { offset += 1 } else { break }
        }
        guard current == UInt8(ascii: "]") else {
            throw failure(offset < bytes.count ? "',' or ']' was expected" : "a list is not closed")
        }
        offset += 1
        return elements
    }
}

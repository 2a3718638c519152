import Bytes

/// A small JSON tree, for records alone: integers, strings, arrays, objects, at most 16 deep.
indirect enum RecordJSON {
    case null
    case bool(Bool)
    case integer(Int64)
    case string([UInt8])
    case array([RecordJSON])
    case object([String: RecordJSON])

    /// Reads one value; nil when `bytes` is anything else.
    static func parse(_ bytes: [UInt8]) -> RecordJSON? {
        var parser = Parser(bytes)
        guard let value = parser.value(depth: 0) else { return nil }
        parser.skipSpace()
        return parser.isAtEnd ? value : nil
    }

    subscript(_ name: String) -> RecordJSON? {
        if case .object(let members) = self { return members[name] }
        return nil
    }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var bytes: [UInt8]? { if case .string(let value) = self { value } else { nil } }
    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    var array: [RecordJSON]? { if case .array(let value) = self { value } else { nil } }

    /// A cursor over the record's bytes.
    private struct Parser {
        private let bytes: [UInt8]
        private var position = 0
        private static let depthLimit = 16

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func skipSpace() {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        private mutating func take(word: StaticString) -> Bool {
            guard ByteSearch.matches(word, in: bytes.span, at: position) else { return false }
            position += word.utf8CodeUnitCount
            return true
        }

        mutating func value(depth: Int) -> RecordJSON? {
            skipSpace()
            guard depth < Self.depthLimit, position < bytes.count else { return nil }
            switch bytes[position] {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
            default: return integer()
            }
        }

        private mutating func integer() -> RecordJSON? {
            let start = position
            if bytes[position] == UInt8(ascii: "-") { position += 1 }
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
            return Int64(String(decoding: bytes[start..<position], as: UTF8.self)).map { .integer($0) }
        }

        private mutating func string() -> [UInt8]? {
            guard take(UInt8(ascii: "\"")) else { return nil }
            let start = position
            var escaped = false
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                if bytes[position] == UInt8(ascii: "\\") {
                    escaped = true
                    position += 1
                }
                position += 1
            }
            guard position < bytes.count else { return nil }
            position += 1
            if !escaped { return Array(bytes[start..<position - 1]) }
            var plain = ByteBuffer()
            JSONText.unescape(bytes.span.extracting(start..<position - 1), into: &plain)
            return plain.array
        }

        private mutating func array(_ depth: Int) -> RecordJSON? {
            position += 1
            var items: [RecordJSON] = []
            if take(UInt8(ascii: "]")) { return .array([]) }
            while let item = value(depth: depth + 1) {
                items.append(item)
                if take(UInt8(ascii: "]")) { return .array(items) }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
            return nil
        }

        private mutating func object(_ depth: Int) -> RecordJSON? {
            position += 1
            var members: [String: RecordJSON] = [:]
            if take(UInt8(ascii: "}")) { return .object([:]) }
            while true {
                skipSpace()
                guard let name = string(), take(UInt8(ascii: ":")), let item = value(depth: depth + 1) else {
                    return nil
                }
                members[String(decoding: name, as: UTF8.self)] = item
                if take(UInt8(ascii: "}")) { return .object(members) }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }
    }
}

package import Bytes

/// The types of Thrift's compact protocol. Source: thrift-compact-protocol.md, "Struct encoding".
package enum ThriftType: UInt8 {
    case yes = 1
    case no = 2
    case byte = 3
    case i16 = 4
    case i32 = 5
    case i64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
}

/// Writes Thrift's compact protocol. Fields must be written in rising order of their numbers.
package struct ThriftWriter: ~Copyable {
    package private(set) var bytes = ByteBuffer()
    private var lastField: Int16 = 0
    private var outer: [Int16] = []

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll()
        lastField = 0
        outer.removeAll(keepingCapacity: true)
    }

    /// Opens a structure: the value of the field or list element just announced.
    package mutating func begin() {
        outer.append(lastField)
        lastField = 0
    }

    package mutating func end() {
        bytes.append(0)
        lastField = outer.removeLast()
    }

    package mutating func field(_ number: Int16, _ type: ThriftType) {
        let step = number - lastField
        precondition(step > 0, "fields are written in rising order")
        if step <= 15 {
            bytes.append(UInt8(step) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            bytes.append(zigzag: Int64(number))
        }
        lastField = number
    }

    package mutating func structure(_ number: Int16) {
        field(number, .structure)
        begin()
    }

    package mutating func bool(_ number: Int16, _ value: Bool) { field(number, value ? .yes : .no) }

    package mutating func i16(_ number: Int16, _ value: Int16) {
        field(number, .i16)
        bytes.append(zigzag: Int64(value))
    }

    package mutating func i32(_ number: Int16, _ value: Int32) {
        field(number, .i32)
        bytes.append(zigzag: Int64(value))
    }

    package mutating func i64(_ number: Int16, _ value: Int) {
        field(number, .i64)
        bytes.append(zigzag: Int64(value))
    }

    package mutating func binary(_ number: Int16, _ value: Span<UInt8>) {
        field(number, .binary)
        binary(value)
    }

    package mutating func text(_ number: Int16, _ value: String) {
        field(number, .binary)
        text(value)
    }

    package mutating func list(_ number: Int16, of type: ThriftType, count: Int) {
        field(number, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            bytes.append(varint: UInt64(count))
        }
    }

    /// A list element; so are the next four.
    package mutating func binary(_ value: Span<UInt8>) {
        bytes.append(varint: UInt64(value.count))
        bytes.append(value)
    }

    package mutating func text(_ value: String) {
        let utf8 = value.utf8Span
        binary(utf8.span)
    }

    package mutating func i32(_ value: Int32) { bytes.append(zigzag: Int64(value)) }
    package mutating func i64(_ value: Int) { bytes.append(zigzag: Int64(value)) }
    package mutating func bool(_ value: Bool) { bytes.append(value ? ThriftType.yes.rawValue : ThriftType.no.rawValue) }
}

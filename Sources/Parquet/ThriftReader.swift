/// Why Thrift could not be read: the bytes ended (there may be more of them elsewhere), or they mean nothing.
package enum ThriftFault: Error { case ended, invalid }

/// Reads Thrift's compact protocol; the caller asks for field after field and skips what it does not know.
///
/// Every element of a list takes at least a byte, so no count is believed beyond the bytes that are left; nesting is
/// bounded. Source: thrift-compact-protocol.md.
package struct ThriftReader {
    package struct Field {
        package let number: Int16
        package let type: ThriftType
    }

    /// Where a structure's fields are read from; they are numbered by difference.
    package struct Cursor {
        fileprivate var last: Int16 = 0
        package init() {}
    }

    private let bytes: [UInt8]
    package private(set) var offset = 0
    private static let deepest = 32

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next field of a structure; nil at its end.
    package mutating func next(_ cursor: inout Cursor) throws(ThriftFault) -> Field? {
        let head = try byte()
        if head == 0 { return nil }
        guard let type = ThriftType(rawValue: head & 0x0F) else { throw .invalid }
        let step = Int64(head >> 4)
        let number = step == 0 ? try zigzag() : Int64(cursor.last) + step
        guard let field = Int16(exactly: number) else { throw .invalid }
        cursor.last = field
        return Field(number: field, type: type)
    }

    package mutating func bool(_ field: Field) throws(ThriftFault) -> Bool {
        switch field.type {
        case .yes: return true
        case .no: return false
        default: throw .invalid
        }
    }

    /// An integer of any width that fits 32 bits.
    package mutating func int32(_ field: Field) throws(ThriftFault) -> Int32 {
        guard let value = Int32(exactly: try int(field)) else { throw .invalid }
        return value
    }

    package mutating func int(_ field: Field) throws(ThriftFault) -> Int {
        switch field.type {
        case .byte: return Int(Int8(bitPattern: try byte()))
        case .i16, .i32, .i64: return Int(try zigzag())
        default: throw .invalid
        }
    }

    /// An integer that counts or places something, so is not negative.
    package mutating func count(_ field: Field) throws(ThriftFault) -> Int {
        let value = try int(field)
        guard value >= 0 else { throw .invalid }
        return value
    }

    package mutating func binary(_ field: Field) throws(ThriftFault) -> [UInt8] {
        guard field.type == .binary else { throw .invalid }
        return try binary()
    }

    /// Text as it was meant: bytes that are not UTF-8 are replaced.
    package mutating func text(_ field: Field) throws(ThriftFault) -> String {
        String(decoding: try binary(field), as: UTF8.self)
    }

    /// Reads a list's elements one by one.
    package mutating func list(
        _ field: Field, of types: ThriftType..., element: (inout ThriftReader) throws(ThriftFault) -> Void
    ) throws(ThriftFault) {
        guard field.type == .list || field.type == .set else { throw .invalid }
        let (type, count) = try listHeader()
        guard count == 0 || types.contains(type) else { throw .invalid }
        for _ in 0..<count { try element(&self) }
    }

    /// List elements.
    package mutating func binary() throws(ThriftFault) -> [UInt8] {
        let count = try varint()
        guard count <= UInt64(bytes.count - offset) else { throw .ended }
        defer { offset += Int(count) }
        return Array(bytes[offset..<offset + Int(count)])
    }

    package mutating func int() throws(ThriftFault) -> Int { Int(try zigzag()) }
    package mutating func bool() throws(ThriftFault) -> Bool { try byte() == ThriftType.yes.rawValue }

    package mutating func skip(_ field: Field) throws(ThriftFault) { try skip(field.type, depth: 0, isElement: false) }

    private mutating func skip(_ type: ThriftType, depth: Int, isElement: Bool) throws(ThriftFault) {
        guard depth < Self.deepest else { throw .invalid }
        switch type {
        case .yes, .no: if isElement { _ = try byte() }
        case .byte: _ = try byte()
        case .i16, .i32, .i64: _ = try varint()
        case .double: try advance(8)
        case .binary:
            let count = try varint()
            guard count <= UInt64(bytes.count - offset) else { throw .ended }
            offset += Int(count)
        case .list, .set:
            let (element, count) = try listHeader()
            for _ in 0..<count { try skip(element, depth: depth + 1, isElement: true) }
        case .map: try skipMap(depth)
        case .structure:
            var cursor = Cursor()
            while let field = try next(&cursor) { try skip(field.type, depth: depth + 1, isElement: false) }
        }
    }

    private mutating func skipMap(_ depth: Int) throws(ThriftFault) {
        let count = try varint()
        if count == 0 { return }
        guard count <= UInt64(bytes.count - offset) else { throw .ended }
        let types = try byte()
        guard let key = ThriftType(rawValue: types >> 4), let value = ThriftType(rawValue: types & 15) else {
            throw .invalid
        }
        for _ in 0..<count {
            try skip(key, depth: depth + 1, isElement: true)
            try skip(value, depth: depth + 1, isElement: true)
        }
    }

    private mutating func listHeader() throws(ThriftFault) -> (ThriftType, Int) {
        let head = try byte()
        guard let type = ThriftType(rawValue: head & 0x0F) else { throw .invalid }
        let count = head >> 4 == 15 ? try varint() : UInt64(head >> 4)
        guard count <= UInt64(bytes.count - offset) else { throw .ended }
        return (type, Int(count))
    }

    private mutating func advance(_ count: Int) throws(ThriftFault) {
        guard count <= bytes.count - offset else { throw .ended }
        offset += count
    }

    private mutating func byte() throws(ThriftFault) -> UInt8 {
        guard offset < bytes.count else { throw .ended }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func varint() throws(ThriftFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 {
                guard shift < 63 || next <= 1 else { throw .invalid }
                return value
            }
            shift += 7
        }
        throw .invalid
    }

    private mutating func zigzag() throws(ThriftFault) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

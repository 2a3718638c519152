/// White space, comments and names.
extension JSON5Parser {
    /// The scalar at the position and its length in bytes. The text is valid UTF-8.
    func scalar() -> (Unicode.Scalar, length: Int)? {
        guard offset < bytes.count else { return nil }
        let length =
            switch bytes[offset] {
            case 0..<0x80: 1
            case 0x80..<0xE0: 2
            case 0xE0..<0xF0: 3
            default: 4
            }
        guard offset + length <= bytes.count,
            let scalar = String(decoding: bytes[offset..<offset + length], as: UTF8.self).unicodeScalars.first
        else { return nil }
        return (scalar, length)
    }

    mutating func skipBlank() throws(Failure) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x09...0x0D, 0x20: offset += 1
            case UInt8(ascii: "/"): try skipComment()
            case 0x80...:
                guard let (scalar, length) = scalar(),
                    scalar == "\u{FEFF}" || scalar == "\u{2028}" || scalar == "\u{2029}"
                        || scalar.properties.generalCategory == .spaceSeparator
                else { return }
                offset += length
            default: return
            }
        }
    }

    private mutating func skipComment() throws(Failure) {
        let start = offset
        switch byte(after: 1) {
        case UInt8(ascii: "/"):
            while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D {
                if let (scalar, _) = bytes[offset] < 0x80 ? nil : scalar(),
                    scalar == "\u{2028}" || scalar == "\u{2029}" { return }
                offset += 1
            }
        case UInt8(ascii: "*"):
            offset += 2
            while !(current == UInt8(ascii: "*") && byte(after: 1) == UInt8(ascii: "/")) {
                guard offset < bytes.count else { throw failure("a comment is not closed", at: start) }
                offset += 1
            }
            offset += 2
        default: throw failure("'/' begins no value and no comment")
        }
    }

    /// A name as ECMAScript has them, or nil where none begins.
    mutating func identifier() throws(Failure) -> String? {
        var name = ""
        while let (found, length) = scalar() {
            var scalar = found
            let start = offset
            if scalar == "\\" {
                guard byte(after: 1) == UInt8(ascii: "u") else { throw failure("a name may only hold \\u escapes") }
                offset += 2
                guard let escaped = Unicode.Scalar(try hexadecimal(4)) else {
                    throw failure("no character has this number", at: start)
                }
                scalar = escaped
            } else {
                offset += length
            }
            guard Self.isInName(scalar, first: name.isEmpty) else {
                if found == "\\" { throw failure("this character cannot stand in a name", at: start) }
                offset = start
                break
            }
            name.unicodeScalars.append(scalar)
        }
        return name.isEmpty ? nil : name
    }

    private static func isInName(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        if scalar == "$" || scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return !first
        default: return !first && (scalar == "\u{200C}" || scalar == "\u{200D}")
        }
    }

    /// The number that the next `count` hexadecimal digits make.
    mutating func hexadecimal(_ count: Int) throws(Failure) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<count {
            guard let digit = Self.hexadecimalDigit(current) else {
                throw failure("\(count) hexadecimal digits were expected")
            }
            number = number << 4 | UInt32(digit)
            offset += 1
        }
        return number
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

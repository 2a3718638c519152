/// The character classes of RFC 9110 section 5.6 and RFC 3986 section 2, as bit sets of ASCII.
enum Characters {
    /// tchar: what names of fields and methods are made of.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        // ! # $ % & ' * + - . 0-9, and A-Z ^ _ ` a-z | ~
        has(byte, 0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE)
    }

    /// What an authority may hold between its brackets and colons: unreserved, sub-delims, percent.
    @inline(__always)
    static func isRegName(_ byte: UInt8) -> Bool {
        // ! $ % & ' ( ) * + , - . 0-9 ; =, and A-Z _ a-z ~
        has(byte, 0x2BFF_7FF2_0000_0000, 0x47FF_FFFE_87FF_FFFE)
    }

    /// What a request target may hold: visible ASCII without `"`, `#`, `<` and `>`.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        has(byte, 0xAFFF_FFF2_0000_0000, 0x7FFF_FFFF_FFFF_FFFF)
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hex(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }

    @inline(__always)
    private static func has(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 != 0 }
        return byte < 128 && high >> UInt64(byte &- 64) & 1 != 0
    }
}

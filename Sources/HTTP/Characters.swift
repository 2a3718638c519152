import Bytes

/// The character classes of RFC 9110 section 5.6 and RFC 3986 section 2, as bit sets of ASCII.
enum Characters {
    /// tchar, what names of fields and methods are made of: ! # $ % & ' * + - . 0-9, and A-Z ^ _ ` a-z | ~
    static var token: ASCIISet { ASCIISet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// What an authority may hold between its brackets and colons, unreserved, sub-delims and percent:
    /// ! $ % & ' ( ) * + , - . 0-9 ; =, and A-Z _ a-z ~
    static var regName: ASCIISet { ASCIISet(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    /// What a request target may hold: visible ASCII without `"`, `#`, `<` and `>`.
    static var target: ASCIISet { ASCIISet(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }

    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool { token.contains(byte) }

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
}

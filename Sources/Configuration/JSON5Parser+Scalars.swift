/// Strings and numbers.
extension JSON5Parser {
    mutating func string() throws(Failure) -> String {
        let start = offset
        let quote = current
        offset += 1
        var result: [UInt8] = []
        while true {
            guard offset < bytes.count else { throw failure("a string is not closed", at: start) }
            let byte = bytes[offset]
            switch byte {
            case quote:
                offset += 1
                return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(into: &result)
            case 0x0A, 0x0D:
                throw failure("a string is not closed on its line", at: start)
            default:
                result.append(byte)
                offset += 1
            }
        }
    }

    /// What stands behind a backslash.
    private mutating func escape(into result: inout [UInt8]) throws(Failure) {
        let start = offset - 1
        guard let (scalar, length) = scalar() else { throw failure("a string is not closed", at: start) }
        offset += length
        switch scalar {
        case "n": result.append(0x0A)
        case "t": result.append(0x09)
        case "r": result.append(0x0D)
        case "b": result.append(0x08)
        case "f": result.append(0x0C)
        case "v": result.append(0x0B)
        case "0":
            if case UInt8(ascii: "0")...UInt8(ascii: "9") = current {
                throw failure("there are no octal escapes", at: start)
            }
            result.append(0)
        case "1"..."9": throw failure("there are no octal escapes", at: start)
        case "x": result.append(contentsOf: String(Unicode.Scalar(UInt8(try hexadecimal(2)))).utf8)
        case "u": result.append(contentsOf: String(try unicodeEscape(from: start)).utf8)
        // A line continuation stands for nothing.
        case "\r": if current == 0x0A { offset += 1 }
        case "\n", "\u{2028}", "\u{2029}": break
        default: result.append(contentsOf: String(scalar).utf8)
        }
    }

    /// The character of `\uXXXX`, or of a pair of them.
    private mutating func unicodeEscape(from start: Int) throws(Failure) -> Unicode.Scalar {
        let high = try hexadecimal(4)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, current == UInt8(ascii: "\\"), byte(after: 1) == UInt8(ascii: "u") else {
            throw failure("half of a surrogate pair", at: start)
        }
        offset += 2
        let low = try hexadecimal(4)
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { throw failure("half of a surrogate pair", at: start) }
        return scalar
    }

    mutating func number() throws(Failure) -> JSON5Node.Value {
        let start = offset
        var isNegative = false
        if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") {
            isNegative = current == UInt8(ascii: "-")
            offset += 1
        }
        let value: JSON5Node.Value
        if current == UInt8(ascii: "0"), byte(after: 1) | 0x20 == UInt8(ascii: "x") {
            offset += 2
            value = try hexadecimalNumber(isNegative, from: start)
        } else if current == UInt8(ascii: "I") || current == UInt8(ascii: "N") {
            switch try identifier() {
            case "Infinity": value = .number(isNegative ? -.infinity : .infinity)
            case "NaN": value = .number(.nan)
            default: throw failure("this is no number", at: start)
            }
        } else {
            value = try decimalNumber(isNegative, from: start)
        }
        // `5s` or `1.2.3` is one wrong number, not a number and something else.
        if current == UInt8(ascii: ".") { throw failure("this is no number", at: start) }
        if offset < bytes.count, try identifier() != nil {
            throw failure("this is no number; a value with a unit needs quotation marks", at: start)
        }
        return value
    }

    private mutating func hexadecimalNumber(_ isNegative: Bool, from start: Int) throws(Failure) -> JSON5Node.Value {
        let first = offset
        while Self.hexadecimalDigit(current) != nil { offset += 1 }
        let digits = String(decoding: bytes[first..<offset], as: UTF8.self)
        if digits.isEmpty { throw failure("a digit was expected behind 0x") }
        guard let number = Int((isNegative ? "-" : "") + digits, radix: 16) else {
            throw failure("this number is too large", at: start)
        }
        return .integer(number)
    }

    private mutating func decimalNumber(_ isNegative: Bool, from start: Int) throws(Failure) -> JSON5Node.Value {
        let first = offset
        var text = isNegative ? "-" : ""
        let whole = digits()
        if whole.count > 1, whole.hasPrefix("0") { throw failure("a number begins with 0", at: start) }
        text += whole.isEmpty ? "0" : whole
        var isInteger = true
        var fraction = ""
        if current == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            fraction = digits()
            text += "." + (fraction.isEmpty ? "0" : fraction)
        }
        if whole.isEmpty && fraction.isEmpty { throw failure("a digit was expected", at: first) }
        if current | 0x20 == UInt8(ascii: "e"), isExponent {
            isInteger = false
            text += "e"
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") {
                text.unicodeScalars.append(Unicode.Scalar(current))
                offset += 1
            }
            text += digits()
        }
        if isInteger, let number = Int(text) { return .integer(number) }
        guard let number = Double(text) else { throw failure("this is no number", at: start) }
        return .number(number)
    }

    /// Whether digits follow the `e` at the position.
    private var isExponent: Bool {
        let next = byte(after: 1)
        let digit = next == UInt8(ascii: "+") || next == UInt8(ascii: "-") ? byte(after: 2) : next
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
    }

    private mutating func digits() -> String {
        let first = offset
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { offset += 1 }
        return String(decoding: bytes[first..<offset], as: UTF8.self)
    }
}

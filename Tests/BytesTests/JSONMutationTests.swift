import Bytes
import TestSupport
import Testing

@Suite struct JSONMutationTests {
    static let seeds = [
        #"{"id":"evt_1","n":-12.5e+3,"a":{"b":[1,{"b":"x"},[]]},"s":"a\n\u00e9b\\","t":true,"f":false,"z":null}"#,
        #"[0,-0,1e5,1E-2,0.1,"é日🎉","\"\/\b\f\n\r\t\ud83c\udf89",[[[]]],{},{"":{"":""}}]"#,
        " \t\r\n{ \"a\" : [ 1 , 2 ] , \"a\":{\"b\":3} } \n", "\"just a string of some length\"", "-1.5e10",
    ].map { Array($0.utf8) }

    /// Compares with a parser so simple that it can be read as the grammar.
    @Test(arguments: 1...400 as ClosedRange<UInt64>) func agreesWithTheGrammar(_ number: UInt64) {
        var seed = Seed(number)
        let pool =
            Array(#"{}[]:,"\/bfnrtu0123456789+-.eE aAtrue"#.utf8) + [
                0, 9, 10, 13, 0x1F, 0x7F, 0x80, 0xC3, 0xA9, 0xED, 0xF0, 0xFF,
            ]
        for _ in 0..<20 {
            var bytes = Self.seeds[Int(seed.next() % UInt64(Self.seeds.count))]
            for _ in 0..<1 + seed.next() % 3 {
                let place = Int(seed.next() % UInt64(bytes.count))
                let byte = pool[Int(seed.next() % UInt64(pool.count))]
                switch seed.next() % 3 {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            let isTaken = (try? scan(bytes, ["/id", "/a/b", "/a/b/1/b"])) != nil
            var grammar = Grammar(bytes)
            #expect(isTaken == grammar.isDocument(), "\(bytes) \(String(decoding: bytes, as: UTF8.self))")
            fuzzJSON(bytes.span)
        }
    }
}

/// RFC 8259, one function a rule.
private struct Grammar {
    let bytes: [UInt8]
    var i = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func isDocument() -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        space()
        guard value() else { return false }
        space()
        return i == bytes.count
    }

    private mutating func value() -> Bool {
        switch i < bytes.count ? bytes[i] : 0 {
        case UInt8(ascii: "{"): return list(UInt8(ascii: "}"), isObject: true)
        case UInt8(ascii: "["): return list(UInt8(ascii: "]"), isObject: false)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number()
        }
    }

    private mutating func list(_ close: UInt8, isObject: Bool) -> Bool {
        i += 1
        space()
        if take(close) { return true }
        repeat {
            space()
            if isObject {
                guard i < bytes.count, bytes[i] == UInt8(ascii: "\""), string() else { return false }
                space()
                guard take(UInt8(ascii: ":")) else { return false }
                space()
            }
            guard value() else { return false }
            space()
        } while take(UInt8(ascii: ","))
        return take(close)
    }

    private mutating func string() -> Bool {
        i += 1
        while i < bytes.count {
            let byte = bytes[i]
            i += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard i < bytes.count, Array(#""\/bfnrtu"#.utf8).contains(bytes[i]) else { return false }
            i += 1
            guard bytes[i - 1] == UInt8(ascii: "u") else { continue }
            for _ in 0..<4 {
                guard i < bytes.count, Character(Unicode.Scalar(bytes[i])).isHexDigit else { return false }
                i += 1
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
        if take(UInt8(ascii: ".")) { guard digits() else { return false } }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = i
        while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
        return i > start
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard i < bytes.count, bytes[i] == byte else { return false }
        i += 1
        return true
    }

    private mutating func take(_ word: String) -> Bool {
        for byte in word.utf8 { guard take(byte) else { return false } }
        return true
    }

    private mutating func space() { while i < bytes.count, [9, 10, 13, 32].contains(bytes[i]) { i += 1 } }
}

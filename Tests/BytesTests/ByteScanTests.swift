import Bytes
import TestSupport
import Testing

@Suite struct ByteScanTests {
    @Test func findsTheFirstControlCharacterAtEveryPlace() {
        for control in [0, 9, 10, 0x1F, 0x7F] as [UInt8] {
            for place in 0..<24 {
                var bytes = (0..<24).map { [0x20, 0x7E, 0x80, 0xFF, 0x41][$0 % 5] } as [UInt8]
                bytes[place] = control
                for start in 0...24 {
                    let found = bytes.span.firstControl(from: start)
                    #expect(found == (start <= place ? place : 24))
                }
            }
        }
    }

    @Test func matchesInAnyCaseAndNothingElse() {
        let text: StaticString = "x-a{[content-length"
        let same = Array("X-a{[CONTENT-lengtH".utf8)
        let matchesItself = same.span.matches(text, at: 0, count: same.count)
        #expect(matchesItself)
        for place in same.indices {
            for byte in 0...255 as ClosedRange<UInt8> {
                var other = same
                other[place] = byte
                let isSame = byte == same[place] || byte < 128 && lower(byte) == lower(same[place])
                let matches = other.span.matches(text, at: 0, count: same.count)
                #expect(matches == isSame)
            }
        }
        let matchesPart = same.span.matches("a{[", at: 2, count: 3)
        let matchesLess = same.span.matches("a{", at: 2, count: 3)
        #expect(matchesPart && !matchesLess)
    }

    private func lower(_ byte: UInt8) -> String { Character(Unicode.Scalar(byte)).lowercased() }

    @Test func knowsTheMembersOfASet() {
        let letters = Array("!Az~".utf8)
        var low: UInt64 = 0
        var high: UInt64 = 0
        for letter in letters {
            if letter < 64 { low |= 1 << UInt64(letter) } else { high |= 1 << UInt64(letter - 64) }
        }
        let set = ASCIISet(low: low, high: high)
        for byte in 0...255 as ClosedRange<UInt8> { #expect(set.contains(byte) == letters.contains(byte)) }
        let text = Array("AzA.z".utf8)
        let found = text.span.first(notIn: set, in: 1..<5)
        #expect(found == 3)
    }
}

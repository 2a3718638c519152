import Bytes
import TestSupport
import Testing

@Suite struct JSONTextTests {
    @Test(arguments: [
        "", "plain", "a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}", "grüße 日本 🎉", "12345678\"", "1234567\n89",
    ])
    func comesBackAsItWas(_ text: String) throws {
        let escaped = escape(Array(text.utf8))
        try scan([0x22] + escaped + [0x22], [])
        #expect(unescape(escaped) == text)
    }

    @Test(arguments: [
        (#"\u0041\u00e9\u20AC\ud83c\udf89"#, "Aé€🎉"), (#"\ud800"#, "\u{FFFD}"), (#"\udc00x"#, "\u{FFFD}x"),
        (#"\ud800\u0041"#, "\u{FFFD}A"), (#"\ud800\ud83c\udf89"#, "\u{FFFD}🎉"),
        (#"\/\b\f\n\r\t\"\\"#, "/\u{8}\u{c}\n\r\t\"\\"),
    ])
    func readsEscapes(_ escaped: String, _ text: String) { #expect(unescape(Array(escaped.utf8)) == text) }

    @Test(arguments: ["\\", "\\u", "\\u12", "\\uzzzz", "a\\"]) func takesBrokenEscapesWithoutATrap(_ text: String) {
        #expect(unescape(Array(text.utf8)).count <= 1)
    }

    @Test func takesOtherBytesAsLatin1() {
        var output = ByteBuffer()
        JSONText.appendEscapedLatin1([0x61, 0xE9, 0xC3, 0xA9, 0xFF, 0x22].span, to: &output)
        #expect(String(decoding: output.array, as: UTF8.self) == "aééÿ\\\"")
    }

    private func escape(_ bytes: [UInt8]) -> [UInt8] {
        var output = ByteBuffer()
        JSONText.appendEscaped(bytes.span, to: &output)
        return output.array
    }

    private func unescape(_ bytes: [UInt8]) -> String {
        var output = ByteBuffer()
        JSONText.unescape(bytes.span, into: &output)
        return String(decoding: output.array, as: UTF8.self)
    }
}

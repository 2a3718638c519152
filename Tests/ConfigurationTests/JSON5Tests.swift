import Kernel
import Testing
import TestSupport

@testable import Configuration

private func show(_ node: JSON5Node) -> String {
    switch node.value {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text): "'\(text)'"
    case .list(let nodes): "[" + nodes.map(show).joined(separator: ",") + "]"
    case .object(let members): "{" + members.map { "\($0.key):\(show($0.node))" }.joined(separator: ",") + "}"
    }
}

private let corpus =
    ProcessFacts.environment("SLUICE_CORPUS")
    ?? FileSystem.folder(of: FileSystem.folder(of: FileSystem.folder(of: FileSystem.folder(of: #filePath))))
    + "/shared/corpus"
private let suiteFolder = corpus + "/json/JSONTestSuite"

@Suite struct JSON5Tests {
    @Test(arguments: [
        ("", "{}"), ("// nothing", "{}"), ("/* * / */ {}", "{}"), ("\u{FEFF} {}\u{A0}\u{2028}", "{}"),
        ("{a:1,}", "{a:1}"), ("{a:1 , b : 2}", "{a:1,b:2}"), ("[1,]", "[1]"), ("[ ]", "[]"),
        ("{$_a1: 'x', 'b c': \"y\", ünïcode: null, \\u0061: true}", "{$_a1:'x',b c:'y',ünïcode:null,a:true}"),
        ("0x1F", "31"), ("-0xff", "-255"), ("+1", "1"), ("-0", "0"), (".5", "0.5"), ("5.", "5.0"), ("-.5e1", "-5.0"),
        ("1E3", "1000.0"), ("Infinity", "inf"), ("-Infinity", "-inf"), ("+NaN", "nan"),
        ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9.223372036854776e+18"),
        ("'a\\\nb'", "'ab'"), ("'a\\\r\nb'", "'ab'"), ("'\\x41\\u00e9\\uD83D\\uDE00\\q\\0'", "'Aé😀q\0'"),
        ("'it\\'s \"so\"'", "'it's \"so\"'"), ("'a//b'", "'a//b'"), ("[/*1*/2//3\n,4]", "[2,4]"),
        ("'\u{2028}'", "'\u{2028}'"),
    ])
    func whatIsJSON5IsRead(text: String, value: String) throws {
        #expect(show(try JSON5Parser.parse([UInt8](text.utf8))) == value)
    }

    @Test(arguments: [
        "{", "{a}", "{a:}", "{a:1 b:2}", "{,}", "[,]", "[1,,2]", "[1", "{a:1}}", "1 2", "'a", "'a\nb'", "\"a'", "/",
        "/*",
        "01", "0x", "0xg", "1.2.3", "5s", "+", ".", "-", "1e", "--1", "tru", "undefined", "a", "{a:1,a:2}", "{1:2}",
        "'\\x4'", "'\\u12'", "'\\uD800'", "'\\uD800\\u0041'", "'\\1'", "'\\01'", "{a-b:1}", "{a:1;}", "\u{1}",
        "0xFFFFFFFFFFFFFFFFFF", "'\\", "{\\u0031a:1}", "{\\x41:1}",
    ])
    func whatIsNotIsRefused(text: String) {
        #expect(throws: JSON5Parser.Failure.self) { try JSON5Parser.parse([UInt8](text.utf8)) }
    }

    @Test func aTextOfOtherBytesIsRefused() {
        #expect(throws: JSON5Parser.Failure.self) { try JSON5Parser.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func nestingIsBounded() {
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: Never.self) { try JSON5Parser.parse([UInt8](deep.utf8)) }
        #expect(throws: JSON5Parser.Failure.self) { try JSON5Parser.parse([UInt8]("[\(deep)]".utf8)) }
        #expect(throws: JSON5Parser.Failure.self) { try JSON5Parser.parse([UInt8](repeating: 0x5B, count: 1 << 20)) }
    }

    @Test func aFailureSaysWhere() {
        let text = [UInt8]("{\n  // é\n  é: 1,\n  é2: é,\n}".utf8)
        let failure = #expect(throws: JSON5Parser.Failure.self) { try JSON5Parser.parse(text) }
        #expect(failure.map { TextPosition(of: $0.offset, in: text) } == TextPosition(line: 4, column: 7))
    }

    /// Every text cut short, and every text with a byte changed, is read or refused, never a trap.
    @Test(arguments: 0..<20 as Range<UInt64>) func damagedTextsDoNotTrap(number: UInt64) {
        var seed = Seed(number)
        let text = [UInt8]("{a:[1,-0x2F,.5e-3,'\\u00e9\\x41\\\n'],\"b\":{c:null,/*x*/d:true,},// é\n é:Infinity}".utf8)
        for length in 0..<text.count { _ = try? JSON5Parser.parse(Array(text.prefix(length))) }
        for _ in 0..<2000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...3, using: &seed) {
                changed[Int.random(in: 0..<text.count, using: &seed)] = UInt8.random(in: 0...255, using: &seed)
            }
            if let node = try? JSON5Parser.parse(changed) { #expect(!show(node).isEmpty) }
        }
    }

    // The corpus lies beside the repository, and is not part of it.
    @Test(.enabled(if: FileSystem.exists(suiteFolder), "the corpus is not here"))
    func everyJSONTextIsJSON5() throws {
        // Deliberate differences: a key may come once.
        let refused: Set = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]
        let names = try FileSystem.names(in: suiteFolder).filter { $0.hasPrefix("y_") && $0.hasSuffix(".json") }
        #expect(names.count > 20)
        for name in names where !refused.contains(name) {
            let file = try FileDescriptor.open("\(suiteFolder)/\(name)", .read)
            let text = try file.read(count: try file.length(), at: 0)
            #expect(throws: Never.self, "\(name)") { try JSON5Parser.parse(text) }
        }
    }
}

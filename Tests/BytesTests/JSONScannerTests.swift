import Bytes
import TestSupport
import Testing

@Suite struct JSONScannerTests {
    static let document = #"""
         {"id":"evt_1", "n":-12.5e+3,"data":{"object":{"id":"ch_9","amount":100},"list":[1,{"id":"x"},[]]},
        "e\u0073c\"":"a\n\u00e9b","t":true,"f":false,"z":null,"u":"grüße 日本 🎉","empty":{},"id":"second"}
        """#
    static let paths = [
        "/id", "/data/object/id", "/data/object", "/esc\"", "/data/list/1/id", "/t", "/z", "/empty", "/n", "", "/u",
        "/missing", "/id", "/data/list/0", "/data/list/2",
    ]

    @Test func findsWhatIsAskedFor() throws {
        let bytes = Array(Self.document.utf8)
        let found = try scan(bytes, Self.paths)
        let texts = (0..<Self.paths.count).map { found[$0].map { String(decoding: bytes[$0.range], as: UTF8.self) } }
        #expect(texts[0] == "evt_1" && texts[1] == "ch_9" && texts[2] == #"{"id":"ch_9","amount":100}"#)
        #expect(texts[3] == #"a\n\u00e9b"# && found[3]?.hasEscapes == true)
        #expect(texts[4] == "x" && found[5]?.kind == .true && found[6]?.kind == .null && texts[7] == "{}")
        #expect(texts[8] == "-12.5e+3" && found[8]?.kind == .number && found[9]?.kind == .object)
        #expect(found[9]?.range == found.start..<found.end && found.start == 1 && found.kind == .object)
        #expect(texts[10] == "grüße 日本 🎉" && found[11] == nil && texts[12] == "evt_1")
        #expect(texts[13] == "1" && found[13]?.kind == .integer && texts[14] == "[]")
        #expect(found.hasLineBreaks)
    }

    @Test func refusesEveryPrefix() throws {
        let bytes = Array(Self.document.utf8)
        _ = try scan(bytes, [])
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try scan(Array(bytes[..<count]), Self.paths) }
        }
    }

    @Test(arguments: [
        ("", JSONError.Kind.end, 0), ("{\"a\":1,}", .key, 7), ("[1,]", .value, 3), ("[1 2]", .separator, 3),
        ("{1:2}", .key, 1),
        ("{\"a\" 1}", .colon, 5), ("01", .number, 0), ("-", .end, 1), ("-a", .number, 0), ("1.", .end, 2),
        ("1.e1", .number, 0), ("tru", .end, 3),
        ("trux", .literal, 0), ("\"\\x\"", .escape, 1), ("\"\\u12g4\"", .escape, 1), ("\"a\tb\"", .control, 2),
        ("\"\u{1}\"", .control, 1), ("[1}", .separator, 2), ("{]", .key, 1), ("[[]", .end, 3), ("1 1", .trailing, 2),
        ("x", .value, 0),
        ("\"abcdefghijklm\n\"", .control, 14), ("[\"12345678\\u000\"]", .escape, 10),
    ])
    func saysWhatIsWrongAndWhere(_ text: String, _ kind: JSONError.Kind, _ offset: Int) {
        #expect(throws: JSONError(kind, at: offset)) { try scan(Array(text.utf8), Self.paths) }
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFF],
            [0xC3, 0x28],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(_ bad: [UInt8]) {
        for padding in 0..<17 {
            let pad = [UInt8](repeating: 0x61, count: padding)
            #expect(throws: JSONError.self) { try scan([0x22] + pad + bad + pad + [0x22], []) }
            let isValid = UTF8.validate((pad + bad + pad).span)
            #expect(!isValid)
        }
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>) func agreesWithTheStandardLibraryAboutUTF8(_ number: UInt64) {
        var seed = Seed(number)
        let bytes =
            (0..<seed.next() % 12).map { _ in
                [0x61, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0x9F, 0xF4, 0x8F, 0xBF, 0xE0][
                    Int(seed.next() % 16)]
            } as [UInt8]
        let isValid = UTF8.validate(bytes.span)
        #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil))
    }

    @Test func stopsAtTheDepthLimit() throws {
        for limit in [1, 63, 64, 65, 512, 1024] {
            var scanner = JSONScanner(depthLimit: limit)
            var found = JSONFound()
            let fits = Array((String(repeating: "[", count: limit) + String(repeating: "]", count: limit)).utf8)
            #expect(try scanner.scan(fits.span, paths: .none, found: &found) == 2 * limit)
            let deeper = [0x5B] + fits + [0x5D]
            #expect(throws: JSONError(.depth, at: limit)) {
                try scanner.scan(deeper.span, paths: .none, found: &found)
            }
        }
    }

    @Test func remembersObjectsAndArraysAtEveryDepth() throws {
        var seed = Seed(7)
        for _ in 0..<50 {
            let kinds = (0..<200).map { _ in seed.next() & 1 == 0 }
            let open = kinds.map { $0 ? "{\"k\":" : "[" }.joined()
            let close = kinds.reversed().map { $0 ? "}" : "]" }
            _ = try scan(Array((open + "1" + close.joined()).utf8), ["/k/k/k"])
            var wrong = close
            let place = Int(seed.next() % 200)
            wrong[place] = wrong[place] == "}" ? "]" : "}"
            #expect(throws: JSONError.self) { try scan(Array((open + "1" + wrong.joined()).utf8), []) }
        }
    }

    @Test func walksAnArray() throws {
        let bytes = Array(" [ {\"id\":1} ,\n2,[3], \"four\" ] x".utf8)
        var cursor = try JSONArrayCursor(bytes.span, from: 0)
        var scanner = JSONScanner()
        var found = JSONFound()
        let paths = try JSONPaths(["/id"])
        var elements: [String] = []
        while try cursor.next(bytes.span, scanner: &scanner, paths: paths, found: &found) {
            elements.append(String(decoding: bytes[found.start..<found.end], as: UTF8.self))
            #expect(!found.hasLineBreaks && (found[0]?.kind == .integer) == (elements.count == 1))
        }
        #expect(elements == ["{\"id\":1}", "2", "[3]", "\"four\""])
        #expect(try !cursor.next(bytes.span, scanner: &scanner, paths: paths, found: &found))
        #expect(cursor.offset == bytes.count - 2)
    }

    @Test(arguments: ["[1,]", "[,1]", "[1", "[1,", "[1 2]", "["]) func walksNoBrokenArray(_ text: String) {
        #expect(throws: JSONError.self) {
            let bytes = Array(text.utf8)
            var cursor = try JSONArrayCursor(bytes.span, from: 0)
            var scanner = JSONScanner()
            var found = JSONFound()
            while try cursor.next(bytes.span, scanner: &scanner, paths: .none, found: &found) {}
        }
    }

    @Test func findsEveryOneOfManyNames() throws {
        let names = (0..<64).map { "name\($0)" + String(repeating: "x", count: $0 % 13) }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        let bytes = Array(text.utf8)
        let found = try scan(bytes, names.map { "/" + $0 })
        for (i, name) in names.enumerated() {
            #expect(found[i].map { String(decoding: bytes[$0.range], as: UTF8.self) } == name)
        }
    }

    @Test func readsPointers() throws {
        let bytes = Array(#"{"a/b":{"m~n":1},"":2}"#.utf8)
        let found = try scan(bytes, ["/a~1b/m~0n", "/"])
        #expect(found[0]?.range == 14..<15 && found[1]?.range == 20..<21)
        for bad in ["a", "/a~", "/a~2", "/" + String(repeating: "/", count: 31)] {
            #expect(throws: JSONPathError.self) { try JSONPaths([bad]) }
        }
        #expect(throws: JSONPathError.tooMany) { try JSONPaths((0...64).map { "/\($0)" }) }
    }
}

@discardableResult
func scan(_ bytes: [UInt8], _ paths: [String]) throws -> JSONFound {
    var scanner = JSONScanner()
    var found = JSONFound()
    try scanner.scanDocument(bytes.span, paths: try JSONPaths(paths), found: &found)
    return found
}

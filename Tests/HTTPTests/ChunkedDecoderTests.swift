import Bytes
import HTTP
import TestSupport
import Testing

@Suite struct ChunkedDecoderTests {
    static let body = Array(
        "5;a=b\r\nhello\r\n1 ; c ;d=\"x\\\"; y\" \t;e\r\n \r\n0006\r\nworld!\r\n0\r\nVary: *\r\nEtag:\r\n\r\nGET".utf8)

    @Test func givesTheSameContentForEverySplit() throws {
        for cut in 0...Self.body.count {
            let (content, consumed, isDone) = try decode(Self.body, cuts: [cut])
            #expect(content == "hello world!" && consumed == Self.body.count - 3 && isDone)
        }
        #expect(try decode(Self.body, cuts: Array(0..<Self.body.count)).content == "hello world!")
    }

    @Test func needsEveryByteOfIt() throws {
        for count in 0..<Self.body.count - 3 {
            #expect(try !decode(Array(Self.body[..<count])).isDone)
        }
    }

    @Test(arguments: [
        "\r\n", " 5\r\n", "+5\r\n", "-5\r\n", "0x5\r\n", "5 \r\n", "5\n", "5\r\r\n", "g\r\n", "5;\r\n", "5;=\r\n",
        "5;a=\r\n", "5;a b\r\n", "5;a=\"b\r\n", "5;a=\"b\nc\"\r\n", "5;a\u{1}\r\n", "5;a \r\n", "5 a\r\n",
        "1\r\nab\r\n", "1\r\na\n", "0\r\n\n", "0\r\nA : b\r\n", "0\r\n A: b\r\n", "0\r\nA\r\n", "0\r\nA: b\n",
        "0\r\nContent-Length: 5\r\n", "0\r\ntransfer-ENCODING: chunked\r\n", "0\r\nHost: a\r\n",
        "00000000000000005\r\n",
    ])
    func refuses(_ body: String) {
        #expect(throws: HTTPError.chunk) { try decode(Array(body.utf8)) }
    }

    @Test(arguments: [
        "65\r\n", "ffffffffffffffff\r\n", "7fffffffffffffff\r\n", "60\r\n\(String(repeating: "a", count: 96))\r\n5\r\n",
    ])
    func boundsTheContentBeforeItArrives(_ body: String) {
        #expect(throws: HTTPError.bodyTooLarge) { try decode(Array(body.utf8), limit: 100) }
    }

    @Test func boundsExtensionsAndTrailers() {
        let extensions = String(repeating: "1;a=bcdefgh\r\nx\r\n", count: 3000)
        #expect(throws: HTTPError.chunk) { try decode(Array(extensions.utf8), limit: 10_000) }
        let trailer = "0\r\nA: \(String(repeating: "b", count: 30_000))\r\n\r\n"
        #expect(throws: HTTPError.headTooLarge) { try decode(Array(trailer.utf8)) }
        let trailers = "0\r\n\(String(repeating: "A: b\r\n", count: 65))\r\n"
        #expect(throws: HTTPError.tooManyFields) { try decode(Array(trailers.utf8)) }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func doesNotCareHowNoiseIsSplit(_ number: UInt64) {
        var seed = Seed(number)
        var bytes = Self.body
        for _ in 0..<1 + seed.next() % 3 {
            bytes[Int(seed.next() % UInt64(bytes.count))] =
                [0, 9, 10, 13, 32, 59, 61, 34, 49, 97][Int(seed.next() % 10)]
        }
        let cut = Int(seed.next() % UInt64(bytes.count))
        let whole = Result { try decode(bytes).content }
        let split = Result { try decode(bytes, cuts: [cut]).content }
        #expect((try? whole.get()) == (try? split.get()))
    }
}

@discardableResult
func decode(
    _ bytes: [UInt8], cuts: [Int] = [], limit: Int = 1 << 20
) throws(HTTPError) -> (content: String, consumed: Int, isDone: Bool) {
    var decoder = ChunkedDecoder(limit: limit)
    var output = ByteBuffer()
    var consumed = 0
    for end in cuts + [bytes.count] where end >= consumed {
        let progress = try decoder.decode(bytes.span.extracting(consumed..<end), into: &output)
        consumed += progress.consumed
        if progress.isDone { return (String(decoding: output.array, as: UTF8.self), consumed, true) }
    }
    return (String(decoding: output.array, as: UTF8.self), consumed, false)
}

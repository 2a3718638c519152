import Bytes
import HTTP
import TestSupport
import Testing

@Suite struct RequestParserTests {
    static let requests: [[UInt8]] = [
        "POST /v1/acme/stripe?x=1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nbody",
        "\r\n\r\nPUT http://u@h:80/p HTTP/1.1\r\nhost:\t[::1]:8080 \r\nTransfer-Encoding: Chunked\r\nX:\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: x, keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
    ].map { Array($0.utf8) }

    /// Cuts each request at every byte: the answer never depends on how the network split it.
    @Test(arguments: requests) func givesTheSameAnswerForEverySplit(_ request: [UInt8]) {
        let whole = Parsed(request)
        for cut in 0...request.count {
            #expect(Parsed(request, cuts: [cut]) == whole)
        }
        #expect(Parsed(request, cuts: Array(0..<request.count)) == whole)
    }

    @Test func marksWhatAnEventRequestHolds() throws {
        let request = Self.requests[0]
        var parser = RequestParser()
        #expect(try parser.parse(request.span) == .complete(headBytes: request.count - 4))
        let head = parser.head
        #expect(head.method == .post && head.minorVersion == 1 && head.framing == .length(4) && head.keepAlive)
        #expect(head.contentType == .json && head.contentEncoding == .identity && !head.expectsContinue)
        #expect(text(head.path, request) == "/v1/acme/stripe")
        #expect(head.query.map { text($0, request) } == "x=1")
        #expect(head.host.map { text($0, request) } == "a")
        #expect(head.value(of: "content-type", in: request.span).map { text($0, request) } == "application/json")
        #expect(head.value(of: Array("content-length".utf8), in: request.span).map { text($0, request) } == "4")
        #expect(head.value(of: "content-typ", in: request.span) == nil)
        #expect(head.fields.count == 3)
    }

    @Test func isReadyForTheNextRequestAfterAReset() throws {
        var parser = RequestParser()
        for request in [Self.requests[0], Self.requests[1], Self.requests[2]] {
            var fresh = RequestParser()
            #expect(try parser.parse(request.span) == fresh.parse(request.span))
            #expect(parser.head.framing == fresh.head.framing && parser.head.fields == fresh.head.fields)
            #expect(parser.head.contentType == fresh.head.contentType && parser.head.host == fresh.head.host)
            parser.reset()
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", HTTPError.host),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", .host),
        ("GET / HTTP/1.1\r\nHost: []\r\n\r\n", .host),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .requestLine),
        ("GET /\r\n\r\n", .requestLine),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("GET /#f HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .version),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", .version),
        ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", .version),
        ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", .fieldLine),
        ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", .fieldLine),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", .fieldLine),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .fieldLine),
        ("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", .fieldLine),
        ("GET / HTTP/1.1\r\nHost: a\r\nX Y: x\r\n\r\n", .fieldLine),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\u{e9}: x\r\n\r\n", .fieldLine),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n", .bodyTooLarge),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .framing),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferCoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n", .fieldLine),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .framing),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", .expectation),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\n", .repeatedField),
        ("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        ("\u{16}\u{3}\u{1}", .requestLine),
    ])
    func refuses(_ request: String, _ error: HTTPError) {
        #expect(Parsed(Array(request.utf8)) == .refused(error))
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: a, ClosE ,b\r\n", false),
        ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive\r\nConnection: close\r\n", false),
    ])
    func keepsTheConnectionWhenBothSidesMay(_ version: String, _ field: String, _ keeps: Bool) throws {
        var parser = RequestParser()
        _ = try parser.parse(Array("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n".utf8).span)
        #expect(parser.head.keepAlive == keeps)
    }

    @Test(arguments: [
        ("application/json", RequestHead.ContentType.json), ("Application/JSON; charset=utf-8", .json),
        ("application/vnd.api+json", .json), ("application/cloudevents+json;charset=UTF-8", .cloudEvent),
        ("application/cloudevents-batch+json", .cloudEventBatch), ("application/x-ndjson", .ndjson),
        ("application/jsonl", .ndjson), ("application/x-www-form-urlencoded", .form), ("text/plain", .other),
        ("", .none), ("+json", .other), ("application/jsonp", .other),
    ])
    func tellsContentTypesApart(_ value: String, _ type: RequestHead.ContentType) throws {
        var parser = RequestParser()
        _ = try parser.parse(Array("GET / HTTP/1.1\r\nHost: a\r\nContent-Type: \(value)\r\n\r\n".utf8).span)
        #expect(parser.head.contentType == type)
    }

    @Test func boundsTheHead() {
        var limits = HTTPLimits()
        limits.headBytes = 64
        let long = Array("GET /\(String(repeating: "a", count: 80)) HTTP/1.1\r\n".utf8)
        #expect(Parsed(long, limits: limits) == .refused(.targetTooLong))
        let wide = Array("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 80))\r\n\r\n".utf8)
        #expect(Parsed(wide, limits: limits) == .refused(.headTooLarge))
        let exact = Array("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 32))\r\n\r\n".utf8)
        #expect(exact.count == 64 && Parsed(exact, limits: limits) == .complete(64))
        let many = String(repeating: "X: y\r\n", count: 100)
        let crowd = Array("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n".utf8)
        #expect(Parsed(crowd) == .refused(.tooManyFields))
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>) func doesNotCareHowNoiseIsSplit(_ number: UInt64) {
        var seed = Seed(number)
        var bytes = Self.requests[Int(seed.next() % 7)]
        for _ in 0..<seed.next() % 4 {
            let place = Int(seed.next() % UInt64(bytes.count))
            bytes[place] = [0, 9, 10, 13, 32, 58, 44, 255, 0x7F, 48][Int(seed.next() % 10)]
        }
        fuzzHTTP(bytes.span)
        let whole = Parsed(bytes)
        #expect(Parsed(bytes, cuts: [Int(seed.next() % UInt64(bytes.count))]) == whole)
    }
}

/// What the parser said in the end.
enum Parsed: Equatable {
    case needMore
    case complete(Int)
    case refused(HTTPError)

    init(_ bytes: [UInt8], cuts: [Int] = [], limits: HTTPLimits = HTTPLimits()) {
        var parser = RequestParser(limits: limits)
        self = .needMore
        for end in cuts + [bytes.count] {
            do throws(HTTPError) {
                if case .complete(let count) = try parser.parse(bytes.span.extracting(0..<end)) {
                    self = .complete(count)
                    return
                }
            } catch {
                self = .refused(error)
                return
            }
        }
    }
}

func text(_ range: ByteRange, _ bytes: [UInt8]) -> String { String(decoding: bytes[range.range], as: UTF8.self) }

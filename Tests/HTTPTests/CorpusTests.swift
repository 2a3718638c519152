import Bytes
import Foundation
import HTTP
import TestSupport
import Testing

@Suite(.enabled(if: Corpus.folder != nil, "the corpus is not here; set SLUICE_CORPUS"))
struct CorpusTests {
    struct Request: Decodable {
        let id: String
        let raw_b64: Data
        let verdict: String
        let expected_requests: Int?
        let max_understood: Int?
    }

    struct Chunked: Decodable {
        let id: String
        let encoded_b64: Data
        let decoded_b64: Data?
        let consume_trailer: Bool?
        let result: String
    }

    struct Spelling: Decodable {
        let id: String
        let header_b64: Data
    }

    @Test func understandsTheRequestsItShouldAndNoOther() throws {
        let requests = try Corpus.lines("http/requests.jsonl", as: Request.self)
        for request in requests {
            let bytes = [UInt8](request.raw_b64)
            if bytes.count < 4096 { fuzzHTTP(bytes.span) }
            let outcome = Session(bytes)
            let most = request.max_understood ?? .max
            #expect(outcome.understood <= most, "\(request.id)")
            if request.verdict == "accept" {
                #expect(outcome.understood == request.expected_requests ?? outcome.understood, "\(request.id)")
                #expect(outcome.understood > 0, "\(request.id)")
            }
            if request.verdict == "reject" { #expect(!outcome.isClean, "\(request.id)") }
        }
        #expect(requests.count > 100)
    }

    @Test func decodesChunkedBodies() throws {
        for body in try Corpus.lines("http/chunked.jsonl", as: Chunked.self) {
            // The decoder that these are from can be told to stop in front of the trailer, and takes bare line feeds in it.
            var encoded = [UInt8](body.encoded_b64)
            if body.consume_trailer == false { encoded += [13, 10] }
            let outcome = Result { try decode(encoded) }
            if body.result == "0",
                !(body.consume_trailer == true && String(decoding: encoded, as: UTF8.self).contains("b\n"))
            {
                let result = try outcome.get()
                #expect(result.isDone && result.consumed == encoded.count, "\(body.id)")
                #expect(result.content == body.decoded_b64.map { String(decoding: $0, as: UTF8.self) }, "\(body.id)")
            } else {
                #expect((try? outcome.get()) == nil, "\(body.id)")
            }
        }
    }

    /// Beside a correct Content-Length, no spelling of Transfer-Encoding may change where the next request starts.
    @Test func isNotFooledByObfuscatedCodings() throws {
        let next = Array("GET /next HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let spellings = try Corpus.lines("http/te-obfuscation.jsonl", as: Spelling.self)
        var taken: [String] = []
        for spelling in spellings {
            let body = Array("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n".utf8)
            let head = Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n".utf8)
            let outcome = Session(head + [UInt8](spelling.header_b64) + [13, 10, 13, 10] + body + next)
            #expect(!outcome.paths.contains("/smuggled"), "\(spelling.id)")
            if outcome.understood > 0 {
                taken.append(spelling.id)
                #expect(outcome.paths == ["/", "/next"] && outcome.error == nil, "\(spelling.id)")
            }
        }
        // What is left are other fields' names and bytes above ASCII inside another field's value.
        #expect(spellings.count > 500 && taken.count < spellings.count / 50, "\(taken)")
    }
}

/// What a server would make of all the bytes of one connection.
struct Session {
    private(set) var paths: [String] = []
    private(set) var error: HTTPError?
    private(set) var isClean = true
    var understood: Int { paths.count }

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        do throws(HTTPError) {
            while !rest.isEmpty, let taken = try request(Array(rest)) {
                rest = rest.dropFirst(taken)
            }
            if !rest.isEmpty { isClean = false }
        } catch {
            self.error = error
            isClean = false
        }
    }

    /// Bytes that one whole request takes, nil when nothing more is to be read.
    private mutating func request(_ bytes: [UInt8]) throws(HTTPError) -> Int? {
        var parser = RequestParser()
        guard case .complete(let length) = try parser.parse(bytes.span) else { return nil }
        let path = text(parser.head.path, bytes)
        var total = length
        switch parser.head.framing {
        case .none: break
        case .length(let count): total += count
        case .chunked:
            let body = try decode(Array(bytes[length...]))
            guard body.isDone else { return nil }
            total += body.consumed
        }
        guard total <= bytes.count else { return nil }
        paths.append(path)
        return parser.head.keepAlive ? total : bytes.count
    }
}

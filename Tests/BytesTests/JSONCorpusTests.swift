import Bytes
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Corpus.folder != nil, "the corpus is not here; set SLUICE_CORPUS"))
struct JSONCorpusTests {
    struct Expectation: Decodable {
        let file: String
        let expect: String
    }

    @Test func acceptsAndRefusesWhatItShould() throws {
        var counts: [String: Int] = [:]
        let lines = try Corpus.bytes("json/expectations.jsonl").split(separator: 10)
        for line in lines {
            let expectation = try JSONDecoder().decode(Expectation.self, from: Data(line))
            if expectation.file.hasSuffix(".gz") { continue }
            let bytes = try Corpus.bytes(expectation.file)
            let isTaken = (try? scan(bytes, ["/a", "/0"])) != nil
            switch expectation.expect {
            // What is left to the parser there is only how it stores the value; one of the files is not UTF-8.
            case "accept": #expect(isTaken, "\(expectation.file)")
            case "roundtrip-observe": #expect(isTaken || expectation.file.contains("3_invalid"), "\(expectation.file)")
            case "reject": #expect(!isTaken, "\(expectation.file)")
            default: break
            }
            counts[expectation.expect, default: 0] += 1
        }
        #expect(counts["accept"]! > 10 && counts["reject"]! > 10)
    }

    @Test func takesEveryWebhookThatIsJSON() throws {
        let folder = Corpus.folder! + "/webhooks/ndjson"
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            for line in try Corpus.bytes("webhooks/ndjson/" + file).split(separator: 10) {
                #expect(throws: Never.self, "\(file)") { try scan(Array(line), ["/id", "/type"]) }
                count += 1
            }
        }
        #expect(count > 100)
    }
}

import Bytes
import Foundation
import TestSupport
import Testing

/// Decodes every frame of `input`.
func decodeFrames(_ input: [UInt8]) throws(LZ4FrameError) -> (bytes: [UInt8], last: LZ4FrameReader.Step) {
    var reader = LZ4FrameReader()
    var output: [UInt8] = []
    while true {
        let step = try reader.next(in: input.span)
        switch step {
        case .block: for i in reader.chunk.indices { output.append(reader.chunk[i]) }
        case .frameEnd, .skippable: break
        case .needMore, .endOfInput: return (output, step)
        }
    }
}

@Suite struct LZ4FrameTests {
    private func noise(_ count: Int, _ seed: UInt64) -> [UInt8] {
        var random = Seed(seed)
        return (0..<count).map { _ in UInt8(random.next() % 23) + 65 }
    }

    @Test(arguments: [0, 1, 3, 9])
    func whatIsAppendedComesBack(_ level: Int) throws {
        var writer = LZ4FrameWriter(level: level)
        var output = ByteBuffer()
        LZ4FrameWriter.appendHeader(into: &output)
        var expected: [UInt8] = []
        for (index, count) in [1, 10, 70_000, 300_000, 5, 256 << 10, 1 << 20, 3].enumerated() {
            var piece = noise(count, UInt64(index))
            piece[count - 1] = 0x0A
            expected += piece
            writer.append(piece.span, into: &output)
        }
        LZ4FrameWriter.appendEndMark(into: &output)
        let (decoded, last) = try decodeFrames(output.array)
        #expect(decoded == expected)
        #expect(last == .endOfInput)
    }

    /// A reader that stops anywhere sees whole appends when it cuts behind the last block that ends with a line feed.
    @Test func onlyTheLastBlockOfAnAppendEndsWithALineFeed() throws {
        var writer = LZ4FrameWriter(level: 1)
        var output = ByteBuffer()
        LZ4FrameWriter.appendHeader(into: &output)
        var ends: [Int] = []
        for _ in 0..<3 {
            let lines = [UInt8](repeating: 0x0A, count: LZ4FrameWriter.blockBytes * 3)
            writer.append(lines.span, into: &output)
            ends.append(output.count)
        }
        var reader = LZ4FrameReader()
        var found: [Int] = []
        while case .block = try reader.next(in: output.span) {
            // A piece of nothing but line feeds has one at every cut: the writer can only shorten by one.
            if reader.chunk.count < LZ4FrameWriter.blockBytes - 1 || ends.contains(reader.offset) {
                found.append(reader.offset)
            }
        }
        #expect(found == ends)
    }

    @Test func aCutFrameNeedsMoreAndADamagedOneSaysWhere() throws {
        var writer = LZ4FrameWriter(level: 1)
        var output = ByteBuffer()
        LZ4FrameWriter.appendHeader(into: &output)
        writer.append(noise(5000, 7).span, into: &output)
        LZ4FrameWriter.appendEndMark(into: &output)
        let whole = output.array
        for cut in 0..<whole.count {
            let (_, last) = try decodeFrames(Array(whole[..<cut]))
            #expect(cut == 0 ? last == .endOfInput : last == .needMore, "cut at \(cut)")
        }
        for at in 0..<whole.count {
            var damaged = whole
            damaged[at] ^= 0x10
            let result = Result { () throws(LZ4FrameError) in try decodeFrames(damaged) }
            switch result {
            case .failure: break
            case .success(let (bytes, last)): #expect(last == .needMore && bytes.count <= 5000, "byte \(at)")
            }
        }
    }

    /// Frames that other writers made; skipped where the corpus is absent.
    @Test(.enabled(if: Corpus.isPresent, "the corpus is absent"))
    func readsTheFramesOfOthers() throws {
        for line in try Corpus.lines("lz4/frames.jsonl") {
            let path = try #require(line["file"] as? String)
            let frames = try #require(line["frames"] as? [[String: Any]])
            let input = try Corpus.bytes(path)
            let garbage = frames.contains { $0["kind"] as? String == "garbage" }
            let result = Result { () throws(LZ4FrameError) in try decodeFrames(input) }
            switch result {
            case .success(let (bytes, last)):
                if let expected = line["decoded_bytes"] as? Int { #expect(bytes.count == expected, "\(path)") }
                #expect(last == .endOfInput || garbage, "\(path)")
            case .failure(let error): #expect(garbage, "\(path): \(error)")
            }
        }
    }

    @Test(.enabled(if: Corpus.isPresent, "the corpus is absent"))
    func checksumsAgreeWithThePublishedOnes() throws {
        let data = try Data(Corpus.bytes("xxhash/vectors.json"))
        let document = try JSONSerialization.jsonObject(with: data)
        let cases = (document as? [[String: Any]]) ?? (document as? [String: Any])?["vectors"] as? [[String: Any]]
        for vector in try #require(cases) where "\(vector["algorithm"] ?? vector["algo"] ?? "")".contains("32") {
            let encoded = try #require(vector["input_b64"] as? String)
            let input = try #require(Data(base64Encoded: encoded))
            let seed = (vector["seed"] as? NSNumber)?.uint32Value ?? 0
            let hex = try #require(vector["digest_hex"] as? String)
            let digest = try #require(UInt32(hex, radix: 16))
            #expect(XXHash32.hash([UInt8](input).span, seed: seed) == digest)
            var streaming = XXHash32(seed: seed)
            for byte in input { streaming.update([byte].span) }
            #expect(streaming.digest == digest)
        }
    }
}

import Bytes

/// Feeds arbitrary bytes to the parser and the chunk decoder, whole and in pieces; traps when the pieces matter.
package func fuzzHTTP(_ bytes: Span<UInt8>) {
    var limits = HTTPLimits()
    limits.headBytes = 512
    let whole = parseInPieces(bytes, of: max(bytes.count, 1), limits)
    for size in [1, 3, 7] {
        precondition(parseInPieces(bytes, of: size, limits) == whole, "the parser's answer depends on the split")
    }
    var path = ByteBuffer()
    if bytes.count <= 4096 {
        _ = Route(path: ByteRange(offset: 0, count: bytes.count), in: bytes, decoded: &path)
    }
    var first = ByteBuffer()
    let decoded = decodeInPieces(bytes, of: max(bytes.count, 1), into: &first)
    for size in [1, 5] {
        var second = ByteBuffer()
        precondition(decodeInPieces(bytes, of: size, into: &second) == decoded, "the decoder depends on the split")
        precondition(first.array == second.array || decoded == nil, "the content depends on the split")
    }
}

private func parseInPieces(
    _ bytes: Span<UInt8>, of size: Int, _ limits: HTTPLimits
) -> Result<RequestParser.Progress, HTTPError> {
    var parser = RequestParser(limits: limits)
    var end = 0
    repeat {
        end = min(end + size, bytes.count)
        do throws(HTTPError) {
            let progress = try parser.parse(bytes.extracting(0..<end))
            if progress != .needMore { return .success(progress) }
        } catch {
            return .failure(error)
        }
    } while end < bytes.count
    return .success(.needMore)
}

/// How many bytes the body takes, -1 when it goes on, nil when it is refused.
private func decodeInPieces(_ bytes: Span<UInt8>, of size: Int, into output: inout ByteBuffer) -> Int? {
    var decoder = ChunkedDecoder(limit: 4096)
    var offset = 0
    while offset < bytes.count {
        let end = min(offset + size, bytes.count)
        do throws(HTTPError) {
            let progress = try decoder.decode(bytes.extracting(offset..<end), into: &output)
            if progress.isDone { return offset + progress.consumed }
        } catch {
            return nil
        }
        offset = end
    }
    return -1
}

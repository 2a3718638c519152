/// Scans arbitrary bytes; traps when the answer depends on where they lie, or a place found is none.
package func fuzzJSON(_ bytes: Span<UInt8>) {
    guard let paths = try? JSONPaths(["/id", "/a/b", "/a/0/b", "", "/a", "/0", "/type", "/data/object/id", "/\u{e9}"])
    else { return }
    var scanner = JSONScanner(depthLimit: 64)
    var found = JSONFound()
    let outcome = result { () throws(JSONError) in try scanner.scan(bytes, paths: paths, found: &found) }
    checkPlaces(bytes, paths, found, outcome)

    // Behind other bytes, and with nothing behind the value, every load falls elsewhere.
    for shift in [1, 5] {
        var moved = ByteBuffer(capacity: bytes.count + shift)
        for _ in 0..<shift { moved.append(0x20) }
        moved.append(bytes)
        var again = JSONFound()
        let second = result { () throws(JSONError) in
            try scanner.scan(moved.span, from: shift, paths: paths, found: &again)
        }
        switch (outcome, second) {
        case (.success(let end), .success(let other)):
            precondition(end + shift == other && found.kind == again.kind, "the scan depends on the place")
            precondition((0..<paths.count).allSatisfy { found[$0]?.count == again[$0]?.count }, "other places")
        case (.failure(let error), .failure(let other)):
            precondition(error.kind == other.kind && error.offset + shift == other.offset, "another error")
        default: preconditionFailure("the verdict depends on the place")
        }
    }

    var text = ByteBuffer()
    JSONText.unescape(bytes, into: &text)
    var escaped = ByteBuffer()
    escaped.append(0x22)
    JSONText.appendEscapedLatin1(bytes, to: &escaped)
    escaped.append(0x22)
    let quoted = result { () throws(JSONError) in try scanner.scan(escaped.span, paths: .none, found: &found) }
    precondition(quoted == .success(escaped.count), "an escaped text is no JSON string")
}

private func checkPlaces(
    _ bytes: Span<UInt8>, _ paths: JSONPaths, _ found: JSONFound, _ outcome: Result<Int, JSONError>
) {
    guard case .success(let end) = outcome else { return }
    precondition(found.start <= end && end == found.end && end <= bytes.count, "the value lies outside")
    for path in 0..<paths.count {
        guard let value = found[path] else { continue }
        precondition(value.count >= 0 && value.offset >= found.start, "a found value lies outside")
        precondition(value.offset + value.count <= end, "a found value lies outside")
    }
}

private func result(_ body: () throws(JSONError) -> Int) -> Result<Int, JSONError> {
    do throws(JSONError) { return .success(try body()) } catch { return .failure(error) }
}

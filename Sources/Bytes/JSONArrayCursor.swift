/// Walks the elements of an array, each scanned by itself with paths relative to the element.
///
///     var cursor = try JSONArrayCursor(body, from: 0)
///     while try cursor.next(body, scanner: &scanner, paths: paths, found: &found) {
///         // found.start ..< found.end is the element
///     }
///     // cursor.offset is behind the closing bracket
package struct JSONArrayCursor: Sendable {
    /// Where the walk is; behind the array once ``next(_:scanner:paths:found:)`` gave false.
    package private(set) var offset: Int
    private var isDone = false

    /// - Throws: ``JSONError`` when no array starts at or behind `start`.
    package init(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
        let open = JSONText.skipWhitespace(bytes, from: start)
        guard open < bytes.count else { throw JSONError(.end, at: open) }
        guard bytes[open] == 0x5B else { throw JSONError(.value, at: open) }
        offset = open + 1
    }

    /// Scans the next element, or gives false behind the last one.
    package mutating func next(
        _ bytes: Span<UInt8>, scanner: inout JSONScanner, paths: JSONPaths, found: inout JSONFound
    ) throws(JSONError) -> Bool {
        if isDone { return false }
        offset = JSONText.skipWhitespace(bytes, from: offset)
        guard offset < bytes.count else { throw JSONError(.end, at: offset) }
        if bytes[offset] == 0x5D {
            isDone = true
            offset += 1
            return false
        }
        offset = try scanner.scan(bytes, from: offset, paths: paths, found: &found)
        offset = JSONText.skipWhitespace(bytes, from: offset)
        guard offset < bytes.count else { throw JSONError(.end, at: offset) }
        switch bytes[offset] {
        case 0x2C:
            offset = JSONText.skipWhitespace(bytes, from: offset + 1)
            // A comma promises another element.
            guard offset < bytes.count else { throw JSONError(.end, at: offset) }
            guard bytes[offset] != 0x5D else { throw JSONError(.value, at: offset) }
        case 0x5D: break
        default: throw JSONError(.separator, at: offset)
        }
        return true
    }
}

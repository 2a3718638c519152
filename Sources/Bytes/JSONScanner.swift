/// Validates one JSON value and finds fields in it, in one pass, without a tree, recursion or allocation.
///
/// Strings are searched eight bytes at a time; UTF-8 is checked only where a byte is not ASCII. It takes exactly what
/// RFC 8259 allows, lone surrogate escapes included, up to a depth.
///
/// Source: RFC 8259.
package struct JSONScanner: Sendable {
    /// Most levels that ``init(depthLimit:)`` may ask for.
    package static let deepest = 1024

    let depthLimit: Int

    /// - Parameter depthLimit: The most arrays and objects inside one another, 1 to ``deepest``.
    package init(depthLimit: Int = 512) {
        precondition(depthLimit > 0 && depthLimit <= Self.deepest, "depth limit outside 1...1024")
        self.depthLimit = depthLimit
    }

    /// Scans the value at or behind `start`; white space before it is skipped, what follows it is not looked at.
    ///
    /// - Parameter found: Filled anew; after an error what it holds means nothing.
    /// - Returns: The offset behind the value.
    package mutating func scan(
        _ bytes: Span<UInt8>, from start: Int = 0, paths: JSONPaths, found: inout JSONFound
    ) throws(JSONError) -> Int {
        precondition(start >= 0 && start <= bytes.count, "start outside the bytes")
        found.reset(paths.count)
        let limit = depthLimit
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            guard let base = buffer.baseAddress else { throw JSONError(.end, at: 0) }
            // SAFETY: the text is the span's memory, which outlives the closure.
            let text = unsafe JSONMemory(base: UnsafeRawPointer(base), end: buffer.count)
            var walk = JSONWalk(paths: paths)
            let end = try unsafe text.value(from: start, depthLimit: limit, walk: &walk, found: &found)
            for alias in paths.aliases { found.copy(alias.original, to: alias.copy) }
            found.end = end
            return end
        }
    }

    /// Scans a text that holds one value and white space, and nothing else.
    package mutating func scanDocument(
        _ bytes: Span<UInt8>, paths: JSONPaths, found: inout JSONFound
    ) throws(JSONError) {
        let end = try scan(bytes, paths: paths, found: &found)
        let rest = JSONText.skipWhitespace(bytes, from: end)
        guard rest == bytes.count else { throw JSONError(.trailing, at: rest) }
    }
}

/// Where a scan is in the tree of wanted names.
struct JSONWalk {
    let paths: JSONPaths
    /// How many of the open containers, from the outermost, lie on a wanted path.
    private(set) var depth = 0
    /// The node of the value that comes next, or -1 when nobody wants it.
    private(set) var pending: Int
    private var nodes = [32 of UInt16](repeating: 0)
    private var indexes = [32 of Int](repeating: 0)

    init(paths: JSONPaths) {
        self.paths = paths
        pending = paths.isEmpty ? -1 : 0
    }

    /// A container starts at `offset`; it is the pending value.
    mutating func open(_ kind: JSONValue.Kind, at offset: Int, found: inout JSONFound) {
        let node = paths.nodes[pending]
        if node.path >= 0 {
            found.store(JSONValue(kind: kind, offset: offset, count: -1), at: Int(node.path))
        }
        nodes[depth] = UInt16(pending)
        indexes[depth] = 0
        depth += 1
        pending = -1
    }

    /// The innermost wanted container ends in front of `end`.
    mutating func close(at end: Int, found: inout JSONFound) {
        depth -= 1
        let path = paths.nodes[Int(nodes[depth])].path
        if path >= 0, found[Int(path)]?.count == -1 { found.close(Int(path), at: end) }
    }

    /// The pending value is a scalar.
    mutating func take(_ value: JSONValue, found: inout JSONFound) {
        let path = paths.nodes[pending].path
        if path >= 0 { found.store(value, at: Int(path)) }
        pending = -1
    }

    /// An element of the innermost wanted container, an array, comes next.
    mutating func nextElement() {
        let parent = Int(nodes[depth - 1])
        let index = indexes[depth - 1]
        indexes[depth - 1] = index + 1
        guard paths.nodes[parent].hasIndexes else { return }
        for edge in paths.edges where Int(edge.parent) == parent && edge.index == index { pending = Int(edge.node) }
    }

    /// Looks up a name in the innermost wanted container, an object.
    ///
    /// The caller guarantees that `start ..< end` lies inside the text.
    @inline(__always)
    mutating func lookUp(_ text: JSONMemory, _ start: Int, _ end: Int) {
        let node = paths.nodes[Int(nodes[depth - 1])]
        if node.tableMask < 0 { return }
        let count = end - start
        let word = unsafe text.word(at: start, count: count)
        var slot = JSONPaths.hash(word, count) & Int(node.tableMask)
        while true {
            let number = Int(paths.slots[Int(node.tableStart) + slot])
            if number == 0 { return }
            if paths.edges[number - 1].word == word, unsafe isName(paths.edges[number - 1].name, text, start, count) {
                pending = Int(paths.edges[number - 1].node)
                return
            }
            slot = (slot + 1) & Int(node.tableMask)
        }
    }

    @inline(__always)
    private func isName(_ name: [UInt8], _ text: JSONMemory, _ start: Int, _ count: Int) -> Bool {
        if name.count != count { return false }
        var i = 8
        while i < count {
            // SAFETY: `start ..< start + count` lies inside the text.
            if unsafe text.byte(start + i) != name[i] { return false }
            i += 1
        }
        return true
    }

    /// As ``lookUp(_:_:_:)``, for a name with escapes.
    @inline(never)
    mutating func lookUpEscaped(_ text: JSONMemory, _ start: Int, _ end: Int) {
        var name = ByteBuffer(capacity: end - start)
        // SAFETY: the name lies inside the text.
        let raw = unsafe UnsafeBufferPointer(
            start: text.base.advanced(by: start).assumingMemoryBound(to: UInt8.self), count: end - start)
        unsafe JSONText.unescape(raw.span, into: &name)
        unsafe name.span.withUnsafeBufferPointer { plain in
            guard let base = plain.baseAddress else { return }
            let memory = unsafe JSONMemory(base: UnsafeRawPointer(base), end: plain.count)
            unsafe lookUp(memory, 0, plain.count)
        }
    }
}

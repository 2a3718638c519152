/// Places in a JSON document, compiled for one scan to find them all.
///
/// The pointers become a tree of names. While the scanner is in an object that lies on none of them, names cost nothing;
/// in one that does, a name costs one look into a hash table. A number in a pointer matches an array's element too.
///
/// Source: RFC 6901.
package struct JSONPaths: Sendable {
    /// Most pointers in one set.
    package static let limit = 64
    /// Most names in one pointer.
    package static let depthLimit = 30

    struct Node: Sendable {
        /// The pointer that ends here, or -1.
        var path: Int16 = -1
        /// The node's part of `slots`; a power of two, or 0 where nothing goes on.
        var tableStart: Int32 = 0
        var tableMask: Int32 = -1
        var hasIndexes = false
    }

    struct Edge: Sendable {
        /// The first eight bytes of the name, zeros behind a shorter one.
        var word: UInt64
        var name: [UInt8]
        var parent: UInt16
        var node: UInt16
        /// The name as an array's index, or -1.
        var index: Int
    }

    /// The first is the root, and never matched as a child; so 0 says "none".
    private(set) var nodes = [Node()]
    private(set) var edges: [Edge] = []
    /// Open addressing: an edge's position plus one, 0 for free.
    private(set) var slots: [UInt16] = []
    /// Pointers given twice, and the first of each.
    private(set) var aliases: [(copy: Int, original: Int)] = []
    /// How many pointers there are.
    package let count: Int

    package static let none = JSONPaths(pointers: [])

    /// - Throws: ``JSONPathError`` when a pointer is malformed or a limit passed.
    package init(_ pointers: [String]) throws(JSONPathError) {
        guard pointers.count <= Self.limit else { throw .tooMany }
        var split: [[[UInt8]]] = []
        for pointer in pointers { split.append(try Self.names(of: pointer)) }
        self.init(pointers: split)
    }

    private init(pointers: [[[UInt8]]]) {
        count = pointers.count
        for (path, names) in pointers.enumerated() {
            var node: UInt16 = 0
            for name in names { node = child(of: node, called: name) }
            if nodes[Int(node)].path >= 0 {
                aliases.append((path, Int(nodes[Int(node)].path)))
            } else {
                nodes[Int(node)].path = Int16(path)
            }
        }
        buildTables()
    }

    /// Whether the scanner has to look at names at all.
    var isEmpty: Bool { count == 0 }

    private mutating func child(of parent: UInt16, called name: [UInt8]) -> UInt16 {
        if let edge = edges.first(where: { $0.parent == parent && $0.name == name }) { return edge.node }
        let node = UInt16(nodes.count)
        nodes.append(Node())
        let index = Self.index(name)
        if index >= 0 { nodes[Int(parent)].hasIndexes = true }
        edges.append(Edge(word: Self.word(name), name: name, parent: parent, node: node, index: index))
        return node
    }

    private mutating func buildTables() {
        for parent in nodes.indices {
            let own = edges.indices.filter { Int(edges[$0].parent) == parent }
            if own.isEmpty { continue }
            var size = 4
            while size < own.count * 3 { size *= 2 }
            let start = slots.count
            slots.append(contentsOf: repeatElement(0, count: size))
            nodes[parent].tableStart = Int32(start)
            nodes[parent].tableMask = Int32(size - 1)
            for edge in own {
                var slot = Self.hash(edges[edge].word, edges[edge].name.count) & (size - 1)
                while slots[start + slot] != 0 { slot = (slot + 1) & (size - 1) }
                slots[start + slot] = UInt16(edge + 1)
            }
        }
    }

    @inline(__always)
    static func hash(_ word: UInt64, _ count: Int) -> Int {
        let mixed = (word ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40)
    }

    private static func word(_ name: [UInt8]) -> UInt64 {
        var word: UInt64 = 0
        for (i, byte) in name.prefix(8).enumerated() { word |= UInt64(byte) << UInt64(8 * i) }
        return word
    }

    /// array-index = "0" / 1-9 *DIGIT, up to a million; -1 for any other name.
    private static func index(_ name: [UInt8]) -> Int {
        guard !name.isEmpty, name.count <= 6, name == [48] || name[0] != 48 else { return -1 }
        return name.reduce(0) { $0 < 0 || $1 &- 48 > 9 ? -1 : $0 * 10 + Int($1 - 48) }
    }

    private static func names(of pointer: String) throws(JSONPathError) -> [[UInt8]] {
        if pointer.isEmpty { return [] }
        guard pointer.utf8.first == UInt8(ascii: "/") else { throw .malformed(pointer) }
        var names: [[UInt8]] = []
        var isEscaped = false
        for byte in pointer.utf8 {
            if isEscaped {
                guard byte == 48 || byte == 49 else { throw .malformed(pointer) }
                names[names.count - 1].append(byte == 48 ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                isEscaped = false
            } else if byte == UInt8(ascii: "/") {
                names.append([])
            } else if byte == UInt8(ascii: "~") {
                isEscaped = true
            } else {
                names[names.count - 1].append(byte)
            }
        }
        guard !isEscaped else { throw .malformed(pointer) }
        guard names.count <= depthLimit else { throw .tooDeep(pointer) }
        return names
    }
}

/// Why a set of JSON pointers cannot be used.
package enum JSONPathError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a pointer as RFC 6901 has them.
    case malformed(String)
    /// More names than ``JSONPaths/depthLimit``.
    case tooDeep(String)
    /// More pointers than ``JSONPaths/limit``.
    case tooMany

    package var description: String {
        switch self {
        case .malformed(let pointer): "\"\(pointer)\" is not a JSON pointer such as \"/data/id\""
        case .tooDeep(let pointer): "\"\(pointer)\" has more than \(JSONPaths.depthLimit) names"
        case .tooMany: "more than \(JSONPaths.limit) JSON pointers"
        }
    }
}

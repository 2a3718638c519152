/// Puts `--set KEY=VALUE` into a tree, before it is read.
enum Overrides {
    /// The value is read as JSON5 where it is such, and taken as a string where not.
    static func apply(_ given: String, to root: inout JSON5Node, _ faults: FaultList) {
        guard let equals = given.firstIndex(of: "="), equals != given.startIndex else {
            return faults.error("", "--set \(given): expects KEY=VALUE, for example batch.maxAge=5s")
        }
        let path = String(given[..<equals])
        let text = String(given[given.index(after: equals)...])
        let origin = Origin.override(given)
        guard let steps = steps(path) else {
            return faults.error(path, "this is no key path; write section.key or sources[0].key", at: origin)
        }
        if let complaint = put(value(text, origin), at: steps[...], into: &root, origin) {
            faults.error(path, complaint, at: origin)
        }
    }

    private enum Step {
        case key(String)
        case index(Int)
    }

    private static func value(_ text: String, _ origin: Origin) -> JSON5Node {
        let node = try? JSON5Parser.parse([UInt8](text.utf8))
        // What is blank, or like `//x` a comment, reads as an empty object.
        guard let node, !text.hasPrefix("/"), text.utf8.contains(where: { $0 != 0x20 }) else {
            return JSON5Node(.string(text), at: origin, rawText: text)
        }
        var placed = moved(node, to: origin)
        if case .list = placed.value { return placed }
        if case .object = placed.value { return placed }
        // `123` may be meant as a name.
        placed.rawText = text
        return placed
    }

    /// Whatever stands in it was written on the command line.
    private static func moved(_ node: JSON5Node, to origin: Origin) -> JSON5Node {
        switch node.value {
        case .list(let nodes): JSON5Node(.list(nodes.map { moved($0, to: origin) }), at: origin)
        case .object(let members):
            JSON5Node(
                .object(members.map { JSON5Member(key: $0.key, origin: origin, node: moved($0.node, to: origin)) }),
                at: origin)
        default: JSON5Node(node.value, at: origin)
        }
    }

    private static func steps(_ path: String) -> [Step]? {
        var steps: [Step] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let key = pieces.first, !key.isEmpty else { return nil }
            steps.append(.key(String(key)))
            for piece in pieces.dropFirst() {
                guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else { return nil }
                steps.append(.index(index))
            }
        }
        return steps
    }

    /// - Returns: Why it cannot be put there, or nil.
    private static func put(
        _ value: JSON5Node, at steps: ArraySlice<Step>, into node: inout JSON5Node, _ origin: Origin
    ) -> String? {
        guard let step = steps.first else {
            node = value
            return nil
        }
        switch step {
        case .key(let key):
            guard case .object(var members) = node.value else { return "what encloses it is \(node.kindName)" }
            let position = members.firstIndex { $0.key == key } ?? members.count
            if position == members.count {
                members.append(JSON5Member(key: key, origin: origin, node: empty(for: steps.dropFirst(), origin)))
            }
            if let complaint = put(value, at: steps.dropFirst(), into: &members[position].node, origin) {
                return complaint
            }
            node.value = .object(members)
        case .index(let index):
            guard case .list(var nodes) = node.value else { return "what encloses it is \(node.kindName)" }
            guard index <= nodes.count else { return "the list has only \(nodes.count) elements" }
            if index == nodes.count { nodes.append(empty(for: steps.dropFirst(), origin)) }
            if let complaint = put(value, at: steps.dropFirst(), into: &nodes[index], origin) { return complaint }
            node.value = .list(nodes)
        }
        return nil
    }

    /// What encloses the next step.
    private static func empty(for steps: ArraySlice<Step>, _ origin: Origin) -> JSON5Node {
        if case .index = steps.first { return JSON5Node(.list([]), at: origin) }
        return JSON5Node(.object([]), at: origin)
    }
}

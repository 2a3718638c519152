extension Bool: Setting {
    static var expected: String { "true or false" }
    static func parse(_ node: JSON5Node) throws(Complaint) -> Bool {
        guard case .flag(let flag) = node.value else { throw Complaint() }
        return flag
    }
    var shown: Shown { .flag(self) }
}

extension Int: Setting {
    static var expected: String { "a whole number" }
    static func parse(_ node: JSON5Node) throws(Complaint) -> Int {
        switch node.value {
        case .integer(let number): return number
        case .number(let number):
            guard let whole = Int(exactly: number) else { throw Complaint("expects a whole number") }
            return whole
        default: throw Complaint()
        }
    }
    var shown: Shown { .integer(self) }
}

extension Double: Setting {
    static var expected: String { "a number" }
    static func parse(_ node: JSON5Node) throws(Complaint) -> Double {
        switch node.value {
        case .integer(let number): return Double(number)
        case .number(let number) where number.isFinite: return number
        default: throw Complaint()
        }
    }
    var shown: Shown { .number(self) }
}

extension String: Setting {
    static var expected: String { "a string" }
    static func parse(_ node: JSON5Node) throws(Complaint) -> String {
        if case .string(let text) = node.value { return text }
        guard let raw = node.rawText else { throw Complaint() }
        return raw
    }
    var shown: Shown { .string(self) }
}

extension Optional: Setting where Wrapped: Setting {
    static var expected: String { Wrapped.expected }
    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> Wrapped?? {
        if case .null = node.value { return .some(nil) }
        return Wrapped.read(node, path, faults).map { .some($0) }
    }
    static func keyPaths(_ path: String) -> [String] { Wrapped.keyPaths(path) }
    var shown: Shown { self?.shown ?? .null }
}

extension Array: Setting where Element: Setting {
    static var expected: String { "a list" }

    /// Every element is read, so that all faults are seen; one of them spoils the list.
    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> [Element]? {
        guard case .list(let nodes) = node.value else {
            faults.error(path, "expects a list, found \(node.kindName)", at: node.origin)
            return nil
        }
        var elements: [Element] = []
        for (index, node) in nodes.enumerated() {
            faults.record("\(path)[\(index)]", at: node.origin)
            if let element = Element.read(node, "\(path)[\(index)]", faults) { elements.append(element) }
        }
        return elements.count == nodes.count ? elements : nil
    }

    static func keyPaths(_ path: String) -> [String] { Element.keyPaths("\(path)[]") }
    var shown: Shown { .list(map(\.shown)) }
}

/// A setting that is one of a few words.
protocol Choice: Setting, CaseIterable, RawRepresentable<String> {}

extension Choice {
    static var expected: String { "one of " + allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }

    static func parse(_ node: JSON5Node) throws(Complaint) -> Self {
        let text = try String.parse(node)
        if let choice = Self(rawValue: text) { return choice }
        let nearest = Suggestion.nearest(to: text, among: allCases.map(\.rawValue)) ?? ""
        throw Complaint("expects \(expected), found \"\(text)\"; did you mean \"\(nearest)\"?")
    }

    var shown: Shown { .string(rawValue) }
}

/// An object that maps names to strings, in the order of the file.
package struct TextMap: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let key: String
        package let value: String
    }
    package var entries: [Entry] = []

    package init() {}
}

extension TextMap: Setting {
    static var expected: String { "an object of strings" }

    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> TextMap? {
        guard case .object(let members) = node.value else {
            faults.error(path, "expects \(expected), found \(node.kindName)", at: node.origin)
            return nil
        }
        var map = TextMap()
        for member in members {
            guard let text = String.read(member.node, "\(path).\(member.key)", faults) else { continue }
            map.entries.append(Entry(key: member.key, value: text))
        }
        return map.entries.count == members.count ? map : nil
    }

    var shown: Shown { .object(entries.map { ($0.key, .string($0.value)) }) }
}

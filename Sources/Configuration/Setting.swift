/// A value that a configuration can hold.
protocol Setting {
    /// What a reader should have written, with its article: `a size such as "64MiB"`.
    static var expected: String { get }
    /// The value that `node` stands for; nil after every fault in it was added to `faults`.
    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> Self?
    /// The value that a node stands for, for types without inner values.
    static func parse(_ node: JSON5Node) throws(Complaint) -> Self
    /// Every key path that a value of this type at `path` understands.
    static func keyPaths(_ path: String) -> [String]
    var shown: Shown { get }
}

/// Why a value cannot be taken; nil: it is not of the expected form at all.
struct Complaint: Error {
    let message: String?
    init(_ message: String? = nil) { self.message = message }
}

extension Setting {
    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> Self? {
        do throws(Complaint) {
            return try parse(node)
        } catch {
            faults.error(path, error.message ?? "expects \(expected), found \(node.kindName)", at: node.origin)
            return nil
        }
    }

    static func parse(_ node: JSON5Node) throws(Complaint) -> Self { throw Complaint() }
    static func keyPaths(_ path: String) -> [String] { [path] }
}

/// A group of keys.
protocol Section: Setting {
    init()
    /// Names every key with the property that holds it.
    mutating func visit(_ keys: Keys)
}

extension Section {
    static var expected: String { "an object" }

    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> Self? {
        guard case .object(let members) = node.value else {
            faults.error(path, "expects an object, found \(node.kindName)", at: node.origin)
            return nil
        }
        var section = Self()
        let keys = Keys(reading: members, path, faults)
        section.visit(keys)
        keys.reportUnknown()
        return section
    }

    static func keyPaths(_ path: String) -> [String] {
        var section = Self()
        let keys = Keys(listing: path)
        section.visit(keys)
        return keys.paths
    }

    var shown: Shown {
        var copy = self
        let keys = Keys()
        copy.visit(keys)
        return .object(keys.members)
    }
}

/// What a section's keys are told to: it reads them, shows them or lists them.
final class Keys {
    private enum Purpose {
        case reading([String: JSON5Member], FaultList)
        case showing
        case listing
    }

    private let purpose: Purpose
    private let path: String
    private var order: [JSON5Member] = []
    private var known: [String] = []
    private(set) var members: [(key: String, value: Shown)] = []
    private(set) var paths: [String] = []

    init() {
        purpose = .showing
        path = ""
    }

    init(listing path: String) {
        purpose = .listing
        self.path = path
    }

    init(reading members: [JSON5Member], _ path: String, _ faults: FaultList) {
        purpose = .reading(Dictionary(members.map { ($0.key, $0) }, uniquingKeysWith: { $1 }), faults)
        order = members
        self.path = path
    }

    private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// One key. A value that cannot be read, or that a rule refuses, becomes a fault, and the default stays.
    func key<T: Setting>(_ key: String, _ value: inout T, _ rules: Rule<T>...) {
        known.append(key)
        switch purpose {
        case .showing: members.append((key, value.shown))
        case .listing: paths += T.keyPaths(full(key))
        case .reading(let members, let faults):
            guard let member = members[key] else { return }
            faults.record(full(key), at: member.node.origin)
            guard let read = T.read(member.node, full(key), faults) else { return }
            for rule in rules {
                if let complaint = rule.complaint(read) {
                    return faults.error(full(key), complaint, at: member.node.origin)
                }
            }
            value = read
        }
    }

    /// Makes a fault of every key that nobody asked for.
    func reportUnknown() {
        guard case .reading(_, let faults) = purpose else { return }
        let known = Set(known)
        for member in order where !known.contains(member.key) {
            faults.error(full(member.key), "unknown key; \(hint(member.key))", at: member.origin)
        }
    }

    private func hint(_ key: String) -> String {
        // The same name in another section is a better guess than another name in this one.
        let elsewhere = Settings.allKeyPaths.first { $0.hasSuffix(".\(key)") || $0 == key }
        let nearest = Suggestion.nearest(to: key, among: known) ?? ""
        let edits = Suggestion.distance([UInt8](key.lowercased().utf8), [UInt8](nearest.lowercased().utf8))
        if let elsewhere, edits > 2 { return "did you mean \(elsewhere)?" }
        return edits <= 3 ? "did you mean \(full(nearest))?" : "the nearest known key is \(full(nearest))"
    }
}

/// A condition on a value beyond its type.
struct Rule<T> {
    /// Why the value is refused, or nil.
    let complaint: (T) -> String?
}

extension Rule where T: Comparable & Setting {
    static func atLeast(_ least: T) -> Rule {
        Rule { $0 >= least ? nil : "must be at least \(least.shown.json())" }
    }

    static func between(_ least: T, _ most: T) -> Rule {
        Rule { $0 >= least && $0 <= most ? nil : "must be from \(least.shown.json()) to \(most.shown.json())" }
    }
}

extension Rule {
    static func each<E>(_ rule: Rule<E>) -> Rule where T == [E] {
        Rule { list in
            for (index, element) in list.enumerated() {
                if let complaint = rule.complaint(element) { return "[\(index)] \(complaint)" }
            }
            return nil
        }
    }

    static func ifGiven<W>(_ rule: Rule<W>) -> Rule where T == W? {
        Rule { $0.flatMap(rule.complaint) }
    }
}

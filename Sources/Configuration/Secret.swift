package import Kernel

/// Something that nobody may read out: written as `"env:NAME"`, `"file:PATH"`, or, with a warning, as itself.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private enum Source: Sendable, Hashable {
        case environment(String)
        case file(String)
        case literal(String)
    }
    private let source: Source

    /// Why a secret has no value.
    package enum Missing: Error, CustomStringConvertible {
        case notInEnvironment(name: String)
        case unreadable(path: String, Errno)
        case empty

        package var description: String {
            switch self {
            case .notInEnvironment(let name): "the environment variable \(name) is not set"
            case .unreadable(let path, let errno): "\(path) cannot be read: \(errno)"
            case .empty: "the secret is empty"
            }
        }
    }

    /// The most bytes that a secret's file may have.
    private static let largestFile = 64 << 10

    package init(_ text: String) {
        if text.hasPrefix("env:") {
            source = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:") {
            source = .file(String(text.dropFirst(5)))
        } else {
            source = .literal(text)
        }
    }

    /// The secret itself; a file's without the line break at its end.
    package func resolve() throws(Missing) -> [UInt8] {
        var bytes: [UInt8]
        switch source {
        case .literal(let text): bytes = [UInt8](text.utf8)
        case .environment(let name):
            guard let value = ProcessFacts.environment(name) else { throw .notInEnvironment(name: name) }
            bytes = [UInt8](value.utf8)
        case .file(let path):
            do throws(Errno) {
                let file = try FileDescriptor.open(path, .read)
                bytes = try file.read(count: Self.largestFile, at: 0)
            } catch { throw .unreadable(path: path, error) }
            if bytes.last == 0x0A { bytes.removeLast() }
            if bytes.last == 0x0D { bytes.removeLast() }
        }
        if bytes.isEmpty { throw .empty }
        return bytes
    }

    package var isLiteral: Bool { if case .literal = source { true } else { false } }

    /// Where it comes from, which is no secret: "env:NAME", "file:PATH"; a literal stays hidden.
    package var reference: String {
        switch source {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .literal: description
        }
    }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Setting {
    static var expected: String { "a secret such as \"env:NAME\" or \"file:PATH\"" }

    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> Secret? {
        guard let text = String.read(node, path, faults) else { return nil }
        let secret = Secret(text)
        if text.isEmpty || text == "env:" || text == "file:" {
            faults.error(path, "expects \(expected), found nothing", at: node.origin)
            return nil
        }
        // The place of a `--set` would quote the secret.
        if secret.isLiteral {
            let isInFile = if case .file = node.origin { true } else { false }
            faults.warning(
                path, "a secret stands in the configuration itself; \"env:NAME\" or \"file:PATH\" keep it out",
                at: isInFile ? node.origin : .override("\(path)=•••"))
        }
        return secret
    }

    var shown: Shown { .string(reference) }
}

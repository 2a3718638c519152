/// Something wrong, or worth a second look, in a configuration.
package struct Fault: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    package let severity: Severity
    /// The key, from the top: `sources[0].rate.events`. Empty for the file as a whole.
    package let path: String
    /// A sentence without a full stop.
    package let message: String
    /// `config/sluice.json5:12:5` or `--set batch.maxAge=soon`; nil where a default is at fault.
    package let place: String?
    /// The position in the file, when it has one.
    package let position: TextPosition?

    package init(
        _ severity: Severity, _ path: String, _ message: String, place: String? = nil, position: TextPosition? = nil
    ) {
        self.severity = severity
        self.path = path
        self.message = message
        self.place = place
        self.position = position
    }

    package var description: String {
        [place, severity == .warning ? "warning" : nil, path.isEmpty ? nil : path, message]
            .compactMap { $0 }.joined(separator: ": ")
    }
}

/// Why there is no configuration to work with.
package enum ConfigurationError: Error, CustomStringConvertible {
    /// Everything that is wrong, and the warnings, in the order of the file.
    case faulty([Fault])

    package var faults: [Fault] { switch self { case .faulty(let faults): faults } }

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Collects faults while a tree is read; it knows where every key was written.
final class FaultList {
    /// More would not be read by anybody.
    static let limit = 200

    private(set) var faults: [Fault] = []
    private let text: [UInt8]
    private let fileName: String
    /// Where the value of a path was written. Paths that took their default are not in it.
    private(set) var origins: [String: Origin] = [:]

    init(text: [UInt8], fileName: String) {
        self.text = text
        self.fileName = fileName
    }

    func record(_ path: String, at origin: Origin) { origins[path] = origin }

    func error(_ path: String, _ message: String, at origin: Origin? = nil) { add(.error, path, message, origin) }
    func warning(_ path: String, _ message: String, at origin: Origin? = nil) { add(.warning, path, message, origin) }

    /// Adds a fault that somebody else found, with the place of its key.
    func add(_ fault: Fault) { add(fault.severity, fault.path, fault.message, nil) }

    private func add(_ severity: Fault.Severity, _ path: String, _ message: String, _ origin: Origin?) {
        guard faults.count < Self.limit else { return }
        var place: String?
        var position: TextPosition?
        switch origin ?? nearestOrigin(path) {
        case .file(let offset):
            let found = TextPosition(of: offset, in: text)
            position = found
            place = "\(fileName):\(found)"
        case .override(let given): place = "--set \(given)"
        case nil: break
        }
        faults.append(Fault(severity, path, message, place: place, position: position))
    }

    /// Where the path, or else what encloses it, was written.
    private func nearestOrigin(_ path: String) -> Origin? {
        var rest = path[...]
        while !rest.isEmpty {
            if let origin = origins[String(rest)] { return origin }
            guard let cut = rest.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
            rest = rest[..<cut]
        }
        return nil
    }
}

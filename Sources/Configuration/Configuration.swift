import Kernel

/// Settings that fit together, and what to say about them at start.
package struct Configuration: Sendable {
    package let settings: Settings
    package let limits: Limits
    package let warnings: [Fault]
    /// The file that was read, or nil.
    package let file: String?

    /// Where a configuration is looked for when none is named.
    package static let defaultFile = "config/sluice.json5"
    /// A larger file is refused.
    static let largestFile = 1 << 20

    /// Reads, overrides and checks a configuration.
    ///
    /// - Parameters:
    ///   - file: The file's path; nil reads ``defaultFile`` where that exists, and takes the defaults where not.
    ///   - overrides: `KEY=VALUE`, applied in this order.
    ///   - resolvingSecrets: Whether a secret without a value on this machine is a fault.
    ///   - extraCheck: What the program at hand has to say about settings that fit together; places are added here.
    /// - Throws: Every fault, not only the first, and the warnings.
    package static func load(
        file: String?, overrides: [String] = [], resolvingSecrets: Bool = false,
        extraCheck: (Settings) -> [Fault] = { _ in [] }
    ) throws(ConfigurationError) -> Configuration {
        let path = file ?? (FileSystem.exists(defaultFile) ? defaultFile : nil)
        var text: [UInt8] = []
        if let path {
            do throws(Errno) {
                let descriptor = try FileDescriptor.open(path, .read)
                text = try descriptor.read(count: largestFile + 1, at: 0)
            } catch { throw .faulty([Fault(.error, "", "cannot be read: \(error)", place: path)]) }
            guard text.count <= largestFile else {
                throw .faulty([Fault(.error, "", "is larger than \(largestFile >> 20) MiB", place: path)])
            }
        }
        return try parse(
            text, name: path, overrides: overrides, resolvingSecrets: resolvingSecrets, extraCheck: extraCheck)
    }

    /// The same for a text in memory.
    package static func parse(
        _ text: [UInt8], name: String? = nil, overrides: [String] = [], resolvingSecrets: Bool = false,
        extraCheck: (Settings) -> [Fault] = { _ in [] }
    ) throws(ConfigurationError) -> Configuration {
        let faults = FaultList(text: text, fileName: name ?? "configuration")
        var root: JSON5Node
        do throws(JSON5Parser.Failure) {
            root = try JSON5Parser.parse(text)
        } catch {
            faults.error("", error.message, at: .file(offset: error.offset))
            root = JSON5Node(.object([]), at: .file(offset: 0))
        }
        for override in overrides { Overrides.apply(override, to: &root, faults) }
        var settings = Settings.read(root, "", faults) ?? Settings()
        // Relations between values are only of interest once each is right.
        if !faults.faults.contains(where: { $0.severity == .error }) {
            DefaultsFollow.apply(&settings) { faults.origins[$0] != nil }
            Limits.check(settings, faults)
            if resolvingSecrets { SourceCheck.checkSecrets(settings, faults) }
            for fault in extraCheck(settings) { faults.add(fault) }
        }
        if faults.faults.contains(where: { $0.severity == .error }) { throw .faulty(faults.faults) }
        return Configuration(settings: settings, limits: Limits(settings), warnings: faults.faults, file: name)
    }
}

import Foundation

/// The real data that tests run against when it lies beside the checkout.
///
/// `$SLUICE_CORPUS`, or `../shared/corpus` beside the package. Tests that need it are disabled, and say so, where it
/// is absent.
package enum Corpus {
    package static let folder: String? = {
        let given = ProcessInfo.processInfo.environment["SLUICE_CORPUS"]
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let url = given.map { URL(fileURLWithPath: $0) } ?? package.appending(path: "../shared/corpus").standardized
        return FileManager.default.fileExists(atPath: url.path + "/README.md") ? url.path : nil
    }()

    package static var isPresent: Bool { folder != nil }

    /// A corpus file's bytes.
    package static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")))
    }

    /// The objects of a JSON lines file.
    package static func lines(_ path: String) throws -> [[String: Any]] {
        try bytes(path).split(separator: 0x0A).compactMap {
            try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
        }
    }

    /// The values of a JSON lines file.
    package static func lines<T: Decodable>(_ path: String, as type: T.Type) throws -> [T] {
        try bytes(path).split(separator: 0x0A).map { try JSONDecoder().decode(type, from: Data($0)) }
    }
}

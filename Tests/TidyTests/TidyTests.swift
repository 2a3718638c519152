import Foundation
import Testing

/// The rules of the house that a compiler does not know.
@Suite struct TidyTests {
    private struct File {
        let path: String
        let lines: [Substring]
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(_ folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.map { name in
            let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
            return File(path: "\(folder)/\(name)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    private static func code(_ line: Substring) -> Substring { line.prefix(upTo: line.range(of: "//")?.lowerBound ?? line.endIndex) }

    @Test func unsafeStaysBehindItsDoors() throws {
        let files = try Self.files("Sources")
        #expect(files.count > 100)
        for file in files where !file.path.hasPrefix("Sources/Kernel/") && !file.path.hasPrefix("Sources/Bytes/") {
            for (number, line) in file.lines.enumerated() {
                let words = Self.code(line).split { !$0.isLetter && $0 != "_" }
                #expect(!words.contains("unsafe"), "\(file.path):\(number + 1)")
            }
        }
    }

    @Test func nothingIsPublicAndNothingNeedsFoundation() throws {
        for file in try Self.files("Sources") {
            for (number, line) in file.lines.enumerated() {
                let code = Self.code(line).drop { $0 == " " }
                #expect(!code.hasPrefix("public ") && !code.hasSuffix("import Foundation"), "\(file.path):\(number + 1)")
            }
        }
    }

    /// The longest file may not grow, and no other may become as long.
    @Test func filesStayReadable() throws {
        for file in try Self.files("Sources") + Self.files("LoadTests") + Self.files("Tests") {
            #expect(file.lines.count <= 360, "\(file.path) has \(file.lines.count) lines")
            for (number, line) in file.lines.enumerated() {
                #expect(line.count <= 142, "\(file.path):\(number + 1) has \(line.count) characters")
            }
        }
    }
}

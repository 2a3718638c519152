import Batches
import Bytes
import Kernel

/// Finds files for commands that take paths: a file stands for itself, a folder for every match below it.
enum BatchPaths {
    /// - Returns: Files in the order given, those of a folder by name; and what could not be read.
    static func expand(_ paths: [String], suffixes: [String]) -> (files: [String], faults: [String]) {
        var files: [String] = []
        var faults: [String] = []
        for path in paths {
            do throws(Errno) {
                if try FileSystem.status(path).kind == .folder {
                    try walk(path, suffixes, &files)
                } else {
                    files.append(path)
                }
            } catch {
                faults.append("\(path): \(error)")
            }
        }
        return (files, faults)
    }

    static let batches = [BatchFormat.suffix, BatchFormat.openSuffix]

    private static func walk(_ folder: String, _ suffixes: [String], _ files: inout [String]) throws(Errno) {
        for name in try FileSystem.names(in: folder) where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            // A file may be moved or removed while the folder is walked.
            guard let status = try? FileSystem.status(path) else { continue }
            if status.kind == .folder {
                try walk(path, suffixes, &files)
            } else if suffixes.contains(where: name.hasSuffix) {
                files.append(path)
            }
        }
    }
}

/// Cuts a batch's chunks into lines, each lent to a closure without its line feed.
struct LineReader: ~Copyable {
    private var rest = Bytes.ByteBuffer()

    /// Bytes behind the last line feed: a torn line at the end of a batch.
    var leftOver: Int { rest.count }

    mutating func add(_ chunk: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        var start = 0
        while let end = ByteSearch.firstIndex(of: 0x0A, in: chunk, from: start) {
            if rest.isEmpty {
                body(chunk.extracting(start..<end))
            } else {
                rest.append(chunk.extracting(start..<end))
                body(rest.span)
                rest.removeAll()
            }
            start = end + 1
        }
        rest.append(chunk.extracting(start..<chunk.count))
    }
}

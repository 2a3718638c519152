import Bytes
package import Kernel

/// Turns an open batch that nobody writes any more into a sealed one.
///
/// The file is cut behind the last commit that is whole in it, and gets the end mark and summary with
/// ``BatchClosing/recovery``. Everything acknowledged lies before the cut, because a commit is answered only after it
/// is whole on stable storage. A file that was already complete stays as it is.
package enum BatchRecovery {
    /// What was found and done.
    package enum Outcome: Sendable, Equatable {
        /// The file at the same path is a sealed batch now, of so many events; `cutBytes` were behind the last commit.
        case sealed(events: Int, cutBytes: Int)
        /// There was no whole commit in it, and the file is gone.
        case empty
    }

    private struct Findings {
        var goodBytes = 7
        var isComplete = false
        /// Damage, as opposed to a file that just ends.
        var damage: LZ4FrameError?
    }

    /// Seals the file at `path` in place, durably.
    ///
    /// - Parameter keepDamagedIn: A folder that gets a copy of a file whose cut part is damaged rather than short.
    /// - Throws: ``BatchError``. The file is then still an open batch, and the call may be repeated.
    package static func seal(_ path: String, keepDamagedIn folder: String, now: WallTime) throws(BatchError) -> Outcome {
        guard let identity = BatchIdentity(path: path) else {
            throw .file(path: path, action: "reading the name of", .invalidArgument)
        }
        let byteCount: Int
        let modified: WallTime
        do throws(Errno) {
            let status = try FileSystem.status(path)
            byteCount = status.byteCount
            modified = status.modified
        } catch {
            throw .file(path: path, action: "looking at", error)
        }
        var tally = BatchTally()
        let findings = try examine(path, &tally)
        if findings.isComplete { return .sealed(events: tally.events, cutBytes: 0) }
        if tally.events == 0 {
            do throws(Errno) {
                try FileSystem.remove(path)
            } catch {
                throw .file(path: path, action: "removing", error)
            }
            return .empty
        }
        do throws(Errno) {
            if findings.damage != nil { try keep(path, in: folder) }
            var summary = BatchSummary(
                identity: identity, opened: tally.firstReceived ?? modified, sealed: now, closedBy: .recovery)
            tally.fill(&summary)
            summary.storedBytes = findings.goodBytes + 4
            var tail = ByteBuffer()
            LZ4FrameWriter.appendEndMark(into: &tail)
            var json = ByteBuffer()
            summary.append(to: &json)
            LZ4Frame.appendSkippable(magic: BatchFormat.summaryMagic, json.span, into: &tail)
            let file = try FileDescriptor.open(path, .readWrite)
            try file.truncate(to: findings.goodBytes)
            try file.writeAll(tail.span, at: findings.goodBytes)
            try file.synchronize()
        } catch {
            throw .file(path: path, action: "sealing", error)
        }
        return .sealed(events: tally.events, cutBytes: byteCount - findings.goodBytes)
    }

    /// Finds the end of the last whole commit, and counts what lies before it.
    private static func examine(_ path: String, _ tally: inout BatchTally) throws(BatchError) -> Findings {
        var findings = Findings()
        var reader = try BatchReader.open(path)
        var lines = LineSplitter()
        do throws(BatchError) {
            while try reader.next() {
                lines.add(reader.chunk, to: &tally)
                // Only a commit's last block ends with a line feed.
                if lines.isAtLineStart { findings.goodBytes = reader.offset }
            }
            findings.isComplete = reader.isSealed && reader.summaryJSON != nil && lines.isAtLineStart
        } catch {
            switch error {
            case .damaged(_, let damage) where reader.offset > 0 && !reader.isSealed: findings.damage = damage
            case .damaged, .truncated: break
            case .file: throw error
            }
        }
        return findings
    }

    private static func keep(_ path: String, in folder: String) throws(Errno) {
        try FileSystem.makeFolders(folder)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let target = "\(folder)/\(name)"
        if FileSystem.exists(target) { return }
        let source = try FileDescriptor.open(path, .read)
        let copy = try FileDescriptor.open(target, .replace)
        var offset = 0
        while true {
            let piece = try source.read(count: 1 << 20, at: offset)
            if piece.isEmpty { break }
            try copy.writeAll(piece.span, at: offset)
            offset += piece.count
        }
        try copy.synchronize()
        try FileSystem.synchronizeFolder(folder)
    }
}

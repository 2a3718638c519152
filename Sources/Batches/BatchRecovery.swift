import Bytes
package import Kernel

/// Turns an open batch that nobody writes any more into a sealed one.
///
/// The file is cut behind the last commit that is whole in it, and gets the end mark and summary with
/// ``BatchClosing/recovery``. Everything acknowledged lies before the cut, because a commit is answered only after it
/// is whole on stable storage. A file that was already complete stays as it is.
package enum BatchRecovery {
    /// A batch that is sealed now, at the same path.
    package struct Recovered: Sendable, Equatable {
        package let events: Int
        /// Bytes that were behind the last commit.
        package let cutBytes: Int
        /// Bytes of the sealed file.
        package let byteCount: Int
        /// When its first event was received; its folder in the store follows from it.
        package let opened: WallTime
    }

    private struct Findings {
        /// The file up to here is whole commits; 0 when there is none.
        var goodBytes = 0
        var isComplete = false
        /// Damage, as opposed to a file that just ends.
        var damage: LZ4FrameError?
    }

    /// Seals the file at `path` in place, durably.
    ///
    /// - Parameter keepDamagedIn: A folder that gets a copy of a file whose cut part is damaged rather than short.
    /// - Returns: Nil when there was no whole commit in it; the file is gone then.
    /// - Throws: ``BatchError``. The file is then still an open batch, and the call may be repeated.
    package static func seal(_ path: String, keepDamagedIn folder: String, now: WallTime)
        throws(BatchError) -> Recovered?
    {
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
        let findings = try examine(path)
        let tally = try count(path, upTo: findings.goodBytes)
        let opened = tally.firstReceived ?? modified
        if findings.isComplete {
            return Recovered(events: tally.events, cutBytes: 0, byteCount: byteCount, opened: opened)
        }
        if tally.events == 0 {
            do throws(Errno) {
                try FileSystem.remove(path)
            } catch {
                throw .file(path: path, action: "removing", error)
            }
            return nil
        }
        let tailBytes: Int
        do throws(Errno) {
            if findings.damage != nil { try keep(path, in: folder) }
            var summary = BatchSummary(
                identity: identity, opened: opened, sealed: now, closedBy: .recovery)
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
            tailBytes = tail.count
        } catch {
            throw .file(path: path, action: "sealing", error)
        }
        return Recovered(
            events: tally.events, cutBytes: byteCount - findings.goodBytes,
            byteCount: findings.goodBytes + tailBytes, opened: opened)
    }

    /// Finds the end of the last whole commit.
    private static func examine(_ path: String) throws(BatchError) -> Findings {
        var findings = Findings()
        var reader = try BatchReader.open(path)
        do throws(BatchError) {
            while try reader.next() {
                // Only a commit's last block ends with a line feed.
                let count = reader.chunk.count
                if count > 0, reader.chunk[count - 1] == 0x0A { findings.goodBytes = reader.offset }
            }
            findings.isComplete = reader.isSealed && reader.summaryJSON != nil
        } catch {
            switch error {
            case .damaged(_, let damage) where reader.offset > 0 && !reader.isSealed: findings.damage = damage
            case .damaged, .truncated: break
            case .file: throw error
            }
        }
        return findings
    }

    /// Counts the events of whole commits. A second pass, since the first one learns only behind a block whether the
    /// lines in it stay.
    private static func count(_ path: String, upTo goodBytes: Int) throws(BatchError) -> BatchTally {
        var tally = BatchTally()
        var reader = try BatchReader.open(path)
        var lines = LineSplitter()
        while reader.offset < goodBytes, try reader.next() { lines.add(reader.chunk, to: &tally) }
        return tally
    }

    private static func keep(_ path: String, in folder: String) throws(Errno) {
        try FileSystem.makeFolders(folder)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let target = "\(folder)/\(name)"
        if FileSystem.exists(target) { return }
        try FileSystem.copy(path, to: target)
        try FileSystem.synchronizeFolder(folder)
    }
}

import Bytes
package import Kernel

/// Saves what a damaged batch still holds.
///
/// Blocks refer to the 64 KiB before them, so nothing behind the first damaged block can be trusted: what is saved is
/// every whole line before it.
package enum BatchSalvage {
    /// Copies the readable lines of `path` into a new sealed batch at `target`.
    ///
    /// - Returns: How many events; with 0 no file is made.
    /// - Throws: ``BatchError/file(path:action:_:)``. A partial target is removed.
    package static func copy(_ path: String, to target: String, now: WallTime) throws(BatchError) -> Int {
        guard let identity = BatchIdentity(path: path) else {
            throw .file(path: path, action: "reading the name of", .invalidArgument)
        }
        let part = target + ".part"
        do throws(Errno) {
            let file = try FileDescriptor.open(part, .replace)
            let (tally, length) = try copyLines(path, to: file)
            guard tally.events > 0 else {
                try FileSystem.remove(part)
                return 0
            }
            var summary = BatchSummary(
                identity: identity, opened: tally.firstReceived ?? now, sealed: now, closedBy: .recovery)
            tally.fill(&summary)
            summary.storedBytes = length + 4
            var tail = ByteBuffer()
            LZ4FrameWriter.appendEndMark(into: &tail)
            var json = ByteBuffer()
            summary.append(to: &json)
            LZ4Frame.appendSkippable(magic: BatchFormat.summaryMagic, json.span, into: &tail)
            try file.writeAll(tail.span, at: length)
            try file.synchronize()
            try FileSystem.rename(part, to: target)
            try FileSystem.synchronizeFolder(FileSystem.folder(of: target))
            return tally.events
        } catch {
            try? FileSystem.remove(part)
            throw .file(path: target, action: "writing", error)
        }
    }

    /// - Returns: What was copied, and the length of the frame so far.
    private static func copyLines(_ path: String, to file: borrowing FileDescriptor)
        throws(Errno) -> (tally: BatchTally, length: Int)
    {
        var tally = BatchTally()
        var frame = LZ4FrameWriter(level: 1)
        var output = ByteBuffer()
        var pending = ByteBuffer()
        var length = 0
        LZ4FrameWriter.appendHeader(into: &output)
        guard var reader = try? BatchReader.open(path) else { return (tally, 0) }
        var lines = LineSplitter()
        // A fault ends the copy: everything before it was verified.
        while (try? reader.next()) ?? false {
            lines.add(reader.chunk, to: &tally)
            pending.append(reader.chunk)
            guard let end = ByteSearch.lastIndex(of: 0x0A, in: pending.span) else { continue }
            frame.append(pending.span.extracting(0..<end + 1), into: &output)
            pending.removeFirst(end + 1)
            try file.writeAll(output.span, at: length)
            length += output.count
            output.removeAll()
        }
        return (tally, length)
    }
}

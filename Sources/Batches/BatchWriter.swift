import Bytes
package import Kernel

/// How a batch is compressed.
package struct BatchOptions: Sendable, Hashable {
    /// LZ4 level: below 3 fast, from 3 HC. Default: 1.
    package var level = 1

    package init() {}
}

/// An open batch file.
///
/// Commits are gathered with ``stage(_:)`` and made durable together with ``flush(synchronizing:)``. When a flush
/// fails, nothing of it counts: the caller answers its requests with an error and calls ``abandon()``, which cuts the
/// file behind the last good commit. It is sealed later as after a crash, since its compressor's history and, after a
/// failed sync, its cached pages are no longer to be trusted.
package struct BatchWriter: ~Copyable {
    package let path: String
    package let identity: BatchIdentity
    /// When its first commit was staged, by the calendar; the batch's folder in the store follows from it.
    package private(set) var opened: WallTime
    /// The same moment on the monotonic clock; nil while it is empty.
    package private(set) var openedAt: MonotonicTime?
    private let file: FileDescriptor
    private var frame: LZ4FrameWriter
    /// Compressed bytes not yet written.
    private var pending = ByteBuffer()
    private var writtenBytes = 0

    /// What the batch holds, the staged commits included.
    package private(set) var summary: BatchSummary
    /// Bytes of the file that are known to be on stable storage.
    package private(set) var durableBytes = 0

    /// Makes the file; its header is written with the first flush.
    ///
    /// - Throws: ``BatchError/file(path:action:_:)``. No file is left.
    package static func open(
        folder: String, identity: BatchIdentity, options: BatchOptions, now: WallTime
    ) throws(BatchError) -> BatchWriter {
        let path = "\(folder)/\(identity.name)\(BatchFormat.openSuffix)"
        let file: FileDescriptor
        do throws(Errno) {
            file = try FileDescriptor.open(path, .create)
        } catch {
            throw .file(path: path, action: "making", error)
        }
        do throws(Errno) {
            try FileSystem.synchronizeFolder(folder)
        } catch {
            try? FileSystem.remove(path)
            throw .file(path: path, action: "syncing the folder of", error)
        }
        return BatchWriter(
            path: path, identity: identity, opened: now, file: file,
            frame: LZ4FrameWriter(level: options.level))
    }

    private init(
        path: String, identity: BatchIdentity, opened: WallTime, file: consuming FileDescriptor,
        frame: consuming LZ4FrameWriter
    ) {
        self.path = path
        self.identity = identity
        self.opened = opened
        self.file = file
        self.frame = frame
        summary = BatchSummary(identity: identity, opened: opened, sealed: opened, closedBy: .bytes)
        LZ4FrameWriter.appendHeader(into: &pending)
    }

    /// Compressed bytes, written or staged.
    package var storedBytes: Int { writtenBytes + pending.count }

    /// Compresses one commit: whole lines of whole requests.
    ///
    /// - Parameters:
    ///   - lines: Ends with a line feed.
    ///   - events: How many lines.
    package mutating func stage(_ lines: Span<UInt8>, events: Int, firstReceived: WallTime, lastReceived: WallTime) {
        precondition(lines.count > 0 && lines[lines.count - 1] == 0x0A, "a commit is whole lines")
        if openedAt == nil {
            openedAt = .now
            opened = lastReceived
            summary.opened = lastReceived
        }
        frame.append(lines, into: &pending)
        summary.events += events
        summary.rawBytes += lines.count
        if summary.firstReceived == nil { summary.firstReceived = firstReceived }
        summary.lastReceived = max(summary.lastReceived ?? lastReceived, lastReceived)
    }

    /// Adds the frame's end and the summary behind what is staged. Nothing can be staged afterwards.
    package mutating func stageEnd(closedBy: BatchClosing, shares: [BatchSummary.Share], now: WallTime) {
        LZ4FrameWriter.appendEndMark(into: &pending)
        summary.closedBy = closedBy
        summary.sealed = now
        summary.shares = shares
        summary.storedBytes = storedBytes
        var json = ByteBuffer()
        summary.append(to: &json)
        LZ4Frame.appendSkippable(magic: BatchFormat.summaryMagic, json.span, into: &pending)
    }

    /// Writes what is staged.
    ///
    /// - Parameter synchronizing: Puts it on stable storage before returning.
    /// - Throws: ``BatchError/file(path:action:_:)``. Call ``abandon()`` then.
    package mutating func flush(synchronizing: Bool) throws(BatchError) {
        do throws(Errno) {
            if !pending.isEmpty { try file.writeAll(pending.span, at: writtenBytes) }
        } catch {
            throw .file(path: path, action: "writing", error)
        }
        if synchronizing {
            do throws(Errno) {
                try file.synchronizeData()
            } catch {
                throw .file(path: path, action: "syncing", error)
            }
        }
        writtenBytes += pending.count
        pending.removeAll()
        if synchronizing { durableBytes = writtenBytes }
    }

    /// Ends the batch: leaves the file as it was after the last good flush, or removes it when that holds no event.
    ///
    /// - Returns: The path of the file to recover; nil when there is nothing in it.
    package mutating func abandon() -> String? {
        if writtenBytes == 0 {
            try? FileSystem.remove(path)
            return nil
        }
        try? file.truncate(to: writtenBytes)
        return path
    }
}

internal import CLinux
import Glibc

/// Calls on paths, each named after what it does to the folder.
package enum FileSystem {
    /// What a path leads to.
    package enum Kind: Sendable { case file, folder, other }

    /// A path's kind, length in bytes and time of last change.
    package struct Status: Sendable {
        package let kind: Kind
        package let byteCount: Int
        /// Nanoseconds since 1970, UTC.
        package let modified: WallTime
    }

    /// Source: stat(2).
    package static func status(_ path: String) throws(Errno) -> Status {
        var status = stat()
        _ = try retryingInterrupts { unsafe stat(path, &status) }
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        let nanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return Status(kind: kind, byteCount: Int(status.st_size), modified: WallTime(nanoseconds: nanoseconds))
    }

    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Makes a folder and every missing one above it; an existing folder is success.
    ///
    /// The new folders' names are on stable storage when this returns.
    ///
    /// Source: mkdir(2), fsync(2).
    package static func makeFolders(_ path: String) throws(Errno) {
        if (try? status(path))?.kind == .folder { return }
        let parent = folder(of: path)
        if parent != path { try makeFolders(parent) }
        do throws(Errno) {
            _ = try retryingInterrupts { unsafe mkdir(path, 0o755) }
        } catch {
            guard error == .exists, (try? status(path))?.kind == .folder else { throw error }
            return
        }
        try synchronizeFolder(parent)
    }

    /// The folder that holds `path`: everything before its last `/`, or `.`.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Puts a folder's entries on stable storage.
    package static func synchronizeFolder(_ path: String) throws(Errno) {
        try FileDescriptor.open(path, .folder).synchronize()
    }

    /// Gives a file a new name, replacing what is there. Durable only after both folders are synced.
    ///
    /// - Throws: ``Errno/crossDevice`` when the two names are on different file systems.
    ///
    /// Source: rename(2).
    package static func rename(_ path: String, to target: String) throws(Errno) {
        _ = try retryingInterrupts { unsafe Glibc.rename(path, target) }
    }

    /// Gives a file a second name, which must not exist.
    ///
    /// - Throws: ``Errno/exists`` when it does: of several callers exactly one wins.
    ///
    /// Source: link(2).
    package static func link(_ path: String, as target: String) throws(Errno) {
        _ = try retryingInterrupts { unsafe Glibc.link(path, target) }
    }

    /// Source: unlink(2).
    package static func remove(_ path: String) throws(Errno) {
        _ = try retryingInterrupts { unsafe unlink(path) }
    }

    /// Removes an empty folder. Source: rmdir(2).
    package static func removeFolder(_ path: String) throws(Errno) {
        _ = try retryingInterrupts { unsafe rmdir(path) }
    }

    /// The names in a folder, without `.` and `..`, in byte order.
    ///
    /// Source: readdir(3).
    package static func names(in path: String) throws(Errno) -> [String] {
        guard let stream = unsafe opendir(path) else { throw .current }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(stream) else {
                if Glibc.errno != 0 { throw .current }
                break
            }
            // SAFETY: d_name is NUL-terminated, and lives until the next readdir on this stream.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        names.sort()
        return names
    }

    /// Writes a file's bytes to `target`, replacing what is there, and puts them on stable storage. The name is durable
    /// only after its folder is synced.
    package static func copy(_ path: String, to target: String) throws(Errno) {
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
    }
}

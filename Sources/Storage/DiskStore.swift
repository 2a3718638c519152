import Kernel

/// Objects as files under one folder.
///
/// An object's name is its path below the root. What is not visible yet lies in `staging/{run}/` with the suffix
/// `.partial`, or is called `.tmp-…`; no listing shows either.
package struct DiskStore: ObjectStore {
    /// The folder, without a `/` at its end.
    package let root: String

    /// Opens a store, making its folder when it is missing.
    package init(root: String) throws(StoreError) {
        var path = root
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.root = path
        do throws(Errno) {
            try FileSystem.makeFolders(path)
        } catch {
            throw StoreError(error, name: path)
        }
    }

    func path(_ name: String) throws(StoreError) -> String {
        guard ObjectName.isValid(name) else { throw .invalidName(name) }
        return root + "/" + name
    }

    package func localPath(_ name: String) -> String? { ObjectName.isValid(name) ? root + "/" + name : nil }

    package func status(_ name: String) throws(StoreError) -> ObjectInfo? {
        let path = try path(name)
        do throws(Errno) {
            let status = try FileSystem.status(path)
            guard status.kind == .file else { return nil }
            return ObjectInfo(name: name, byteCount: status.byteCount, modified: status.modified)
        } catch {
            if error == .notFound || error == .notADirectory { return nil }
            throw StoreError(error, name: name)
        }
    }

    package func read(_ name: String, _ range: Range<Int>?) throws(StoreError) -> [UInt8] {
        let path = try path(name)
        do throws(Errno) {
            let file = try FileDescriptor.open(path, .read)
            let length = try file.length()
            let start = min(range?.lowerBound ?? 0, length)
            let end = min(range?.upperBound ?? length, length)
            return end > start ? try file.read(count: end - start, at: start) : []
        } catch {
            throw StoreError(error == .notADirectory ? .notFound : error, name: name)
        }
    }

    package func create(_ name: String, _ bytes: Span<UInt8>) throws(StoreError) {
        let path = try path(name)
        let folder = FileSystem.folder(of: path)
        let temporary = folder + "/.tmp-" + String(Entropy.random(), radix: 36)
        do throws(Errno) {
            // Saves writing the bytes of most losers; the link below decides.
            if FileSystem.exists(path) { throw .exists }
            try FileSystem.makeFolders(folder)
            let file = try FileDescriptor.open(temporary, .create)
            try file.writeAll(bytes)
            try file.synchronize()
            try FileSystem.link(temporary, as: path)
        } catch {
            try? FileSystem.remove(temporary)
            throw error == .exists ? .exists(name: name) : StoreError(error, name: name)
        }
        do throws(Errno) {
            try? FileSystem.remove(temporary)
            try FileSystem.synchronizeFolder(folder)
        } catch {
            throw .unknownOutcome(name: name, error)
        }
    }

    package func remove(_ name: String) throws(StoreError) {
        let path = try path(name)
        do throws(Errno) {
            try FileSystem.remove(path)
            // A removed object must not come back: what named it may be gone by then.
            try FileSystem.synchronizeFolder(FileSystem.folder(of: path))
        } catch {
            if error == .notFound || error == .notADirectory { return }
            throw StoreError(error, name: name)
        }
    }

    package func lock(_ name: String, exclusive: Bool, wait: Bool) throws(StoreError) -> (any StoreLock)? {
        // A lock's file is hidden, so its name follows no rule but this one.
        guard !name.utf8.starts(with: "/".utf8), !name.split(separator: "/").contains("..") else {
            throw .invalidName(name)
        }
        let path = root + "/" + name
        do throws(Errno) {
            try FileSystem.makeFolders(FileSystem.folder(of: path))
            let file = try FileDescriptor.open(path, .openOrCreate)
            guard try file.lock(exclusive: exclusive, wait: wait) else { return nil }
            return FileLock(file)
        } catch {
            throw StoreError(error, name: name)
        }
    }
}

/// A lock on an open file. Source: flock(2).
private final class FileLock: StoreLock {
    private let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
}

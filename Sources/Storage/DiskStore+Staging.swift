import Kernel

extension DiskStore {
    private func runFolder(_ run: String) throws(StoreError) -> String {
        guard ObjectName.isValid(component: run.utf8), !run.utf8.contains(UInt8(ascii: "/")) else {
            throw .invalidName(run)
        }
        return root + "/" + ObjectName.staging + "/" + run
    }

    /// One flat folder a run: 100,000 partitions must not make 100,000 folders for nothing. The hash keeps objects of
    /// different folders with the same last component apart.
    private func stagedPath(_ name: String, in folder: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let last = name.lastIndex(of: "/").map { name[name.index(after: $0)...] } ?? name[...]
        return folder + "/" + String(hash, radix: 36) + "-" + last.suffix(200) + ".partial"
    }

    package func stage(_ name: String, run: String) throws(StoreError) -> any StagedObject {
        _ = try path(name)
        let folder = try runFolder(run)
        let path = stagedPath(name, in: folder)
        do throws(Errno) {
            try FileSystem.makeFolders(folder)
            return DiskStagedObject(name: name, path: path, file: try FileDescriptor.open(path, .create))
        } catch {
            throw error == .exists ? .exists(name: name) : StoreError(error, name: name)
        }
    }

    /// More changed files or folders than this are synced by one call for the whole file system.
    private static let syncedAlone = 64

    package func seal(run: String) throws(StoreError) {
        let folder = try runFolder(run)
        do throws(Errno) {
            let entries = try FileSystem.names(in: folder)
            if entries.count > Self.syncedAlone {
                try FileSystem.synchronizeAll(at: folder)
                return
            }
            // Those that were synced when they were finished cost nothing again.
            for entry in entries { try FileDescriptor.open(folder + "/" + entry, .read).synchronize() }
            try FileSystem.synchronizeFolder(folder)
        } catch {
            if error == .notFound { return }
            throw StoreError(error, name: run)
        }
    }

    package func publish(_ names: [String], run: String) throws(StoreError) {
        let staging = try runFolder(run)
        var changed: Set<String> = []
        var name = run
        do throws(Errno) {
            for next in names {
                name = next
                let target = root + "/" + next
                guard ObjectName.isValid(next) else { throw .invalidArgument }
                let folder = FileSystem.folder(of: target)
                try makeFolders(folder, &changed)
                try move(stagedPath(next, in: staging), to: target)
            }
            if changed.count > Self.syncedAlone {
                try FileSystem.synchronizeAll(at: root)
                return
            }
            for folder in changed.sorted() { try FileSystem.synchronizeFolder(folder) }
            if FileSystem.exists(staging) { try FileSystem.synchronizeFolder(staging) }
        } catch {
            throw error == .invalidArgument ? .invalidName(name) : StoreError(error, name: name)
        }
    }

    private func move(_ staged: String, to target: String) throws(Errno) {
        do throws(Errno) {
            try FileSystem.rename(staged, to: target)
        } catch {
            // Published before: by this run, or by whoever found its record after a crash.
            guard error == .notFound, FileSystem.exists(target) else { throw error }
        }
    }

    /// Makes missing folders and notes every one down to the root to be synced, once each: also one that exists may
    /// have been made by a publication that crashed before its sync.
    private func makeFolders(_ path: String, _ changed: inout Set<String>) throws(Errno) {
        guard changed.insert(path).inserted, path != root else { return }
        try makeFolders(FileSystem.folder(of: path), &changed)
        if FileSystem.exists(path) { return }
        do throws(Errno) {
            try FileSystem.makeFolder(path)
        } catch {
            guard error == .exists else { throw error }
        }
    }

    package func stagedRuns() throws(StoreError) -> [String] {
        do throws(Errno) {
            let names = try FileSystem.names(in: root + "/" + ObjectName.staging)
            return names.filter { ObjectName.isValid(component: $0.utf8) }
        } catch {
            if error == .notFound { return [] }
            throw StoreError(error, name: ObjectName.staging)
        }
    }

    package func discardRun(_ run: String) throws(StoreError) {
        let folder = try runFolder(run)
        do throws(Errno) {
            for entry in try FileSystem.names(in: folder) { try FileSystem.remove(folder + "/" + entry) }
            try FileSystem.removeFolder(folder)
        } catch {
            if error == .notFound { return }
            throw StoreError(error, name: run)
        }
    }
}

/// A file under `staging/`.
private final class DiskStagedObject: StagedObject {
    let name: String
    private static let largeBytes = 1 << 20
    private let path: String
    private let file: FileDescriptor

    init(name: String, path: String, file: consuming FileDescriptor) {
        self.name = name
        self.path = path
        self.file = file
    }

    func append(_ bytes: Span<UInt8>) throws(StoreError) {
        do throws(Errno) { try file.writeAll(bytes) } catch { throw StoreError(error, name: name) }
    }

    /// A large file is synced here, by the thread that wrote it and beside the others; small ones wait for the seal.
    func finish() throws(StoreError) {
        do throws(Errno) {
            if try file.length() >= Self.largeBytes { try file.synchronize() }
        } catch {
            throw StoreError(error, name: name)
        }
    }

    func discard() { try? FileSystem.remove(path) }
}

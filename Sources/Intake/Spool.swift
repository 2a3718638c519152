import Batches
package import Kernel
import Synchronization

/// Why the spool can't be used.
package enum SpoolError: Error, CustomStringConvertible {
    /// Another process holds the spool's lock.
    case taken(folder: String)
    case file(path: String, action: StaticString, Errno)

    package var description: String {
        switch self {
        case .taken(let folder):
            "the spool \(folder) is in use by another sluice; give each node a spool of its own (key: spool)"
        case .file(let path, let action, let errno): "\(action) \(path): \(errno)"
        }
    }
}

/// The local folder under open batches, held by one process at a time.
final class Spool: Sendable {
    let folder: String
    let storeFolder: String
    private let lock: FileDescriptor
    /// Bytes in open batches and in sealed ones that are not in the store yet.
    let bytes = Atomic<Int>(0)
    /// Batches that are sealed or waiting to be, and not in the store yet.
    let waitingBatches = Atomic<Int>(0)

    /// Makes the folders and takes the lock.
    init(folder: String, storeFolder: String) throws(SpoolError) {
        self.folder = folder
        self.storeFolder = storeFolder
        do throws(Errno) {
            try FileSystem.makeFolders(folder)
        } catch {
            throw .file(path: folder, action: "making the spool", error)
        }
        do throws(Errno) {
            try FileSystem.makeFolders("\(storeFolder)/\(BatchFormat.folder)")
        } catch {
            throw .file(path: storeFolder, action: "making the store's folder", error)
        }
        let path = "\(folder)/.lock"
        do throws(Errno) {
            lock = try FileDescriptor.open(path, .openOrCreate)
        } catch {
            throw .file(path: path, action: "opening", error)
        }
        let held: Bool
        do throws(Errno) {
            held = try lock.lock(wait: false)
        } catch {
            throw .file(path: path, action: "locking", error)
        }
        guard held else { throw .taken(folder: folder) }
    }

    var damagedFolder: String { "\(folder)/damaged" }

    /// Open batches that an earlier run left, oldest first.
    func leftovers() throws(SpoolError) -> [String] {
        do throws(Errno) {
            return try FileSystem.names(in: folder).filter { $0.hasSuffix(BatchFormat.openSuffix) }
                .map { "\(folder)/\($0)" }
        } catch {
            throw .file(path: folder, action: "listing", error)
        }
    }

    /// Moves a sealed batch into the store under `key`, durably. Repeating it after a crash is harmless.
    func deliver(_ path: String, key: String) throws(SpoolError) {
        let target = "\(storeFolder)/\(key)"
        do throws(Errno) {
            try FileSystem.makeFolders(FileSystem.folder(of: target))
            do throws(Errno) {
                try FileSystem.rename(path, to: target)
            } catch where error == .crossDevice {
                try copy(path, to: target)
                try FileSystem.remove(path)
            }
            try FileSystem.synchronizeFolder(FileSystem.folder(of: target))
            try FileSystem.synchronizeFolder(folder)
        } catch {
            throw .file(path: target, action: "moving a sealed batch to", error)
        }
    }

    /// Spool and store lie on different file systems: the copy gets its name only once it is whole.
    private func copy(_ path: String, to target: String) throws(Errno) {
        let part = "\(FileSystem.folder(of: target))/.\(target.split(separator: "/").last!).part"
        try FileSystem.copy(path, to: part)
        try FileSystem.rename(part, to: target)
    }
}

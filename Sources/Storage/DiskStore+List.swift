import Kernel

extension DiskStore {
    package func list(_ prefix: String, after: String?) throws(StoreError) -> [ObjectInfo] {
        var found: [ObjectInfo] = []
        // Everything up to the prefix's last slash is a folder; only what is in it can match.
        let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        guard folder.isEmpty || ObjectName.isValid(folder) else { throw .invalidName(prefix) }
        do throws(Errno) {
            try walk(folder, prefix, after, into: &found)
        } catch {
            throw StoreError(error, name: prefix)
        }
        found.sort { ObjectName.precedes($0.name, $1.name) }
        return found
    }

    private func walk(
        _ folder: String, _ prefix: String, _ after: String?, into found: inout [ObjectInfo]
    ) throws(Errno) {
        let path = folder.isEmpty ? root : root + "/" + folder
        let entries: [String]
        do throws(Errno) {
            entries = try FileSystem.names(in: path)
        } catch {
            // The folder was removed meanwhile, or never was.
            if error == .notFound || error == .notADirectory { return }
            throw error
        }
        for entry in entries where ObjectName.isValid(component: entry.utf8) {
            let name = folder.isEmpty ? entry : folder + "/" + entry
            if folder.isEmpty && entry == ObjectName.staging { continue }
            if !ObjectName.hasPrefix(name, prefix) && !ObjectName.hasPrefix(prefix, name) { continue }
            guard let status = try status(ifThere: path + "/" + entry) else { continue }
            switch status.kind {
            case .folder:
                if let after, isPassed(folder: name + "/", after) { continue }
                try walk(name, prefix, after, into: &found)
            case .file:
                guard ObjectName.hasPrefix(name, prefix) else { continue }
                if let after, !ObjectName.precedes(after, name) { continue }
                found.append(ObjectInfo(name: name, byteCount: status.byteCount, modified: status.modified))
            case .other: continue
            }
        }
    }

    /// Whether every name in a folder comes before `after`.
    private func isPassed(folder: String, _ after: String) -> Bool {
        ObjectName.precedes(folder, after) && !ObjectName.hasPrefix(after, folder)
    }

    private func status(ifThere path: String) throws(Errno) -> FileSystem.Status? {
        do throws(Errno) {
            return try FileSystem.status(path)
        } catch {
            if error == .notFound { return nil }
            throw error
        }
    }
}

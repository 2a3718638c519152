import Bytes
import Kernel
import Parquet
import Storage
import Synchronization

/// What to do with one partition: write its rows, if any, and end its file, if asked.
struct FlushJob: Sendable {
    let partition: Int
    let info: PartitionInfo
    let sources: [RowSource]
    let endsFile: Bool
}

/// Files that stay open between two flushes, so that a partition's next row group goes behind its last.
final class OpenFiles: Sendable {
    /// One file; the lock is never contended, it lets the file pass from thread to thread.
    private final class Slot: Sendable {
        let file: Mutex<DataFileWriter?>
        init(_ file: consuming sending DataFileWriter) { self.file = Mutex(file) }
    }

    private let slots = Mutex<[Int: Slot]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var partitions: [Int] { slots.withLock { Array($0.keys) } }
    var count: Int { slots.withLock { $0.count } }

    func take(_ partition: Int) -> DataFileWriter? {
        guard let slot = slots.withLock({ $0.removeValue(forKey: partition) }) else { return nil }
        return slot.file.withLock { $0.take() }
    }

    /// - Returns: The file, when there is no room for it.
    func park(_ partition: Int, _ file: consuming sending DataFileWriter) -> DataFileWriter? {
        if count >= limit { return file }
        file.park()
        let slot = Slot(file)
        slots.withLock { $0[partition] = slot }
        return nil
    }
}

extension CompactionRun {
    /// Sorts a partition's rows and writes them behind what its file has.
    func flush(_ job: FlushJob, _ ranks: SortRanks, _ clock: inout FlushClock) throws(StoreError) {
        let table = tables[job.info.table]
        var file = openFiles.take(job.partition)
        if !job.sources.isEmpty {
            var sorter = PartitionSorter(job.sources, ranks)
            sorter.sort(by: table.sort)
            clock.sorted()
            for range in Self.rowGroups(sorter, table.rowGroupBytes) {
                var open: DataFileWriter
                if let parked = file.take() { open = parked } else { open = try newFile(job.info, table) }
                try open.write(sorter, range, ranks.kinds, &clock)
                if open.writtenBytes >= table.targetFileBytes {
                    try end(open, job.info, &clock)
                } else {
                    file = consume open
                }
            }
        }
        guard let open = file.take() else { return }
        if job.endsFile {
            try end(open, job.info, &clock)
        } else if let rejected = openFiles.park(job.partition, open) {
            try end(rejected, job.info, &clock)
        }
    }

    private func newFile(_ info: PartitionInfo, _ table: TableOptions) throws(StoreError) -> DataFileWriter {
        let folder = PartitionFolder.name(table.partition, info.values)
        let name = "tables/\(table.name)/data/\(folder.isEmpty ? "" : folder + "/")\(newID()).parquet"
        return DataFileWriter(name: name, table: table, staged: try store.stage(name, run: id))
    }

    private func end(_ file: consuming DataFileWriter, _ info: PartitionInfo, _ clock: inout FlushClock)
        throws(StoreError)
    {
        let summary = try file.finish(&clock)
        addFile(file.name, info, summary)
    }

    /// Cuts rows into groups of about `bytes` of values, all about as large.
    private static func rowGroups(_ sorter: borrowing PartitionSorter, _ bytes: Int) -> [Range<Int>] {
        let total = sorter.records.reduce(0) { $0 + Int($1.contentBytes) + 32 }
        let count = max(1, (total + bytes / 2) / max(bytes, 1))
        if count == 1 { return [0..<sorter.records.count] }
        let share = total / count + 1
        var ranges: [Range<Int>] = []
        var start = 0
        var gathered = 0
        for index in sorter.records.indices {
            gathered += Int(sorter.records[index].contentBytes) + 32
            if gathered >= share {
                ranges.append(start..<index + 1)
                start = index + 1
                gathered = 0
            }
        }
        if start < sorter.records.count { ranges.append(start..<sorter.records.count) }
        return ranges
    }
}

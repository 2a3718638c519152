import Bytes
import Kernel
import Storage
import Synchronization

/// The phases: gather, flush the largest when memory is full, flush everything in the end.
extension CompactionRun {
    /// Reads every batch of the plan and stages every data file, durably.
    func execute(_ step: (CompactionStep) throws(CompactionError) -> Void) throws(CompactionError) {
        while true {
            pausing.store(false, ordering: .relaxed)
            try Parallel.run(workers.count) { [self] number in workers[number].state.withLock { $0.gather(self) } }
            try check()
            if !pausing.load(ordering: .relaxed) { break }
            try flushLargest()
        }
        try step(.gathered)
        try flush(partitionsBySize().map(\.partition), endsFiles: true)
        try step(.flushed)
        let quarantined: CompactionRecord.Quarantined?
        do throws(StoreError) {
            quarantined = try quarantineFile.finish()
            var clock = StageClock()
            var sealing = CompactionReport.Stage()
            try store.seal(run: id)
            clock.lap(into: &sealing)
            state.withLock { $0.report.write += sealing }
        } catch {
            throw .store(error)
        }
        state.withLock { $0.quarantined = quarantined }
        try step(.finished)
    }

    private func check() throws(CompactionError) {
        let (failure, damaged) = state.withLock { ($0.failure, $0.damaged) }
        if let failure { throw failure }
        if isTainted && !pausing.load(ordering: .relaxed) { throw .damaged(damaged) }
    }

    /// What each partition holds, largest first; those with an open file and no rows come last.
    private func partitionsBySize() -> [(partition: Int, bytes: Int)] {
        var sizes = [Int](repeating: 0, count: directory.count)
        for worker in workers {
            worker.state.withLock { state in
                for (partition, list) in state.lists.enumerated() where list.count > 0 {
                    sizes[partition] += list.heldBytes + list.count * PartitionSorter.bytesPerRow
                }
            }
        }
        let open = Set(openFiles.partitions)
        return sizes.enumerated().filter { $0.element > 0 || open.contains($0.offset) }
            .map { (partition: $0.offset, bytes: $0.element) }
            .sorted { $0.bytes != $1.bytes ? $0.bytes > $1.bytes : $0.partition < $1.partition }
    }

    /// Writes the largest partitions until memory is half empty.
    private func flushLargest() throws(CompactionError) {
        state.withLock { $0.report.flushes += 1 }
        let limit = rowLimit
        let partitions = partitionsBySize()
        let used = counted.load(ordering: .relaxed) + sharedBytes
        var held = used
        var chosen: [Int] = []
        for (partition, bytes) in partitions where held > limit / 2 && bytes > 0 {
            chosen.append(partition)
            held -= bytes
        }
        try flush(chosen, endsFiles: false)
        // Partly filled slabs, names of partitions: what is left must go if it leaves too little room.
        if counted.load(ordering: .relaxed) + sharedBytes > limit * 3 / 4 {
            try flush(partitionsBySize().map(\.partition), endsFiles: true)
            for worker in workers { worker.state.withLock { $0.forgetPartitions() } }
            directory.removeAll()
            recount()
        }
    }

    private func flush(_ partitions: [Int], endsFiles: Bool) throws(CompactionError) {
        if partitions.isEmpty { return }
        let kinds = workers.map { $0.state.withLock { $0.kinds.all } }
        let ranks = SortRanks(Set(tables.flatMap(\.sort)), kinds)
        // The last is taken first: the largest must not be what everybody waits for in the end.
        state.withLock { $0.jobs = partitions.reversed() }
        for arena in arenas { arena.freeze() }
        do {
            defer { for arena in arenas { arena.thaw() } }
            try Parallel.run(min(workers.count, partitions.count)) { [self] _ in
                var clock = FlushClock()
                while let partition = nextJob() {
                    do throws(StoreError) {
                        try flush(job(partition, endsFiles), ranks, &clock)
                    } catch {
                        fail(.store(error))
                    }
                }
                add(clock)
            }
        }
        try check()
        for worker in workers { worker.state.withLock { $0.free(partitions) } }
        recount()
    }

    private func nextJob() -> Int? {
        if isStopped() { fail(.stopped) }
        return state.withLock { $0.failure == nil ? $0.jobs.popLast() : nil }
    }

    private func job(_ partition: Int, _ endsFile: Bool) -> FlushJob {
        var sources: [RowSource] = []
        for (number, worker) in workers.enumerated() {
            let list = worker.state.withLock { partition < $0.lists.count ? $0.lists[partition] : RecordArena.List() }
            if list.count > 0 { sources.append(RowSource(arena: arenas[number], list: list, worker: number)) }
        }
        return FlushJob(
            partition: partition, info: directory.info(partition), sources: sources, endsFile: endsFile)
    }

    private func add(_ clock: FlushClock) {
        state.withLock { state in
            state.report.sort += clock.sort
            state.report.encode += clock.encode
            state.report.write += clock.write
        }
    }

    /// Counts the workers' memory anew.
    private func recount() {
        var total = 0
        for worker in workers {
            total += worker.state.withLock { state in
                state.reportedBytes = state.memoryBytes
                return state.reportedBytes
            }
        }
        counted.store(total, ordering: .relaxed)
    }
}

import Compaction
import Kernel
import Storage
import TestSupport
import Testing

@Suite struct CompactorTests {
    @Test(arguments: [1, 2, 3])
    func everyEventIsInOneFile(_ threads: Int) throws {
        let world = try World()
        for batch in 0..<5 {
            _ = try world.addBatch(of: World.events(1000, seed: UInt64(batch), prefix: "b\(batch)"))
        }
        let report = try world.compactor(World.options(threads: threads)).runOnce()
        #expect(report.events == 5000)
        #expect(report.rowsOut == 5000)
        #expect(report.batches == 5)
        // Four tenants on two days.
        #expect(report.files == 8)
        let records = try world.records()
        #expect(records.count == 1)
        #expect(records[0].files.reduce(0) { $0 + $1.rows } == 5000)
        #expect(Set(records[0].files.map(\.path)) == Set(try world.dataFiles().map(\.name)))
        for file in records[0].files { #expect(try world.store.status(file.path)?.byteCount == file.bytes) }
        #expect(try world.store.stagedRuns() == [])
        #expect(try world.compactor().runOnce().run == nil)
    }
}

import Bytes
import Compaction
import Kernel
import Storage
import Synchronization
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
        #expect(try world.fault(expectingRows: 5000) == nil)
        #expect(try world.compactor().runOnce().run == nil)
    }

    /// What is read back is what was stored, in each file by type and received time.
    @Test func rowsComeBackSortedAndWhole() throws {
        let world = try World()
        let events = World.events(2000, seed: 5)
        _ = try world.addBatch(of: events)
        _ = try world.compactor().runOnce()
        var expected: [String: [World.Row]] = [:]
        for event in events {
            let day = event.received < World.start + 40_000_000_000 ? "23" : "24"
            expected["tenant=\(event.tenant)/receivedtime_day=2026-11-\(day)", default: []].append(
                World.Row(
                    id: event.id, tenant: event.tenant, source: "/\(event.tenant)/\(event.source)", type: event.type,
                    time: event.time, received: event.received, data: event.data))
        }
        for file in try world.dataFiles() {
            let folder = file.name.split(separator: "/")[3...4].joined(separator: "/")
            let removed = expected.removeValue(forKey: folder)
            let rows = try #require(removed)
            let sorted = rows.enumerated().sorted {
                ($0.element.type, $0.element.received, $0.offset) < ($1.element.type, $1.element.received, $1.offset)
            }.map(\.element)
            #expect(try world.rows(of: file.name) == sorted)
        }
        #expect(expected.isEmpty)
    }

    @Test func filesLieInTheirPartitionsFolder() throws {
        let world = try World()
        _ = try world.addBatch(of: [World.Event(id: "1", tenant: "a b/ü"), World.Event(id: "2")])
        _ = try world.compactor().runOnce()
        let folders = try world.dataFiles().map { $0.name.split(separator: "/").dropLast().joined(separator: "/") }
        #expect(
            folders == [
                "tables/events/data/tenant=a+b%2F%C3%BC/receivedtime_day=2026-11-23",
                "tables/events/data/tenant=acme/receivedtime_day=2026-11-23",
            ])
        let partitions = try world.records()[0].files.map(\.partition)
        let day = PartitionValue.integer(20_780)
        #expect(partitions.contains(["tenant": .text(Array("a b/ü".utf8)), "receivedtime_day": day]))
        #expect(partitions.contains(["tenant": .text(Array("acme".utf8)), "receivedtime_day": day]))
    }

    @Test func aRecordTellsBoundsAndCounts() throws {
        let world = try World()
        let batch = try world.addBatch(of: [
            World.Event(id: "a", type: "x", received: World.start + 5), World.Event(id: "c", type: "y", time: 7),
            World.Event(id: "b", type: "x", data: nil),
        ])
        _ = try world.compactor().runOnce()
        let record = try world.records()[0]
        #expect(record.batches.map(\.name) == [batch])
        #expect(record.batches[0].events == 3)
        #expect(record.rowsIn == 3 && record.rowsOut == 3)
        let columns = record.files[0].columns
        #expect(columns.map(\.fieldID) == [1, 2, 3, 4, 5, 6, 7])
        #expect(columns[0].lower == [97] && columns[0].upper == [99])
        #expect(columns[4].nulls == 2 && columns[6].nulls == 1)
        #expect(columns[4].lower == [7, 0, 0, 0, 0, 0, 0, 0])
        #expect(columns[5].lower == withUnsafeLittleEndian(World.start))
    }

    private func withUnsafeLittleEndian(_ value: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
    }

    @Test func eachTableTakesWhatItMatches() throws {
        let world = try World()
        _ = try world.addBatch(of: World.events(1000, seed: 1))
        var charges = TableOptions(name: "charges")
        charges.match = EventMatch(type: "charge.*")
        charges.partition = []
        var pushes = TableOptions(name: "pushes")
        pushes.match = EventMatch(source: "github", type: "push")
        pushes.partition = [PartitionField("bucket[4](id)")!, PartitionField("hour(time)")!]
        let report = try world.compactor(tables: [charges, pushes]).runOnce()
        let record = try world.records()[0]
        let inCharges = record.files.filter { $0.table == "charges" }.reduce(0) { $0 + $1.rows }
        let inPushes = record.files.filter { $0.table == "pushes" }.reduce(0) { $0 + $1.rows }
        let events = World.events(1000, seed: 1)
        #expect(inCharges == events.filter { $0.type.hasPrefix("charge.") }.count)
        #expect(inPushes == events.filter { $0.type == "push" && $0.source == "github" }.count)
        #expect(report.rowsUnmatched == 1000 - inCharges - inPushes)
        #expect(record.rowsUnmatched == report.rowsUnmatched)
    }

    @Test func anEventInAnotherFormIsRead() throws {
        let world = try World()
        let spaced =
            #"{ "type":"t", "data" : "text" , "id":"é\u0041", "specversion":"1.0", "tenant":"acme","#
            + #" "source":"/acme/x", "receivedtime":"2026-11-23T15:00:00+01:00" }"# + "\n"
        var base64 = World.Event(id: "b")
        base64.data = nil
        base64.base64 = "AAEC"
        _ = try world.addBatch([[Array(spaced.utf8), World.line(base64)]])
        _ = try world.compactor().runOnce()
        #expect(try world.fault(expectingRows: 2) == nil)
        let columns = try world.records()[0].files[0].columns
        #expect(columns[0].lower == Array("b".utf8) && columns[0].upper == Array("éA".utf8))
        #expect(columns[5].lower == columns[5].upper)
        #expect(columns[6].nulls == 0)
    }

    @Test func aLineThatIsNoEventIsQuarantined() throws {
        let world = try World()
        let good = ["1", "2", "3"].map { World.line(World.Event(id: $0)) }
        let batch = try world.addBatch([
            [good[0], Array("{\"nonsense\":true}\n".utf8), good[1]], [Array("\n".utf8), good[2]],
        ])
        let report = try world.compactor().runOnce()
        #expect(report.rowsQuarantined == 2)
        #expect(try world.fault(expectingRows: 3, quarantined: 2) == nil)
        let quarantined = try world.records()[0].quarantined
        #expect(quarantined.map(\.rows) == [2])
        #expect(try world.store.list("quarantine/", after: nil).map(\.name) == quarantined.map(\.path))
        let lines = try world.lines(of: quarantined[0].path)
        #expect(lines.count == 2)
        #expect(lines[0].contains("\"data_base64\":\"eyJub25zZW5zZSI6dHJ1ZX0=\""))
        #expect(lines[0].contains("\"reason\":\"unreadable\""))
        #expect(lines[0].contains(batch))
    }

    @Test func aDamagedBatchIsLeftOutAndTheOthersGoOn() throws {
        let world = try World()
        _ = try world.addBatch(of: World.events(500, seed: 1, prefix: "a"))
        let damaged = try world.addBatch(
            (0..<20).map { commit in World.events(500, seed: 2, prefix: "b\(commit)").map(World.line) })
        _ = try world.addBatch(of: World.events(500, seed: 3, prefix: "c"))
        let unsealed = try world.addBatch([World.events(10, seed: 4).map(World.line)], seal: false)
        try world.store.create("batches/2026/11/23/14/empty.ndjson.lz4", [UInt8]().span)
        let path = world.store.root + "/" + damaged
        let whole = try world.store.read(damaged, nil)
        let file = try FileDescriptor.open(path, .readWrite)
        try file.writeAll([whole[whole.count / 2] ^ 1].span, at: whole.count / 2)
        let leftOut = Mutex<Set<String>>([])
        let compactor = try world.compactor(onEvent: { event in
            if case .leftOut(let batch) = event { leftOut.withLock { _ = $0.insert(batch.name) } }
        })
        let report = try compactor.runOnce()
        #expect(report.events == 1000)
        #expect(report.rowsOut == 1000)
        #expect(
            leftOut.withLock { $0 } == [damaged, unsealed, "batches/2026/11/23/14/empty.ndjson.lz4"])
        #expect(try compactor.runOnce().run == nil)
        // Mended, it is taken.
        try file.writeAll([whole[whole.count / 2]].span, at: whole.count / 2)
        #expect(try compactor.runOnce().rowsOut == 10_000)
        #expect(try world.records().flatMap(\.batches).count == 3)
    }

    @Test func aHugeEventAndTinyOnesGetThrough() throws {
        let world = try World()
        var huge = World.Event(id: "huge")
        huge.data = "\"" + String(repeating: "y", count: 5 << 20) + "\""
        var events = [huge]
        for number in 0..<2000 {
            var tiny = World.Event(id: "\(number)")
            tiny.data = nil
            events.append(tiny)
        }
        _ = try world.addBatch(of: events)
        _ = try world.compactor().runOnce()
        #expect(try world.fault(expectingRows: 2001) == nil)
    }

    @Test func whatDoesNotFitARunIsLeftForTheNext() throws {
        let world = try World()
        for batch in 0..<5 { _ = try world.addBatch(of: World.events(10, seed: UInt64(batch), prefix: "b\(batch)")) }
        var options = World.options()
        options.maximumRunBatches = 2
        let reports = try world.compactor(options).runAll()
        #expect(reports.map(\.batches) == [2, 2, 1])
        #expect(try world.fault(expectingRows: 50) == nil)
    }

    @Test func itStopsWhenToldTo() throws {
        let world = try World()
        _ = try world.addBatch(of: World.events(10, seed: 1))
        let stop = try StopFlag()
        let compactor = Compactor(
            store: world.store, tables: [TableOptions()], options: World.options(), stop: stop,
            onEvent: { if case .finished = $0 { stop.set() } })
        compactor.run()
        #expect(try world.fault(expectingRows: 10) == nil)
    }
}

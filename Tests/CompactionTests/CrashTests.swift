import Compaction
import Kernel
import Storage
import TestSupport
import Testing

/// Whatever dies, whenever: afterwards each event is in the table exactly once.
@Suite struct CrashTests {
    private func filled() throws -> World {
        let world = try World()
        for batch in 0..<3 {
            _ = try world.addBatch(of: World.events(300, seed: UInt64(batch), prefix: "b\(batch)"))
        }
        return world
    }

    @Test(arguments: CompactionStep.allCases)
    func dyingAtAStepLosesAndDoublesNothing(_ step: CompactionStep) throws {
        let world = try filled()
        #expect(throws: CompactionError.interrupted(step)) {
            try world.compactor(goesOn: { $0 != step }).runOnce()
        }
        // The next one dies there too, then one works.
        _ = try? world.compactor(goesOn: { $0 != step }).runAll()
        _ = try world.compactor().runAll()
        #expect(try world.fault(expectingRows: 900) == nil)
    }

    @Test(arguments: 0..<60)
    func aFaultyStoreLosesAndDoublesNothing(_ seed: Int) throws {
        let world = try filled()
        let faulty = FaultyStore(world.store, seed: UInt64(seed), oneIn: UInt64(3 + seed / 3))
        for _ in 0..<6 { _ = try? world.compactor(store: faulty).runAll() }
        #expect(faulty.faults > 0)
        _ = try world.compactor().runAll()
        #expect(try world.fault(expectingRows: 900) == nil)
    }

    @Test func compactorsSideBySideShareTheWork() throws {
        let world = try filled()
        try Together.run(3) { _ in _ = try? world.compactor().runAll() }
        #expect(try world.fault(expectingRows: 900) == nil)
    }

    @Test func shardsCoverEveryBatchOnce() throws {
        let world = try World()
        for batch in 0..<12 {
            _ = try world.addBatch(of: World.events(50, seed: UInt64(batch), prefix: "b\(batch)"))
        }
        try Together.run(3) { number in
            var options = World.options()
            options.shard = Shard(index: number, count: 3)!
            _ = try? world.compactor(options).runAll()
        }
        #expect(try world.fault(expectingRows: 600) == nil)
        #expect(try world.records().count > 1)
    }

    /// Shards of different counts overlap: the records keep a batch from being taken twice.
    @Test(arguments: 0..<5)
    func overlappingShardsNeverTakeABatchTwice(_ round: Int) throws {
        let world = try World()
        for batch in 0..<8 {
            _ = try world.addBatch(of: World.events(50, seed: UInt64(batch + round), prefix: "b\(batch)"))
        }
        try Together.run(5) { number in
            var options = World.options(threads: 1)
            options.shard = number < 2 ? Shard(index: number, count: 2)! : Shard(index: number - 2, count: 3)!
            _ = try? world.compactor(options).runAll()
        }
        _ = try world.compactor().runAll()
        #expect(try world.fault(expectingRows: 400) == nil)
    }
}

/// Runs a body on several threads at once.
enum Together {
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
        if count == 0 { return }
        let thread = try OSThread.start(name: "together") { body(count - 1) }
        let rest = Result { try run(count - 1, body) }
        thread.join()
        try rest.get()
    }
}

import Compaction
import Kernel
import Storage
import TestSupport
import Testing

@Suite struct PlanTests {
    private func objects(_ sizes: [Int]) -> [ObjectInfo] {
        sizes.enumerated().map { number, size in
            ObjectInfo(
                name: "batches/2026/11/23/14/n-\(number).ndjson.lz4", byteCount: size,
                modified: WallTime(nanoseconds: 0))
        }
    }

    private func plan(
        _ objects: [ObjectInfo], compacted: Set<String> = [], leftOut: Set<String> = [], shard: Shard = .whole,
        bytes: Int = 1000, batches: Int = 100
    ) -> CompactionPlan {
        CompactionPlan(
            objects: objects, compacted: compacted, leftOut: leftOut, shard: shard, maximumBytes: bytes,
            maximumBatches: batches)
    }

    @Test func takesBatchesInTheirOrderUpToTheLimit() {
        let objects = objects([400, 500, 200, 10])
        let plan = plan(objects.reversed())
        #expect(plan.batches == Array(objects[0..<2]))
        #expect(plan.left == 2)
        #expect(plan.bytes == 900)
    }

    @Test func takesOneThatIsLargerThanTheLimit() {
        #expect(plan(objects([5000, 1])).batches.count == 1)
        #expect(plan(objects([1, 1, 1]), batches: 2).left == 1)
    }

    @Test func leavesOutWhatIsDoneDamagedOrNoBatch() {
        var objects = objects([1, 2, 3])
        objects.append(
            ObjectInfo(name: "batches/2026/11/23/14/x.ndjson.lz4.open", byteCount: 1, modified: objects[0].modified))
        let plan = plan(objects, compacted: [objects[0].name], leftOut: [objects[2].name])
        #expect(plan.batches == [objects[1]])
    }

    @Test(arguments: 1...7)
    func shardsArePartsOfTheWhole(_ count: Int) {
        let objects = objects([Int](repeating: 1, count: 700))
        var taken: [String] = []
        for index in 0..<count {
            let part = plan(objects, shard: Shard(index: index, count: count)!, bytes: 10_000, batches: 10_000).batches
            #expect(part.count > 350 / count && part.count < 1400 / count)
            taken += part.map(\.name)
        }
        #expect(taken.sorted() == objects.map(\.name).sorted())
    }

    @Test func readsAShard() {
        #expect(Shard("0/1") == .whole)
        #expect(Shard("2/3") == Shard(index: 2, count: 3))
        for text in ["", "1", "3/3", "-1/3", "1/0", "a/b", "1/2/3", "/", "1/"] { #expect(Shard(text) == nil) }
    }
}

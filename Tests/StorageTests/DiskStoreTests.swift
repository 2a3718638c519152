import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct DiskStoreTests {
    let folder: TemporaryFolder
    let store: DiskStore

    init() throws {
        folder = try TemporaryFolder()
        store = try DiskStore(root: folder.path + "/store")
    }

    private func createEmpty(_ name: String) throws {
        let nothing: [UInt8] = []
        try store.create(name, nothing.span)
    }

    @Test func anObjectIsCreatedOnce() throws {
        try store.create("a/b", Array("first".utf8).span)
        #expect(throws: StoreError.exists(name: "a/b")) { try store.create("a/b", Array("second".utf8).span) }
        #expect(try store.read("a/b", nil) == Array("first".utf8))
        #expect(try store.status("a/b")?.byteCount == 5)
        #expect(try FileSystem.names(in: folder.path + "/store/a") == ["b"])
    }

    @Test func ofManyCreatorsOneWins() throws {
        let store = store
        let results = Results()
        func start(_ number: Int) throws -> OSThread {
            try OSThread.start(name: "creator") {
                let won = (try? store.create("x/one", [UInt8(number)].span)) != nil
                results.add(won)
            }
        }
        let first = try start(1)
        let second = try start(2)
        let third = try start(3)
        first.join()
        second.join()
        third.join()
        #expect(results.all.filter { $0 }.count == 1)
    }

    @Test(arguments: ["", "/a", "a//b", "a/", "../a", "a/..", ".a", "a/.b", "a/\u{0}", "staging/x", "a\nb"])
    func refusesABadName(_ name: String) {
        #expect(throws: StoreError.invalidName(name)) { try store.create(name, [1].span) }
        #expect(throws: StoreError.invalidName(name)) { try store.read(name, nil) }
        #expect(store.localPath(name) == nil)
    }

    @Test func listsInByteOrder() throws {
        let names = ["a-b", "a/b", "a/b-c", "a/b/c", "a0", "ä", "z", "a\u{FFFD}x", "a\u{10000}"]
        for name in names where name != "a/b" { try createEmpty(name) }
        let listed = try store.list("", after: nil).map(\.name)
        #expect(listed == ["a-b", "a/b-c", "a/b/c", "a0", "a\u{FFFD}x", "a\u{10000}", "z", "ä"])
        for (index, name) in listed.enumerated() {
            #expect(try store.list("", after: name).map(\.name) == Array(listed[(index + 1)...]))
        }
    }

    @Test func listsByAnyPrefix() throws {
        for name in ["t/a/1", "t/a/2", "t/ab/1", "t/b/1", "u"] { try createEmpty(name) }
        #expect(try store.list("t/a", after: nil).map(\.name) == ["t/a/1", "t/a/2", "t/ab/1"])
        #expect(try store.list("t/a/", after: "t/a/1").map(\.name) == ["t/a/2"])
        #expect(try store.list("nothing/", after: nil).isEmpty)
    }

    @Test func readsRanges() throws {
        try store.create("r", [1, 2, 3, 4].span)
        #expect(try store.read("r", 1..<3) == [2, 3])
        #expect(try store.read("r", 3..<9) == [4])
        #expect(try store.read("r", 7..<9) == [])
        #expect(throws: StoreError.missing(name: "q")) { try store.read("q", nil) }
    }

    @Test func removingAMissingObjectIsSuccess() throws {
        try store.create("a/x", [1].span)
        try store.remove("a/x")
        try store.remove("a/x")
        try store.remove("never/was")
        #expect(try store.status("a/x") == nil)
    }

    @Test func whatIsStagedShowsOnlyWhenPublished() throws {
        let staged = try store.stage("t/p=1/f.parquet", run: "run1")
        try staged.append([1, 2].span)
        try staged.append([3].span)
        try staged.finish()
        try store.seal(run: "run1")
        #expect(try store.list("", after: nil).isEmpty)
        #expect(try store.stagedRuns() == ["run1"])
        try store.publish("t/p=1/f.parquet", run: "run1")
        try store.publish("t/p=1/f.parquet", run: "run1")
        #expect(try store.read("t/p=1/f.parquet", nil) == [1, 2, 3])
        try store.discardRun("run1")
        #expect(try store.stagedRuns() == [])
        #expect(throws: StoreError.missing(name: "t/never")) { try store.publish("t/never", run: "run1") }
    }

    @Test func manyObjectsArePublishedTogether() throws {
        let names = (0..<150).map { "t/p=\($0)/f" }
        for name in names {
            let staged = try store.stage(name, run: "r")
            try staged.append(Array(name.utf8).span)
            try staged.finish()
        }
        try store.seal(run: "r")
        try store.publish(names, run: "r")
        #expect(try store.list("t/", after: nil).map(\.name) == names.sorted())
        #expect(try store.read(names[77], nil) == Array(names[77].utf8))
    }

    @Test func aDiscardedRunLeavesNothing() throws {
        for name in ["a/f", "b/f"] { try store.stage(name, run: "r").append([1].span) }
        try store.discardRun("r")
        #expect(try store.stagedRuns() == [])
        #expect(throws: StoreError.missing(name: "a/f")) { try store.publish("a/f", run: "r") }
    }

    @Test func aLockKeepsOthersOut() throws {
        var first = try store.lock("c/.lock", exclusive: true, wait: false)
        #expect(first != nil)
        #expect(try store.lock("c/.lock", exclusive: true, wait: false) == nil)
        first = nil
        let shared = try store.lock("c/.lock", exclusive: false, wait: false)
        let another = try store.lock("c/.lock", exclusive: false, wait: false)
        #expect(shared != nil && another != nil)
        #expect(try store.list("", after: nil).isEmpty)
    }
}

private final class Results: Sendable {
    private let values = Mutex<[Bool]>([])
    func add(_ value: Bool) { values.withLock { $0.append(value) } }
    var all: [Bool] { values.withLock { $0 } }
}

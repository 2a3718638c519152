import Kernel
package import Storage
import Synchronization

/// A store whose calls fail now and then, before or after they had their effect, as the seed decides.
package final class FaultyStore: ObjectStore {
    private struct State {
        var seed: Seed
        var faults = 0
    }

    private let base: DiskStore
    /// One call in this many fails.
    private let oneIn: UInt64
    private let state: Mutex<State>

    package init(_ base: DiskStore, seed: UInt64, oneIn: UInt64) {
        self.base = base
        self.oneIn = oneIn
        state = Mutex(State(seed: Seed(seed)))
    }

    /// Faults made so far.
    package var faults: Int { state.withLock { $0.faults } }

    private enum Fault { case none, before, after }

    private func draw() -> Fault {
        state.withLock { state in
            guard state.seed.next() % oneIn == 0 else { return .none }
            state.faults += 1
            return state.seed.next() % 2 == 0 ? .before : .after
        }
    }

    fileprivate func meddle<R>(_ name: String, _ call: () throws(StoreError) -> R) throws(StoreError) -> R {
        let fault = draw()
        if fault == .before { throw .io(name: name, .ioFailure) }
        let result = try call()
        if fault == .after { throw .unknownOutcome(name: name, .ioFailure) }
        return result
    }

    package func list(_ prefix: String, after: String?) throws(StoreError) -> [ObjectInfo] {
        try meddle(prefix) { () throws(StoreError) in try base.list(prefix, after: after) }
    }

    package func status(_ name: String) throws(StoreError) -> ObjectInfo? {
        try meddle(name) { () throws(StoreError) in try base.status(name) }
    }

    package func read(_ name: String, _ range: Range<Int>?) throws(StoreError) -> [UInt8] {
        try meddle(name) { () throws(StoreError) in try base.read(name, range) }
    }

    package func create(_ name: String, _ bytes: Span<UInt8>) throws(StoreError) {
        let fault = draw()
        if fault == .before { throw .io(name: name, .ioFailure) }
        try base.create(name, bytes)
        if fault == .after { throw .unknownOutcome(name: name, .ioFailure) }
    }

    package func remove(_ name: String) throws(StoreError) {
        try meddle(name) { () throws(StoreError) in try base.remove(name) }
    }

    package func stage(_ name: String, run: String) throws(StoreError) -> any StagedObject {
        let staged = try meddle(name) { () throws(StoreError) in try base.stage(name, run: run) }
        return FaultyStagedObject(staged, self)
    }

    package func publish(_ names: [String], run: String) throws(StoreError) {
        try meddle(run) { () throws(StoreError) in try base.publish(names, run: run) }
    }

    package func seal(run: String) throws(StoreError) {
        try meddle(run) { () throws(StoreError) in try base.seal(run: run) }
    }

    package func stagedRuns() throws(StoreError) -> [String] {
        try meddle("staging") { () throws(StoreError) in try base.stagedRuns() }
    }

    package func discardRun(_ run: String) throws(StoreError) {
        try meddle(run) { () throws(StoreError) in try base.discardRun(run) }
    }

    package func lock(_ name: String, exclusive: Bool, wait: Bool) throws(StoreError) -> (any StoreLock)? {
        try meddle(name) { () throws(StoreError) in try base.lock(name, exclusive: exclusive, wait: wait) }
    }

    package func localPath(_ name: String) -> String? { base.localPath(name) }
}

private final class FaultyStagedObject: StagedObject {
    private let base: any StagedObject
    private let store: FaultyStore
    var name: String { base.name }

    init(_ base: any StagedObject, _ store: FaultyStore) {
        self.base = base
        self.store = store
    }

    func append(_ bytes: Span<UInt8>) throws(StoreError) {
        try store.meddle(name) { () throws(StoreError) in }
        try base.append(bytes)
    }

    func finish() throws(StoreError) {
        try store.meddle(name) { () throws(StoreError) in try base.finish() }
    }

    func discard() { base.discard() }
}

package import Kernel

/// Where finished files live: the one protocol in the data path, and the one seam for faults.
///
/// Every call blocks its thread until it is done. Names follow ``ObjectName``. An object is written once: there is no
/// call that changes one. Whatever a call has made visible is on stable storage when it returns.
package protocol ObjectStore: Sendable {
    /// The visible objects whose names start with `prefix`, in byte order of their names.
    ///
    /// - Parameters:
    ///   - prefix: Any start of a name, not only a whole folder; empty for everything.
    ///   - after: Names up to and including this one are left out.
    func list(_ prefix: String, after: String?) throws(StoreError) -> [ObjectInfo]

    /// What is known about one object; nil when it does not exist.
    func status(_ name: String) throws(StoreError) -> ObjectInfo?

    /// An object's bytes, or those of a range, which is cut at the object's end.
    ///
    /// - Throws: ``StoreError/missing(name:)``.
    func read(_ name: String, _ range: Range<Int>?) throws(StoreError) -> [UInt8]

    /// Stores all of `bytes` under `name`, durably, or nothing.
    ///
    /// - Throws: ``StoreError/exists(name:)`` when the name is taken: of several callers exactly one wins.
    ///   ``StoreError/unknownOutcome(name:_:)`` when it may or may not be stored; after trying again, `exists` may then
    ///   mean the caller's own first attempt.
    func create(_ name: String, _ bytes: Span<UInt8>) throws(StoreError)

    /// Removes an object. A missing one is success.
    func remove(_ name: String) throws(StoreError)

    /// Starts a large object that is written piece by piece and stays invisible until it is published.
    ///
    /// - Parameter run: Names the unit of work it belongs to; one name component.
    func stage(_ name: String, run: String) throws(StoreError) -> any StagedObject

    /// Puts the finished staged objects of a run on stable storage. Only then may anything rely on them; they can be
    /// published from now on, also by another process.
    func seal(run: String) throws(StoreError)

    /// Makes sealed staged objects of a run visible under their names, durably. Those that are visible already are
    /// passed over, so that a crashed publication is repeated as a whole.
    ///
    /// - Throws: ``StoreError/missing(name:)`` for one that is neither staged nor visible.
    func publish(_ names: [String], run: String) throws(StoreError)

    /// The runs that have staged objects, in byte order.
    func stagedRuns() throws(StoreError) -> [String]

    /// Forgets everything that a run has staged and not published. A run without any is success.
    func discardRun(_ run: String) throws(StoreError)

    /// Takes a lock that other processes on this store see, for as long as the returned value lives.
    ///
    /// - Returns: Nil when it is taken and `wait` is false.
    func lock(_ name: String, exclusive: Bool, wait: Bool) throws(StoreError) -> (any StoreLock)?

    /// Where an object lies on this machine's disk, to be mapped; nil on a remote store.
    func localPath(_ name: String) -> String?
}

extension ObjectStore {
    package func publish(_ name: String, run: String) throws(StoreError) { try publish([name], run: run) }
}

/// An object in the making. One thread at a time uses it.
///
/// Let go, its bytes stay behind until the run is discarded.
package protocol StagedObject: AnyObject, Sendable {
    var name: String { get }

    /// Adds bytes at the end.
    ///
    /// - Throws: The store's error. The object is then torn, and can only be discarded.
    func append(_ bytes: Span<UInt8>) throws(StoreError)

    /// Ends the object. It is durable when its run is sealed.
    func finish() throws(StoreError)

    /// Gives the object up and removes its bytes, as far as that is possible.
    func discard()
}

/// A lock held. It ends with the value.
package protocol StoreLock: AnyObject, Sendable {}

/// What a store knows about an object.
package struct ObjectInfo: Equatable, Sendable {
    package let name: String
    package let byteCount: Int
    package let modified: WallTime

    package init(name: String, byteCount: Int, modified: WallTime) {
        self.name = name
        self.byteCount = byteCount
        self.modified = modified
    }
}

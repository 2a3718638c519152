import Batches
import HTTP
import Synchronization
package import Telemetry

/// The series of one source that the way of a request touches, looked up once.
final class SourceSeries: Sendable {
    let acceptedRequests: Counter
    let acceptedEvents: Counter
    let eventBytes: Counter
    let seconds: Histogram
    let delay: Histogram

    init(_ registry: Registry, tenant: String, source: String) {
        acceptedRequests = registry.counter(Catalogue.requests, [tenant, source, "202"])
        acceptedEvents = registry.counter(Catalogue.events, [tenant, source, "accepted"])
        eventBytes = registry.counter(Catalogue.eventBytes, [tenant, source])
        seconds = registry.histogram(Catalogue.requestSeconds, [tenant, source])
        delay = registry.histogram(Catalogue.deliveryDelay, [tenant, source])
    }
}

/// What the acceptor counts.
package final class IntakeMetrics: Sendable {
    private let registry: Registry
    private let commitSeconds: Histogram
    private let commitEvents: Histogram
    private let batchBytes: Histogram
    private let batchEvents: Histogram
    private let batchAge: Histogram
    private let unknown: SourceSeries

    package init(_ registry: Registry) {
        self.registry = registry
        commitSeconds = registry.histogram(Catalogue.commitSeconds)
        commitEvents = registry.histogram(Catalogue.commitEvents)
        batchBytes = registry.histogram(Catalogue.batchBytes)
        batchEvents = registry.histogram(Catalogue.batchEvents)
        batchAge = registry.histogram(Catalogue.batchAge)
        unknown = SourceSeries(registry, tenant: "", source: "")
    }

    func series(tenant: String, source: String) -> SourceSeries {
        SourceSeries(registry, tenant: tenant, source: source)
    }

    /// A request was answered 202.
    func answered(_ source: SourceEntry, events: Int, nanoseconds: Int64, shard: Int) {
        source.series.acceptedRequests.add(shard: shard)
        source.series.acceptedEvents.add(UInt64(events), shard: shard)
        source.series.seconds.observe(nanoseconds: nanoseconds, shard: shard)
    }

    /// A request was refused; `source` is nil when it is not known, or the request was not understood.
    func refused(_ source: SourceEntry?, _ refusal: Refusal, nanoseconds: Int64, shard: Int) {
        let tenant = source?.event.tenant ?? ""
        let name = source?.event.source ?? ""
        registry.counter(Catalogue.requests, [tenant, name, "\(refusal.problem.status.rawValue)"]).add(shard: shard)
        registry.counter(Catalogue.rejections, [tenant, name, "\(refusal.reason)"]).add(shard: shard)
        (source?.series ?? unknown).seconds.observe(nanoseconds: nanoseconds, shard: shard)
    }

    /// Events of a refused request that were recognised as such.
    func rejected(_ source: SourceEntry, events: Int, shard: Int) {
        registry.counter(Catalogue.events, [source.event.tenant, source.event.source, "rejected"])
            .add(UInt64(events), shard: shard)
    }

    func committed(events: Int, nanoseconds: Int64) {
        commitSeconds.observe(nanoseconds: nanoseconds)
        commitEvents.observe(UInt64(events))
    }

    func batchSealed(closedBy: BatchClosing, storedBytes: Int, events: Int, ageNanoseconds: Int64) {
        registry.counter(Catalogue.batches, [closedBy.rawValue]).add()
        batchBytes.observe(UInt64(storedBytes))
        batchEvents.observe(UInt64(events))
        batchAge.observe(nanoseconds: ageNanoseconds)
    }

    func observe(_ gate: IntakeGate, _ spool: Spool) {
        registry.observe(Catalogue.inFlightBytes) { Double(gate.inFlightBytes.load(ordering: .relaxed)) }
        registry.observe(Catalogue.connections) { Double(gate.connections.load(ordering: .relaxed)) }
        registry.observe(Catalogue.spoolBytes) { Double(spool.bytes.load(ordering: .relaxed)) }
        registry.observe(Catalogue.spoolBatches) { Double(spool.waitingBatches.load(ordering: .relaxed)) }
    }
}

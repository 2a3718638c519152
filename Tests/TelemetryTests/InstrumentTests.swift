import Kernel
import Synchronization
import Testing

@testable import Telemetry

@Suite struct InstrumentTests {
    @Test func aCounterSumsItsShards() {
        let counter = Registry().counter(Catalogue.requests, ["acme", "stripe", "202"])
        for shard in 0..<40 { counter.add(UInt64(shard), shard: shard) }
        counter.add()
        #expect(counter.value == 781)
    }

    @Test func aGaugeGoesBelowZeroAndBack() {
        let gauge = Registry().gauge(Catalogue.inFlightBytes)
        gauge.add(100, shard: 1)
        gauge.add(-130, shard: 2)
        #expect(gauge.value == -30)
        gauge.set(7, shard: 1)
        gauge.set(0, shard: 2)
        #expect(gauge.value == 7)
    }

    /// Each bound itself belongs to its bucket, the number above it to the next one.
    @Test func everyBoundIsInclusive() {
        for buckets in [Buckets.latency, .work, .delay, .bytes, .counts] {
            let histogram = Histogram(buckets)
            for (index, bound) in buckets.bounds.enumerated() {
                histogram.observe(bound, shard: index)
                histogram.observe(bound + 1, shard: index)
            }
            var expected = [UInt64](repeating: 2, count: buckets.bounds.count + 1)
            expected[0] = 1
            expected[buckets.bounds.count] = 1
            #expect(histogram.counts == expected)
            #expect(histogram.sum == buckets.bounds.reduce(0) { $0 + 2 * $1 + 1 })
        }
    }

    @Test func threadsLoseNothing() throws {
        let registry = Registry()
        let counter = registry.counter(Catalogue.eventBytes, ["t", "s"])
        let histogram = registry.histogram(Catalogue.commitSeconds)
        let first = try OSThread.start(name: "a") { for _ in 0..<100_000 { counter.add(shard: 3) } }
        let second = try OSThread.start(name: "b") {
            for n in 0..<100_000 {
                counter.add(shard: 3)
                histogram.observe(nanoseconds: Int64(n), shard: n)
            }
        }
        first.join()
        second.join()
        #expect(counter.value == 200_000)
        #expect(histogram.counts[0] == 100_000)
    }

    @Test func aNegativeDurationCountsAsNone() {
        let histogram = Registry().histogram(Catalogue.commitSeconds)
        histogram.observe(nanoseconds: -5)
        #expect(histogram.sum == 0)
        #expect(histogram.counts[0] == 1)
    }
}

import Testing
import TestSupport

@testable import sluice_load

@Suite struct HistogramTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyQuantileIsWithinOnePercentOfTheSortedValues(seed: UInt64) {
        var random = Seed(seed)
        var histogram = Histogram()
        // From nanoseconds to hours: each power of two is as likely as the next.
        var values = (0..<20_000).map { _ in Int64(random.next() >> (20 + random.next() % 44)) }
        for value in values { histogram.record(value) }
        values.sort()
        for quantile in [0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = values[max(0, Int((quantile * Double(values.count)).rounded(.up)) - 1)]
            let read = histogram.value(at: quantile)
            #expect(read >= exact && Double(read - exact) <= 0.01 * Double(exact), "\(quantile): \(read), not \(exact)")
        }
        #expect(histogram.maximum == values.last)
    }

    @Test func twoHistogramsAddUpToTheirUnion() {
        var odd = Histogram()
        var even = Histogram()
        var all = Histogram()
        for value in Int64(0)..<5000 {
            all.record(value * 1000)
            if value % 2 == 0 { even.record(value * 1000) } else { odd.record(value * 1000) }
        }
        odd.add(even)
        #expect(odd.count == 5000)
        for quantile in [0.1, 0.5, 0.99] { #expect(odd.value(at: quantile) == all.value(at: quantile)) }
    }

    @Test func anEmptyOneHasNoLatency() {
        #expect(Histogram().value(at: 0.99) == 0)
    }

    @Test func valuesPastTheEndsAreHeldAtThem() {
        var histogram = Histogram()
        histogram.record(-5)
        histogram.record(.max)
        #expect(histogram.value(at: 0.5) == 0)
        #expect(histogram.maximum == Int64(1) << 47 - 1)
    }
}

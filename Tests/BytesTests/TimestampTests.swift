import Bytes
import Foundation
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-11-23T14:00:00Z", "2026-11-23T14:00:00.000000Z"),
        ("2026-11-23T14:00:00.1234567+01:30", "2026-11-23T12:30:00.123456Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
        ("2000-02-29t00:00:00z", "2000-02-29T00:00:00.000000Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
    ])
    func readsAndWritesRFC3339(_ text: String, _ expected: String) throws {
        let parsed = Timestamp.parse(Array(text.utf8).span)
        let value = try #require(parsed)
        #expect(Timestamp.text(microseconds: value) == expected)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T14:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T14:00:00.Z", "2026-11-23T14:00:00+1:00", "2026-11-23T14:00:00Zx",
    ])
    func refusesAnythingElse(_ text: String) {
        let parsed = Timestamp.parse(Array(text.utf8).span)
        #expect(parsed == nil)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func agreesWithFoundation(_ seed: UInt64) {
        var random = Seed(seed)
        let seconds = Int64.random(in: -11_000_000_000...250_000_000_000, using: &random)
        let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        #expect(Timestamp.text(microseconds: seconds * 1_000_000).prefix(19) == expected.prefix(19))
    }

    @Test func uuidsCountUpWithinAMillisecond() {
        var generator = UUIDv7Generator(seed: 1)
        var last = ""
        for i in 0..<10_000 {
            let text = generator.text(milliseconds: 1_700_000_000_000 + UInt64(i / 9000))
            #expect(text > last)
            #expect(text.count == 36 && text.dropFirst(14).first == "7")
            last = text
        }
    }
}

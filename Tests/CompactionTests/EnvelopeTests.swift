import Batches
import Bytes
import TestSupport
import Testing

@Suite struct EnvelopeTests {
    private func text(_ bytes: [UInt8], _ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    @Test func findsWhatTheEncoderWrites() throws {
        var event = World.Event(id: "evt_1")
        event.time = 5
        event.data = "{\"a\":\"b\\\"}\"}"
        let line = Array(World.line(event).dropLast())
        let found = EnvelopeScan(line.span, 0..<line.count)
        let scan = try #require(found)
        #expect(text(line, scan.id) == "evt_1")
        #expect(text(line, scan.source) == "/acme/stripe")
        #expect(text(line, scan.type) == "charge.succeeded")
        #expect(text(line, scan.time) == "1970-01-01T00:00:00.000005Z")
        #expect(text(line, scan.tenant) == "acme")
        #expect(text(line, scan.receivedTime) == "2026-11-23T14:00:00.000000Z")
        #expect(text(line, scan.data) == event.data)
    }

    @Test func passesOverOtherAttributes() throws {
        let head = #"{"specversion":"1.0","id":"1","source":"s","type":"t","tenant":"a","receivedtime":"r""#
        for (tail, data) in [
            (#","requestheaders":"a: \"b\"\n\\","x":"","data":[1]}"#, "[1]"),
            (#","rawdata":"AA==","data_base64":"AAEC"}"#, #""AAEC""#), ("}", ""),
        ] {
            let line = Array((head + tail).utf8)
            let found = EnvelopeScan(line.span, 0..<line.count)
            let scan = try #require(found)
            #expect(text(line, scan.data) == data)
        }
        for tail in [#","time":"x","data":1}"#, #","id":"2","data":1}"#, #","data":}"#, #","x":1}"#, #","x":"\"#, ""] {
            let line = Array((head + tail).utf8)
            let found = EnvelopeScan(line.span, 0..<line.count)
            #expect(found == nil)
        }
    }

    /// Cut or changed anywhere, a line is refused or read as the general reader reads it, and never past its end.
    @Test func agreesWithTheGeneralReader() {
        var event = World.Event(id: "evt_1")
        event.time = 1_000_000
        let line = Array(World.line(event).dropLast())
        for cut in 0..<line.count {
            let short = Array(line[..<cut])
            // Behind the last attribute both take what is there for the payload.
            let found = EnvelopeScan(short.span, 0..<short.count)
            let slow = EventLine(short.span, 0..<short.count)
            #expect((found == nil) == (slow == nil))
        }
        for position in line.indices {
            for byte: UInt8 in [0x22, 0x5C, 0x20, 0x7D, 0x2C, 0x3A, 0x61] {
                var changed = line
                changed[position] = byte
                guard let scan = EnvelopeScan(changed.span, 0..<changed.count) else { continue }
                guard let slow = EventLine(changed.span, 0..<changed.count) else {
                    Issue.record("only the scan reads \(String(decoding: changed, as: UTF8.self))")
                    continue
                }
                #expect(scan.id == slow.id.range && scan.source == slow.source.range && scan.type == slow.type.range)
                #expect(scan.tenant == slow.tenant.range && scan.receivedTime == slow.receivedTime.range)
                #expect(scan.data == slow.data ?? 0..<0)
                #expect(scan.time == slow.time?.range ?? 0..<0)
            }
        }
    }
}

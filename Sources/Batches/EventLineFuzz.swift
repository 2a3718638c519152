import Bytes

/// Reads `bytes` as stored lines, for a fuzzer: ranges lie inside their line, and tallies add up.
package func fuzzEventLines(_ bytes: Span<UInt8>) {
    var tally = BatchTally()
    var lines = LineSplitter()
    lines.add(bytes, to: &tally)
    precondition(tally.rawBytes <= bytes.count)
    guard let event = EventLine(bytes, 0..<bytes.count) else { return }
    for range in [event.id.range, event.source.range, event.type.range, event.tenant.range, event.receivedTime.range] {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    }
    if let data = event.data { precondition(data.upperBound < bytes.count || data.isEmpty) }
    var text = ByteBuffer()
    JSONText.unescape(bytes.extracting(event.id.range), into: &text)
}

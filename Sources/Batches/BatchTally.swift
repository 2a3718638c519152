import Bytes
package import Kernel

/// Counts stored events as they are read back, by tenant and source.
package struct BatchTally: Sendable {
    private struct Key: Hashable {
        let tenant: [UInt8]
        let source: [UInt8]
    }

    package private(set) var events = 0
    package private(set) var rawBytes = 0
    package private(set) var firstReceived: WallTime?
    package private(set) var lastReceived: WallTime?
    /// Lines that are no stored event.
    package private(set) var unreadable = 0
    private var shares: [Key: (events: Int, bytes: Int)] = [:]

    package init() {}

    /// Counts one line, given without its line feed.
    package mutating func add(_ line: Span<UInt8>) {
        events += 1
        rawBytes += line.count + 1
        guard let event = EventLine(line, 0..<line.count) else {
            unreadable += 1
            return
        }
        if let time = Timestamp.parse(line.extracting(event.receivedTime.range)) {
            let received = WallTime(microseconds: time)
            firstReceived = min(firstReceived ?? received, received)
            lastReceived = max(lastReceived ?? received, received)
        }
        let key = Key(
            tenant: event.tenant.range.map { line[$0] }, source: event.source.range.map { line[$0] })
        let share = shares[key, default: (0, 0)]
        shares[key] = (share.events + 1, share.bytes + line.count + 1)
    }

    /// Moves the counts into a batch's summary.
    package func fill(_ summary: inout BatchSummary) {
        summary.events = events
        summary.rawBytes = rawBytes
        summary.firstReceived = firstReceived
        summary.lastReceived = lastReceived
        summary.shares = shares.map { key, count in
            BatchSummary.Share(
                tenant: Self.plain(key.tenant), source: Self.name(key.source), events: count.events,
                bytes: count.bytes)
        }.sorted { ($0.tenant, $0.source) < ($1.tenant, $1.source) }
    }

    /// The last part of `/tenant/source`.
    private static func name(_ source: [UInt8]) -> String {
        let text = plain(source)
        return text.split(separator: "/").last.map(String.init) ?? text
    }

    private static func plain(_ inside: [UInt8]) -> String {
        guard inside.contains(UInt8(ascii: "\\")) else { return String(decoding: inside, as: UTF8.self) }
        var buffer = ByteBuffer()
        JSONText.unescape(inside.span, into: &buffer)
        return String(decoding: buffer.array, as: UTF8.self)
    }
}

/// Cuts a stream of chunks into lines.
struct LineSplitter: ~Copyable {
    private var rest = ByteBuffer()

    mutating func add(_ chunk: Span<UInt8>, to tally: inout BatchTally) {
        var start = 0
        while let end = ByteSearch.firstIndex(of: 0x0A, in: chunk, from: start) {
            if rest.isEmpty {
                tally.add(chunk.extracting(start..<end))
            } else {
                rest.append(chunk.extracting(start..<end))
                tally.add(rest.span)
                rest.removeAll()
            }
            start = end + 1
        }
        rest.append(chunk.extracting(start..<chunk.count))
    }
}

import Batches
import Bytes
import HTTP
import Kernel
import Providers
import Telemetry

/// Turns scanned payloads into stored events. What the events of one request share is made once for all of them.
struct RequestEncoder: ~Copyable {
    private var uuids = UUIDv7Generator(seed: Entropy.random())
    private var requestNumber: UInt64 = 0
    private let tagBytes: Int
    /// The metrics shard of this loop.
    let shard: Int

    private var now = WallTime(nanoseconds: 0)
    /// RFC 3339 text of the turn's time.
    private var received = ByteBuffer()

    private let kept = KeptHeaders.standard

    // The request at hand; texts are the insides of JSON strings.
    /// The tag, then the request's number.
    private var requestID = ByteBuffer()
    private var headerLines = ByteBuffer()
    private var traceparent = ByteBuffer()
    private var headerID = ByteBuffer()
    private var headerType = ByteBuffer()
    private var headerTime: Int64?
    private var sentTime: Int64?
    private var idempotencyKey = ByteBuffer()

    /// What RFC 3339 can write: years 1 to 9999, in microseconds.
    private static let writableTimes: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// - Parameter tag: Begins the request ids; unique to the process and the loop.
    init(tag: String, shard: Int) {
        requestID.append(utf8: tag)
        tagBytes = requestID.count
        self.shard = shard
    }

    mutating func setReceived(_ now: WallTime) {
        self.now = now
        received.removeAll()
        Timestamp.append(microseconds: now.microseconds, to: &received)
    }

    /// Reads what a request's header says about its events.
    mutating func begin(_ head: RequestHead, _ bytes: Span<UInt8>, _ fields: EventFields) {
        requestNumber += 1
        requestID.truncate(to: tagBytes)
        requestID.append(decimal: UInt(requestNumber))
        headerLines.removeAll()
        traceparent.removeAll()
        headerID.removeAll()
        headerType.removeAll()
        idempotencyKey.removeAll()
        for field in head.fields where kept.contains(field.name, in: bytes) {
            addHeaderLine(bytes.extracting(field.name.range), bytes.extracting(field.value.range))
        }
        let said = fields.find(in: head, bytes)
        if let id = said.id { JSONText.appendEscapedLatin1(bytes.extracting(id.range), to: &headerID) }
        if let type = said.type { JSONText.appendEscapedLatin1(bytes.extracting(type.range), to: &headerType) }
        headerTime = said.time
        sentTime = said.sentTime
        if let key = head.idempotencyKey, !key.isEmpty, key.length <= EventFields.longest {
            JSONText.appendEscapedLatin1(bytes.extracting(key.range), to: &idempotencyKey)
        }
        if let parent = head.traceparent, !parent.isEmpty, parent.length <= EventFields.longest {
            JSONText.appendEscapedLatin1(bytes.extracting(parent.range), to: &traceparent)
        }
    }

    private mutating func addHeaderLine(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if !headerLines.isEmpty { headerLines.append("\\n" as StaticString) }
        JSONText.appendEscapedLatin1(name, to: &headerLines)
        headerLines.append(": " as StaticString)
        JSONText.appendEscapedLatin1(value, to: &headerLines)
    }

    /// Appends one event's line.
    ///
    /// - Parameters:
    ///   - found: What the scan of this event's payload found in `body`.
    ///   - isOnly: The body is this one payload: what the header says of an event is said of it.
    ///   - number: The event's place in the request, from 0.
    mutating func append(
        _ body: Span<UInt8>, _ found: JSONFound, _ fields: EventFields, _ source: SourceEntry, isOnly: Bool,
        number: Int, to lines: inout ByteBuffer
    ) {
        let data = found.start..<found.end
        lines.reserve(data.count + 512)
        let chosen = fields.choose(found, body)
        EventEncoder.begin(to: &lines)
        appendID(body, chosen, isOnly: isOnly, number: number, to: &lines)
        EventEncoder.source(source.event, to: &lines)
        if isOnly && !headerType.isEmpty {
            lines.append(headerType.span)
        } else if let type = chosen.type {
            lines.append(body.extracting(type.range))
        } else {
            lines.append("unknown" as StaticString)
        }
        EventEncoder.endType(to: &lines)
        if let time = (isOnly ? headerTime : nil) ?? chosen.time ?? sentTime, Self.writableTimes.contains(time) {
            EventEncoder.time(microseconds: time, to: &lines)
            source.series.delay.observe(nanoseconds: now.nanoseconds - time &* 1000, shard: shard)
        }
        EventEncoder.received(source.event, received.span, to: &lines)
        EventEncoder.attribute("requestid", requestID.span, to: &lines)
        if !traceparent.isEmpty {
            EventEncoder.attribute("traceparent", traceparent.span, to: &lines)
        }
        if !headerLines.isEmpty {
            EventEncoder.attribute("requestheaders", headerLines.span, to: &lines)
        }
        EventEncoder.data(body.extracting(data), replacingLineBreaks: found.hasLineBreaks, to: &lines)
    }

    /// The provider's id; else the idempotency key, with the event's number where there may be several; else a new one.
    private mutating func appendID(
        _ body: Span<UInt8>, _ chosen: EventFields.InPayload, isOnly: Bool, number: Int, to lines: inout ByteBuffer
    ) {
        if isOnly && !headerID.isEmpty { return lines.append(headerID.span) }
        if let id = chosen.id { return lines.append(body.extracting(id.range)) }
        if !idempotencyKey.isEmpty {
            lines.append(idempotencyKey.span)
            if !isOnly {
                lines.append(UInt8(ascii: "-"))
                lines.append(decimal: number)
            }
            return
        }
        uuids.append(milliseconds: UInt64(max(0, now.nanoseconds / 1_000_000)), to: &lines)
    }
}

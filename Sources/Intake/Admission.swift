import Batches
import Bytes
import HTTP
import Kernel
import Providers
import Synchronization
import Telemetry

/// The one place where it is decided what becomes of a request.
///
/// The order is fixed, cheapest and safest first: size (the parser), path and method, source, address, signature,
/// quota, duplicate, validation. Each refusal is a prebuilt answer and a counter. One value belongs to one loop.
struct Admission: ~Copyable {
    /// What the head alone decides.
    enum HeadDecision {
        case source(SourceEntry)
        case refused(Refusal)
    }

    /// What head and body decide together.
    enum Outcome {
        /// So many events joined the group.
        case accepted(events: Int)
        /// Nothing of the request is in the group.
        case refused(Refusal)
    }

    private let context: LoopContext
    private var sources: SourceCache
    private var encoder: RequestEncoder
    private var scanner = JSONScanner()
    private var found = JSONFound()
    private let fields = EventFields.standard
    private var form = FormBody()

    /// When the bytes of this turn were read.
    private(set) var now = WallTime(nanoseconds: 0)
    /// With ``Acknowledgement/memory``: the last group could not be written.
    var isStoreFailing = false

    init(loop: Int, context: LoopContext) {
        self.context = context
        sources = SourceCache(context.sources)
        encoder = RequestEncoder(tag: "\(context.processTag)-\(loop)-", shard: loop)
    }

    /// All events of a turn were received at the same moment.
    mutating func beginTurn(now: WallTime) {
        self.now = now
        encoder.setReceived(now)
    }

    /// Decides on what can be decided before the body is here.
    mutating func decide(_ head: RequestHead, _ bytes: Span<UInt8>) -> HeadDecision {
        if head.path.isEmpty { return .refused(.unknownPath) }
        let found = sources.find(head.path, in: bytes)
        if case .unknownPath = found { return .refused(.unknownPath) }
        guard head.method == .post || head.method == .put else { return .refused(.method) }
        if context.gate.isDraining.load(ordering: .relaxed) { return .refused(.draining) }
        if isStoreFailing { return .refused(.storeFailed) }
        let source: SourceEntry
        switch found {
        case .source(let entry): source = entry
        case .badName: return .refused(context.options.openSources ? .badName : .unauthorized)
        case .unknownSource, .unknownPath: return .refused(.unauthorized)
        }
        // Address, signature and quota are decided here once sources have them.
        switch head.contentType {
        case .none, .json, .ndjson, .cloudEvent, .cloudEventBatch, .form: break
        case .other: return .refused(.contentType)
        }
        guard head.contentEncoding == .identity else { return .refused(.contentType) }
        return .source(source)
    }

    /// Validates the body and appends its events to the group: all of them, or none.
    mutating func admit(
        _ head: RequestHead, _ headBytes: Span<UInt8>, _ body: Span<UInt8>, _ source: SourceEntry,
        into group: inout CommitGroup
    ) -> Outcome {
        let start = group.lines.count
        var events = 0
        encoder.begin(head, headBytes, fields)
        do throws(JSONError) {
            switch head.contentType {
            case .ndjson: try admitLines(body, source, &events, &group)
            case .form:
                guard admitForm(body, source, &group) else { return .refused(.tooManyFields) }
                events = 1
            default: try admitDocument(body, source, &events, &group)
            }
        } catch {
            group.lines.truncate(to: start)
            context.metrics.rejected(source, events: events + 1, shard: encoder.shard)
            return .refused(.notJSON("\(error)"))
        }
        guard events <= context.options.limits.eventsPerRequest else {
            group.lines.truncate(to: start)
            return .refused(.tooManyEvents)
        }
        if events > 0 {
            if group.events == 0 { group.firstReceived = now }
            group.lastReceived = now
            group.count(source: source.index, events: events, bytes: group.lines.count - start)
            source.series.eventBytes.add(UInt64(body.count), shard: encoder.shard)
        }
        return .accepted(events: events)
    }

    /// One value is one event; an array is one event an element.
    private mutating func admitDocument(
        _ body: Span<UInt8>, _ source: SourceEntry, _ events: inout Int, _ group: inout CommitGroup
    ) throws(JSONError) {
        let first = JSONText.skipWhitespace(body, from: 0)
        guard first < body.count else { throw JSONError(.end, at: body.count) }
        guard body[first] == UInt8(ascii: "[") else {
            let end = try scanner.scan(body, from: first, paths: fields.paths, found: &found)
            let rest = JSONText.skipWhitespace(body, from: end)
            guard rest == body.count else { throw JSONError(.trailing, at: rest) }
            encoder.append(body, found, fields, source, isOnly: true, number: 0, to: &group.lines)
            events = 1
            return
        }
        var cursor = try JSONArrayCursor(body, from: first)
        while try cursor.next(body, scanner: &scanner, paths: fields.paths, found: &found) {
            if events < context.options.limits.eventsPerRequest {
                encoder.append(body, found, fields, source, isOnly: false, number: events, to: &group.lines)
            }
            events += 1
        }
        let rest = JSONText.skipWhitespace(body, from: cursor.offset)
        guard rest == body.count else { throw JSONError(.trailing, at: rest) }
    }

    /// A form is one event, made JSON first.
    ///
    /// - Returns: False when it has too many fields.
    private mutating func admitForm(_ body: Span<UInt8>, _ source: SourceEntry, _ group: inout CommitGroup) -> Bool {
        guard (try? form.decode(body)) != nil else { return false }
        var json = ByteBuffer()
        form.swapJSON(&json)
        // What the form decoder writes is JSON, so the scan only finds fields.
        guard (try? scanner.scanDocument(json.span, paths: fields.paths, found: &found)) != nil else { return false }
        encoder.append(json.span, found, fields, source, isOnly: true, number: 0, to: &group.lines)
        form.swapJSON(&json)
        return true
    }

    /// One event a line; empty lines are none.
    private mutating func admitLines(
        _ body: Span<UInt8>, _ source: SourceEntry, _ events: inout Int, _ group: inout CommitGroup
    ) throws(JSONError) {
        var position = 0
        while true {
            position = JSONText.skipWhitespace(body, from: position)
            if position == body.count { return }
            let end = try scanner.scan(body, from: position, paths: fields.paths, found: &found)
            // A value that spans lines, or shares one, is not what the sender thinks it sends.
            guard !found.hasLineBreaks else { throw JSONError(.end, at: position) }
            if events < context.options.limits.eventsPerRequest {
                encoder.append(body, found, fields, source, isOnly: false, number: events, to: &group.lines)
            }
            events += 1
            position = end
            while position < body.count, body[position] == 0x20 || body[position] == 0x09 || body[position] == 0x0D {
                position += 1
            }
            if position == body.count { return }
            guard body[position] == 0x0A else { throw JSONError(.trailing, at: position) }
        }
    }
}

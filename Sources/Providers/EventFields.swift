package import Bytes
package import HTTP

/// Where the id, the type and the time of an event are: names of header fields and places in the payload, each list in
/// the order of priority.
///
/// The id decides what is a duplicate, so it has to be new for each event and the same for each delivery of it. A wrong
/// id loses events, a missing one costs no more than a copy. Where nobody said what an id is (`/id` of an unknown
/// sender may be an order's, sent again with each change) it counts as guessed, and the same id with another payload
/// must be taken for another event.
package struct EventFields: Sendable {
    package let idHeaders: [StaticString]
    package let typeHeaders: [StaticString]
    package let timeHeaders: [StaticString]
    /// Say when the request was sent; good where the payload says nothing.
    package let sentHeaders: [StaticString]

    /// All places of the payload: those of the id, then of the type, then of the time.
    package let paths: JSONPaths
    private let idCount: Int
    private let certainIDs: Int
    private let typeCount: Int
    private let headers: HeaderTable

    /// - Parameters:
    ///   - ids: Places of what is known to be an event's id.
    ///   - guessedIDs: Places of what may be one, tried after `ids`.
    /// - Throws: ``JSONPathError`` for what is no JSON pointer, and for more than 64 of them.
    package init(
        idHeaders: [StaticString] = [], typeHeaders: [StaticString] = [], timeHeaders: [StaticString] = [],
        sentHeaders: [StaticString] = [], ids: [String], guessedIDs: [String] = [], types: [String], times: [String]
    ) throws(JSONPathError) {
        self.idHeaders = idHeaders
        self.typeHeaders = typeHeaders
        self.timeHeaders = timeHeaders
        self.sentHeaders = sentHeaders
        paths = try JSONPaths(ids + guessedIDs + types + times)
        certainIDs = ids.count
        idCount = ids.count + guessedIDs.count
        typeCount = types.count
        headers = HeaderTable([idHeaders, typeHeaders, timeHeaders, sentHeaders])
    }

    /// What a request's header says of its only event.
    package struct InHeader: Sendable, Hashable {
        package var id: ByteRange?
        package var type: ByteRange?
        /// Microseconds since 1970.
        package var time: Int64?
        /// Microseconds since 1970, when the payload gives no time.
        package var sentTime: Int64?
    }

    /// What a payload says of its event: places of a non-empty string or an integer.
    package struct InPayload: Sendable, Hashable {
        package var id: JSONValue?
        /// Whether the id may be something else's than the event's.
        package var isIDGuessed = false
        package var type: JSONValue?
        /// Microseconds since 1970.
        package var time: Int64?
    }

    /// Longest id or type, in bytes.
    package static let longest = 256

    /// Looks through the header; for requests with a single event only.
    package func find(in head: borrowing RequestHead, _ buffer: Span<UInt8>) -> InHeader {
        var best: [4 of ByteRange?] = [nil, nil, nil, nil]
        var priority: [4 of Int] = [.max, .max, .max, .max]
        for field in head.fields {
            guard let hit = headers.find(field.name, in: buffer), hit.priority < priority[hit.list] else { continue }
            let length = field.value.length
            guard length > 0, length <= Self.longest else { continue }
            best[hit.list] = field.value
            priority[hit.list] = hit.priority
        }
        return InHeader(
            id: best[0], type: best[1],
            time: best[2].flatMap { EventTime.parse(buffer.extracting($0.range), .text) },
            sentTime: best[3].flatMap { EventTime.parse(buffer.extracting($0.range), .text) })
    }

    /// Chooses from what a scan with ``paths`` found.
    package func choose(_ found: borrowing JSONFound, _ payload: Span<UInt8>) -> InPayload {
        var chosen = InPayload()
        var ids = found.bits(in: 0..<idCount)
        while ids != 0, chosen.id == nil {
            let path = ids.trailingZeroBitCount
            ids &= ids - 1
            chosen.id = Self.usable(found[path])
            chosen.isIDGuessed = chosen.id != nil && path >= certainIDs
        }
        var types = found.bits(in: idCount..<idCount + typeCount)
        while types != 0, chosen.type == nil {
            chosen.type = Self.usable(found[types.trailingZeroBitCount])
            types &= types - 1
        }
        var times = found.bits(in: idCount + typeCount..<paths.count)
        while times != 0, chosen.time == nil {
            let path = times.trailingZeroBitCount
            times &= times - 1
            guard let value = found[path] else { continue }
            let isText = value.kind == .string
            guard isText || value.isNumber else { continue }
            chosen.time = EventTime.parse(payload.extracting(value.range), isText ? .text : .number)
        }
        return chosen
    }

    private static func usable(_ value: JSONValue?) -> JSONValue? {
        guard let value, value.kind == .string || value.kind == .integer else { return nil }
        return value.count > 0 && value.count <= longest ? value : nil
    }
}

/// Names of header fields by a hash of their length and ends: most fields of a request cost one look and no comparison.
struct HeaderTable: Sendable {
    struct Hit {
        let list: Int
        /// The position in its list; 0 goes first.
        let priority: Int
    }

    private var names: [(name: StaticString, hit: Hit)] = []
    /// For each hash, the position of the first name plus one; 0 for none.
    private var firsts = [UInt8](repeating: 0, count: 256)
    /// For each name, the next one with its hash.
    private var nexts: [UInt8] = []

    init(_ lists: [[StaticString]]) {
        for (list, names) in lists.enumerated() {
            for (priority, name) in names.enumerated() {
                let utf8 = Array(name.description.utf8)
                let hash = Self.hash(utf8.count, utf8[0], utf8[utf8.count - 1])
                self.names.append((name, Hit(list: list, priority: priority)))
                nexts.append(firsts[hash])
                firsts[hash] = UInt8(self.names.count)
            }
        }
    }

    func find(_ name: ByteRange, in buffer: Span<UInt8>) -> Hit? {
        var next = Int(firsts[Self.hash(name.length, buffer[name.start], buffer[name.end - 1])])
        while next != 0 {
            let candidate = names[next - 1]
            if buffer.matches(candidate.name, at: name.start, count: name.length) { return candidate.hit }
            next = Int(nexts[next - 1])
        }
        return nil
    }

    private static func hash(_ count: Int, _ first: UInt8, _ last: UInt8) -> Int {
        (count &* 37 &+ Int(first | 0x20) &* 5 &+ Int(last | 0x20)) & 255
    }
}

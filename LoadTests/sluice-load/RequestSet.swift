import Bytes
import Kernel

/// Whole requests, built once: a run sends them in turn and changes nothing in them but the ids.
struct RequestSet: Sendable {
    private(set) var requests: [Request] = []
    /// The part of every id that is the same in this run.
    let idPrefix: [UInt8]
    let eventsPerRequest: Int

    /// A request's bytes, and where the serial numbers of its ids stand.
    struct Request: Sendable {
        var bytes: [UInt8]
        var bodyBytes: Int
        var patches: [Patch]

        /// Writes the ids of `first` and the events behind it.
        mutating func number(from first: Int) {
            var digits = SerialDigits(first)
            var event = 0
            for patch in patches {
                while event < patch.event {
                    digits.increment()
                    event += 1
                }
                for index in 0..<SerialDigits.count { bytes[patch.offset + index] = digits.bytes[index] }
            }
        }
    }

    /// Twelve digits at `offset` belong to event `event` of the request.
    struct Patch: Sendable {
        let offset: Int
        let event: Int
    }

    private static let largestTotal = 256 << 20

    static func build(_ options: Options) throws(LoadError) -> RequestSet {
        var set = RequestSet(
            idPrefix: EventID.prefix(run: UInt32(truncatingIfNeeded: Entropy.random())),
            eventsPerRequest: options.hasBody ? options.eventsPerRequest : 0)
        var source = try EventSource(options)
        let paths = options.target.paths
        let wanted = source.requestsWanted(options)
        // Whole rounds over the tenants, so that each gets its share.
        let count = (wanted + paths.count - 1) / paths.count * paths.count
        var total = 0
        for index in 0..<count {
            let request = set.make(options, path: paths[index % paths.count], from: &source)
            total += request.bytes.count
            guard total <= largestTotal else {
                throw .bodies(path: options.bodies ?? "the requests", reason: "more than 256 MiB to hold in memory")
            }
            set.requests.append(request)
        }
        return set
    }

    private init(idPrefix: [UInt8], eventsPerRequest: Int) {
        self.idPrefix = idPrefix
        self.eventsPerRequest = eventsPerRequest
    }

    private func make(_ options: Options, path: String, from source: inout EventSource) -> Request {
        var body = Request(bytes: [], bodyBytes: 0, patches: [])
        let isArray = !options.isNDJSON && eventsPerRequest > 1
        for event in 0..<eventsPerRequest {
            if isArray { body.bytes.append(UInt8(ascii: event == 0 ? "[" : ",")) }
            append(source.next(), event: event, to: &body)
            if options.isNDJSON { body.bytes.append(UInt8(ascii: "\n")) }
        }
        if isArray { body.bytes.append(UInt8(ascii: "]")) }

        var request = Request(bytes: [], bodyBytes: body.bytes.count, patches: [])
        append(Array(head(options, path: path, bodyBytes: body.bytes.count).utf8), event: 0, to: &request)
        let shift = request.bytes.count
        request.patches += body.patches.map { Patch(offset: $0.offset + shift, event: $0.event) }
        request.bytes += body.bytes
        return request
    }

    private func head(_ options: Options, path: String, bodyBytes: Int) -> String {
        var text = "\(options.method) \(path) HTTP/1.1\r\nHost: \(options.target.host)\r\n"
        let hasType = options.headers.contains { $0.name.lowercased() == "content-type" }
        if options.hasBody, !hasType {
            text += "Content-Type: application/\(options.isNDJSON ? "x-ndjson" : "json")\r\n"
        }
        if options.hasBody { text += "Content-Length: \(bodyBytes)\r\n" }
        for header in options.headers { text += "\(header.name): \(header.value)\r\n" }
        return text + "\r\n"
    }

    /// Copies `text`, with room for an id in place of each marker.
    private func append(_ text: [UInt8], event: Int, to request: inout Request) {
        var rest = text[...]
        while let range = rest.firstRange(of: EventID.marker) {
            request.bytes += rest[..<range.lowerBound]
            request.bytes += idPrefix
            request.patches.append(Patch(offset: request.bytes.count, event: event))
            request.bytes += [UInt8](repeating: UInt8(ascii: "0"), count: SerialDigits.count)
            rest = rest[range.upperBound...]
        }
        request.bytes += rest
    }
}

/// Where events come from: a file's lines in turn, or the generator.
private enum EventSource {
    case lines([[UInt8]], next: Int)
    case samples(SampleEvents)

    init(_ options: Options) throws(LoadError) {
        guard let path = options.bodies else {
            self = .samples(SampleEvents(seed: 20_261_123, bodyBytes: options.bodyBytes))
            return
        }
        let text = try kernel(path) { () throws(Errno) in
            let file = try FileDescriptor.open(path, .read)
            return try file.read(count: file.length(), at: 0)
        }
        let lines = text.split(separator: UInt8(ascii: "\n")).map { Array($0) }
        guard !lines.isEmpty else { throw .bodies(path: path, reason: "it holds no line") }
        if options.ledger != nil, let bad = lines.firstIndex(where: { $0.firstRange(of: EventID.marker) == nil }) {
            throw .bodies(path: path, reason: "line \(bad + 1) has no {{id}}, which --ledger needs")
        }
        self = .lines(lines, next: 0)
    }

    /// All lines of a file; of samples enough that a compressor does not meet one again while it remembers it.
    func requestsWanted(_ options: Options) -> Int {
        switch self {
        case .lines(let lines, _): (lines.count + options.eventsPerRequest - 1) / options.eventsPerRequest
        case .samples:
            options.hasBody ? min(4096, max(8, 2 << 20 / (options.bodyBytes * options.eventsPerRequest))) : 1
        }
    }

    mutating func next() -> [UInt8] {
        switch self {
        case .lines(let lines, let next):
            self = .lines(lines, next: (next + 1) % lines.count)
            return lines[next]
        case .samples(var samples):
            let event = samples.next()
            self = .samples(samples)
            return event
        }
    }
}

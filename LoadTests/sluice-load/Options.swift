/// One run, as the command line asks for it. Durations are nanoseconds.
struct Options: Sendable {
    var url = "http://127.0.0.1:8080/v1/acme/demo"
    var target: Target
    var connections = 256
    var threads = 1
    /// Requests a second of all threads together; nil for a closed loop.
    var rate: Double?
    var duration: Int64 = 10_000_000_000
    /// Requests of all threads together, instead of a duration.
    var requests: Int?
    var warmup: Int64 = 1_000_000_000
    /// How long answers are waited for at the end.
    var grace: Int64 = 10_000_000_000
    var eventsPerRequest = 1
    var isNDJSON = false
    var bodies: String?
    var bodyBytes = 864
    var pipeline = 1
    var method = "POST"
    var headers: [(name: String, value: String)] = []
    var processes: [Int] = []
    var ledger: String?
    var idle = 0
    var expectedStatus = 202
    var allowsStatus = false
    var allowsErrors = false
    var json = false

    static let help = """
        Usage: sluice-load [options]

        Sends events over HTTP/1.1 and reports rate, latency and what the server spent.

        Where
          --url URL               http://ADDRESS:PORT/PATH; {tenant N} in the path becomes N tenants in turn
                                  (http://127.0.0.1:8080/v1/acme/demo)
          --method NAME           POST; GET, HEAD, DELETE and OPTIONS have no body
          --header 'NAME: VALUE'  one more field, or another Content-Type; {{id}} becomes the first event's id
        How much
          --connections N         kept alive (256)
          --threads N             (1)
          --pipeline N            requests under way on each connection (1)
          --rate R                open loop: R requests a second, whatever the server does; latency counts from the
                                  moment a request was due. Without it a closed loop: each answer sends the next
          --duration TIME         of the measurement: 10s, 500ms, 2m (10s)
          --requests N            exactly N requests, instead of a duration; warm-up is then 0 unless given
          --warmup TIME           before the measurement (1s)
          --grace TIME            how long the last answers are waited for (10s)
          --idle N                N more connections that have each done one request, held open during the run
        What
          --events-per-request N  as a JSON array (1)
          --ndjson                as lines instead
          --body-bytes N          of each generated event, 48 or more (864)
          --bodies FILE           events from a file, one a line, in turn; {{id}} in a line becomes the event's id
        What is reported
          --pid PID               CPU time and peak memory of this process and its children; repeatable
          --ledger FILE           ids of all events that were answered as expected, one a line
          --expect-status N       (202); other answers make the exit status 1
          --allow-status          unless this is given
          --allow-errors          broken connections do not make the exit status 1
          --json                  for machines

        A broken connection is opened again, with backoff; a request on it is counted as lost, and not sent again.
        SIGINT ends the run early and reports. Exit status: 0 as expected, 1 not, 2 wrong usage.
        """

    /// - Returns: nil when help was asked for.
    static func parse(_ arguments: [String]) throws(UsageError) -> Options? {
        var options = Options(target: try Target("http://127.0.0.1:8080/v1/acme/demo"))
        var words = Words(arguments)
        var warmupGiven = false
        while let option = words.nextOption() {
            switch option {
            case "--help", "-h": return nil
            case "--url": options.url = try words.text()
            case "--connections": options.connections = try words.integer(in: 1...1_000_000)
            case "--threads": options.threads = try words.integer(in: 1...64)
            case "--rate": options.rate = try words.number(in: 0.001...10_000_000)
            case "--duration": options.duration = try words.duration()
            case "--requests": options.requests = try words.integer(in: 1...1_000_000_000)
            case "--warmup":
                options.warmup = try words.duration()
                warmupGiven = true
            case "--grace": options.grace = try words.duration()
            case "--events-per-request": options.eventsPerRequest = try words.integer(in: 1...1_000_000)
            case "--ndjson": options.isNDJSON = true
            case "--bodies": options.bodies = try words.text()
            case "--body-bytes": options.bodyBytes = try words.integer(in: 48...64 << 20)
            case "--pipeline": options.pipeline = try words.integer(in: 1...1024)
            case "--method": options.method = try words.text()
            case "--header": options.headers.append(try words.header())
            case "--pid": options.processes.append(try words.integer(in: 1...1 << 22))
            case "--ledger": options.ledger = try words.text()
            case "--idle": options.idle = try words.integer(in: 0...1_000_000)
            case "--expect-status": options.expectedStatus = try words.integer(in: 100...599)
            case "--allow-status": options.allowsStatus = true
            case "--allow-errors": options.allowsErrors = true
            case "--json": options.json = true
            default: throw .unknownOption(option)
            }
        }
        options.target = try Target(options.url)
        if options.requests != nil, !warmupGiven { options.warmup = 0 }
        try options.check()
        return options
    }

    private func check() throws(UsageError) {
        guard connections >= threads else {
            throw .contradiction("--threads \(threads) is more than --connections \(connections)")
        }
        guard rate == nil || pipeline == 1 else {
            throw .contradiction("--pipeline is for a closed loop: with --rate a request waits for a free connection")
        }
    }

    var hasBody: Bool { !["GET", "HEAD", "DELETE", "OPTIONS"].contains(method) }
}

/// The words of a command line, taken one after the other.
private struct Words {
    private var rest: ArraySlice<String>
    private var option = ""

    init(_ arguments: [String]) { rest = arguments[...] }

    /// The next word; `--name=value` counts as two.
    mutating func nextOption() -> String? {
        guard let word = rest.popFirst() else { return nil }
        option = word
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            option = String(word[..<equals])
            rest.insert(String(word[word.index(after: equals)...]), at: rest.startIndex)
        }
        return option
    }

    mutating func text() throws(UsageError) -> String {
        guard let word = rest.popFirst() else { throw .missingValue(option) }
        return word
    }

    mutating func integer(in range: ClosedRange<Int>) throws(UsageError) -> Int {
        let word = try text()
        guard let value = Int(word), range.contains(value) else {
            throw .badValue(
                option: option, value: word, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    mutating func number(in range: ClosedRange<Double>) throws(UsageError) -> Double {
        let word = try text()
        guard let value = Double(word), range.contains(value) else {
            throw .badValue(option: option, value: word, expected: "a number above 0")
        }
        return value
    }

    /// `250ms`, `10s`, `2m`, in nanoseconds, up to a day.
    mutating func duration() throws(UsageError) -> Int64 {
        let word = try text()
        for (unit, nanoseconds) in [("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)] where word.hasSuffix(unit) {
            if let value = Double(word.dropLast(unit.count)), (0...86_400e9).contains(value * nanoseconds) {
                return Int64(value * nanoseconds)
            }
        }
        throw .badValue(option: option, value: word, expected: "a duration as 250ms, 10s or 2m")
    }

    mutating func header() throws(UsageError) -> (name: String, value: String) {
        let word = try text()
        guard let colon = word.firstIndex(of: ":"), colon != word.startIndex, !word.contains("\n") else {
            throw .badValue(option: option, value: word, expected: "'NAME: VALUE'")
        }
        return (String(word[..<colon]), String(word[word.index(after: colon)...].drop { $0 == " " }))
    }
}

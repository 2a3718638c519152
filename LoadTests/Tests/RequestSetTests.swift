import Testing

@testable import sluice_load

@Suite struct RequestSetTests {
    private func build(_ arguments: String...) throws -> RequestSet {
        try RequestSet.build(try #require(try Options.parse(arguments)))
    }

    private func text(_ request: RequestSet.Request) -> String { String(decoding: request.bytes, as: UTF8.self) }

    @Test func everyEventGetsTheNextSerialNumber() throws {
        let set = try build("--events-per-request", "3", "--body-bytes", "100")
        var request = set.requests[0]
        request.number(from: 998)
        let prefix = String(decoding: set.idPrefix, as: UTF8.self)
        for serial in ["000000000998", "000000000999", "000000001000"] {
            #expect(text(request).contains("\"id\":\"\(prefix)\(serial)\""))
        }
        #expect(!text(request).contains("{{id}}"))
    }

    @Test(arguments: [48, 100, 300, 864, 5000])
    func aGeneratedEventHasTheLengthAskedFor(bytes: Int) throws {
        let set = try build("--body-bytes", "\(bytes)")
        for request in set.requests { #expect(request.bodyBytes == bytes) }
    }

    @Test func theLengthFieldIsTheBodysLength() throws {
        let set = try build("--events-per-request", "7", "--ndjson", "--header", "Idempotency-Key: {{id}}")
        let request = set.requests[0]
        let parts = text(request).split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(request.bodyBytes == parts[1].utf8.count)
        #expect(parts[1].split(separator: "\n").count == 7)
        #expect(request.patches.count == 8)
    }

    @Test func eachTenantGetsItsTurn() throws {
        let set = try build("--url", "http://127.0.0.1:1/v1/{tenant 12}/demo")
        #expect(set.requests.count % 12 == 0)
        for index in 0..<12 {
            let name = index < 10 ? "tenant-0\(index)" : "tenant-\(index)"
            #expect(text(set.requests[index]).hasPrefix("POST /v1/\(name)/demo HTTP/1.1\r\n"))
        }
    }

    @Test func aRequestWithoutABodyHasNone() throws {
        let set = try build("--method", "GET")
        #expect(set.requests[0].bodyBytes == 0)
        #expect(text(set.requests[0]).hasSuffix("\r\n\r\n"))
        #expect(!text(set.requests[0]).contains("Content-"))
    }

    @Test func aScheduleIsEvenAndSharedByTheWorkers() {
        var due: [Int64] = []
        for worker in 0..<3 {
            var schedule = Schedule(rate: 1000, worker: worker, workers: 3, start: 0, end: 10_000_000)
            while let next = schedule.nextDue {
                due.append(next)
                schedule.advance()
            }
        }
        #expect(due.sorted() == (0..<10).map { Int64($0) * 1_000_000 })
    }

    @Test(arguments: [
        ["--url", "https://x/"], ["--connections", "0"], ["--duration", "10"], ["--rate", "5", "--pipeline", "2"],
        ["--url", "http://127.0.0.1:1/{tenant 0}"], ["--unknown"], ["--header", "novalue"], ["--pid"],
        ["--threads", "8", "--connections", "4"],
    ])
    func aWrongCommandLineIsRefused(arguments: [String]) {
        #expect(throws: UsageError.self) { try Options.parse(arguments) }
    }
}

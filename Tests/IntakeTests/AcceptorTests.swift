import Batches
import Bytes
import Foundation
import Intake
import Kernel
import Telemetry
import TestSupport
import Testing

@Suite(.serialized) struct AcceptorTests {
    @Test func anAnsweredEventIsInTheOpenBatch() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(post(#"{"id":"e1","type":"t","x":[1, 2]}"#))
        let answer = try client.receive()
        #expect(answer.hasPrefix("HTTP/1.1 202 Accepted\r\n"))
        #expect(answer.hasSuffix(#"{"accepted":1,"duplicate":0,"quarantined":0}"#))
        #expect(try node.batches().allSatisfy { $0.hasSuffix(BatchFormat.openSuffix) })
        #expect(try node.storedData() == [#"{"id":"e1","type":"t","x":[1, 2]}"#])
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(post("{}") + post("[1,2,3]") + post("{") + post("[]") + post(#"{"a":1}"#))
        let answers = try client.receive(answers: 5)
        let found = answers.components(separatedBy: "\r\n\r\n").dropFirst().map { $0.prefix(14) }
        #expect(found == [#"{"accepted":1,"#, #"{"accepted":3,"#, #"{"type":"about"#, #"{"accepted":0,"#, #"{"accepted":1,"#])
        #expect(try node.storedData() == ["{}", "1", "2", "3", #"{"a":1}"#])
    }

    /// Cuts a request at every byte.
    @Test(arguments: [false, true]) func theNetworkMayCutAnywhere(_ isChunked: Bool) throws {
        let node = try TestNode { $0.commit.linger = 0 }
        let request =
            isChunked
            ? "POST /v1/acme/demo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n5;x=y\r\n\": 1}\r\n0\r\n\r\n"
            : post(#"{"a": 1}"#)
        let count = request.utf8.count
        let client = try TestClient(node)
        for cut in 1..<count {
            try client.send(String(request.prefix(cut)))
            Threads.sleep(milliseconds: 1)
            try client.send(String(request.dropFirst(cut)))
            #expect(try client.receive().hasPrefix("HTTP/1.1 202"), "cut at \(cut)")
        }
        #expect(try node.storedData() == Array(repeating: #"{"a": 1}"#, count: count - 1))
    }

    @Test func linesAndLineBreaks() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(post("{\"a\":1}\n\r\n  [2]\r\n\"x\"", type: "application/x-ndjson"))
        #expect(try client.receive().contains(#""accepted":3"#))
        try client.send(post("[{\"a\":\r\n1},\n {\"b\":\"\\n\"}]"))
        #expect(try client.receive().contains(#""accepted":2"#))
        try client.send(post("{\"a\":\n1}\n", type: "application/x-ndjson"))
        #expect(try client.receive().hasPrefix("HTTP/1.1 400"))
        #expect(try node.storedData() == [#"{"a":1}"#, "[2]", #""x""#, "{\"a\":  1}", #"{"b":"\n"}"#])
    }

    @Test(arguments: [
        ("a=1&b=x+y%21&c=%C3%A9&d=%E9&&e", #"{"a":"1","b":"x y!","c":"é","d":"é","e":""}"#),
        ("a=1&b=2&a=%223%22", #"{"a":["1","\"3\""],"b":"2"}"#),
        ("x=1&payload=%7B%22id%22%3A%22p1%22%7D", #"{"id":"p1"}"#), ("payload=%7Bno", #"{"payload":"{no"}"#), ("", "{}"),
    ])
    func formsBecomeJSON(_ form: String, _ expected: String) throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(post(form, type: "application/x-www-form-urlencoded"))
        #expect(try client.receive().contains(#""accepted":1"#))
        #expect(try node.storedData() == [expected])
    }

    @Test func aRefusedRequestIsReadToItsEnd() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(
            "HEAD /v1/a/b HTTP/1.1\r\nHost: a\r\n\r\n" + post("[1,2]", path: "/elsewhere")
                + "POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n\r\n" + post("{}"))
        Threads.sleep(milliseconds: 300)
        let answers = try client.receive(answers: 9, timeoutMilliseconds: 300)
        let statuses = answers.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["405", "404", "404", "202"])
        let other = try TestClient(node)
        try other.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
        #expect(try other.receive().hasPrefix("HTTP/1.1 400"))
    }

    @Test func aSpoolPastItsLimitRefusesUntilItHasDrained() throws {
        let node = try TestNode { $0.spoolLimitBytes = 1 }
        let client = try TestClient(node)
        try client.send(post("{}"))
        #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
        var statuses: [String] = []
        for _ in 0..<200 where statuses.last != "HTTP/1.1 202" || statuses.count < 2 {
            try client.send(post("{}"))
            statuses.append(String(try client.receive().prefix(12)))
        }
        #expect(statuses.first == "HTTP/1.1 503" && statuses.last == "HTTP/1.1 202")
    }

    @Test func aRequestIsAllOrNothing() throws {
        let node = try TestNode { $0.limits.eventsPerRequest = 3 }
        let client = try TestClient(node)
        try client.send(post("{\"a\":1}\n{\"b\":2}\n{\"c\":}\n", type: "application/x-ndjson"))
        #expect(try client.receive().hasPrefix("HTTP/1.1 400"))
        try client.send(post("[1,2,3,4]"))
        #expect(try client.receive().hasPrefix("HTTP/1.1 413"))
        try client.send(post("[1,2,3]"))
        #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
        #expect(try node.storedData() == ["1", "2", "3"])
    }

    @Test(arguments: [
        ("GET /v1/acme/demo HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404), ("POST /v1/acme HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("POST /v1/acme/%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("POST /v1/acme/demo HTTP/1.1\r\n\r\n", 400),
        ("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413),
        ("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: 1\r\n\r\nx", 415),
        ("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST /v1/a/b HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("POST /v1/a/b HTTP/1.1\nHost: a\n\n", 400),
        ("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431),
        ("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nExpect: coffee\r\nContent-Length: 1\r\n\r\n", 417),
    ])
    func refusesProperly(_ request: String, _ status: Int) throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(request)
        let answer = try client.receive()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("application/problem+json"))
        #expect(try node.storedLines().isEmpty)
    }

    @Test func unknownSourcesGetOneAnswer() throws {
        let node = try TestNode {
            $0.openSources = false
            $0.sources = [SourceOptions(tenant: "acme", name: "known")]
        }
        let client = try TestClient(node)
        try client.send(post("{}", path: "/v1/acme/known"))
        #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
        for path in ["/v1/acme/other", "/v1/nobody/known", "/v1/acme/%2e%2e"] {
            let other = try TestClient(node)
            try other.send(post("{}", path: path))
            #expect(try other.receive().hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test func asksForTheBodyWhenTheSenderWaits() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try client.receive() == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("{}")
        #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
    }

    @Test func slowSendersAreCut() throws {
        let node = try TestNode {
            $0.limits.headerTimeout = 200_000_000
            $0.limits.bodyTimeout = 300_000_000
            $0.limits.idleTimeout = 400_000_000
        }
        let head = try TestClient(node)
        let body = try TestClient(node)
        let idle = try TestClient(node)
        try head.send("POST /v1/a/b HTTP/1.1\r\nHos")
        try body.send("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
        #expect(try head.receive().hasPrefix("HTTP/1.1 408"))
        #expect(try body.receive().hasPrefix("HTTP/1.1 408"))
        #expect(try idle.receive(timeoutMilliseconds: 2000) == "")
    }

    @Test func drainingAnswersWhatWasReceivedAndSeals() throws {
        let node = try TestNode { $0.commit.linger = 200_000_000 }
        let client = try TestClient(node)
        try client.send(post("[1,2]"))
        Threads.sleep(milliseconds: 20)
        node.stop()
        #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
        #expect(try node.batches().allSatisfy { $0.hasSuffix(BatchFormat.suffix) })
        #expect(try node.storedData() == ["1", "2"])
    }

    @Test func aBatchIsSealedByAgeBytesAndCount() throws {
        for change: (inout IntakeOptions) -> Void in [
            { $0.batch.maxAge = 50_000_000 }, { $0.batch.maxBytes = 100 }, { $0.batch.maxEvents = 1 },
        ] {
            let node = try TestNode(change)
            let client = try TestClient(node)
            try client.send(post("{}"))
            #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
            for _ in 0..<200 where try node.batches().contains(where: { $0.hasSuffix(BatchFormat.openSuffix) }) {
                Threads.sleep(milliseconds: 5)
            }
            #expect(try node.batches().map { $0.hasSuffix(BatchFormat.suffix) } == [true])
        }
    }

    @Test func aSecondNodeCannotUseTheSameSpool() throws {
        let node = try TestNode()
        #expect(throws: IntakeError.self) { try TestNode(folder: node.folder) }
    }

    @Test func idsTypesAndTimesComeFromWhereProvidersPutThem() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        try client.send(
            post(
                #"{"zen":"x"}"#,
                extra: "X-GitHub-Delivery: d-1\r\nX-GitHub-Event: ping\r\nUser-Agent: Hook\"shot\r\nAuthorization: no\r\n"))
        _ = try client.receive()
        try client.send(post(#"{"id":"evt_1","type":"charge.succeeded","created":1614265330}"#))
        _ = try client.receive()
        try client.send(post("[{},{}]", extra: "Idempotency-Key: k\r\n"))
        _ = try client.receive()
        let lines = try node.storedLines().map { String(decoding: $0, as: UTF8.self) }
        #expect(lines[0].contains(#""id":"d-1","source":"/acme/demo","type":"ping""#))
        #expect(lines[0].contains(#"User-Agent: Hook\"shot"#) && !lines[0].contains("Authorization"))
        #expect(lines[1].contains(#""id":"evt_1","source":"/acme/demo","type":"charge.succeeded","time":"2021-02-25T15:02:10"#))
        #expect(lines[2].contains(#""id":"k-0""#) && lines[3].contains(#""id":"k-1""#))
        #expect(lines[2].contains(#""type":"unknown""#))
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    @Test func aFullDiskIs503AndNeedsNoRestart() async {
        await #expect(processExitsWith: .success) {
            let node = try TestNode()
            let client = try TestClient(node)
            try client.send(post(#"{"n":1}"#))
            #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
            // The kernel refuses to let the batch grow.
            ProcessLimits.limitFileSize(bytes: 300)
            for _ in 0..<3 {
                let noise = (0..<6).map { _ in UUID().uuidString }.joined()
                try client.send(post("{\"n\":2,\"x\":\"\(noise)\"}"))
                let answer = try client.receive()
                #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("Retry-After: 1"))
            }
            ProcessLimits.limitFileSize(bytes: nil)
            Threads.sleep(milliseconds: 150)
            try client.send(post(#"{"n":3}"#))
            #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
            node.stop()
            let stored = try node.storedData()
            #expect(stored.sorted() == [#"{"n":1}"#, #"{"n":3}"#])
            #expect(try node.batches().allSatisfy { $0.hasSuffix(BatchFormat.suffix) })
        }
    }

    @Test func memoryAcknowledgementStoresTheSame() throws {
        let node = try TestNode { $0.acknowledgement = .memory }
        let client = try TestClient(node)
        for n in 0..<50 {
            try client.send(post("{\"n\":\(n)}"))
            #expect(try client.receive().hasPrefix("HTTP/1.1 202"))
        }
        node.stop()
        #expect(try node.storedData() == (0..<50).map { "{\"n\":\($0)}" })
    }

    @Test func oneLargeEventAndManySmallOnes() throws {
        let node = try TestNode()
        let client = try TestClient(node)
        let large = #"{"x":""# + String(repeating: "y", count: (5 << 20) - 8) + #""}"#
        #expect(large.utf8.count == 5 << 20)
        try client.send(post(large))
        #expect(try client.receive().contains(#""accepted":1"#))
        try client.send(post("[" + Array(repeating: "{}", count: 10_000).joined(separator: ",") + "]"))
        #expect(try client.receive().contains(#""accepted":10000"#))
        try client.send(post(large + " "))
        #expect(try client.receive().hasPrefix("HTTP/1.1 413"))
        let stored = try node.storedData()
        #expect(stored.count == 10_001 && stored[0] == large && stored.dropFirst().allSatisfy { $0 == "{}" })
    }

    @Test func inFlightBytesAreBounded() throws {
        let node = try TestNode {
            $0.limits.inFlightBytes = 1000
            $0.limits.bodyBytes = 900
        }
        let first = try TestClient(node)
        let second = try TestClient(node)
        try first.send("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 800\r\n\r\n{")
        Threads.sleep(milliseconds: 50)
        try second.send("POST /v1/a/b HTTP/1.1\r\nHost: a\r\nContent-Length: 800\r\n\r\n{")
        let answer = try second.receive()
        #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("Retry-After"))
        try first.send(String(repeating: " ", count: 798) + "}")
        #expect(try first.receive().hasPrefix("HTTP/1.1 202"))
    }
}

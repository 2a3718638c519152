import Bytes
import HTTP
import Providers
import Testing

@Suite struct EventFieldsTests {
    @Test(
        arguments: [
            (
                #"{"id":"evt_1","type":"charge.succeeded","created":1512085950,"data":{"id":"ch"}}"#, "evt_1",
                "charge.succeeded", 1_512_085_950_000_000
            ),
            (
                #"{"event":{"type":"x"},"action":"opened","event_id":"Ev1","event_time":1512085950}"#, "Ev1", "opened",
                1_512_085_950_000_000
            ),
            (
                #"{"id":"","uuid":"u","type":null,"event":"bounce","created":false,"date":"2020-01-01T00:00:00Z"}"#,
                "u", "bounce", 1_577_836_800_000_000
            ),
            (#"{"id":17,"type":2,"timestamp":"1520363423000"}"#, "17", "2", 1_520_363_423_000_000),
            (
                #"{"uid":"C1","message-id":"<a@b>","_path":"dns","ts":"2018-03-24T17:15:53.202395Z"}"#, nil, "dns",
                1_521_911_753_202_395
            ),
            (#"{"id":1.5,"type":[],"time":"soon"}"#, nil, nil, nil), ("[]", nil, nil, nil), ("3", nil, nil, nil),
        ] as [(String, String?, String?, Int64?)])
    func choosesFromAPayload(_ payload: String, _ id: String?, _ type: String?, _ time: Int64?) throws {
        let bytes = Array(payload.utf8)
        let chosen = try choose(.standard, bytes)
        #expect(chosen.id.map { String(decoding: bytes[$0.range], as: UTF8.self) } == id)
        #expect(chosen.type.map { String(decoding: bytes[$0.range], as: UTF8.self) } == type)
        #expect(chosen.time == time)
    }

    @Test func saysWhenAnIDIsAGuess() throws {
        let bytes = Array(#"{"id":"evt_1"}"#.utf8)
        #expect(try choose(.standard, bytes).isIDGuessed)
        #expect(try !choose(try #require(EventFields.of(provider: "stripe")), bytes).isIDGuessed)
        #expect(try !choose(.standard, Array("{}".utf8)).isIDGuessed)
    }

    @Test func leavesOutWhatIsTooLong() throws {
        let long = String(repeating: "x", count: 257)
        #expect(try choose(.standard, Array(#"{"id":"\#(long)","event_id":"e"}"#.utf8)).id?.count == 1)
    }

    @Test func choosesFromAHeaderByPriority() throws {
        let request = Array(
            """
            POST / HTTP/1.1\r\nHost: a\r\nX-GitLab-Event-UUID: low\r\nX-GitHub-Delivery: high\r\nx-github-delivery: second\r
            X-GITHUB-EVENT: push\r\nCE-Time: 2020-01-01T00:00:00Z\r\nWebhook-Timestamp: 1512085950\r\nWebhook-Id:\r\n\r\n
            """.replacing("\r\n\n", with: "\r\n").utf8)
        var parser = RequestParser()
        guard case .complete = try parser.parse(request.span) else {
            Issue.record("not whole")
            return
        }
        let found = EventFields.standard.find(in: parser.head, request.span)
        #expect(found.id.map { String(decoding: request[$0.range], as: UTF8.self) } == "high")
        #expect(found.type.map { String(decoding: request[$0.range], as: UTF8.self) } == "push")
        #expect(found.time == 1_577_836_800_000_000 && found.sentTime == 1_512_085_950_000_000)
    }

    @Test func findsEachOfItsHeaders() throws {
        let fields = EventFields.standard
        for (names, isID) in [(fields.idHeaders, true), (fields.typeHeaders, false)] {
            for name in names {
                let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\(name.description.uppercased()): v\r\n\r\n".utf8)
                var parser = RequestParser()
                _ = try parser.parse(request.span)
                let found = fields.find(in: parser.head, request.span)
                #expect((isID ? found.id : found.type)?.length == 1, "\(name)")
            }
        }
    }

    @Test(arguments: [
        "slack", "intercom", "mailgun", "pagerduty", "trello", "adyen", "sns", "cloudtrail", "linear", "zoom",
    ])
    func hasPresets(_ provider: String) throws {
        let fields = try #require(EventFields.of(provider: provider))
        #expect(fields.paths.count > EventFields.standard.paths.count - 4)
    }

    @Test func putsAPresetsPlacesFirst() throws {
        let bytes = Array(
            #"{"type":"event_callback","event":{"type":"app_mention"},"event_time":1512085950,"time":1600000000}"#.utf8)
        let chosen = try choose(try #require(EventFields.of(provider: "slack")), bytes)
        #expect(chosen.type.map { String(decoding: bytes[$0.range], as: UTF8.self) } == "app_mention")
        #expect(chosen.time == 1_512_085_950_000_000)
    }

    private func choose(_ fields: EventFields, _ bytes: [UInt8]) throws -> EventFields.InPayload {
        var scanner = JSONScanner()
        var found = JSONFound()
        try scanner.scanDocument(bytes.span, paths: fields.paths, found: &found)
        return fields.choose(found, bytes.span)
    }
}

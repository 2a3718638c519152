import Testing

@testable import sluice_load

@Suite struct ResponseParserTests {
    private let accepted = Array("HTTP/1.1 202 Accepted\r\ncontent-LENGTH: \t4 \r\nServer: x\r\n\r\nbody".utf8)

    @Test func anAnswerIsIncompleteUntilItsLastByte() {
        for count in 0..<accepted.count {
            #expect(ResponseParser.parse(Array(accepted[..<count]).span) == .incomplete, "\(count) bytes")
        }
        #expect(
            ResponseParser.parse((accepted + accepted).span)
                == .complete(status: 202, count: accepted.count, closes: false))
    }

    @Test func anAnswerToHeadHasNoBody() {
        #expect(
            ResponseParser.parse(accepted.span, toHead: true)
                == .complete(status: 202, count: accepted.count - 4, closes: false))
    }

    @Test(arguments: [
        ("HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 503, true),
        ("HTTP/1.1 202 A\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", 202, false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, false),
        ("HTTP/1.1 100 Continue\r\n\r\n", 100, false),
        ("HTTP/1.1 202 A\nContent-Length: 0\n\n", 202, false),
    ])
    func statusAndClosingAreRead(text: String, status: Int, closes: Bool) {
        #expect(
            ResponseParser.parse(Array(text.utf8).span)
                == .complete(status: status, count: text.utf8.count, closes: closes))
    }

    @Test(arguments: [
        "HTTP/1.1 2x2 Accepted\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "HTTP/1.1 202 A\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 202 A\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 202 A\r\nContent-Length: 99999999999\r\n\r\n",
    ])
    func whatIsNoAnswerIsSaidToBeNone(text: String) {
        #expect(ResponseParser.parse(Array(text.utf8).span) == .invalid)
    }
}

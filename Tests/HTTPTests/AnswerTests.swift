import Bytes
import HTTP
import Testing

@Suite struct AnswerTests {
    static let date = HTTPDate(seconds: 784_111_777)

    @Test func counts() {
        var output = ByteBuffer()
        Answer().accepted(.init(accepted: 1234, duplicate: 5, quarantined: 0), date: Self.date, to: &output)
        let lines = [
            "HTTP/1.1 202 Accepted", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Content-Type: application/json",
            "Content-Length: 47", "", #"{"accepted":1234,"duplicate":5,"quarantined":0}"#,
        ]
        #expect(lines[5].utf8.count == 47)
        #expect(String(decoding: output.array, as: UTF8.self) == lines.joined(separator: "\r\n"))
    }

    @Test(arguments: HTTPError.allCases) func everyRefusalIsAProblemThatFitsItsLength(_ error: HTTPError) throws {
        var output = ByteBuffer()
        Answer.refusal(error, date: Self.date, to: &output)
        let parts = String(decoding: output.array, as: UTF8.self).split(separator: "\r\n\r\n")
        #expect(parts.count == 2 && parts[0].hasPrefix("HTTP/1.1 \(error.status.rawValue) \(error.status.reason)\r\n"))
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)") && parts[0].contains("Connection: close"))
        #expect(
            parts[0].contains("application/problem+json") && parts[1].contains("\"status\":\(error.status.rawValue),"))
    }

    @Test func aHeadAnswerHasNoBody() {
        var output = ByteBuffer()
        var answer = Answer()
        answer.leavesOutBody = true
        answer.retryAfter = 7
        answer.allow = "POST, PUT"
        answer.text(.methodNotAllowed, "no", date: Self.date, to: &output)
        let text = String(decoding: output.array, as: UTF8.self)
        #expect(text.contains("Content-Length: 3\r\n") && text.hasSuffix("\r\n\r\n"))
        #expect(text.contains("Retry-After: 7\r\n") && text.contains("Allow: POST, PUT\r\n"))
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_795_443_741, "Mon, 23 Nov 2026 14:22:21 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
    func writesDates(_ seconds: Int64, _ text: String) {
        var output = ByteBuffer()
        HTTPDate(seconds: seconds).append(to: &output)
        #expect(String(decoding: output.array, as: UTF8.self) == "\r\nDate: " + text)
    }
}

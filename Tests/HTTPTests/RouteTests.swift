import Bytes
import HTTP
import Testing

@Suite struct RouteTests {
    @Test(arguments: [
        ("/v1/acme/stripe", ["acme", "stripe"]), ("/v1/acme/stripe/t0k", ["acme", "stripe", "t0k"]),
        ("/v1/a%20b/%C3%A9", ["a b", "é"]), ("/v1/a/b/%74", ["a", "b", "t"]), ("/v1/.../b", ["...", "b"]),
    ])
    func findsTheNames(_ path: String, _ names: [String]) throws {
        let bytes = Array(path.utf8)
        var decoded = ByteBuffer()
        let route = Route(path: ByteRange(offset: 0, count: bytes.count), in: bytes.span, decoded: &decoded)
        guard case .event(let found) = route else {
            Issue.record("\(route)")
            return
        }
        #expect(found.isDecoded == path.contains("%"))
        let place = found.isDecoded ? decoded.array : bytes
        #expect(
            [found.tenant, found.source].map { text($0, place) } + (found.token.map { [text($0, place)] } ?? [])
                == names)
    }

    @Test(arguments: ["", "/", "/v1", "/v1/", "/v1/a", "/v2/a/b", "/V1/a/b", "/v1/a/b/c/d", "/livez", "/v1/a/b/c/"])
    func knowsNoOtherPath(_ path: String) { #expect(route(path) == .unknownPath) }

    @Test(arguments: [
        "/v1//b", "/v1/a/", "/v1/./b", "/v1/a/..", "/v1/a/%2e%2E", "/v1/a/b%2Fc", "/v1/a/%", "/v1/a/%4", "/v1/a/%zz",
        "/v1/a/%00", "/v1/a/%0a", "/v1/a/%7f", "/v1/a/%ff", "/v1/a/%C3", "/v1/a/%ED%A0%80",
        "/v1/a/\(String(repeating: "x", count: 129))", "/v1/a/b/",
    ])
    func refusesWhatIsNoName(_ path: String) { #expect(route(path) == .badName) }

    private func route(_ path: String) -> Route {
        let bytes = Array(path.utf8)
        var decoded = ByteBuffer()
        return Route(path: ByteRange(offset: 0, count: bytes.count), in: bytes.span, decoded: &decoded)
    }
}

import Kernel
import Testing

@testable import Configuration

@Suite struct UnitTests {
    @Test(arguments: [
        ("0", 0), ("17", 17), ("17B", 17), ("64MiB", 64 << 20), ("64 mib", 64 << 20), ("1GB", 1_000_000_000),
        ("1.5KiB", 1536), ("1TiB", 1 << 40), ("0.001MB", 1000), ("1kB", 1000), ("1048576TiB", 1 << 60),
    ])
    func aSizeIsRead(text: String, bytes: Int) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "MiB", "-1", "1.5", "1.5B", "1..5MiB", "1M", "1 2", "1MiBs", "1048577TiB", "99999999999999999999", ".5KiB",
        "1.MiB", "9223372036854775807TiB", "١MiB", "0.9999999TiB",
    ])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test func aSizeShowsItself() {
        for text in ["64MiB", "1GB", "1500kB", "17B", "0B", "1025B", "3TiB"] {
            #expect(ByteCount(text)?.description == text)
        }
    }

    @Test(
        arguments: [
            ("250ms", 250_000_000), ("60s", 60_000_000_000), ("24h", 86_400_000_000_000), ("7d", 604_800_000_000_000),
            ("1h30m", 5_400_000_000_000), ("1.5s", 1_500_000_000), ("0s", 0), ("10us", 10_000), ("10µs", 10_000),
            ("3 ms", 3_000_000),
        ] as [(String, Int64)])
    func aDurationIsRead(text: String, nanoseconds: Int64) {
        #expect(TimeSpan(text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: ["", "5", "s", "-5s", "5 s 3", "5y", "1e3s", "36526d", "99999999999999999999d", "1.s", "5S", "s5"])
    func whatIsNoDurationIsRefused(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test func aDurationShowsItself() {
        for text in ["250ms", "60s", "24h", "7d", "90s", "90m", "2h", "1s", "0s", "1500us", "2d"] {
            #expect(TimeSpan(text)?.description == text)
        }
        #expect(TimeSpan("3600s")?.description == "60m")
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.200.3.4", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.168.1.5", "192.168.1.5", true),
        ("192.168.1.4/31", "192.168.1.5", true), ("192.168.1.4/31", "192.168.1.6", false),
        ("0.0.0.0/0", "8.8.8.8", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::/0", "1.2.3.4", false),
    ])
    func aNetworkHoldsItsAddresses(network: String, address: String, isIn: Bool) throws {
        let network = try #require(Network(network))
        let address = try #require(SocketAddress(address.contains(":") ? "[\(address)]:0" : "\(address):0"))
        #expect(network.contains(address.address) == isIn)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "10.0.0/8", "a/8", "::1/129", "localhost", "1.2.3.4/8/8",
    ])
    func whatIsNoNetworkIsRefused(text: String) {
        #expect(Network(text) == nil)
    }

    @Test func theNearestNameIsFound() {
        #expect(Suggestion.nearest(to: "lisen", among: ["admin", "listen", "limits"]) == "listen")
        #expect(Suggestion.nearest(to: "MAXBYTES", among: ["maxAge", "maxBytes"]) == "maxBytes")
        #expect(Suggestion.distance([1, 2, 3], [2, 1, 3]) == 1)
        #expect(Suggestion.distance([], [1, 2]) == 2)
        #expect(Suggestion.nearest(to: "a", among: []) == nil)
    }

    @Test func aSecretDoesNotShow() throws {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "•••" && String(reflecting: secret) == "•••" && secret.reference == "•••")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(try secret.resolve() == [UInt8]("hunter2".utf8))
        #expect(Secret("env:HOME").reference == "env:HOME")
        #expect(throws: Secret.Missing.self) { try Secret("env:SLUICE_NOT_SET_ANYWHERE").resolve() }
        #expect(throws: Secret.Missing.self) { try Secret("file:/nowhere").resolve() }
        #expect(throws: Secret.Missing.self) { try Secret("file:/dev/null").resolve() }
    }

    @Test func aSecretFilesLineBreakIsNotPartOfIt() throws {
        let path = "/tmp/sluice-secret-\(ProcessFacts.processID)"
        defer { try? FileSystem.remove(path) }
        try FileDescriptor.open(path, .replace).writeAll([UInt8]("a b\r\n".utf8).span)
        #expect(try Secret("file:\(path)").resolve() == [UInt8]("a b".utf8))
    }
}

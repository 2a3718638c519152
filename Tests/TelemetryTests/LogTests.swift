import Kernel
import Synchronization
import Testing

@testable import Telemetry

/// A log into a file of its own, with a clock that the test sets.
private final class Trial: Sendable {
    let path = "/tmp/sluice-log-\(ProcessFacts.processID)-\(Entropy.random())"
    let now = Mutex(WallTime(nanoseconds: 1_795_442_400_123_456_789))

    func log(_ form: Log.Form = .json, level: LogLevel = .info, registry: Registry? = nil) throws -> Log {
        Log(to: try .open(path, .create), form: form, level: level, registry: registry) { [self] in
            now.withLock { $0 }
        }
    }

    func advance(seconds: Int64) {
        now.withLock { $0 = WallTime(nanoseconds: $0.nanoseconds + seconds * 1_000_000_000) }
    }

    func lines() throws -> [String] {
        let file = try FileDescriptor.open(path, .read)
        let text = String(decoding: try file.read(count: try file.length(), at: 0), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    deinit { try? FileSystem.remove(path) }
}

@Suite struct LogTests {
    @Test func aLineIsJSON() throws {
        let trial = Trial()
        let log = try trial.log()
        log.info(
            "batch sealed",
            [
                "batch.events": 1200, "batch.key": .string("a\"b\\c\n\u{1}é"), "ok": true, "ratio": 0.5,
                "wait": .nanoseconds(1_500_000),
            ])
        #expect(
            try trial.lines() == [
                #"{"time":"2026-11-23T14:00:00.123Z","level":"info","message":"batch sealed","batch.events":1200,"#
                    + #""batch.key":"a\"b\\c\n\u0001é","ok":true,"ratio":0.5,"wait":0.0015}"#
            ])
    }

    @Test func plainTextIsForPeople() throws {
        let trial = Trial()
        try trial.log(.text).warning("spool is filling", ["spool.path": "data/spool", "why": "two words"])
        #expect(try trial.lines() == [#"14:00:00.123 warning spool is filling spool.path=data/spool why="two words""#])
    }

    @Test func lowerLevelsAreLeftOut() throws {
        let trial = Trial()
        let log = try trial.log(level: .warning)
        log.info("no")
        log.warning("yes")
        log.level = .debug
        log.debug("also")
        #expect(try trial.lines().count == 2)
    }

    @Test func repeatedErrorsAreCountedNotWritten() throws {
        let trial = Trial()
        let registry = Registry()
        let log = try trial.log(registry: registry)
        for _ in 0..<100 { log.error("store refused") }
        log.error("another fault")
        trial.advance(seconds: 10)
        log.error("store refused")
        let lines = try trial.lines()
        #expect(lines.count == 3)
        #expect(lines[2].hasSuffix(#""message":"store refused","suppressed":99}"#))
        #expect(registry.counter(Catalogue.logLines, ["error"]).value == 3)
    }

    @Test func aFullDiskDoesNotStopTheProgram() throws {
        let log = Log(to: try .open("/dev/full", .readWrite))
        log.error("nobody reads this")
        #expect(log.level == .info)
    }

    @Test func linesOfSeveralThreadsDoNotMix() throws {
        let trial = Trial()
        let log = try trial.log()
        let writers = { @Sendable in for n in 0..<500 { log.info("line", ["n": .int(n)]) } }
        let first = try OSThread.start(name: "a", writers)
        let second = try OSThread.start(name: "b", writers)
        first.join()
        second.join()
        let lines = try trial.lines()
        #expect(lines.count == 1000)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"time\":") && $0.hasSuffix("}") })
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_399_999_999_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"),
            (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000Z"),
        ] as [(Int64, String)])
    func timesAreRFC3339(nanoseconds: Int64, text: String) {
        #expect(LogTime.text(WallTime(nanoseconds: nanoseconds)) == text)
    }
}

import Kernel
import Testing

@testable import Configuration

private func parse(_ text: String, set overrides: [String] = []) throws(ConfigurationError) -> Configuration {
    try Configuration.parse([UInt8](text.utf8), name: "f", overrides: overrides)
}

/// What is said about a configuration: its faults, or its warnings where it has none.
private func said(_ text: String, set overrides: [String] = []) -> [String] {
    do throws(ConfigurationError) {
        return try parse(text, set: overrides).warnings.map(\.description)
    } catch { return error.faults.map(\.description) }
}

@Suite struct SettingsTests {
    @Test func anEmptyFileIsTheDefaults() throws {
        #expect(try parse("").settings == Settings())
        #expect(try parse("{}").settings == Settings())
    }

    @Test func theCommentedFileIsExactlyTheDefaults() throws {
        let root = FileSystem.folder(of: FileSystem.folder(of: FileSystem.folder(of: #filePath)))
        let configuration = try Configuration.load(file: "\(root)/config/sluice.json5")
        #expect(configuration.settings == Settings())
        let file = try FileDescriptor.open("\(root)/config/sluice.json5", .read)
        let text = String(decoding: try file.read(count: try file.length(), at: 0), as: UTF8.self)
        for path in Settings.allKeyPaths {
            let key = path.split(separator: ".").last.map(String.init) ?? path
            #expect(text.contains("\(key.replacing("[]", with: "")):"), "\(path) is not in config/sluice.json5")
        }
    }

    /// Every key of the contract.
    @Test func everyKeyIsKnown() throws {
        let configuration = try parse(
            """
            {
              node: "acceptor-1", listen: "0.0.0.0:8080", admin: "127.0.0.1:9464", threads: 0, shutdownTimeout: "30s",
              tls: { certificate: "file.pem", key: "file.pem", clientCA: "file.pem" }, trustedProxies: ["10.0.0.0/8"],
              store: "s3://bucket/a/b/", spool: "data/spool",
              s3: { endpoint: "https://x", region: "us-east-1", pathStyle: false, accessKey: "env:A", secretKey: "env:B",
                    sessionToken: "env:C", concurrency: 4, timeout: "30s" },
              acknowledge: "memory", commit: { linger: "2ms", maxBytes: "1MiB" },
              batch: { maxBytes: "64MiB", maxAge: "60s", maxEvents: 1000000, level: 1 }, spoolLimit: "10GiB",
              limits: { bodyBytes: "5MiB", headerBytes: "32KiB", connections: 10000, inFlightBytes: "256MiB",
                        headerTimeout: "10s", bodyTimeout: "30s", idleTimeout: "75s", eventsPerRequest: 10000 },
              duplicates: { window: "24h", acceptorMemory: "64MiB" }, openSources: false,
              sources: [
                { tenant: "acme", name: "stripe", provider: "stripe", secrets: ["env:ACME_STRIPE"], token: "env:ACME_TOKEN",
                  allow: ["203.0.113.0/24"], clientCertificates: ["CN or SAN"], rate: { events: 5000, burst: 20000 },
                  schema: { "charge.succeeded": "schemas/charge.json" }, onInvalid: "quarantine",
                  fields: { redact: ["/data/object/email"], hash: ["/data/object/customer"], encrypt: ["/data/object/card"] },
                  anyContent: true } ],
              tables: [
                { name: "events", match: { tenant: "*", source: "*", type: "*" },
                  partition: ["tenant", "day(receivedtime)", "bucket(16, id)"], sort: ["type", "amount"],
                  columns: [ { name: "amount", path: "/data/object/amount", type: "decimal(20,2)" } ],
                  targetFileBytes: "256MiB", rowGroupBytes: "64MiB", codec: "lz4_raw", level: 1, rewriteLevel: 9 },
                { name: "found", columns: "auto" } ],
              compact: { interval: "60s", memory: "1GiB", threads: 0 },
              catalog: { type: "rest", uri: "http://c", warehouse: "w", token: "env:T" },
              retention: { batches: "7d", quarantine: "30d", snapshots: "5d" }, prices: "config/prices.json5",
              telemetry: { log: "info", traces: { endpoint: "http://x:4318", ratio: 0.01 } }, testing: { now: 1614265330 }
            }
            """)
        let settings = configuration.settings
        #expect(settings.store == .bucket(name: "bucket", prefix: "a/b"))
        #expect(settings.sources[0].rate == RateSettings(events: 5000, burst: 20000))
        #expect(settings.sources[0].invalidPolicy == .quarantine)
        #expect(settings.tables[1].columns == .automatic)
        #expect(settings.acknowledge == .memory)
        #expect(configuration.warnings.map(\.path) == ["testing.now"])
    }

    @Test func everyFaultIsFoundWithItsPlace() {
        let faults = said(
            """
            {
              batch: { maxAge: "soon", maxBytez: "1MiB" },
              limits: { connections: -1 },
              acknowledge: 'durably',
              sources: [{ tenant: "a b", rate: { events: 0 } }, 5],
              lisen: "x",
              bodyBytes: 1,
              threads: "two",
            }
            """)
        let beginnings = [
            "f:8:12: threads: expects a whole number, found a string",
            #"f:4:16: acknowledge: expects one of "durable", "memory", found "durably"; did you mean "durable"?"#,
            #"f:2:20: batch.maxAge: expects a duration"#,
            #"f:2:28: batch.maxBytez: unknown key; did you mean batch.maxBytes?"#,
            #"f:3:26: limits.connections: must be from 1 to 10000000"#,
            #"f:5:23: sources[0].tenant: must be 1 to 64 letters"#,
            #"f:5:46: sources[0].rate.events: must be from 1 to"#,
            #"f:5:53: sources[1]: expects an object, found a number"#,
            #"f:6:3: lisen: unknown key; did you mean listen?"#,
            #"f:7:3: bodyBytes: unknown key; did you mean limits.bodyBytes?"#,
        ]
        #expect(faults.count == beginnings.count)
        for (fault, beginning) in zip(faults, beginnings) { #expect(fault.hasPrefix(beginning)) }
    }

    @Test func aSyntaxErrorHasALineAndColumn() {
        #expect(said("{\n  batch: ") == ["f:2:10: the text ends where a value was expected"])
        #expect(said("[1]") == ["f:1:1: expects an object, found a list"])
    }

    @Test func overridesReachEverything() throws {
        let settings = try parse(
            "{ batch: { maxAge: '9s' }, sources: [{ tenant: 'a', name: 'b' }] }",
            set: [
                "batch.maxAge=5s", "threads=3", "openSources=true", "node=123", "spool=//x/y", "sources[0].token=env:T",
                "sources[1]={tenant:'c',name:'d'}", "sources[1].rate.events=7", "telemetry.traces.ratio=.5",
                "store=file:/tmp/a=b",
                "limits.bodyBytes=2MiB", "listen=127.0.0.1:0", "trustedProxies=['10.0.0.0/8']", "tls=null",
            ]
        ).settings
        #expect(settings.batch.maxAge == .seconds(5) && settings.threads == 3 && settings.openSources)
        #expect(settings.node == "123" && settings.spool == "//x/y")
        #expect(settings.sources[0].token == Secret("env:T"))
        #expect(settings.sources[1].tenant == "c" && settings.sources[1].rate?.events == 7)
        #expect(settings.telemetry.traces.ratio == 0.5 && settings.store == .folder("/tmp/a=b"))
        #expect(settings.limits.bodyBytes == .mebibytes(2) && settings.listen.port == 0)
    }

    @Test(arguments: [
        ("nonsense", "--set nonsense: expects KEY=VALUE"), ("=1", "--set =1: expects KEY=VALUE"),
        ("lisen=1", "--set lisen=1: lisen: unknown key; did you mean listen?"),
        ("batch.maxAge=soon", "--set batch.maxAge=soon: batch.maxAge: expects a duration"),
        ("batch.maxAge.x=1", "--set batch.maxAge.x=1: batch.maxAge.x: what encloses it is a string"),
        ("sources[3].name=x", "--set sources[3].name=x: sources[3].name: the list has only 0 elements"),
        ("a..b=1", "--set a..b=1: a..b: this is no key path"), ("a[x]=1", "--set a[x]=1: a[x]: this is no key path"),
        ("spool=", "--set spool=: spool: must not be empty"),
        ("batch=5", "--set batch=5: batch: expects an object, found a number"),
        (
            "telemetry.logs.deep=1",
            "--set telemetry.logs.deep=1: telemetry.logs: unknown key; did you mean telemetry.log?"
        ),
    ])
    func wrongOverridesAreNamed(override: String, beginning: String) {
        let faults = said("{ batch: { maxAge: '1s' }, sources: [] }", set: [override])
        #expect(faults.count == 1)
        #expect(faults[0].hasPrefix(beginning), "\(faults[0])")
    }

    @Test func aLiteralSecretIsWarnedAboutAndNeverShown() throws {
        let text = "{ sources: [{ tenant: 'a', name: 'b', token: 'hunter2', secrets: ['env:X'] }] }"
        let configuration = try parse(text)
        #expect(configuration.warnings.map(\.path) == ["sources[0].token"])
        let shown = configuration.settings.json()
        #expect(!shown.contains("hunter2") && shown.contains("•••") && shown.contains("env:X"))
        let overridden = said(text, set: ["s3.accessKey=hunter3", "s3.secretKey=hunter4"])
        #expect(overridden.count == 3 && !overridden.joined().contains("hunter"))
    }

    @Test func whatIsShownReadsBackTheSame() throws {
        let text = """
            { sources: [{ tenant: 'a', name: 'b', token: 'env:T', allow: ['::/0'], rate: { events: 5 }, schema: { "x\\"y": 'z' } }],
              tables: [{ columns: 'auto' }, { name: 't2', codec: 'uncompressed', columns: [{ name: 'n', path: '/data/~0', type: 'long' }] }],
              store: 's3://b', listen: '[::1]:80', batch: { maxAge: '1500ms' }, testing: { now: 5 } }
            """
        let settings = try parse(text).settings
        #expect(try parse(settings.json()).settings == settings)
        #expect(try parse(settings.json(isPretty: false)).settings == settings)
    }
}

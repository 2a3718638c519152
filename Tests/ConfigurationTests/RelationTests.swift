import Testing

@testable import Configuration

@Suite struct RelationTests {
    private func said(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            return try Configuration.parse([UInt8](text.utf8)).warnings.map { "warning \($0.path)" }
        } catch { return error.faults.filter { $0.severity == .error }.map(\.path) }
    }

    @Test(arguments: [
        ("limits: { bodyBytes: '8MiB', inFlightBytes: '4MiB' }", "limits.bodyBytes"),
        ("commit: { maxBytes: '8MiB' }, limits: { inFlightBytes: '4MiB' }", "commit.maxBytes"),
        ("limits: { headerBytes: 1000 }", "limits.headerBytes"),
        ("tables: [{ rowGroupBytes: '2MiB', targetFileBytes: '1MiB' }]", "tables[0].rowGroupBytes"),
        ("compact: { memory: '64MiB' }, tables: [{ rowGroupBytes: '65MiB' }]", "compact.memory"),
        ("shutdownTimeout: '5ms', commit: { linger: '6ms' }", "shutdownTimeout"),
        ("batch: { maxAge: '5ms' }, commit: { linger: '6ms' }", "commit.linger"),
        ("shutdownTimeout: '0s'", "shutdownTimeout"), ("listen: '1.2.3.4:9464', admin: '0.0.0.0:9464'", "admin"),
        ("listen: '0.0.0.0:65536'", "listen"), ("tables: []", "tables"), ("tables: [{}, {}]", "tables[1].name"),
        ("tables: [{ sort: ['typo'] }]", "tables[0].sort[0]"),
        ("tables: [{ partition: ['dya(time)'] }]", "tables[0].partition[0]"),
        ("tables: [{ partition: ['day(tim)'] }]", "tables[0].partition[0]"),
        ("tables: [{ partition: ['day(time'] }]", "tables[0].partition[0]"),
        ("tables: [{ partition: ['bucket(id)'] }]", "tables[0].partition[0]"),
        ("tables: [{ columns: [{ name: 'x', type: 'long' }] }]", "tables[0].columns[0].path"),
        ("tables: [{ columns: [{ name: 'type', path: '/a' }] }]", "tables[0].columns[0].name"),
        ("tables: [{ columns: [{ name: 'a', path: 'a' }] }]", "tables[0].columns[0].path"),
        ("tables: [{ columns: [{ name: 'a', path: '/a', type: 'lang' }] }]", "tables[0].columns[0].type"),
        ("catalog: { type: 'rest' }", "catalog.uri"), ("tls: { key: 'x' }", "tls.certificate"),
        ("store: 's3://b', s3: { accessKey: 'env:A' }", "s3"), ("store: 'data'", "store"),
        ("sources: [{ name: 'b', token: 'env:A' }]", "sources[0].tenant"),
        (
            "sources: [{ tenant: 'a', name: 'b', token: 'env:A', clientCertificates: ['x'] }]",
            "sources[0].clientCertificates"
        ),
        (
            "sources: [{ tenant: 'a', name: 'b', token: 'env:A', fields: { hash: ['/a'], redact: ['/a'] } }]",
            "sources[0].fields"
        ),
        ("telemetry: { traces: { endpoint: 'collector:4318' } }", "telemetry.traces.endpoint"),
    ])
    func contradictionsAreRefused(text: String, path: String) {
        #expect(said("{ \(text) }") == [path])
    }

    @Test func aPairOfTenantAndNameStandsOnce() {
        let source = "{ tenant: 'a', name: 'b', token: 'env:A' }"
        #expect(said("{ sources: [\(source), \(source)] }") == ["sources[1]"])
    }

    @Test func openDoorsAreWarnedAbout() {
        #expect(said("{}") == ["warning sources"])
        #expect(said("{ openSources: true }") == ["warning openSources"])
        #expect(said("{ sources: [{ tenant: 'a', name: 'b' }] }") == ["warning sources[0]"])
        #expect(said("{ openSources: true, admin: '0.0.0.0:1' }") == ["warning admin", "warning openSources"])
        #expect(
            said("{ openSources: true, spoolLimit: '4MiB', batch: { maxBytes: '64MiB' } }")
                == ["warning spoolLimit", "warning openSources"])
    }

    @Test func aDefaultGivesWayToAWrittenValue() throws {
        func settings(_ text: String) throws -> Settings { try Configuration.parse([UInt8]("{\(text)}".utf8)).settings }
        #expect(try settings("limits: { inFlightBytes: '1MiB' }").limits.bodyBytes == .mebibytes(1))
        #expect(try settings("limits: { bodyBytes: '512MiB' }").limits.inFlightBytes == .mebibytes(512))
        #expect(try settings("spoolLimit: '4MiB'").batch.maxBytes == .mebibytes(2))
        #expect(try settings("batch: { maxBytes: '16GiB' }").spoolLimit == .gibibytes(32))
        #expect(try settings("compact: { memory: '64MiB' }").tables[0].rowGroupBytes == .mebibytes(32))
        #expect(try settings("tables: [{ targetFileBytes: '1MiB' }]").tables[0].rowGroupBytes == .mebibytes(1))
        #expect(try settings("batch: { maxAge: '1ms' }").commit.linger == .milliseconds(1))
    }

    @Test func aSecretWithoutAValueIsAFaultWhereItIsNeeded() throws {
        let text = [UInt8](
            "{ sources: [{ tenant: 'a', name: 'b', secrets: ['env:SLUICE_NOT_SET', 'env:HOME'] }] }".utf8)
        #expect(throws: Never.self) { try Configuration.parse(text) }
        let error = #expect(throws: ConfigurationError.self) { try Configuration.parse(text, resolvingSecrets: true) }
        #expect(error?.faults.map(\.path) == ["sources[0].secrets[0]"])
    }

    @Test func aMissingFileIsAFault() {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(file: "/nowhere/x.json5") }
        #expect(error?.description == "/nowhere/x.json5: cannot be read: No such file or directory")
    }
}

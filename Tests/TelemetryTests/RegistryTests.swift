import Bytes
import Testing

@testable import Telemetry

@Suite struct RegistryTests {
    private func text(_ registry: Registry, _ format: Exposition.Format = .prometheus) -> String {
        String(decoding: registry.render(format).array, as: UTF8.self)
    }

    @Test func theSameLabelsAreTheSameSeries() {
        let registry = Registry()
        let one = registry.counter(Catalogue.batches, ["age"])
        #expect(one === registry.counter(Catalogue.batches, ["age"]))
        #expect(one !== registry.counter(Catalogue.batches, ["bytes"]))
    }

    @Test func labelSetsPastTheLimitShareOneSeries() {
        let registry = Registry(seriesLimit: 3)
        for tenant in 0..<3 { registry.counter(Catalogue.eventBytes, ["\(tenant)", "s"]).add() }
        let other = registry.counter(Catalogue.eventBytes, ["3", "s"])
        other.add(5)
        #expect(registry.counter(Catalogue.eventBytes, ["4", "s"]) === other)
        #expect(registry.counter(Catalogue.eventBytes, ["0", "s"]).value == 1)
        #expect(text(registry).contains("{tenant=\"other\",source=\"other\"} 5\n"))
    }

    @Test func aFamilyWithoutSeriesIsLeftOut() {
        let registry = Registry()
        #expect(text(registry) == "")
        #expect(text(registry, .openMetrics) == "# EOF\n")
        registry.gauge(Catalogue.connections).set(2)
        #expect(text(registry) == """
            # HELP sluice_connections Open connections on the public port.
            # TYPE sluice_connections gauge
            sluice_connections 2

            """)
    }

    @Test func labelValuesAreEscaped() {
        let registry = Registry()
        registry.counter(Catalogue.batches, ["a\\b\"c\nd"]).add()
        #expect(text(registry).contains(#"{closed_by="a\\b\"c\nd"} 1"#))
    }

    @Test func aHistogramCumulatesAndShowsSeconds() {
        let registry = Registry()
        let histogram = registry.histogram(Catalogue.requestSeconds, ["t", "s"])
        histogram.observe(nanoseconds: 400_000)
        histogram.observe(nanoseconds: 1_100_000)
        histogram.observe(nanoseconds: 61_000_000_000)
        let lines = text(registry).split(separator: "\n")
        #expect(lines.contains(#"sluice_request_seconds_bucket{tenant="t",source="s",le="0.0005"} 1"#))
        #expect(lines.contains(#"sluice_request_seconds_bucket{tenant="t",source="s",le="0.0025"} 2"#))
        #expect(lines.contains(#"sluice_request_seconds_bucket{tenant="t",source="s",le="60"} 2"#))
        #expect(lines.contains(#"sluice_request_seconds_bucket{tenant="t",source="s",le="+Inf"} 3"#))
        #expect(lines.contains(#"sluice_request_seconds_sum{tenant="t",source="s"} 61.0015"#))
        #expect(lines.contains(#"sluice_request_seconds_count{tenant="t",source="s"} 3"#))
    }

    @Test func openMetricsNamesAreRight() {
        let registry = Registry()
        registry.counter(Catalogue.eventBytes, ["t", "s"]).add(9)
        registry.histogram(Catalogue.commitSeconds).observe(nanoseconds: 1)
        let shown = text(registry, .openMetrics)
        #expect(shown.contains("# TYPE sluice_event_bytes counter\n# UNIT sluice_event_bytes bytes\n"))
        #expect(shown.contains("\nsluice_event_bytes_total{tenant=\"t\",source=\"s\"} 9\n"))
        #expect(shown.contains("{le=\"1.0\"} 1\n"))
        #expect(shown.hasSuffix("# EOF\n"))
    }

    @Test func aCallbackIsAskedAtEachScrape() {
        let registry = Registry()
        registry.observe(Catalogue.spoolBytes) { 1 }
        registry.observe(Catalogue.spoolBytes) { 12.5 }
        registry.observe(Catalogue.freshness, ["events"]) { .nan }
        #expect(text(registry).contains("\nsluice_spool_bytes 12.5\n"))
        #expect(text(registry).contains("\nsluice_freshness_seconds{table=\"events\"} NaN\n"))
    }

    @Test(arguments: [
        (nil, false), ("*/*", false), ("text/plain;version=0.0.4", false),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3", true),
        ("text/plain, Application/OpenMetrics-Text ; version=1.0.0", true),
        ("application/openmetrics-text;q=0", false),
    ] as [(String?, Bool)])
    func acceptDecidesTheFormat(accept: String?, openMetrics: Bool) {
        #expect((Exposition.Format(accept: accept) == .openMetrics) == openMetrics)
    }

    @Test func theCatalogueIsConsistent() {
        #expect(Set(Catalogue.all.map(\.name)).count == Catalogue.all.count)
        #expect(Set(Catalogue.all.map(\.openMetricsName)).count == Catalogue.all.count)
        for family in Catalogue.all {
            #expect((family.kind == .counter) == family.name.hasSuffix("_total"), "\(family.name)")
            #expect(!family.help.contains("\n") && family.help.hasSuffix("."))
        }
    }

    /// Writes one of every family where an independent parser looks for it (`Tests/Interop/metrics_parse.py`).
    @Test func everyFamilyIsRendered() {
        let registry = Registry.sample()
        let shown = text(registry)
        for family in Catalogue.all { #expect(shown.contains("# TYPE \(family.name) \(family.typeName)\n")) }
        SampleFile.write(shown, ".prom")
        SampleFile.write(text(registry, .openMetrics), ".openmetrics")
    }
}

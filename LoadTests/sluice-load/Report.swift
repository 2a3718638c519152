/// What a run showed, for people and for machines.
struct Report {
    let options: Options
    let tally: Tally
    /// Nanoseconds of the monotonic clock.
    let from: Int64
    let endAt: Int64
    let server: ServerWatch?
    /// Resident memory of the server when all connections, idle ones included, were open and before any load.
    let idleBytes: Int?
    /// Nanoseconds.
    let generatorCPU: Int64

    /// From the end of the warm-up to the end of the run, or to the last answer where that is later.
    var seconds: Double {
        let end = options.requests == nil ? max(endAt, tally.lastAnswer) : tally.lastAnswer
        return max(Double(end - from) / 1e9, 1e-9)
    }

    var events: Int { tally.requests * (options.hasBody ? options.eventsPerRequest : 0) }
    private var errorCount: Int { tally.errors.values.reduce(0, +) }
    private var unexpected: Int {
        tally.statuses.reduce(tally.unexpectedInWarmup) { $0 + ($1.key == options.expectedStatus ? 0 : $1.value) }
    }

    /// Whether the exit status is 1.
    func isFaulty(_ options: Options) -> Bool {
        if tally.failure != nil || tally.requests == 0 { return true }
        if unexpected > 0, !options.allowsStatus { return true }
        return errorCount + tally.lost > 0 && !options.allowsErrors
    }

    private func perMillion(_ value: Double, _ count: Int) -> Double {
        count == 0 ? 0 : value * 1e6 / Double(count)
    }

    private static let quantiles: [(name: String, quantile: Double)] = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
    ]

    var text: String {
        let loop = options.rate.map { "open loop at \(decimal($0, 0)) requests/s" } ?? "closed loop"
        var lines = [
            "\(options.url), \(options.connections) connections, \(loop), \(options.eventsPerRequest) events a request",
            row("requests", "\(tally.requests) in \(decimal(seconds, 2)) s, \(rate(tally.requests)) a second"),
            row("events", "\(events), \(rate(events)) a second"),
            row("bodies", "\(decimal(Double(tally.bodyBytes) / seconds / 1e6, 1)) MB a second"),
        ]
        let latencies = Report.quantiles.map { "\($0.name) \(milliseconds(tally.latency.value(at: $0.quantile)))" }
        let highest = "max \(milliseconds(tally.latency.maximum))"
        lines.append(row("latency ms", (latencies + [highest]).joined(separator: "  ")))
        lines.append(row("statuses", statuses { "\($0): \($1)" }))
        if tally.unexpectedInWarmup > 0 { lines.append(row("in warm-up", "\(tally.unexpectedInWarmup) unexpected")) }
        if errorCount > 0 { lines.append(row("errors", errors { "\($0): \($1)" })) }
        if tally.lost > 0 { lines.append(row("lost", "\(tally.lost) requests without an answer")) }
        if tally.unsent > 0 { lines.append(row("unsent", "\(tally.unsent) were due and found no free connection")) }
        if let server {
            lines.append(row("server CPU", "\(decimal(server.cpuSeconds, 2)) s, "
                + "\(decimal(perMillion(server.cpuSeconds, tally.requests), 2)) s a million requests, "
                + "\(decimal(perMillion(server.cpuSeconds, events), 2)) s a million events"))
            lines.append(row("server memory", "\(decimal(Double(server.peakBytes) / 1e6, 1)) MB at its peak"))
        }
        if let idleBytes {
            lines.append(row("idle", "\(options.idle) connections, \(tally.idleClosed) closed by the server"
                + (server == nil ? "" : ", \(decimal(Double(idleBytes) / 1e6, 1)) MB resident before the run")))
        }
        lines.append(row("own CPU", "\(decimal(Double(generatorCPU) / 1e9, 2)) s, "
            + "\(decimal(perMillion(Double(generatorCPU) / 1e9, tally.requests), 2)) s a million requests"))
        if let failure = tally.failure { lines.append(row("failed", "\(failure)")) }
        return lines.joined(separator: "\n")
    }

    var json: String {
        var fields = [
            #""url":\#(quoted(options.url))"#, #""connections":\#(options.connections)"#,
            #""eventsPerRequest":\#(options.eventsPerRequest)"#, #""seconds":\#(decimal(seconds, 4))"#,
            #""requests":\#(tally.requests)"#, #""requestsPerSecond":\#(decimal(Double(tally.requests) / seconds, 1))"#,
            #""events":\#(events)"#, #""eventsPerSecond":\#(decimal(Double(events) / seconds, 1))"#,
            #""bodyBytes":\#(tally.bodyBytes)"#,
            #""megabytesPerSecond":\#(decimal(Double(tally.bodyBytes) / seconds / 1e6, 2))"#,
        ]
        if let rate = options.rate { fields.append(#""rate":\#(decimal(rate, 1))"#) }
        let latencies = Report.quantiles.map { name, quantile in
            "\(quoted(name)):\(milliseconds(tally.latency.value(at: quantile)))"
        }
        let highest = milliseconds(tally.latency.maximum)
        fields += [
            #""latencyMilliseconds":{\#(latencies.joined(separator: ",")),"max":\#(highest)}"#,
            #""statuses":{\#(statuses { "\"\($0)\":\($1)" })}"#, #""errors":{\#(errors { "\(quoted($0)):\($1)" })}"#,
            #""lost":\#(tally.lost)"#, #""unsent":\#(tally.unsent)"#, #""acknowledged":\#(tally.acknowledged)"#,
            #""unexpectedInWarmup":\#(tally.unexpectedInWarmup)"#, #""opened":\#(tally.opened)"#,
        ]
        if let server {
            fields.append(#""server":{"cpuSeconds":\#(decimal(server.cpuSeconds, 2)),"#
                + #""cpuSecondsPerMillionRequests":\#(decimal(perMillion(server.cpuSeconds, tally.requests), 3)),"#
                + #""cpuSecondsPerMillionEvents":\#(decimal(perMillion(server.cpuSeconds, events), 3)),"#
                + #""peakBytes":\#(server.peakBytes)}"#)
        }
        if let idleBytes {
            fields.append(#""idle":{"connections":\#(options.idle),"closed":\#(tally.idleClosed),"#
                + #""residentBytes":\#(idleBytes)}"#)
        }
        fields.append(#""generatorCPUSeconds":\#(decimal(Double(generatorCPU) / 1e9, 3))"#)
        if let failure = tally.failure { fields.append(#""failure":\#(quoted("\(failure)"))"#) }
        return "{" + fields.joined(separator: ",") + "}"
    }

    private func statuses(_ form: (Int, Int) -> String) -> String {
        tally.statuses.sorted { $0.key < $1.key }.map { form($0.key, $0.value) }.joined(separator: ",")
    }

    private func errors(_ form: (String, Int) -> String) -> String {
        tally.errors.sorted { $0.key < $1.key }.map { form($0.key, $0.value) }.joined(separator: ",")
    }

    private func rate(_ count: Int) -> String { decimal(Double(count) / seconds, 0) }
}

private func row(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 15 - name.count)) + value
}

private func milliseconds(_ nanoseconds: Int64) -> String { decimal(Double(nanoseconds) / 1e6, 3) }

/// `value`, 0 or more, with so many digits behind the point.
private func decimal(_ value: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * Double(scale)).rounded())
    if digits == 0 { return String(whole) }
    let fraction = String(whole % scale)
    return "\(whole / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
}

private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": quoted += "\\\(scalar)"
        case _ where scalar.value < 32: quoted += " "
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}

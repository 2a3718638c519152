import Batches
import Bytes
import Kernel

/// `sluice fsck`: reads batches to their last byte and says what is wrong with them.
enum Fsck {
    /// What was found in one file.
    struct Finding {
        let path: String
        var events = 0
        var rawBytes = 0
        var byteCount = 0
        var isSealed = false
        /// Faults in sentences; empty for a good batch.
        var faults: [String] = []
        /// Where the salvaged events were written.
        var salvagedAs: String?
    }

    /// - Returns: True when no file has a fault.
    static func run(_ files: [String], salvage: Bool, asJSON: Bool) -> Bool {
        var output = Output()
        var progress = Progress()
        var faulty = 0
        var events = 0
        for (index, file) in files.enumerated() {
            progress.show("checked \(index) of \(files.count) batches, \(events) events")
            var finding = examine(file)
            events += finding.events
            if !finding.faults.isEmpty {
                faulty += 1
                if salvage { recover(&finding) }
            }
            progress.end()
            output.line(asJSON ? json(finding) : text(finding))
            output.flush()
        }
        if !asJSON { output.line("\(files.count) batches, \(events) events, \(faulty) with faults") }
        return faulty == 0
    }

    private static func examine(_ path: String) -> Finding {
        var finding = Finding(path: path)
        var scanner = JSONScanner()
        var found = JSONFound()
        var lines = LineReader()
        var badLines = 0
        var summary: [UInt8]?
        do throws(BatchError) {
            var reader = try BatchReader.open(path)
            finding.byteCount = reader.byteCount
            defer { finding.isSealed = reader.isSealed }
            while try reader.next() {
                var count = 0
                var bytes = 0
                lines.add(reader.chunk) { line in
                    count += 1
                    bytes += line.count + 1
                    if !isObject(line, &scanner, &found) { badLines += 1 }
                }
                finding.events += count
                finding.rawBytes += bytes
            }
            summary = reader.summaryJSON
        } catch {
            finding.faults.append("\(error)")
        }
        if badLines > 0 { finding.faults.append("\(badLines) lines are not JSON objects") }
        if lines.leftOver > 0 { finding.faults.append("the last line is torn") }
        if finding.faults.isEmpty { compare(&finding, summary) }
        return finding
    }

    private static func isObject(_ line: Span<UInt8>, _ scanner: inout JSONScanner, _ found: inout JSONFound) -> Bool {
        do throws(JSONError) {
            let end = try scanner.scan(line, from: 0, paths: .none, found: &found)
            return end == line.count && found.kind == .object
        } catch {
            return false
        }
    }

    /// Holds the summary against what was counted.
    private static func compare(_ finding: inout Finding, _ summary: [UInt8]?) {
        guard let summary else {
            if !finding.path.hasSuffix(BatchFormat.openSuffix) {
                finding.faults.append(
                    finding.isSealed ? "it has no summary" : "it was never sealed: its end mark is missing")
            }
            return
        }
        if !BatchSummary.isIntact(summary) { finding.faults.append("its summary is damaged: its checksum differs") }
        for (name, counted) in [("events", finding.events), ("rawBytes", finding.rawBytes)] {
            guard let said = SummaryFields.number(name, in: summary) else {
                finding.faults.append("its summary has no \(name)")
                continue
            }
            if said != counted { finding.faults.append("its summary says \(said) \(name), it has \(counted)") }
        }
    }

    /// Writes the whole lines before the fault into a sealed batch beside the damaged one, which stays.
    private static func recover(_ finding: inout Finding) {
        guard finding.events > 0 else { return }
        var target = finding.path
        for suffix in [BatchFormat.openSuffix, BatchFormat.suffix] where target.hasSuffix(suffix) {
            target = String(target.dropLast(suffix.count))
            break
        }
        target += ".salvaged\(BatchFormat.suffix)"
        do throws(BatchError) {
            let events = try BatchSalvage.copy(finding.path, to: target, now: .now)
            finding.salvagedAs = events > 0 ? target : nil
        } catch {
            finding.faults.append("it could not be salvaged: \(error)")
        }
    }

    private static func text(_ finding: Finding) -> String {
        let size = "\(finding.events) events, \(finding.rawBytes) bytes in \(finding.byteCount)"
        if finding.faults.isEmpty {
            return "ok       \(finding.path): \(size)\(finding.isSealed ? "" : ", open")"
        }
        var text = "FAULT    \(finding.path): \(finding.faults.joined(separator: "; ")); readable before it: \(size)"
        if let salvaged = finding.salvagedAs { text += "\nsalvaged \(salvaged)" }
        return text
    }

    private static func json(_ finding: Finding) -> String {
        let faults = finding.faults.map(JSONOutput.quoted).joined(separator: ",")
        let salvaged = finding.salvagedAs.map { ",\"salvaged\":\(JSONOutput.quoted($0))" } ?? ""
        return "{\"path\":\(JSONOutput.quoted(finding.path)),\"ok\":\(finding.faults.isEmpty),"
            + "\"sealed\":\(finding.isSealed),\"events\":\(finding.events),\"rawBytes\":\(finding.rawBytes),"
            + "\"storedBytes\":\(finding.byteCount),\"faults\":[\(faults)]\(salvaged)}"
    }
}

/// Every metric there is. Dashboards and alerts use these names and no others.
///
/// Base units; a counter's name ends in `_total`; labels take few values (a tenant, a source, a closed list).
package enum Catalogue {
    // Requests.
    package static let requests = Family(
        "sluice_requests_total", .counter, "Requests answered, by status.", labels: ["tenant", "source", "status"])
    package static let requestSeconds = Family(
        "sluice_request_seconds", .histogram(.latency), "From a request's first byte to its answer.",
        labels: ["tenant", "source"])
    package static let events = Family(
        "sluice_events_total", .counter,
        "Events received, by what became of them: accepted, duplicate, quarantined, rejected.",
        labels: ["tenant", "source", "outcome"])
    package static let eventBytes = Family(
        "sluice_event_bytes_total", .counter, "Payload bytes of accepted events.", labels: ["tenant", "source"])
    package static let rejections = Family(
        "sluice_rejections_total", .counter, "Requests refused, by reason.", labels: ["tenant", "source", "reason"])
    package static let signatureChecks = Family(
        "sluice_signature_checks_total", .counter, "Signatures checked, by the secret's position and the result.",
        labels: ["tenant", "source", "key", "result"])
    package static let deliveryDelay = Family(
        "sluice_delivery_delay_seconds", .histogram(.delay), "From an event's own time to its arrival.",
        labels: ["tenant", "source"])

    // Commits, memory and connections.
    package static let commitSeconds = Family(
        "sluice_commit_seconds", .histogram(.latency), "How long a group commit took until it was durable.")
    package static let commitEvents = Family(
        "sluice_commit_events", .histogram(.counts), "Events in a group commit.")
    package static let inFlightBytes = Family(
        "sluice_in_flight_bytes", .gauge, "Bytes received and not yet answered.")
    package static let connections = Family("sluice_connections", .gauge, "Open connections on the public port.")

    // Batches, the spool and uploads.
    package static let batches = Family(
        "sluice_batches_total", .counter, "Batches sealed, by what closed them.", labels: ["closed_by"])
    package static let batchBytes = Family(
        "sluice_batch_bytes", .histogram(.bytes), "Compressed bytes of a sealed batch.")
    package static let batchEvents = Family(
        "sluice_batch_events", .histogram(.counts), "Events of a sealed batch.")
    package static let batchAge = Family(
        "sluice_batch_age_seconds", .histogram(.work), "From a batch's first event to its seal.")
    package static let spoolBytes = Family("sluice_spool_bytes", .gauge, "Bytes in the spool.")
    package static let spoolBatches = Family(
        "sluice_spool_batches", .gauge, "Batches in the spool, the open one included.")
    package static let uploadSeconds = Family(
        "sluice_upload_seconds", .histogram(.latency), "How long an upload took, its retries included.")
    package static let uploadRetries = Family(
        "sluice_upload_retries_total", .counter, "Uploads tried again, by reason.", labels: ["reason"])

    // Compaction and tables.
    package static let backlogBatches = Family(
        "sluice_backlog_batches", .gauge, "Batches that are not in the table yet.")
    package static let backlogSeconds = Family(
        "sluice_backlog_seconds", .gauge, "Age of the oldest batch that is not in the table yet.")
    package static let compactSeconds = Family(
        "sluice_compact_seconds", .histogram(.work), "How long a compaction took.")
    package static let compactBytes = Family(
        "sluice_compact_bytes_total", .counter, "Bytes that compaction handled, by stage: read, decoded, written.",
        labels: ["stage"])
    package static let compactEvents = Family(
        "sluice_compact_events_total", .counter,
        "Events that compaction handled, by outcome: written, duplicate, quarantined.",
        labels: ["outcome"])
    package static let commitConflicts = Family(
        "sluice_commit_conflicts_total", .counter, "Table commits that lost against another one.", labels: ["table"])
    package static let tableFiles = Family(
        "sluice_table_files", .gauge, "Data files in a table's current snapshot.", labels: ["table"])
    package static let tableSnapshots = Family(
        "sluice_table_snapshots", .gauge, "Snapshots that a table keeps.", labels: ["table"])
    package static let freshness = Family(
        "sluice_freshness_seconds", .gauge, "Age of the newest event that a table shows.", labels: ["table"])

    // Money.
    package static let cost = Family(
        "sluice_cost_dollars_total", .counter, "Estimated dollars spent, by stage.", labels: ["stage", "tenant"])
    package static let costPerMillion = Family(
        "sluice_cost_dollars_per_million_events", .gauge, "Estimated dollars for a million events, by stage.",
        labels: ["stage"])

    // The process and the program.
    package static let build = Family(
        "sluice_build_info", .gauge, "Always 1; the label is the running version.", labels: ["version"])
    package static let logLines = Family(
        "sluice_log_lines_total", .counter, "Log lines written, by level.", labels: ["level"])
    package static let processCPU = Family(
        "process_cpu_seconds_total", .counter, "User and system CPU time.")
    package static let processMemory = Family(
        "process_resident_memory_bytes", .gauge, "Resident memory.")
    package static let processStart = Family(
        "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")
    package static let processFiles = Family("process_open_fds", .gauge, "Open file descriptors.")

    /// All of them, in the order in which they are shown.
    package static let all = [
        requests, requestSeconds, events, eventBytes, rejections, signatureChecks, deliveryDelay,
        commitSeconds, commitEvents, inFlightBytes, connections,
        batches, batchBytes, batchEvents, batchAge, spoolBytes, spoolBatches, uploadSeconds, uploadRetries,
        backlogBatches, backlogSeconds, compactSeconds, compactBytes, compactEvents,
        commitConflicts, tableFiles, tableSnapshots, freshness, cost, costPerMillion,
        build, logLines, processCPU, processMemory, processStart, processFiles,
    ]
}

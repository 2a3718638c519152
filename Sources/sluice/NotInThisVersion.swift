import Configuration

/// Keys that are understood, and that this version does not act on yet.
///
/// Where going on without one would take events that somebody wanted refused, or leave out a protection, that is an
/// error; else a warning. A part that learns to do it takes its line out.
enum NotInThisVersion {
    static func faults(_ settings: Settings) -> [Fault] {
        let standard = Settings()
        var faults: [Fault] = []
        func error(_ path: String, _ when: Bool) {
            if when {
                faults.append(Fault(.error, path, "is not in this version (\(Program.version)): nothing would heed it"))
            }
        }
        func warning(_ path: String, _ when: Bool) {
            if when {
                faults.append(Fault(.warning, path, "is not in this version (\(Program.version)), and has no effect"))
            }
        }
        if case .bucket = settings.store { error("store", true) }
        error("tls", settings.tls != nil)
        error("catalog.type", settings.catalog.type != .file)
        for (index, source) in settings.sources.enumerated() {
            let path = "sources[\(index)]"
            error("\(path).provider", source.provider != nil)
            error("\(path).secrets", !source.secrets.isEmpty)
            error("\(path).token", source.token != nil)
            error("\(path).allow", !source.allow.isEmpty)
            error("\(path).clientCertificates", !source.clientCertificates.isEmpty)
            error("\(path).rate", source.rate != nil)
            error("\(path).schema", !source.schema.entries.isEmpty)
            error("\(path).fields", !source.fields.isEmpty)
            warning("\(path).onInvalid", source.invalidPolicy == .quarantine)
            warning("\(path).anyContent", source.anyContent)
        }
        for (index, table) in settings.tables.enumerated() {
            warning("tables[\(index)].columns", table.columns != standard.tables[0].columns)
            warning("tables[\(index)].rewriteLevel", table.rewriteLevel != standard.tables[0].rewriteLevel)
        }
        warning("trustedProxies", !settings.trustedProxies.isEmpty)
        warning("duplicates", settings.duplicates != standard.duplicates)
        warning("retention", settings.retention != standard.retention)
        warning("prices", settings.prices != standard.prices)
        warning("telemetry.traces", settings.telemetry.traces != standard.telemetry.traces)
        warning("testing.now", settings.testing.now != nil)
        return faults
    }
}

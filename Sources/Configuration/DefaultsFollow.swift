/// A default that does not fit a value somebody wrote gives way to it; two written values that do not fit each other
/// are left as they are, for ``Limits`` to refuse.
enum DefaultsFollow {
    static func apply(_ settings: inout Settings, written: (String) -> Bool) {
        fit(&settings.limits.bodyBytes, written("limits.bodyBytes"),
            into: &settings.limits.inFlightBytes, written("limits.inFlightBytes"), times: 1)
        fit(&settings.commit.maxBytes, written("commit.maxBytes"),
            into: &settings.limits.inFlightBytes, written("limits.inFlightBytes"), times: 1)
        fit(&settings.batch.maxBytes, written("batch.maxBytes"),
            into: &settings.spoolLimit, written("spoolLimit"), times: 2)
        if !written("commit.linger") {
            settings.commit.linger = min(settings.commit.linger, settings.batch.maxAge, settings.shutdownTimeout)
        }
        for index in settings.tables.indices {
            let path = "tables[\(index)]"
            let isRowGroupWritten = written("\(path).rowGroupBytes")
            var table = settings.tables[index]
            fit(&table.rowGroupBytes, isRowGroupWritten,
                into: &table.targetFileBytes, written("\(path).targetFileBytes"), times: 1)
            fit(&table.rowGroupBytes, isRowGroupWritten,
                into: &settings.compact.memory, written("compact.memory"), times: 2)
            settings.tables[index] = table
        }
    }

    /// Makes `whole` at least so many times `part`, by changing the one that nobody wrote.
    private static func fit(
        _ part: inout ByteCount, _ isPartWritten: Bool, into whole: inout ByteCount, _ isWholeWritten: Bool, times: Int
    ) {
        guard part.bytes > whole.bytes / times else { return }
        if !isPartWritten {
            part = ByteCount(bytes: whole.bytes / times)
        } else if !isWholeWritten {
            whole = ByteCount(bytes: part.bytes * times)
        }
    }
}

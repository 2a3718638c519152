/// Whether tables can be made as they are described.
enum TableCheck {
    private static let transforms = ["identity", "year", "month", "day", "hour", "bucket", "truncate", "void"]

    static func check(_ settings: Settings, _ faults: FaultList) {
        var seen: [String: Int] = [:]
        for (index, table) in settings.tables.enumerated() {
            let path = "tables[\(index)]"
            if let other = seen.updateValue(index, forKey: table.name) {
                faults.error(
                    "\(path).name", "\"\(table.name)\" is also the name of tables[\(other)]: each name stands once")
            }
            checkSizes(table, path, settings, faults)
            checkColumns(table, path, faults)
        }
    }

    private static func checkSizes(_ table: TableSettings, _ path: String, _ settings: Settings, _ faults: FaultList) {
        if table.rowGroupBytes > table.targetFileBytes {
            faults.error(
                "\(path).rowGroupBytes",
                "is \(table.rowGroupBytes), more than targetFileBytes "
                    + "(\(table.targetFileBytes)): a file holds at least one row group")
        }
        if settings.compact.memory < table.rowGroupBytes {
            faults.error(
                "compact.memory",
                "is \(settings.compact.memory), less than \(path).rowGroupBytes "
                    + "(\(table.rowGroupBytes)): a row group is gathered and sorted in memory")
        }
    }

    private static func checkColumns(_ table: TableSettings, _ path: String, _ faults: FaultList) {
        var known = TableSettings.standardColumns
        var isOpen = false
        switch table.columns {
        case .automatic: isOpen = true
        case .listed(let columns):
            for (index, column) in columns.enumerated() {
                let place = "\(path).columns[\(index)]"
                if column.name.isEmpty { faults.error("\(place).name", "is missing") }
                if column.path.isEmpty { faults.error("\(place).path", "is missing") }
                if known.contains(column.name), !column.name.isEmpty {
                    faults.error("\(place).name", "\"\(column.name)\" stands twice")
                }
                known.append(column.name)
            }
        }
        for (index, name) in table.sort.enumerated() where !isOpen && !known.contains(name) {
            faults.error("\(path).sort[\(index)]", unknown(name, known))
        }
        for (index, field) in table.partition.enumerated() {
            if let complaint = partition(field, isOpen ? nil : known) {
                faults.error("\(path).partition[\(index)]", complaint)
            }
        }
    }

    private static func unknown(_ name: String, _ known: [String]) -> String {
        "\"\(name)\" is no column; did you mean \"\(Suggestion.nearest(to: name, among: known) ?? "")\"?"
    }

    /// Why a partition field such as `day(receivedtime)` or `bucket(16, id)` cannot be, or nil.
    private static func partition(_ field: String, _ known: [String]?) -> String? {
        guard let open = field.firstIndex(of: "(") else {
            return known.flatMap { $0.contains(field) ? nil : unknown(field, $0) }
        }
        let transform = String(field[..<open])
        guard field.hasSuffix(")") else { return "\"\(field)\" is not closed" }
        let inner = field[field.index(after: open)...].dropLast()
        let arguments = inner.split(separator: ",").map { String($0.filter { $0 != " " }) }
        guard transforms.contains(transform) else {
            let nearest = Suggestion.nearest(to: transform, among: transforms) ?? ""
            return "\"\(transform)\" is no partition transform; did you mean \"\(nearest)\"?"
        }
        let isNumbered = transform == "bucket" || transform == "truncate"
        guard arguments.count == (isNumbered ? 2 : 1), let column = arguments.last else {
            return isNumbered ? "expects \(transform)(N, column)" : "expects \(transform)(column)"
        }
        if isNumbered, (Int(arguments[0]) ?? 0) < 1 { return "expects \(transform)(N, column) with N above 0" }
        return known.flatMap { $0.contains(column) ? nil : unknown(column, $0) }
    }
}

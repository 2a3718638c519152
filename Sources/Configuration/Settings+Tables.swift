/// A table and how its files are made.
package struct TableSettings: Sendable, Equatable {
    /// The folder under `tables/`. Default: "events".
    package var name = "events"
    package var match = MatchSettings()
    /// Default: tenant, day(receivedtime).
    package var partition = ["tenant", "day(receivedtime)"]
    /// Default: type, receivedtime.
    package var sort = ["type", "receivedtime"]
    /// Behind the standard ones. Default: none.
    package var columns = ColumnsSetting.listed([])
    /// Default: 256 MiB.
    package var targetFileBytes = ByteCount.mebibytes(256)
    /// Of values, before compression. Default: 64 MiB.
    package var rowGroupBytes = ByteCount.mebibytes(64)
    /// Default: lz4_raw.
    package var codec = CodecSetting.lz4Raw
    /// Default: 1.
    package var level = 1
    /// When files are rewritten into larger ones. Default: 9.
    package var rewriteLevel = 9

    /// What every table has.
    package static let standardColumns = ["id", "tenant", "source", "type", "time", "receivedtime", "data"]
}

extension TableSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("name", &name, .plainName)
        keys.key("match", &match)
        keys.key("partition", &partition, .each(.notEmpty))
        keys.key("sort", &sort, .each(.notEmpty))
        keys.key("columns", &columns)
        keys.key("targetFileBytes", &targetFileBytes, .between(.kibibytes(64), .gibibytes(64)))
        keys.key("rowGroupBytes", &rowGroupBytes, .between(.kibibytes(64), .gibibytes(1)))
        keys.key("codec", &codec)
        keys.key("level", &level, .between(1, 12))
        keys.key("rewriteLevel", &rewriteLevel, .between(1, 12))
    }
}

/// Which events a table takes; `*` stands for any characters.
package struct MatchSettings: Sendable, Equatable {
    package var tenant = "*"
    package var source = "*"
    package var type = "*"
}

extension MatchSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("tenant", &tenant, .notEmpty)
        keys.key("source", &source, .notEmpty)
        keys.key("type", &type, .notEmpty)
    }
}

/// How pages are compressed.
package enum CodecSetting: String, Sendable, CaseIterable, Choice {
    case lz4Raw = "lz4_raw"
    case uncompressed
}

/// The columns behind the standard ones.
package enum ColumnsSetting: Sendable, Equatable {
    /// Found in the events.
    case automatic
    case listed([ColumnSettings])
}

extension ColumnsSetting: Setting {
    static var expected: String { "a list of columns or \"auto\"" }

    static func read(_ node: JSON5Node, _ path: String, _ faults: FaultList) -> ColumnsSetting? {
        switch node.value {
        case .string("auto"): return .automatic
        case .list: return [ColumnSettings].read(node, path, faults).map { .listed($0) }
        default:
            faults.error(path, "expects \(expected), found \(node.kindName)", at: node.origin)
            return nil
        }
    }

    static func keyPaths(_ path: String) -> [String] { [ColumnSettings].keyPaths(path) }

    var shown: Shown {
        switch self {
        case .automatic: .string("auto")
        case .listed(let columns): columns.shown
        }
    }
}

/// A column taken out of the event.
package struct ColumnSettings: Sendable, Equatable {
    package var name = ""
    /// A JSON pointer into the stored event.
    package var path = ""
    /// Iceberg's: string, long, int, double, float, boolean, timestamptz, date, decimal(P,S).
    package var type = "string"
}

extension ColumnSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("name", &name, .columnName)
        keys.key("path", &path, .pointer)
        keys.key("type", &type, .columnType)
    }
}

extension Rule where T == String {
    static var columnName: Rule {
        Rule { name in
            let bytes = name.utf8
            let isName =
                (1...128).contains(bytes.count) && bytes.allSatisfy { Names.isPlain($0) && $0 != 0x2D && $0 != 0x2E }
                && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes.first ?? 0)
            if TableSettings.standardColumns.contains(name) { return "\"\(name)\" is a column that every table has" }
            return isName ? nil : "must be a name of letters, digits and '_'"
        }
    }

    static var columnType: Rule {
        Rule { type in
            let plain = [
                "boolean", "int", "long", "float", "double", "date", "timestamp", "timestamptz", "string", "uuid",
                "binary",
            ]
            if plain.contains(type) || isDecimal(type) { return nil }
            return "expects a column type, found \"\(type)\"; "
                + "did you mean \"\(Suggestion.nearest(to: type, among: plain) ?? "string")\"?"
        }
    }

    private static func isDecimal(_ type: String) -> Bool {
        guard type.hasPrefix("decimal("), type.hasSuffix(")") else { return false }
        let numbers = type.dropFirst(8).dropLast().split(separator: ",").map { Int($0.filter { $0 != " " }) ?? -1 }
        return numbers.count == 2 && (1...38).contains(numbers[0]) && (0...numbers[0]).contains(numbers[1])
    }
}

/// One part of a table's partition: a column and what is done to its values.
package struct PartitionField: Sendable, Equatable {
    package let column: StandardColumn
    package let transform: PartitionTransform

    package init(column: StandardColumn, transform: PartitionTransform) {
        self.column = column
        self.transform = transform
    }

    /// Reads `tenant`, `day(receivedtime)`, `bucket[16](id)`, `truncate[4](type)`.
    ///
    /// - Returns: Nil for anything else, and for a transform that the column's type does not have.
    package init?(_ text: String) {
        guard let open = text.firstIndex(of: "(") else {
            guard let column = StandardColumn(name: text) else { return nil }
            self.init(column: column, transform: .identity)
            return
        }
        guard text.last == ")", let column = StandardColumn(name: text[text.index(after: open)...].dropLast()),
            let transform = PartitionTransform(String(text[..<open])), transform.applies(to: column)
        else { return nil }
        self.init(column: column, transform: transform)
    }

    /// As the configuration has it.
    package var text: String {
        transform == .identity ? column.name : "\(transform.text)(\(column.name))"
    }

    /// The name of the partition's field, as Iceberg's builders make it: `receivedtime_day`.
    package var name: String {
        switch transform {
        case .identity: column.name
        case .year: column.name + "_year"
        case .month: column.name + "_month"
        case .day: column.name + "_day"
        case .hour: column.name + "_hour"
        case .bucket: column.name + "_bucket"
        case .truncate: column.name + "_trunc"
        }
    }
}

/// What is done to a column's value. Source: Iceberg table spec, "Partition Transforms".
package enum PartitionTransform: Sendable, Equatable {
    case identity, year, month, day, hour
    /// A hash, modulo the count.
    case bucket(Int)
    /// The first so many code points.
    case truncate(Int)

    init?(_ text: String) {
        switch text {
        case "identity": self = .identity
        case "year", "years": self = .year
        case "month", "months": self = .month
        case "day", "days": self = .day
        case "hour", "hours": self = .hour
        default:
            guard let open = text.firstIndex(of: "["), text.last == "]",
                let number = Int(text[text.index(after: open)...].dropLast()), number > 0, number <= Int(Int32.max)
            else { return nil }
            switch text[..<open] {
            case "bucket": self = .bucket(number)
            case "truncate": self = .truncate(number)
            default: return nil
            }
        }
    }

    package var text: String {
        switch self {
        case .identity: "identity"
        case .year: "year"
        case .month: "month"
        case .day: "day"
        case .hour: "hour"
        case .bucket(let count): "bucket[\(count)]"
        case .truncate(let width): "truncate[\(width)]"
        }
    }

    func applies(to column: StandardColumn) -> Bool {
        switch self {
        case .identity, .bucket: true
        case .year, .month, .day, .hour: column.isTime
        case .truncate: !column.isTime
        }
    }
}

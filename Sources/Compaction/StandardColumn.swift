/// The columns that every table has, in their order. The raw value is the Iceberg field id.
package enum StandardColumn: Int32, Sendable, CaseIterable {
    case id = 1
    case tenant, source, type, time
    case receivedTime
    case data

    /// Its name in tables and in the configuration.
    package var name: String {
        switch self {
        case .id: "id"
        case .tenant: "tenant"
        case .source: "source"
        case .type: "type"
        case .time: "time"
        case .receivedTime: "receivedtime"
        case .data: "data"
        }
    }

    package init?(name: some StringProtocol) {
        guard let column = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = column
    }

    /// Its values are moments, in microseconds; the others are strings.
    package var isTime: Bool { self == .time || self == .receivedTime }
    /// The same for every event of one kind (``EventKinds``).
    var isOfKind: Bool { self == .tenant || self == .source || self == .type }
    var isRequired: Bool { self != .time && self != .data }
}

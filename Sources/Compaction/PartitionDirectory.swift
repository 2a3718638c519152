import Bytes
import Kernel
import Synchronization

/// A partition of a table that has rows in this run.
struct PartitionInfo: Sendable {
    /// Index among the run's tables.
    let table: Int
    let values: [PartitionValue]
}

/// Numbers the partitions of a run, for all workers together.
struct PartitionDirectory: ~Copyable {
    private var dictionary = ByteDictionary(seed: Entropy.random())
    private(set) var all: [PartitionInfo] = []
    private var valueBytes = 0

    var memoryBytes: Int { dictionary.memoryBytes + all.capacity * MemoryLayout<PartitionInfo>.stride + valueBytes }

    mutating func number(_ key: Span<UInt8>, _ info: PartitionInfo) -> Int {
        let number = dictionary.insert(key)
        if number == all.count {
            all.append(info)
            valueBytes += key.count + 32 + 24 * info.values.count
        }
        return number
    }

    mutating func removeAll() {
        dictionary.removeAll()
        all = []
        valueBytes = 0
    }
}

/// The directory, behind its lock.
final class SharedDirectory: Sendable {
    private let directory = Mutex(PartitionDirectory())

    func number(_ key: Span<UInt8>, _ info: PartitionInfo) -> Int { directory.withLock { $0.number(key, info) } }
    func info(_ partition: Int) -> PartitionInfo { directory.withLock { $0.all[partition] } }
    var count: Int { directory.withLock { $0.all.count } }
    var memoryBytes: Int { directory.withLock { $0.memoryBytes } }
    func removeAll() { directory.withLock { $0.removeAll() } }
}

/// Finds rows' partitions for one worker; asks the directory only for those it has not met.
struct PartitionRouter: ~Copyable {
    /// What a table's partition depends on besides the kind of event.
    private enum Dependence {
        case nothing
        /// One moment, cut to a unit: the last unit's partition is remembered for each kind.
        case unit(StandardColumn, PartitionTransform)
        case anything
    }

    /// What is remembered for a kind in a table.
    private struct Route {
        var isTaken: Bool
        var unit = Int64.min
        var partition: Int32 = -1
    }

    private let tables: [TableOptions]
    private let dependences: [Dependence]
    private var routes: [Route] = []
    private var known = ByteDictionary(seed: Entropy.random())
    private var numbers: [Int32] = []
    private var key = ByteBuffer(capacity: 256)

    init(_ tables: [TableOptions]) {
        self.tables = tables
        dependences = tables.map { Self.dependence($0.partition) }
    }

    var memoryBytes: Int {
        known.memoryBytes + numbers.capacity * 4 + routes.capacity * MemoryLayout<Route>.stride
    }

    private static func dependence(_ fields: [PartitionField]) -> Dependence {
        let others = fields.filter { !$0.column.isOfKind }
        if others.isEmpty { return .nothing }
        guard others.count == 1, others[0].column.isTime else { return .anything }
        switch others[0].transform {
        case .day, .hour: return .unit(others[0].column, others[0].transform)
        default: return .anything
        }
    }

    /// Kinds added.
    private(set) var kindCount = 0

    /// Remembers nothing of a new kind but which tables take it.
    mutating func add(_ kind: EventKind) {
        kindCount += 1
        for table in tables {
            routes.append(
                Route(isTaken: table.match.accepts(tenant: kind.tenant, source: kind.source, type: kind.type)))
        }
    }

    /// The partition of a row in a table; nil when the table does not take its kind.
    mutating func partition(
        table: Int, kind number: Int, _ kind: @autoclosure () -> EventKind, time: Int64?, received: Int64,
        id: Span<UInt8>, data: Span<UInt8>, _ directory: SharedDirectory
    ) -> Int? {
        let slot = number * tables.count + table
        guard routes[slot].isTaken else { return nil }
        var unit: Int64 = 0
        switch dependences[table] {
        case .nothing:
            if routes[slot].partition >= 0 { return Int(routes[slot].partition) }
        case .unit(let column, let transform):
            let moment = column == .time ? time : received
            unit =
                moment.map { PartitionTransform.floor($0, transform == .day ? 86_400_000_000 : 3_600_000_000) }
                ?? Int64.max
            if routes[slot].partition >= 0, routes[slot].unit == unit { return Int(routes[slot].partition) }
        case .anything: break
        }
        let values = values(tables[table].partition, kind(), time, received, id, data)
        let partition = find(table, values, directory)
        routes[slot].unit = unit
        routes[slot].partition = Int32(partition)
        return partition
    }

    private func values(
        _ fields: [PartitionField], _ kind: EventKind, _ time: Int64?, _ received: Int64, _ id: Span<UInt8>,
        _ data: Span<UInt8>
    ) -> [PartitionValue] {
        fields.map { field in
            switch field.column {
            case .id: field.transform.apply(id)
            case .data: field.transform.apply(data)
            case .time: time.map { field.transform.apply($0) } ?? .null
            case .receivedTime: field.transform.apply(received)
            case .tenant, .source, .type: field.transform.apply(kind.value(field.column).span)
            }
        }
    }

    private mutating func find(_ table: Int, _ values: [PartitionValue], _ directory: SharedDirectory) -> Int {
        key.removeAll()
        key.append(littleEndian: UInt32(table))
        for value in values {
            switch value {
            case .null: key.append(0)
            case .integer(let number):
                key.append(1)
                key.append(littleEndian: number)
            case .text(let text):
                key.append(2)
                key.append(littleEndian: UInt32(truncatingIfNeeded: text.count))
                key.append(text.span)
            }
        }
        let number = Self.insert(key, &known)
        if number == numbers.count {
            numbers.append(Int32(directory.number(key.span, PartitionInfo(table: table, values: values))))
        }
        return Int(numbers[number])
    }

    private static func insert(_ key: borrowing ByteBuffer, _ dictionary: inout ByteDictionary) -> Int {
        dictionary.insert(key.span)
    }

    mutating func removeAll() {
        routes = []
        kindCount = 0
        known.removeAll()
        numbers = []
    }
}

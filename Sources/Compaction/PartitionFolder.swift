import Bytes

/// Folder names of partitions, in the form of Hive and Iceberg: `tenant=acme/receivedtime_day=2026-11-23`.
///
/// Names and values are escaped as Java's `URLEncoder` does for UTF-8. The folder is for people: the record holds the
/// exact value, so one that is too long for a file system is cut and ends in a hash of the whole.
///
/// Source: Iceberg `PartitionSpec.partitionToPath`, `TransformUtil`.
package enum PartitionFolder {
    /// Bytes of one component, at most.
    static let componentBytes = 160
    /// Bytes of the whole, at most.
    static let totalBytes = 640

    package static func name(_ fields: [PartitionField], _ values: [PartitionValue]) -> String {
        precondition(fields.count == values.count)
        let parts = zip(fields, values).map { field, value in
            shortened(escaped(Array(field.name.utf8)) + "=" + escaped(Array(human(field, value))), componentBytes)
        }
        let whole = parts.joined(separator: "/")
        return whole.utf8.count <= totalBytes ? whole : "partition=" + shortened(whole.filter { $0 != "/" }, 120)
    }

    private static func shortened(_ text: String, _ limit: Int) -> String {
        if text.utf8.count <= limit { return text }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return text.prefix(limit - 16) + "~" + String(hash, radix: 36)
    }

    /// A value as people read it.
    private static func human(_ field: PartitionField, _ value: PartitionValue) -> [UInt8] {
        switch value {
        case .null: return Array("null".utf8)
        case .text(let bytes): return bytes
        case .integer(let number): return Array(human(field, number).utf8)
        }
    }

    private static func human(_ field: PartitionField, _ number: Int64) -> String {
        func date(_ days: Int64) -> String {
            let date = Timestamp.date(days: Int(days))
            return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        }
        switch field.transform {
        case .identity where field.column.isTime: return Timestamp.text(microseconds: number)
        case .year: return padded(Int(number) + 1970, 4)
        case .month:
            let year = PartitionTransform.floor(number, 12)
            return "\(padded(Int(year) + 1970, 4))-\(padded(Int(number - year * 12) + 1, 2))"
        case .day: return date(number)
        case .hour:
            let day = PartitionTransform.floor(number, 24)
            return "\(date(day))-\(padded(Int(number - day * 24), 2))"
        case .identity, .bucket, .truncate: return String(number)
        }
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Letters, digits and `.-*_` stay, a space becomes `+`, every other byte `%XX`.
    static func escaped(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        let hex = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2D, 0x2A, 0x5F: text.append(byte)
            case 0x20: text.append(0x2B)
            default: text += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

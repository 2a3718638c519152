import Bytes
package import Kernel
package import Storage

/// What one run did, as `compacted/{id}.json` says it: which batches went in, which data files came out.
///
/// A batch named by a record is compacted, once and for ever. The record is written when every data file is durable
/// but still staged; whoever reads a record before its writer has published them may publish them itself, with
/// ``publish(in:)``.
package struct CompactionRecord: Sendable, Equatable {
    package static let folder = "compacted"

    package struct Batch: Sendable, Equatable {
        package let name: String
        package let bytes: Int
        package let events: Int
    }

    package struct Column: Sendable, Equatable {
        package let fieldID: Int32
        /// Compressed, in the file.
        package let bytes: Int
        /// Values and nulls.
        package let values: Int
        package let nulls: Int
        /// Bounds in PLAIN encoding, strings without their length; nil when none are known.
        package let lower: [UInt8]?
        package let upper: [UInt8]?
    }

    package struct DataFile: Sendable, Equatable {
        /// The object's name in the store.
        package let path: String
        package let table: String
        /// The partition's fields, as Iceberg names them, with their values.
        package let partition: [String: PartitionValue]
        package let rows: Int
        package let bytes: Int
        package let columns: [Column]
    }

    package struct Quarantined: Sendable, Equatable {
        package let path: String
        package let rows: Int
    }

    package var id: String
    package var worker: String
    package var started: WallTime
    package var finished: WallTime
    package var batches: [Batch] = []
    package var files: [DataFile] = []
    package var quarantined: [Quarantined] = []
    /// Lines read. In = out + duplicates + quarantined + unmatched, while every event goes to one table at most.
    package var rowsIn = 0
    package var rowsOut = 0
    package var duplicates = 0
    package var rowsQuarantined = 0
    /// Events that no table takes.
    package var rowsUnmatched = 0

    package var name: String { Self.name(id) }
    package static func name(_ id: String) -> String { "\(folder)/\(id).json" }

    /// Everything this record makes visible.
    package var publishedNames: [String] { files.map(\.path) + quarantined.map(\.path) }

    /// Makes the files visible, where that has not happened yet.
    package func publish(in store: any ObjectStore) throws(StoreError) { try store.publish(publishedNames, run: id) }
}

extension CompactionRecord {
    /// Reads a record's object.
    package static func read(_ name: String, in store: any ObjectStore) throws(CompactionError) -> CompactionRecord {
        let bytes: [UInt8]
        do throws(StoreError) { bytes = try store.read(name, nil) } catch { throw .store(error) }
        guard let record = CompactionRecord(json: bytes) else { throw .malformedRecord(name: name) }
        return record
    }

    package init?(json bytes: [UInt8]) {
        guard let json = RecordJSON.parse(bytes), let id = json["id"]?.text, let worker = json["worker"]?.text,
            let started = Self.time(json["started"]), let finished = Self.time(json["finished"]),
            let batches = json["batches"]?.array, let files = json["files"]?.array,
            let quarantined = json["quarantined"]?.array
        else { return nil }
        self.init(id: id, worker: worker, started: started, finished: finished)
        for item in batches {
            guard let name = item["path"]?.text, let bytes = item["bytes"]?.integer,
                let events = item["events"]?.integer
            else { return nil }
            self.batches.append(Batch(name: name, bytes: Int(bytes), events: Int(events)))
        }
        for item in files {
            guard let file = DataFile(item) else { return nil }
            self.files.append(file)
        }
        for item in quarantined {
            guard let path = item["path"]?.text, let rows = item["rows"]?.integer else { return nil }
            self.quarantined.append(Quarantined(path: path, rows: Int(rows)))
        }
        rowsIn = Int(json["rowsIn"]?.integer ?? 0)
        rowsOut = Int(json["rowsOut"]?.integer ?? 0)
        duplicates = Int(json["duplicates"]?.integer ?? 0)
        rowsQuarantined = Int(json["rowsQuarantined"]?.integer ?? 0)
        rowsUnmatched = Int(json["rowsUnmatched"]?.integer ?? 0)
    }

    private static func time(_ json: RecordJSON?) -> WallTime? {
        guard let bytes = json?.bytes, let time = Timestamp.parse(bytes.span) else { return nil }
        return WallTime(microseconds: time)
    }
}

extension CompactionRecord.DataFile {
    fileprivate init?(_ json: RecordJSON) {
        guard let path = json["path"]?.text, let table = json["table"]?.text,
            case .object(let fields)? = json["partition"], let rows = json["rows"]?.integer,
            let bytes = json["bytes"]?.integer, let columns = json["columns"]?.array
        else { return nil }
        var partition: [String: PartitionValue] = [:]
        for (name, value) in fields {
            switch value {
            case .null: partition[name] = .null
            case .integer(let number): partition[name] = .integer(number)
            case .string(let text): partition[name] = .text(text)
            default: return nil
            }
        }
        var read: [CompactionRecord.Column] = []
        for column in columns {
            guard let id = column["id"]?.integer, let bytes = column["bytes"]?.integer else { return nil }
            read.append(
                CompactionRecord.Column(
                    fieldID: Int32(truncatingIfNeeded: id), bytes: Int(bytes), values: Int(rows),
                    nulls: Int(column["nulls"]?.integer ?? 0),
                    lower: column["lower"]?.bytes.flatMap(Hex.decode), upper: column["upper"]?.bytes.flatMap(Hex.decode)
                ))
        }
        self.init(
            path: path, table: table, partition: partition, rows: Int(rows), bytes: Int(bytes), columns: read)
    }
}

/// Bytes as lower-case hexadecimal text.
enum Hex {
    static func append(_ bytes: [UInt8], to output: inout ByteBuffer) {
        for byte in bytes {
            for half in [byte >> 4, byte & 15] { output.append(half < 10 ? 48 + half : 87 + half) }
        }
    }

    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for i in stride(from: 0, to: text.count, by: 2) {
            guard let byte = UInt8(String(decoding: text[i...i + 1], as: UTF8.self), radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}

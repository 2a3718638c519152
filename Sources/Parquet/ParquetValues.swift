/// One value of a column; a null is no value.
package enum ParquetValue: Sendable, Equatable {
    case boolean(Bool)
    /// INT32 and INT64.
    case integer(Int64)
    /// FLOAT and DOUBLE.
    case double(Double)
    /// BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY and INT96 (12 bytes).
    case bytes([UInt8])
}

/// The values of one column for a run of rows.
///
/// Byte strings are ranges of one run of bytes, so a value that a dictionary repeats is held once.
package struct ParquetValues: Sendable {
    enum Kind: Sendable { case boolean, integer, double, bytes }
    /// A byte string's place in the common bytes.
    struct Place: Sendable {
        let start: Int
        let count: Int
    }

    let kind: Kind
    /// One for each row, whatever stands for a null; of `words` and `places` one is used.
    var words: [Int64] = []
    var places: [Place] = []
    var bytes: [UInt8] = []
    /// Empty when no row is null.
    var presence: [Bool] = []

    init(_ type: StoredType) {
        switch type {
        case .boolean: kind = .boolean
        case .int32, .int64: kind = .integer
        case .float, .double: kind = .double
        default: kind = .bytes
        }
    }

    /// Rows.
    package var count: Int { kind == .bytes ? places.count : words.count }

    package func isNull(_ row: Int) -> Bool { !presence.isEmpty && !presence[row] }

    /// The value of a row; nil for null.
    package subscript(_ row: Int) -> ParquetValue? {
        if isNull(row) { return nil }
        switch kind {
        case .boolean: return .boolean(words[row] != 0)
        case .integer: return .integer(words[row])
        case .double: return .double(Double(bitPattern: UInt64(bitPattern: words[row])))
        case .bytes: return .bytes(Array(bytes[places[row].start..<places[row].start + places[row].count]))
        }
    }
}

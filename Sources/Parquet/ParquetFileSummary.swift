/// What was written, for whoever keeps books about files.
package struct ParquetFileSummary: Sendable {
    package let rowCount: Int
    /// The whole file.
    package let byteCount: Int
    package let columns: [ColumnSummary]
    package let rowGroupCount: Int
}

package struct ColumnSummary: Sendable, Equatable {
    package let name: String
    /// Bytes of its pages with their headers.
    package private(set) var compressedBytes = 0
    package private(set) var nullCount = 0
    /// Values and nulls.
    package private(set) var valueCount = 0
    /// PLAIN, byte arrays without a length and cut to ``ParquetOptions/statisticsBytes``; nil when no value has an
    /// order (all null or NaN) or, for the upper one, when no short bound exists.
    package private(set) var lower: [UInt8]?
    package private(set) var upper: [UInt8]?
    private var words = WordBounds()
    private var isUpperUnknown = false

    init(name: String) { self.name = name }

    package static func == (a: ColumnSummary, b: ColumnSummary) -> Bool {
        a.name == b.name && a.compressedBytes == b.compressedBytes && a.nullCount == b.nullCount
            && a.valueCount == b.valueCount && a.lower == b.lower && a.upper == b.upper
    }

    mutating func add(_ chunk: ChunkResult, _ type: PhysicalType) {
        compressedBytes += chunk.compressedBytes
        nullCount += chunk.nulls
        valueCount += chunk.valueCount
        guard let bounds = chunk.bounds else { return }
        if type != .byteArray {
            words.include(chunk.wordBounds)
            let all = StoredBounds(words, type)
            lower = all.lower
            upper = all.upper
            return
        }
        if lower == nil || compareBytes(bounds.lower, lower ?? []) < 0 { lower = bounds.lower }
        if bounds.upper == nil { isUpperUnknown = true }
        if isUpperUnknown {
            upper = nil
        } else if let new = bounds.upper, upper == nil || compareBytes(new, upper ?? []) > 0 {
            upper = new
        }
    }
}

/// How pages are compressed. An LZ4 level of 3 or more is high compression (slower to write, as fast to read).
package enum ParquetCodec: Sendable, Equatable {
    case uncompressed
    case lz4Raw(level: Int)
}

/// Everything about a file that is not its schema or its rows.
package struct ParquetOptions: Sendable {
    package var codec: ParquetCodec
    /// Encoded bytes, before compression, at which a page ends. Default: 1 MiB.
    package var pageBytes: Int
    /// Rows at which a page ends. Default: 20,000.
    package var pageRows: Int
    /// Bytes of distinct values past which a row group's column gives up its dictionary. Default: 1 MiB.
    package var dictionaryBytes: Int
    /// The share of absent values that a bloom filter fails to rule out. Default: 0.01.
    package var bloomFalsePositive: Double
    /// Whether each page carries a CRC-32 of its stored bytes. Default: true.
    package var writesPageChecksums: Bool
    /// `application version number`, as other readers parse it.
    package var createdBy: String
    package var sorting: [SortingColumn]
    package var metadata: [(String, String)]
    /// Bytes at which bounds of byte arrays are cut, the greatest rounded up. Default: 64.
    package var statisticsBytes: Int

    package init(
        codec: ParquetCodec = .lz4Raw(level: 1), pageBytes: Int = 1024 * 1024, pageRows: Int = 20_000,
        dictionaryBytes: Int = 1024 * 1024, bloomFalsePositive: Double = 0.01, writesPageChecksums: Bool = true,
        createdBy: String, sorting: [SortingColumn] = [], metadata: [(String, String)] = [], statisticsBytes: Int = 64
    ) {
        self.codec = codec
        self.pageBytes = pageBytes
        self.pageRows = pageRows
        self.dictionaryBytes = dictionaryBytes
        self.bloomFalsePositive = bloomFalsePositive
        self.writesPageChecksums = writesPageChecksums
        self.createdBy = createdBy
        self.sorting = sorting
        self.metadata = metadata
        self.statisticsBytes = statisticsBytes
    }
}

/// What one run did and what it took.
package struct CompactionReport: Sendable {
    /// CPU and wall time, in nanoseconds; CPU is summed over the threads.
    package struct Stage: Sendable {
        package var cpu: Int64 = 0
        package var wall: Int64 = 0

        static func += (a: inout Stage, b: Stage) {
            a.cpu += b.cpu
            a.wall += b.wall
        }
    }

    /// The record's id; nil when there was nothing to do.
    package var run: String?
    package var batches = 0
    /// Lines read.
    package var events = 0
    package var rowsOut = 0
    package var rowsQuarantined = 0
    package var rowsUnmatched = 0
    /// Stored bytes read.
    package var bytesIn = 0
    /// Bytes of lines read.
    package var rawBytes = 0
    package var bytesOut = 0
    package var files = 0
    /// Times that memory ran full and partitions were flushed.
    package var flushes = 0
    /// The most memory counted at once, in bytes.
    package var peakCountedBytes = 0
    /// Batches that wait for a later run.
    package var left = 0
    package var damaged: [DamagedBatch] = []

    /// Mapping, checking and decompressing batches.
    package var decode = Stage()
    /// Lines to rows in partitions.
    package var gather = Stage()
    package var sort = Stage()
    /// Columns to Parquet.
    package var encode = Stage()
    /// Bytes to files, durably.
    package var write = Stage()
    /// The record and the publication.
    package var commit = Stage()
    package var total = Stage()

    package init() {}
}

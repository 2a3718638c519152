/// A batch file.
///
/// One LZ4 frame of CloudEvents JSON lines, each line ended by one line feed, then one LZ4 skippable frame with the
/// batch's summary as JSON:
///
///     frame header                 7 bytes: linked blocks of at most 60 KiB, block checksums
///     commit 0: block … block      the last block of a commit ends with a line feed, no other block does
///     commit 1: block … block
///     …
///     end mark                     4 zero bytes
///     skippable frame 0x184D2A53   u32 length, summary
///
/// A commit is written with one system call and followed by one `fdatasync`; only then are its requests answered. A
/// request's events never span two commits. An open batch is the same without end mark and summary, and has the
/// suffix ``openSuffix``.
///
/// `lz4 -dc FILE` prints the events.
package enum BatchFormat {
    package static let version = 1
    package static let summaryMagic: UInt32 = 0x184D_2A53
    package static let suffix = ".ndjson.lz4"
    package static let openSuffix = ".ndjson.lz4.open"
    /// The store's folder of sealed batches.
    package static let folder = "batches"
}

/// Why a batch was sealed.
package enum BatchClosing: String, Sendable, CaseIterable {
    /// It reached its size in compressed bytes.
    case bytes
    /// It reached its age.
    case age
    /// It reached its number of events.
    case events
    /// The node was told to stop.
    case shutdown
    /// It was found open: the node had crashed, or its disk had failed.
    case recovery
}

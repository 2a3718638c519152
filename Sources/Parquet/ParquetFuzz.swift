import Bytes

/// Reads whatever a file of these bytes offers, for a fuzzer: no input may trap, hang or take much memory.
package func fuzzParquet(_ bytes: Span<UInt8>) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in 0..<bytes.count { copy.append(bytes[index]) }
    do throws(ParquetError) {
        let file = try ParquetFile(copy)
        var text = ByteBuffer()
        _ = try? file.appendRows(limit: 50, to: &text)
        for rowGroup in 0..<min(4, file.metadata.rowGroups.count) {
            for column in 0..<min(16, file.metadata.columns.count) {
                fuzzColumn(file, rowGroup, column)
            }
        }
    } catch {
        return
    }
}

private func fuzzColumn(_ file: ParquetFile, _ rowGroup: Int, _ column: Int) {
    // Each is tried though another failed; the answer is of no interest.
    if let values = try? file.readColumn(rowGroup: rowGroup, column: column, limit: 2_000) {
        precondition(values.count <= 2_000)
        for row in 0..<values.count { _ = values[row] }
    }
    _ = try? file.columnIndex(rowGroup: rowGroup, column: column)
    _ = try? file.pageLocations(rowGroup: rowGroup, column: column)
    _ = try? file.mayContain(.integer(1), rowGroup: rowGroup, column: column)
    _ = try? file.mayContain(.bytes([1]), rowGroup: rowGroup, column: column)
}

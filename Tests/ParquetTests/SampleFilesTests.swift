import Foundation
import Testing

/// Leaves every sample and its expectation in the folder named by `SLUICE_PARQUET_OUT`, where
/// `Tests/Interop/parquet_readers.py` has other projects' readers read them. Skipped without that variable.
@Test(.enabled(if: ProcessInfo.processInfo.environment["SLUICE_PARQUET_OUT"] != nil))
func everySampleIsLeftForOtherReaders() throws {
    let path = try #require(ProcessInfo.processInfo.environment["SLUICE_PARQUET_OUT"])
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    for sample in Samples.all {
        try Data(sample.written().bytes).write(to: folder.appendingPathComponent("\(sample.name).parquet"))
        try Data(sample.expectation()).write(to: folder.appendingPathComponent("\(sample.name).ndjson"))
    }
}

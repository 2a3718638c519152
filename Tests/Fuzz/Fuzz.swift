import Batches
import Bytes
import Glibc
import HTTP
import Parquet

/// What libFuzzer calls with every input. `FUZZ_TARGET` chooses the room: http, json, lz4, batch or parquet.
///
/// Built only when `SLUICE_FUZZ` is set, since libFuzzer brings its own `main`; see `ops/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // SAFETY: libFuzzer lends `count` bytes for this call.
    let input = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    let bytes = unsafe [UInt8](input)
    target(bytes.span)
    return 0
}

private let target: @Sendable (Span<UInt8>) -> Void = {
    switch unsafe getenv("FUZZ_TARGET").map({ unsafe String(cString: $0) }) {
    case "http": return { fuzzHTTP($0) }
    case "json": return { fuzzJSON($0) }
    case "lz4": return { fuzzLZ4Frame($0) }
    case "batch": return { fuzzEventLines($0) }
    case "parquet": return { fuzzParquet($0) }
    default: fatalError("FUZZ_TARGET is http, json, lz4, batch or parquet")
    }
}()

import Batches
import Bytes
import Kernel

/// `sluice cat`: events as CloudEvents JSON lines on standard output.
enum Cat {
    /// What is printed.
    struct Selection {
        /// Received at or after, microseconds since 1970.
        var from: Int64?
        /// Received before.
        var to: Int64?

        var isEverything: Bool { from == nil && to == nil }

        func contains(_ line: Span<UInt8>) -> Bool {
            if isEverything { return true }
            guard let event = EventLine(line, 0..<line.count),
                let received = Timestamp.parse(line.extracting(event.receivedTime.range))
            else { return false }
            if let from, received < from { return false }
            if let to, received >= to { return false }
            return true
        }
    }

    /// - Returns: False when a file could not be read to its end; what came before the fault was printed.
    static func run(_ files: [String], _ selection: Selection) -> Bool {
        var output = Output()
        var isWhole = true
        for file in files {
            do throws(BatchError) {
                try print(file, selection, &output)
            } catch {
                output.flush()
                Console.fail("\(error); `sluice fsck \(file)` says more")
                isWhole = false
            }
        }
        return isWhole
    }

    private static func print(_ file: String, _ selection: Selection, _ output: inout Output) throws(BatchError) {
        var reader = try BatchReader.open(file)
        var lines = LineReader()
        while try reader.next() {
            if selection.isEverything {
                output.write(reader.chunk)
                continue
            }
            var kept = ByteBuffer()
            lines.add(reader.chunk) { line in
                if selection.contains(line) {
                    kept.append(line)
                    kept.append(UInt8(0x0A))
                }
            }
            output.write(kept.span)
        }
        // An open batch may end anywhere between commits, a sealed one may not.
        if !reader.isSealed && !file.hasSuffix(BatchFormat.openSuffix) {
            throw .truncated(path: file, offset: reader.offset)
        }
    }
}

/// Values without their nulls: words for what fits one, places for byte strings.
struct PlainValues {
    var words: [Int64] = []
    var places: [ParquetValues.Place] = []
}

/// Decodes PLAIN. Source: parquet-format Encodings.md, "Plain".
struct PlainDecoder {
    private let body: [UInt8]
    private var offset: Int
    private let element: SchemaElement

    init(_ body: [UInt8], _ offset: Int, _ element: SchemaElement) {
        self.body = body
        self.offset = offset
        self.element = element
    }

    /// The next `count` values; byte strings are appended to `bytes`. Nil when the body has fewer.
    mutating func read(_ count: Int, into bytes: inout [UInt8]) -> PlainValues? {
        switch element.type {
        case .boolean: booleans(count)
        case .int32: numbers(count, 4) { Int64(Int32(truncatingIfNeeded: $0)) }
        case .int64, .double: numbers(count, 8) { $0 }
        case .float:
            numbers(count, 4) { bits in
                let value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
                return Int64(bitPattern: value.bitPattern)
            }
        case .int96: fixed(count, 12, &bytes)
        case .fixedLengthByteArray: fixed(count, element.typeLength, &bytes)
        default: byteArrays(count, &bytes)
        }
    }

    private func booleans(_ count: Int) -> PlainValues? {
        guard (count + 7) / 8 <= body.count - offset else { return nil }
        return PlainValues(words: (0..<count).map { Int64(body[offset + $0 / 8] >> UInt8($0 % 8) & 1) })
    }

    private func numbers(_ count: Int, _ width: Int, _ convert: (Int64) -> Int64) -> PlainValues? {
        guard count <= (body.count - offset) / width else { return nil }
        var words: [Int64] = []
        words.reserveCapacity(count)
        for index in 0..<count {
            var word: UInt64 = 0
            for byte in 0..<width { word |= UInt64(body[offset + index * width + byte]) << UInt64(byte * 8) }
            words.append(convert(Int64(bitPattern: word)))
        }
        return PlainValues(words: words)
    }

    private func fixed(_ count: Int, _ width: Int, _ bytes: inout [UInt8]) -> PlainValues? {
        guard width > 0, count <= (body.count - offset) / width else { return nil }
        let base = bytes.count
        bytes += body[offset..<offset + count * width]
        return PlainValues(places: (0..<count).map { ParquetValues.Place(start: base + $0 * width, count: width) })
    }

    private func byteArrays(_ count: Int, _ bytes: inout [UInt8]) -> PlainValues? {
        guard count <= (body.count - offset) / 4 else { return nil }
        let base = bytes.count - offset
        var places: [ParquetValues.Place] = []
        places.reserveCapacity(count)
        var at = offset
        for _ in 0..<count {
            guard body.count - at >= 4 else { return nil }
            let length = (0..<4).reduce(0) { $0 | Int(body[at + $1]) << ($1 * 8) }
            at += 4
            guard length <= body.count - at else { return nil }
            places.append(ParquetValues.Place(start: base + at, count: length))
            at += length
        }
        // The lengths come along; a place points behind its own.
        bytes += body[offset..<at]
        return PlainValues(places: places)
    }
}

/// Parquet's run-length / bit-packed hybrid for small numbers: definition levels and dictionary indexes.
///
/// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)".
package enum HybridRLE {
    /// Bits that `maximum` needs; at least one, since some readers refuse a width of zero.
    package static func bitWidth(_ maximum: UInt32) -> Int { max(1, 32 - maximum.leadingZeroBitCount) }

    /// Appends `values`, each below 2 to the `bitWidth` (1...32).
    package static func encode(_ values: Span<UInt32>, bitWidth: Int, into target: inout ByteBuffer) {
        precondition(bitWidth >= 1 && bitWidth <= 32)
        // A run costs about six bytes, with the literal it cuts in two: shorter repetitions stay literals.
        let shortestRun = max(8, (48 / bitWidth + 7) & ~7)
        var index = 0
        var literal = 0
        let count = values.count
        while index < count {
            let value = values[index]
            var end = index &+ 1
            while end < count, values[end] == value { end &+= 1 }
            // Literals come in groups of eight, so a run may have to fill the last group first.
            let fill = (8 &- (index &- literal) & 7) & 7
            if end &- index >= fill &+ shortestRun {
                appendLiteral(values, literal..<(index &+ fill), bitWidth, &target)
                appendRun(value, end &- index &- fill, bitWidth, &target)
                literal = end
            }
            index = end
        }
        appendLiteral(values, literal..<count, bitWidth, &target)
    }

    /// Appends `count` times `value`.
    package static func appendRun(_ value: UInt32, _ count: Int, _ bitWidth: Int, _ target: inout ByteBuffer) {
        if count == 0 { return }
        target.append(varint: UInt64(count) << 1)
        for byte in 0..<(bitWidth + 7) / 8 { target.append(UInt8(truncatingIfNeeded: value >> UInt32(byte * 8))) }
    }

    private static func appendLiteral(
        _ values: Span<UInt32>, _ range: Range<Int>, _ bitWidth: Int, _ target: inout ByteBuffer
    ) {
        if range.isEmpty { return }
        let groups = (range.count + 7) / 8
        target.append(varint: UInt64(groups) << 1 | 1)
        let size = groups * bitWidth
        target.append(upTo: size + 8) { output in
            unsafe output.withUnsafeMutableBufferPointer { free, initialized in
                let start = UnsafeMutableRawPointer(free.baseAddress!)
                var bits: UInt64 = 0
                var held: UInt64 = 0
                var offset = 0
                for index in 0..<groups * 8 {
                    let value = index < range.count ? values[range.lowerBound &+ index] : 0
                    bits |= UInt64(value) &<< held
                    held &+= UInt64(bitWidth)
                    if held >= 32 {
                        // SAFETY: `offset + 4` is at most the bits seen so far, in bytes, so within `size`.
                        unsafe start.storeBytes(
                            of: UInt32(truncatingIfNeeded: bits).littleEndian, toByteOffset: offset, as: UInt32.self)
                        bits &>>= 32
                        held &-= 32
                        offset &+= 4
                    }
                }
                // SAFETY: eight spare bytes were asked for behind `size`.
                unsafe start.storeBytes(of: bits.littleEndian, toByteOffset: offset, as: UInt64.self)
                initialized += size
            }
        }
    }

    /// Appends up to `count` numbers decoded from the front of `bytes` to `values`.
    ///
    /// - Returns: The number of bytes used, or nil when the bytes end or break the rules before `count` numbers.
    package static func decode(
        _ bytes: Span<UInt8>, bitWidth: Int, count: Int, into values: inout [UInt32]
    ) -> Int? {
        guard bitWidth >= 0, bitWidth <= 32 else { return nil }
        var offset = 0
        var left = count
        while left > 0 {
            guard let header = varint(bytes, &offset), header <= UInt64(UInt32.max) else { return nil }
            if header & 1 == 0 {
                guard let value = wide(bytes, &offset, (bitWidth + 7) / 8) else { return nil }
                guard bitWidth == 32 || value >> UInt32(bitWidth) == 0 else { return nil }
                let run = min(left, Int(header >> 1))
                guard run > 0 else { return nil }
                values.append(contentsOf: repeatElement(value, count: run))
                left -= run
            } else {
                let size = Int(header >> 1) * bitWidth
                let wanted = min(left, Int(header >> 1) * 8)
                // Some writers cut the padding of the last group off.
                let needed = (wanted * bitWidth + 7) / 8
                guard wanted > 0, needed <= bytes.count - offset else { return nil }
                unpack(bytes, offset, bitWidth, wanted, &values)
                offset += min(size, bytes.count - offset)
                left -= wanted
            }
        }
        return offset
    }

    private static func unpack(
        _ bytes: Span<UInt8>, _ start: Int, _ bitWidth: Int, _ count: Int, _ values: inout [UInt32]
    ) {
        var bits: UInt64 = 0
        var held = 0
        var offset = start
        let mask: UInt64 = (1 << UInt64(bitWidth)) - 1
        values.reserveCapacity(values.count + count)
        for _ in 0..<count {
            while held < bitWidth {
                bits |= UInt64(bytes[offset]) << UInt64(held)
                held += 8
                offset += 1
            }
            values.append(UInt32(truncatingIfNeeded: bits & mask))
            bits >>= UInt64(bitWidth)
            held -= bitWidth
        }
    }

    private static func wide(_ bytes: Span<UInt8>, _ offset: inout Int, _ width: Int) -> UInt32? {
        guard width <= bytes.count - offset else { return nil }
        var value: UInt32 = 0
        for byte in 0..<width { value |= UInt32(bytes[offset + byte]) << UInt32(byte * 8) }
        offset += width
        return value
    }

    /// Reads an unsigned LEB128 number of at most ten bytes.
    static func varint(_ bytes: Span<UInt8>, _ offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return shift == 63 && byte > 1 ? nil : value }
            shift += 7
        }
        return nil
    }
}

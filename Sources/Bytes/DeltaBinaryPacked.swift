/// Parquet's DELTA_BINARY_PACKED integers: blocks of 128 differences in four miniblocks of 32.
///
/// Source: parquet-format Encodings.md, "Delta Encoding (DELTA_BINARY_PACKED = 5)". Differences wrap around at the
/// width of the column's type, as the format demands.
package enum DeltaBinaryPacked {
    private static let blockCount = 128
    private static let miniblockCount = 32

    /// Appends `values`; `isNarrow` for a column of 32-bit integers.
    package static func encode(_ values: Span<Int64>, isNarrow: Bool, into target: inout ByteBuffer) {
        target.append(varint: UInt64(blockCount))
        target.append(varint: UInt64(blockCount / miniblockCount))
        target.append(varint: UInt64(values.count))
        target.append(zigzag: values.isEmpty ? 0 : values[0])
        var deltas = [128 of UInt64](repeating: 0)
        var index = 1
        while index < values.count {
            let count = min(blockCount, values.count - index)
            var least = Int64.max
            for position in 0..<count {
                let difference = values[index &+ position] &- values[index &+ position &- 1]
                let delta = isNarrow ? Int64(Int32(truncatingIfNeeded: difference)) : difference
                least = min(least, delta)
                deltas[position] = UInt64(bitPattern: delta)
            }
            for position in 0..<count {
                let over = deltas[position] &- UInt64(bitPattern: least)
                deltas[position] = isNarrow ? over & 0xFFFF_FFFF : over
            }
            for position in count..<blockCount { deltas[position] = 0 }
            target.append(zigzag: least)
            appendBlock(deltas.span, count, &target)
            index += count
        }
    }

    private static func appendBlock(_ deltas: Span<UInt64>, _ count: Int, _ target: inout ByteBuffer) {
        var widths = [4 of Int](repeating: 0)
        for miniblock in 0..<4 {
            var union: UInt64 = 0
            for position in miniblock * 32..<miniblock * 32 + 32 { union |= deltas[position] }
            widths[miniblock] = 64 - union.leadingZeroBitCount
            target.append(UInt8(widths[miniblock]))
        }
        // Miniblocks behind the last value have no bytes; within the last one the rest is zeros.
        for miniblock in 0..<(count + 31) / 32 where widths[miniblock] > 0 {
            pack(deltas, miniblock * 32, widths[miniblock], &target)
        }
    }

    private static func pack(_ values: Span<UInt64>, _ first: Int, _ width: Int, _ target: inout ByteBuffer) {
        let size = 4 * width
        target.append(upTo: size + 8) { output in
            unsafe output.withUnsafeMutableBufferPointer { free, initialized in
                let start = UnsafeMutableRawPointer(free.baseAddress!)
                var bits: UInt64 = 0
                var held = 0
                var offset = 0
                for position in first..<first + 32 {
                    let value = values[position]
                    bits |= value &<< UInt64(held)
                    if held + width >= 64 {
                        // SAFETY: 64 whole bits were seen since the last store, so `offset + 8` is within `size`.
                        unsafe start.storeBytes(of: bits.littleEndian, toByteOffset: offset, as: UInt64.self)
                        offset += 8
                        bits = held == 0 ? 0 : value &>> UInt64(64 - held)
                        held -= 64
                    }
                    held += width
                }
                // SAFETY: eight spare bytes were asked for behind `size`.
                unsafe start.storeBytes(of: bits.littleEndian, toByteOffset: offset, as: UInt64.self)
                initialized += size
            }
        }
    }

    /// Appends at most `limit` of the numbers in `bytes` to `values`.
    ///
    /// - Returns: The number of values the header announces, or nil when the bytes end early or break the rules.
    package static func decode(
        _ bytes: Span<UInt8>, isNarrow: Bool, limit: Int, into values: inout [Int64]
    ) -> Int? {
        var offset = 0
        guard let block = HybridRLE.varint(bytes, &offset), let miniblocks = HybridRLE.varint(bytes, &offset),
            let total = HybridRLE.varint(bytes, &offset), let first = zigzag(bytes, &offset)
        else { return nil }
        guard block > 0, block % 128 == 0, block <= 1 << 20, miniblocks > 0, miniblocks <= 1 << 10,
            block % miniblocks == 0, (block / miniblocks) % 32 == 0, total <= UInt64(Int32.max)
        else { return nil }
        let count = min(Int(total), limit)
        if count == 0 { return Int(total) }
        var last = first
        values.append(isNarrow ? Int64(Int32(truncatingIfNeeded: last)) : last)
        var left = count - 1
        let perMiniblock = Int(block / miniblocks)
        while left > 0 {
            guard let least = zigzag(bytes, &offset), Int(miniblocks) <= bytes.count - offset else { return nil }
            let widths = offset
            offset += Int(miniblocks)
            for miniblock in 0..<Int(miniblocks) where left > 0 {
                let width = Int(bytes[widths + miniblock])
                let wanted = min(left, perMiniblock)
                // The padding of the last miniblock may be missing.
                let size = min(perMiniblock * width / 8, bytes.count - offset)
                guard width <= 64, (wanted * width + 7) / 8 <= size else { return nil }
                for position in 0..<wanted {
                    last = last &+ least &+ unpacked(bytes, offset, position * width, width)
                    if isNarrow { last = Int64(Int32(truncatingIfNeeded: last)) }
                    values.append(last)
                }
                offset += size
                left -= wanted
            }
        }
        return Int(total)
    }

    /// The `width` bits from `bit` on, counted from byte `offset`; the caller knows that the bytes are there.
    private static func unpacked(_ bytes: Span<UInt8>, _ offset: Int, _ bit: Int, _ width: Int) -> Int64 {
        var value: UInt64 = 0
        var filled = 0
        while filled < width {
            let at = bit + filled
            let shift = at & 7
            let taken = min(8 - shift, width - filled)
            let part = UInt64(bytes[offset + at >> 3]) >> UInt64(shift) & ((1 << UInt64(taken)) - 1)
            value |= part << UInt64(filled)
            filled += taken
        }
        return Int64(bitPattern: value)
    }

    private static func zigzag(_ bytes: Span<UInt8>, _ offset: inout Int) -> Int64? {
        guard let value = HybridRLE.varint(bytes, &offset) else { return nil }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

import Glibc

extension ByteBuffer {
    /// Appends the length of `bytes` as four little-endian bytes, then the bytes: Parquet's PLAIN byte array.
    package mutating func append(lengthPrefixed bytes: Span<UInt8>) {
        let count = bytes.count
        precondition(count <= Int(Int32.max), "longer than a length prefix can say")
        append(upTo: count + 4) { output in
            unsafe output.withUnsafeMutableBufferPointer { free, initialized in
                let start = UnsafeMutableRawPointer(free.baseAddress!)
                // SAFETY: `free` has room for the length and for the bytes.
                unsafe start.storeBytes(of: UInt32(truncatingIfNeeded: count).littleEndian, as: UInt32.self)
                unsafe bytes.withUnsafeBufferPointer { source in
                    if let from = source.baseAddress { unsafe memcpy(start + 4, from, count) }
                }
                initialized += count + 4
            }
        }
    }

    /// Appends an unsigned LEB128 number.
    package mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a signed number as the LEB128 of its zigzag form.
    package mutating func append(zigzag value: Int64) {
        append(varint: UInt64(bitPattern: value &<< 1 ^ value &>> 63))
    }

    /// Appends the low `width` bytes (1...8) of each value, little-endian.
    package mutating func append(lowBytes width: Int, of values: Span<Int64>) {
        precondition(width > 0 && width <= 8)
        let count = values.count
        append(upTo: count * width + 8) { output in
            unsafe output.withUnsafeMutableBufferPointer { free, initialized in
                let start = UnsafeMutableRawPointer(free.baseAddress!)
                // SAFETY: each store of eight bytes at `index * width` ends within `count * width + 8`.
                for index in 0..<count {
                    unsafe start.storeBytes(
                        of: values[index].littleEndian, toByteOffset: index &* width, as: Int64.self)
                }
                initialized += count * width
            }
        }
    }

    /// Appends one bit a value (not zero is 1), least significant bit first, the last byte padded with zeros.
    package mutating func append(bits values: Span<Int64>) {
        var index = 0
        while index < values.count {
            var byte: UInt8 = 0
            for bit in 0..<min(8, values.count - index) where values[index + bit] != 0 { byte |= 1 << UInt8(bit) }
            append(byte)
            index += 8
        }
    }

    /// Puts `bytes` where `range` is, moving what stands behind it when the lengths differ.
    package mutating func replace(_ range: Range<Int>, with bytes: Span<UInt8>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let tail = count - range.upperBound
        let added = bytes.count - range.count
        if added > 0 { append(upTo: added) { output in output.append(repeating: 0, count: added) } }
        var whole = mutableSpan
        unsafe whole.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            // SAFETY: the buffer has at least `range.upperBound + tail` bytes before and after the move.
            if added != 0, tail > 0 {
                unsafe memmove(base + range.upperBound + added, base + range.upperBound, tail)
            }
            unsafe bytes.withUnsafeBufferPointer { source in
                if let from = source.baseAddress { unsafe memcpy(base + range.lowerBound, from, source.count) }
            }
        }
        if added < 0 { truncate(to: count + added) }
    }
}

/// The text inside JSON strings, in and out, and the white space between tokens.
package enum JSONText {
    /// The first offset at or behind `start` that holds no white space, or the count.
    package static func skipWhitespace(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var i = start
        while i < bytes.count, bytes[i] == 0x20 || bytes[i] == 0x0A || bytes[i] == 0x0D || bytes[i] == 0x09 { i += 1 }
        return i
    }

    /// Appends the inside of a JSON string that stands for `bytes`, which must be UTF-8.
    package static func appendEscaped(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        var start = 0
        while true {
            let next = firstToEscape(bytes, from: start)
            output.append(bytes.extracting(start..<next))
            if next == bytes.count { return }
            appendEscape(bytes[next], to: &output)
            start = next + 1
        }
    }

    /// As ``appendEscaped(_:to:)`` for bytes of any origin: those that are not UTF-8 are taken as Latin-1.
    package static func appendEscapedLatin1(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        if UTF8.validate(bytes) {
            appendEscaped(bytes, to: &output)
            return
        }
        var i = 0
        while i < bytes.count {
            let byte = bytes[i]
            if byte < 0x80 {
                appendEscaped(bytes.extracting(i..<i + 1), to: &output)
                i += 1
                continue
            }
            let length = sequenceLength(bytes, at: i)
            if length > 0 {
                output.append(bytes.extracting(i..<i + length))
                i += length
            } else {
                output.append(0xC0 | byte >> 6)
                output.append(0x80 | byte & 0x3F)
                i += 1
            }
        }
    }

    /// Appends the text that the inside of a valid JSON string stands for; a lone surrogate becomes U+FFFD.
    package static func unescape(_ bytes: Span<UInt8>, into output: inout ByteBuffer) {
        var i = 0
        while i < bytes.count {
            var next = i
            while next < bytes.count, bytes[next] != 0x5C { next += 1 }
            output.append(bytes.extracting(i..<next))
            i = next
            guard i + 1 < bytes.count else { return }
            switch bytes[i + 1] {
            case 0x62: output.append(0x08)
            case 0x66: output.append(0x0C)
            case 0x6E: output.append(0x0A)
            case 0x72: output.append(0x0D)
            case 0x74: output.append(0x09)
            case 0x75:
                appendUnicode(bytes, &i, to: &output)
                continue
            case let other: output.append(other)
            }
            i += 2
        }
    }

    /// Appends the character of the `\uXXXX` at `i`, or of the pair of them, and moves behind it.
    private static func appendUnicode(_ bytes: Span<UInt8>, _ i: inout Int, to output: inout ByteBuffer) {
        guard let unit = codeUnit(bytes, at: i) else {
            i = bytes.count
            return
        }
        i += 6
        var scalar = UInt32(unit)
        if unit & 0xFC00 == 0xD800, let low = codeUnit(bytes, at: i), low & 0xFC00 == 0xDC00 {
            scalar = 0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(low) & 0x3FF
            i += 6
        }
        let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
        for byte in UTF8.encode(character)! { output.append(byte) }
    }

    private static func codeUnit(_ bytes: Span<UInt8>, at i: Int) -> UInt16? {
        guard i + 6 <= bytes.count, bytes[i] == 0x5C, bytes[i + 1] == 0x75 else { return nil }
        var unit: UInt16 = 0
        for k in i + 2..<i + 6 {
            let letter = (bytes[k] | 0x20) &- 0x61
            let digit = bytes[k] &- 0x30
            guard digit < 10 || letter < 6 else { return nil }
            unit = unit << 4 | UInt16(digit < 10 ? digit : letter + 10)
        }
        return unit
    }

    private static func appendEscape(_ byte: UInt8, to output: inout ByteBuffer) {
        output.append(0x5C)
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x22, 0x5C: output.append(byte)
        default:
            output.append("u00")
            output.append(48 + byte >> 4)
            output.append(byte & 15 < 10 ? 48 + byte & 15 : 87 + byte & 15)
        }
    }

    /// The first quote, backslash or control character at or behind `start`, or the count.
    private static func firstToEscape(_ bytes: Span<UInt8>, from start: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return start }
            let text = unsafe JSONMemory(base: UnsafeRawPointer(first), end: buffer.count)
            var i = start
            // SAFETY: the loops' conditions keep the loads inside.
            while unsafe i + 8 <= text.end {
                let word = unsafe text.word(i)
                let hits = Word.equal(0x22, word) | Word.equal(0x5C, word) | Word.below(0x20, word)
                if hits != 0 { return i + Word.first(hits) }
                i += 8
            }
            while unsafe i < text.end {
                let byte = unsafe text.byte(i)
                if byte < 0x20 || byte == 0x22 || byte == 0x5C { return i }
                i += 1
            }
            return i
        }
    }

    private static func sequenceLength(_ bytes: Span<UInt8>, at i: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress, i < buffer.count else { return 0 }
            // SAFETY: `i` is below the count.
            return unsafe UTF8Run.sequence(UnsafeRawPointer(first), at: i, to: buffer.count)
        }
    }
}

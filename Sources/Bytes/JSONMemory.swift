/// The scanner's inner loops, over the memory of a borrowed span.
///
/// Every load is guarded by `end`; offsets only grow. A value lives no longer than the span it came from.
@unsafe
struct JSONMemory {
    let base: UnsafeRawPointer
    let end: Int

    /// The caller guarantees `0 <= i < end`.
    @inline(__always)
    func byte(_ i: Int) -> UInt8 { unsafe base.load(fromByteOffset: i, as: UInt8.self) }

    /// The caller guarantees `0 <= i <= end - 8`.
    @inline(__always)
    func word(_ i: Int) -> UInt64 {
        UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: i, as: UInt64.self))
    }

    /// The first eight of `count` bytes at `i`, zeros behind a shorter run, which the caller guarantees to be inside.
    @inline(__always)
    func word(at i: Int, count: Int) -> UInt64 {
        if unsafe i + 8 <= end {
            let whole = unsafe word(i)
            return count >= 8 ? whole : whole & ((1 << UInt64(8 * count)) - 1)
        }
        var word: UInt64 = 0
        for k in 0..<min(count, 8) { word |= unsafe UInt64(byte(i + k)) << UInt64(8 * k) }
        return word
    }

    /// Scans one value; the way through the grammar, with a bit for each open container (1 for an object).
    func value(
        from start: Int, depthLimit: Int, walk: inout JSONWalk, found: inout JSONFound
    ) throws(JSONError) -> Int {
        var kinds = [16 of UInt64](repeating: 0)
        var depth = 0
        var breaks = false
        var i = start
        i = unsafe skipSpace(i, &breaks)
        breaks = false
        found.start = i
        while true {
            guard unsafe i < end else { throw JSONError(.end, at: i) }
            let byte = unsafe byte(i)
            if byte == 0x7B || byte == 0x5B {
                let isObject = byte == 0x7B
                if depth == 0 { found.kind = isObject ? .object : .array }
                guard depth < depthLimit else { throw JSONError(.depth, at: i) }
                if walk.pending >= 0 { walk.open(isObject ? .object : .array, at: i, found: &found) }
                let bit: UInt64 = 1 << UInt64(depth & 63)
                if isObject { kinds[depth >> 6] |= bit } else { kinds[depth >> 6] &= ~bit }
                depth += 1
                i += 1
                i = unsafe skipSpace(i, &breaks)
                guard unsafe i < end else { throw JSONError(.end, at: i) }
                if unsafe self.byte(i) != byte + 2 {
                    if isObject {
                        i = try unsafe name(i, &breaks, isWanted: depth == walk.depth, walk: &walk)
                    } else if depth == walk.depth {
                        walk.nextElement()
                    }
                    continue
                }
            } else {
                let value = try unsafe scalar(byte, at: i)
                i = value.offset + value.count + (value.kind == .string ? 1 : 0)
                if walk.pending >= 0 { walk.take(value, found: &found) }
                if depth == 0 {
                    found.kind = value.kind
                    return i
                }
                i = unsafe skipSpace(i, &breaks)
            }
            // Behind a value, or at the end mark of an empty container.
            while true {
                guard unsafe i < end else { throw JSONError(.end, at: i) }
                let isObject = kinds[(depth - 1) >> 6] >> UInt64((depth - 1) & 63) & 1 != 0
                let next = unsafe self.byte(i)
                if next == 0x2C {
                    i = unsafe skipSpace(i + 1, &breaks)
                    if isObject {
                        i = try unsafe name(i, &breaks, isWanted: depth == walk.depth, walk: &walk)
                    } else if depth == walk.depth {
                        walk.nextElement()
                    }
                    break
                }
                guard next == (isObject ? 0x7D : 0x5D) else { throw JSONError(.separator, at: i) }
                i += 1
                if depth == walk.depth { walk.close(at: i, found: &found) }
                depth -= 1
                if depth == 0 {
                    found.hasLineBreaks = breaks
                    return i
                }
                i = unsafe skipSpace(i, &breaks)
            }
        }
    }

    /// A member's name and the colon, up to its value, which starts at the offset returned.
    @inline(__always)
    private func name(
        _ i: Int, _ breaks: inout Bool, isWanted: Bool, walk: inout JSONWalk
    ) throws(JSONError) -> Int {
        guard unsafe i < end else { throw JSONError(.end, at: i) }
        guard unsafe byte(i) == 0x22 else { throw JSONError(.key, at: i) }
        let (close, hasEscapes) = try unsafe string(i + 1)
        if isWanted {
            if hasEscapes {
                unsafe walk.lookUpEscaped(self, i + 1, close)
            } else {
                unsafe walk.lookUp(self, i + 1, close)
            }
        }
        let colon = unsafe skipSpace(close + 1, &breaks)
        guard unsafe colon < end else { throw JSONError(.end, at: colon) }
        guard unsafe byte(colon) == 0x3A else { throw JSONError(.colon, at: colon) }
        return unsafe skipSpace(colon + 1, &breaks)
    }

    /// A string, number or literal that starts with `first` at `i`.
    @inline(__always)
    private func scalar(_ first: UInt8, at i: Int) throws(JSONError) -> JSONValue {
        if first == 0x22 {
            let (close, hasEscapes) = try unsafe string(i + 1)
            return JSONValue(kind: .string, hasEscapes: hasEscapes, offset: i + 1, count: close - i - 1)
        }
        if first == 0x2D || first &- 0x30 < 10 {
            let (next, isInteger) = try unsafe number(first, i)
            return JSONValue(kind: isInteger ? .integer : .number, offset: i, count: next - i)
        }
        return try unsafe literal(first, i)
    }

    /// From behind the opening quote to the closing one, and whether a backslash was passed.
    @inline(__always)
    private func string(_ start: Int) throws(JSONError) -> (close: Int, hasEscapes: Bool) {
        var i = start
        var hasEscapes = false
        while unsafe i + 8 <= end {
            let hits = Word.notPlain(unsafe word(i))
            if hits == 0 {
                i += 8
                continue
            }
            i += Word.first(hits)
            let byte = unsafe byte(i)
            if byte == 0x22 { return (i, hasEscapes) }
            if byte == 0x5C { hasEscapes = true }
            i = try unsafe special(i)
        }
        return try unsafe stringTail(i, hasEscapes)
    }

    /// The last seven bytes of the text, one by one.
    @inline(never)
    private func stringTail(_ start: Int, _ escapes: Bool) throws(JSONError) -> (close: Int, hasEscapes: Bool) {
        var i = start
        var hasEscapes = escapes
        while unsafe i < end {
            let byte = unsafe byte(i)
            if byte == 0x22 { return (i, hasEscapes) }
            if byte == 0x5C { hasEscapes = true }
            i = byte >= 0x20 && byte < 0x80 && byte != 0x5C ? i + 1 : try unsafe special(i)
        }
        throw JSONError(.end, at: i)
    }

    /// An escape, a run of bytes above ASCII, or a control character, which is an error; `i < end`.
    @inline(never)
    private func special(_ start: Int) throws(JSONError) -> Int {
        let byte = unsafe byte(start)
        if byte < 0x20 { throw JSONError(.control, at: start) }
        if byte == 0x5C { return try unsafe escape(start) }
        var i = start
        while unsafe i < end, unsafe self.byte(i) >= 0x80 {
            let length = unsafe UTF8Run.sequence(base, at: i, to: end)
            if length == 0 { throw JSONError(.utf8, at: i) }
            i += length
        }
        return i
    }

    private func escape(_ i: Int) throws(JSONError) -> Int {
        guard unsafe i + 1 < end else { throw JSONError(.end, at: i) }
        switch unsafe byte(i + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return i + 2
        case 0x75:
            guard unsafe i + 6 <= end else { throw JSONError(.end, at: i) }
            for k in i + 2..<i + 6 {
                let digit = unsafe byte(k)
                guard digit &- 0x30 < 10 || (digit | 0x20) &- 0x61 < 6 else { throw JSONError(.escape, at: i) }
            }
            return i + 6
        default: throw JSONError(.escape, at: i)
        }
    }

    /// number = [ minus ] int [ frac ] [ exp ]
    @inline(__always)
    private func number(_ first: UInt8, _ start: Int) throws(JSONError) -> (next: Int, isInteger: Bool) {
        var i = start
        var digit = first
        if first == 0x2D {
            i += 1
            guard unsafe i < end else { throw JSONError(.end, at: i) }
            digit = unsafe byte(i)
            guard digit &- 0x30 < 10 else { throw JSONError(.number, at: start) }
        }
        i += 1
        if digit == 0x30 {
            if unsafe i < end, unsafe byte(i) &- 0x30 < 10 { throw JSONError(.number, at: start) }
        } else {
            while unsafe i < end, unsafe byte(i) &- 0x30 < 10 { i += 1 }
        }
        guard unsafe i < end, unsafe byte(i) == 0x2E || byte(i) | 0x20 == 0x65 else { return (i, true) }
        return (try unsafe fraction(start, i), false)
    }

    private func fraction(_ start: Int, _ point: Int) throws(JSONError) -> Int {
        var i = point
        if unsafe byte(i) == 0x2E { i = try unsafe digits(start, i + 1) }
        guard unsafe i < end, unsafe byte(i) | 0x20 == 0x65 else { return i }
        i += 1
        if unsafe i < end, unsafe byte(i) == 0x2B || byte(i) == 0x2D { i += 1 }
        return try unsafe digits(start, i)
    }

    /// One digit or more.
    @inline(__always)
    private func digits(_ start: Int, _ first: Int) throws(JSONError) -> Int {
        var i = first
        guard unsafe i < end else { throw JSONError(.end, at: i) }
        guard unsafe byte(i) &- 0x30 < 10 else { throw JSONError(.number, at: start) }
        while unsafe i < end, unsafe byte(i) &- 0x30 < 10 { i += 1 }
        return i
    }

    /// `true`, `false` or `null`, compared in one load where the text goes on long enough.
    @inline(__always)
    private func literal(_ first: UInt8, _ i: Int) throws(JSONError) -> JSONValue {
        if unsafe i + 8 <= end {
            let word = unsafe word(i)
            let four = word & 0xFFFF_FFFF
            if four == 0x6C6C_756E { return JSONValue(kind: .null, offset: i, count: 4) }
            if four == 0x6575_7274 { return JSONValue(kind: .true, offset: i, count: 4) }
            if word & 0xFF_FFFF_FFFF == 0x65_736C_6166 { return JSONValue(kind: .false, offset: i, count: 5) }
        }
        return try unsafe literalTail(first, i)
    }

    @inline(never)
    private func literalTail(_ first: UInt8, _ i: Int) throws(JSONError) -> JSONValue {
        switch first {
        case 0x74: try unsafe spelled("true", .true, i)
        case 0x66: try unsafe spelled("false", .false, i)
        case 0x6E: try unsafe spelled("null", .null, i)
        default: throw JSONError(.value, at: i)
        }
    }

    private func spelled(
        _ text: StaticString, _ kind: JSONValue.Kind, _ start: Int
    ) throws(JSONError) -> JSONValue {
        for k in 0..<text.utf8CodeUnitCount {
            guard unsafe start + k < end else { throw JSONError(.end, at: start + k) }
            // SAFETY: `k` is below the static string's length.
            guard unsafe byte(start + k) == text.utf8Start[k] else { throw JSONError(.literal, at: start) }
        }
        return JSONValue(kind: kind, offset: start, count: text.utf8CodeUnitCount)
    }

    /// Where the white space at `i` ends; `breaks` becomes true when a CR or LF was in it.
    @inline(__always)
    private func skipSpace(_ i: Int, _ breaks: inout Bool) -> Int {
        if unsafe i < end, unsafe byte(i) <= 0x20 { return unsafe skipMoreSpace(i, &breaks) }
        return i
    }

    /// White space is space, tab, LF and CR; indented text has long runs of spaces.
    @inline(never)
    private func skipMoreSpace(_ start: Int, _ breaks: inout Bool) -> Int {
        var i = start
        while unsafe i < end {
            switch unsafe byte(i) {
            case 0x20:
                i += 1
                while unsafe i + 8 <= end, unsafe word(i) == 0x2020_2020_2020_2020 { i += 8 }
            case 0x09: i += 1
            case 0x0A, 0x0D:
                breaks = true
                i += 1
            default: return i
            }
        }
        return i
    }
}

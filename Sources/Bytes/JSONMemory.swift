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
        unsafe skipSpace(&i, &breaks)
        breaks = false
        found.start = i
        var isFirst = true
        while true {
            guard unsafe i < end else { throw JSONError(.end, at: i) }
            let byte = unsafe byte(i)
            if byte == 0x7B || byte == 0x5B {
                let isObject = byte == 0x7B
                if isFirst { found.kind = isObject ? .object : .array }
                guard depth < depthLimit else { throw JSONError(.depth, at: i) }
                if walk.pending >= 0 { walk.open(isObject ? .object : .array, at: i, found: &found) }
                let bit: UInt64 = 1 << UInt64(depth & 63)
                if isObject { kinds[depth >> 6] |= bit } else { kinds[depth >> 6] &= ~bit }
                depth += 1
                i += 1
                isFirst = false
                unsafe skipSpace(&i, &breaks)
                guard unsafe i < end else { throw JSONError(.end, at: i) }
                if unsafe self.byte(i) != byte + 2 {
                    if isObject {
                        try unsafe name(&i, &breaks, isWanted: depth == walk.depth, walk: &walk)
                    } else if depth == walk.depth {
                        walk.nextElement()
                    }
                    continue
                }
            } else {
                let value = try unsafe scalar(byte, at: &i)
                if walk.pending >= 0 { walk.take(value, found: &found) }
                if isFirst { found.kind = value.kind }
                if depth == 0 { return i }
                unsafe skipSpace(&i, &breaks)
            }
            // Behind a value, or at the end mark of an empty container.
            while true {
                guard unsafe i < end else { throw JSONError(.end, at: i) }
                let isObject = kinds[(depth - 1) >> 6] >> UInt64((depth - 1) & 63) & 1 != 0
                let next = unsafe self.byte(i)
                if next == 0x2C {
                    i += 1
                    unsafe skipSpace(&i, &breaks)
                    if isObject {
                        try unsafe name(&i, &breaks, isWanted: depth == walk.depth, walk: &walk)
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
                unsafe skipSpace(&i, &breaks)
            }
        }
    }

    /// A member's name and the colon, up to its value.
    @inline(__always)
    private func name(
        _ i: inout Int, _ breaks: inout Bool, isWanted: Bool, walk: inout JSONWalk
    ) throws(JSONError) {
        guard unsafe i < end else { throw JSONError(.end, at: i) }
        guard unsafe byte(i) == 0x22 else { throw JSONError(.key, at: i) }
        i += 1
        let start = i
        var hasEscapes = false
        try unsafe string(&i, &hasEscapes)
        if isWanted {
            if hasEscapes { unsafe walk.lookUpEscaped(self, start, i) } else { unsafe walk.lookUp(self, start, i) }
        }
        i += 1
        unsafe skipSpace(&i, &breaks)
        guard unsafe i < end else { throw JSONError(.end, at: i) }
        guard unsafe byte(i) == 0x3A else { throw JSONError(.colon, at: i) }
        i += 1
        unsafe skipSpace(&i, &breaks)
    }

    /// A string, number or literal that starts with `first` at `i`.
    @inline(__always)
    private func scalar(_ first: UInt8, at i: inout Int) throws(JSONError) -> JSONValue {
        if first == 0x22 {
            i += 1
            let start = i
            var hasEscapes = false
            try unsafe string(&i, &hasEscapes)
            i += 1
            return JSONValue(kind: .string, hasEscapes: hasEscapes, offset: start, count: i - 1 - start)
        }
        let start = i
        if first == 0x2D || first &- 0x30 < 10 {
            let isInteger = try unsafe number(first, &i)
            return JSONValue(kind: isInteger ? .integer : .number, offset: start, count: i - start)
        }
        let kind = try unsafe literal(first, &i)
        return JSONValue(kind: kind, offset: start, count: i - start)
    }

    /// From behind the opening quote to the closing one.
    @inline(__always)
    private func string(_ i: inout Int, _ hasEscapes: inout Bool) throws(JSONError) {
        while unsafe i + 8 <= end {
            let word = unsafe word(i)
            let hits =
                Word.equal(0x22, word) | Word.equal(0x5C, word) | Word.below(0x20, word) | (word & Word.tops)
            if hits == 0 {
                i += 8
                continue
            }
            i += Word.first(hits)
            if unsafe byte(i) == 0x22 { return }
            try unsafe special(&i, &hasEscapes)
        }
        try unsafe stringTail(&i, &hasEscapes)
    }

    /// The last seven bytes of the text, one by one.
    @inline(never)
    private func stringTail(_ i: inout Int, _ hasEscapes: inout Bool) throws(JSONError) {
        while unsafe i < end {
            let byte = unsafe byte(i)
            if byte == 0x22 { return }
            if byte >= 0x20, byte < 0x80, byte != 0x5C { i += 1 } else { try unsafe special(&i, &hasEscapes) }
        }
        throw JSONError(.end, at: i)
    }

    /// An escape, a run of bytes above ASCII, or a control character, which is an error; `i < end`.
    @inline(never)
    private func special(_ i: inout Int, _ hasEscapes: inout Bool) throws(JSONError) {
        let byte = unsafe byte(i)
        if byte < 0x20 { throw JSONError(.control, at: i) }
        if byte == 0x5C {
            hasEscapes = true
            try unsafe escape(&i)
            return
        }
        while unsafe i < end, unsafe self.byte(i) >= 0x80 {
            let length = unsafe UTF8Run.sequence(base, at: i, to: end)
            if length == 0 { throw JSONError(.utf8, at: i) }
            i += length
        }
    }

    private func escape(_ i: inout Int) throws(JSONError) {
        guard unsafe i + 1 < end else { throw JSONError(.end, at: i) }
        switch unsafe byte(i + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: i += 2
        case 0x75:
            guard unsafe i + 6 <= end else { throw JSONError(.end, at: i) }
            for k in i + 2..<i + 6 {
                let digit = unsafe byte(k)
                guard digit &- 0x30 < 10 || (digit | 0x20) &- 0x61 < 6 else { throw JSONError(.escape, at: i) }
            }
            i += 6
        default: throw JSONError(.escape, at: i)
        }
    }

    /// number = [ minus ] int [ frac ] [ exp ]; tells whether it is an integer.
    @inline(__always)
    private func number(_ first: UInt8, _ i: inout Int) throws(JSONError) -> Bool {
        let start = i
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
        guard unsafe i < end, unsafe byte(i) == 0x2E || byte(i) | 0x20 == 0x65 else { return true }
        try unsafe fraction(start, &i)
        return false
    }

    @inline(never)
    private func fraction(_ start: Int, _ i: inout Int) throws(JSONError) {
        if unsafe byte(i) == 0x2E {
            i += 1
            try unsafe digits(start, &i)
        }
        guard unsafe i < end, unsafe byte(i) | 0x20 == 0x65 else { return }
        i += 1
        if unsafe i < end, unsafe byte(i) == 0x2B || byte(i) == 0x2D { i += 1 }
        try unsafe digits(start, &i)
    }

    /// One digit or more.
    private func digits(_ start: Int, _ i: inout Int) throws(JSONError) {
        guard unsafe i < end else { throw JSONError(.end, at: i) }
        guard unsafe byte(i) &- 0x30 < 10 else { throw JSONError(.number, at: start) }
        while unsafe i < end, unsafe byte(i) &- 0x30 < 10 { i += 1 }
    }

    private func literal(_ first: UInt8, _ i: inout Int) throws(JSONError) -> JSONValue.Kind {
        switch first {
        case 0x74: try unsafe word("true", &i, .true)
        case 0x66: try unsafe word("false", &i, .false)
        case 0x6E: try unsafe word("null", &i, .null)
        default: throw JSONError(.value, at: i)
        }
    }

    @inline(__always)
    private func word(
        _ text: StaticString, _ i: inout Int, _ kind: JSONValue.Kind
    ) throws(JSONError) -> JSONValue.Kind {
        let start = i
        for k in 0..<text.utf8CodeUnitCount {
            guard unsafe i < end else { throw JSONError(.end, at: i) }
            // SAFETY: `k` is below the static string's length.
            guard unsafe byte(i) == text.utf8Start[k] else { throw JSONError(.literal, at: start) }
            i += 1
        }
        return kind
    }

    @inline(__always)
    func skipSpace(_ i: inout Int, _ breaks: inout Bool) {
        if unsafe i < end, unsafe byte(i) <= 0x20 { unsafe skipMoreSpace(&i, &breaks) }
    }

    /// White space is space, tab, LF and CR; indented text has long runs of spaces.
    @inline(never)
    private func skipMoreSpace(_ i: inout Int, _ breaks: inout Bool) {
        while unsafe i < end {
            switch unsafe byte(i) {
            case 0x20:
                i += 1
                while unsafe i + 8 <= end, unsafe word(i) == 0x2020_2020_2020_2020 { i += 8 }
            case 0x09: i += 1
            case 0x0A, 0x0D:
                breaks = true
                i += 1
            default: return
            }
        }
    }
}

package import Bytes

/// Undoes the chunked transfer coding, as much of it as is there, strictly.
///
/// It keeps no input: the caller may drop what was consumed. Chunk extensions and trailer fields are checked, bounded
/// and forgotten.
///
/// Source: RFC 9112 section 7.1.
package struct ChunkedDecoder: Sendable {
    package struct Progress: Sendable, Equatable {
        /// Bytes of the input that are of no more use.
        package let consumed: Int
        /// Whether the body is complete; what follows `consumed` is the next request.
        package let isDone: Bool
    }

    /// What the next byte has to be.
    private enum State: Sendable {
        case firstSizeDigit, sizeDigits
        /// White space after the size or a value, which only a `;` (or, after a name, a `=`) may end.
        case spaceBeforeSemicolon, spaceBeforeEquals
        case spaceBeforeName, name, spaceBeforeValue, value, quoted, escaped, afterQuoted
        case sizeLF
        case data, dataCR, dataLF
        case trailerStart, trailerName, trailerValue, trailerLF, lastLF
        case done
    }

    /// Bytes of extensions allowed in one body.
    private static let extensionBytes = 16 << 10
    /// Bytes of trailer fields allowed.
    private static let trailerBytes = 8 << 10
    private static let trailerFields = 64

    private let limit: Int
    private var state = State.firstSizeDigit
    private var size = 0
    private var digits = 0
    private var overhead = 0
    private var fields = 0
    private var nameHash = FieldNameHash()
    /// Bytes of content decoded so far.
    package private(set) var decoded = 0

    /// - Parameter limit: The most bytes of content allowed.
    package init(limit: Int) { self.limit = limit }

    /// Decodes what is there.
    ///
    /// - Throws: ``HTTPError/chunk``, ``HTTPError/bodyTooLarge`` as soon as a chunk's size says so, and
    ///   ``HTTPError/headTooLarge`` or ``HTTPError/tooManyFields`` for the trailer.
    package mutating func decode(_ input: Span<UInt8>, into output: inout ByteBuffer) throws(HTTPError) -> Progress {
        var i = 0
        while i < input.count, state != .done {
            if state == .data {
                let taken = min(size, input.count - i)
                output.append(input.extracting(i..<i + taken))
                decoded += taken
                size -= taken
                i += taken
                if size == 0 { state = .dataCR }
                continue
            }
            try step(input[i])
            i += 1
        }
        return Progress(consumed: i, isDone: state == .done)
    }

    private mutating func step(_ byte: UInt8) throws(HTTPError) {
        switch state {
        case .firstSizeDigit, .sizeDigits: try stepSize(byte)
        case .sizeLF:
            try expect(byte, 0x0A)
            state = size == 0 ? .trailerStart : .data
        case .dataCR:
            try expect(byte, 0x0D)
            state = .dataLF
        case .dataLF:
            try expect(byte, 0x0A)
            state = .firstSizeDigit
        case .trailerStart, .trailerName, .trailerValue, .trailerLF, .lastLF: try stepTrailer(byte)
        case .data, .done: break
        default: try stepExtension(byte)
        }
    }

    private func expect(_ byte: UInt8, _ wanted: UInt8) throws(HTTPError) {
        guard byte == wanted else { throw .chunk }
    }

    /// chunk-size = 1*HEXDIG; sixteen digits are more than any limit here.
    private mutating func stepSize(_ byte: UInt8) throws(HTTPError) {
        if let digit = Characters.hex(byte) {
            if state == .firstSizeDigit {
                size = 0
                digits = 0
                state = .sizeDigits
            }
            digits += 1
            guard digits <= 16 else { throw .chunk }
            guard size <= Int.max >> 4 else { throw .bodyTooLarge }
            size = size << 4 | Int(digit)
            guard size <= limit - decoded else { throw .bodyTooLarge }
            return
        }
        guard state == .sizeDigits else { throw .chunk }
        try stepExtension(byte, from: .spaceBeforeSemicolon, mayEnd: true)
    }

    private mutating func stepExtension(_ byte: UInt8) throws(HTTPError) {
        try countOverhead(Self.extensionBytes, or: .chunk)
        switch state {
        case .spaceBeforeSemicolon: try stepExtension(byte, from: .spaceBeforeSemicolon, mayEnd: false)
        case .spaceBeforeEquals where byte == 0x3D: state = .spaceBeforeValue
        case .spaceBeforeEquals: try stepExtension(byte, from: .spaceBeforeEquals, mayEnd: false)
        case .spaceBeforeName where Characters.isSpace(byte): break
        case .spaceBeforeName where Characters.isToken(byte): state = .name
        case .name where Characters.isToken(byte): break
        case .name where byte == 0x3D: state = .spaceBeforeValue
        case .name: try stepExtension(byte, from: .spaceBeforeEquals, mayEnd: true)
        case .spaceBeforeValue where Characters.isSpace(byte): break
        case .spaceBeforeValue where byte == 0x22: state = .quoted
        case .spaceBeforeValue where Characters.isToken(byte): state = .value
        case .value where Characters.isToken(byte): break
        case .value, .afterQuoted: try stepExtension(byte, from: .spaceBeforeSemicolon, mayEnd: true)
        case .quoted where byte == 0x22: state = .afterQuoted
        case .quoted where byte == 0x5C: state = .escaped
        case .quoted where Self.isText(byte): break
        case .escaped where Self.isText(byte): state = .quoted
        default: throw .chunk
        }
    }

    /// What may follow a size, a name or a value: `;`, white space that a `;` must end, or the end of the line.
    private mutating func stepExtension(_ byte: UInt8, from space: State, mayEnd: Bool) throws(HTTPError) {
        switch byte {
        case 0x3B: state = .spaceBeforeName
        case 0x20, 0x09: state = space
        case 0x0D where mayEnd: state = .sizeLF
        default: throw .chunk
        }
    }

    private mutating func stepTrailer(_ byte: UInt8) throws(HTTPError) {
        try countOverhead(Self.trailerBytes + Self.extensionBytes, or: .headTooLarge)
        switch state {
        case .trailerStart where byte == 0x0D: state = .lastLF
        case .trailerStart where Characters.isToken(byte):
            fields += 1
            guard fields <= Self.trailerFields else { throw .tooManyFields }
            nameHash = FieldNameHash()
            nameHash.add(byte)
            state = .trailerName
        case .trailerName where Characters.isToken(byte): nameHash.add(byte)
        case .trailerName where byte == 0x3A:
            guard !FieldNameHash.forbiddenInTrailers.contains(nameHash) else { throw .chunk }
            state = .trailerValue
        case .trailerValue where byte == 0x0D: state = .trailerLF
        case .trailerValue where Self.isText(byte): break
        case .trailerLF where byte == 0x0A: state = .trailerStart
        case .lastLF where byte == 0x0A: state = .done
        default: throw .chunk
        }
    }

    private mutating func countOverhead(_ limit: Int, or error: HTTPError) throws(HTTPError) {
        overhead += 1
        guard overhead <= limit else { throw error }
    }

    /// HTAB, SP, visible ASCII and obs-text.
    private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
}

/// A field's name as one number (FNV-1a of its lower-case letters), for names that arrive a byte at a time.
///
/// Two names with one number would make a harmless trailer be refused; nothing worse.
struct FieldNameHash: Sendable, Hashable {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ byte: UInt8) {
        let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
        value = (value ^ UInt64(folded)) &* 0x0000_0100_0000_01B3
    }

    /// Fields about framing, routing, authentication and content, which a trailer must not carry
    /// (RFC 9110 section 6.5.1).
    static let forbiddenInTrailers: Set<FieldNameHash> = Set(
        [
            "transfer-encoding", "content-length", "host", "connection", "te", "trailer", "upgrade", "expect",
            "content-encoding", "content-type", "content-range", "authorization", "cache-control", "max-forwards",
            "set-cookie", "cookie", "range", "proxy-authorization",
        ].map { (name: String) in
            var hash = FieldNameHash()
            for byte in name.utf8 { hash.add(byte) }
            return hash
        })
}

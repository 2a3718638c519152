import Bytes

/// Turns `application/x-www-form-urlencoded` into JSON.
///
/// A field `payload` that holds JSON is the event itself: that is how GitHub, Slack and others wrap theirs. Any other
/// form becomes an object of its fields in the order sent: strings, and an array of strings where a name is repeated.
///
/// Source: URL Standard, section 5.1 (urlencoded parsing); bytes that are not UTF-8 are taken as Latin-1.
struct FormBody: ~Copyable {
    /// Fields taken at most; a body has no more bytes than its limit allows either way.
    static let fieldLimit = 2000

    enum Failure: Error { case tooManyFields }

    /// The event's JSON once ``decode(_:)`` has returned.
    private(set) var json = ByteBuffer()

    private struct Field {
        let name: Range<Int>
        let value: Range<Int>
        /// The next field of the same name, if any; and whether this one is the first.
        var next: Int?
        var isFirst = true
    }

    private var decoded = ByteBuffer()
    private var fields: [Field] = []

    /// - Throws: ``Failure/tooManyFields``.
    mutating func decode(_ body: Span<UInt8>) throws(Failure) {
        json.removeAll()
        decoded.removeAll()
        fields.removeAll(keepingCapacity: true)
        try split(body)
        if unwrapPayload() { return }
        chainRepeatedNames()
        appendObject()
    }

    /// Exchanges the buffer of ``json`` for another one, to lend it while this value is in use.
    mutating func swapJSON(_ other: inout ByteBuffer) { swap(&json, &other) }

    private mutating func split(_ body: Span<UInt8>) throws(Failure) {
        var start = 0
        while start < body.count {
            let end = ByteSearch.firstIndex(of: UInt8(ascii: "&"), in: body, from: start) ?? body.count
            if end > start {
                guard fields.count < Self.fieldLimit else { throw .tooManyFields }
                let equals = ByteSearch.firstIndex(of: UInt8(ascii: "="), in: body, from: start) ?? end
                let nameEnd = min(equals, end)
                let name = append(body, start..<nameEnd)
                let value = append(body, min(nameEnd + 1, end)..<end)
                fields.append(Field(name: name, value: value))
            }
            start = end + 1
        }
    }

    /// Decodes `+` and `%XX`.
    private mutating func append(_ body: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let start = decoded.count
        var i = range.lowerBound
        while i < range.upperBound {
            let byte = body[i]
            if byte == UInt8(ascii: "+") {
                decoded.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), i + 2 < range.upperBound, let high = Self.hex(body[i + 1]),
                let low = Self.hex(body[i + 2])
            {
                decoded.append(high << 4 | low)
                i += 2
            } else {
                decoded.append(byte)
            }
            i += 1
        }
        return start..<decoded.count
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private mutating func unwrapPayload() -> Bool {
        for field in fields where ByteSearch.matches("payload", in: decoded.span, at: field.name.lowerBound) {
            guard field.name.count == 7 else { continue }
            var scanner = JSONScanner()
            var found = JSONFound()
            do throws(JSONError) {
                try scanner.scanDocument(decoded.span.extracting(field.value), paths: .none, found: &found)
            } catch {
                return false
            }
            Self.copy(decoded, field.value, to: &json)
            return true
        }
        return false
    }

    private mutating func chainRepeatedNames() {
        var last: [[UInt8]: Int] = [:]
        for index in fields.indices {
            let name = fields[index].name.map { decoded[$0] }
            if let previous = last[name] {
                fields[previous].next = index
                fields[index].isFirst = false
            }
            last[name] = index
        }
    }

    private mutating func appendObject() {
        json.append(UInt8(ascii: "{"))
        var isEmpty = true
        for field in fields where field.isFirst {
            if !isEmpty { json.append(UInt8(ascii: ",")) }
            isEmpty = false
            appendString(field.name)
            json.append(UInt8(ascii: ":"))
            guard field.next != nil else {
                appendString(field.value)
                continue
            }
            json.append(UInt8(ascii: "["))
            var current = field
            while true {
                appendString(current.value)
                guard let next = current.next else { break }
                json.append(UInt8(ascii: ","))
                current = fields[next]
            }
            json.append(UInt8(ascii: "]"))
        }
        json.append(UInt8(ascii: "}"))
    }

    private mutating func appendString(_ range: Range<Int>) {
        json.append(UInt8(ascii: "\""))
        Self.escape(decoded, range, to: &json)
        json.append(UInt8(ascii: "\""))
    }

    private static func copy(_ bytes: borrowing ByteBuffer, _ range: Range<Int>, to json: inout ByteBuffer) {
        json.append(bytes.span.extracting(range))
    }

    private static func escape(_ bytes: borrowing ByteBuffer, _ range: Range<Int>, to json: inout ByteBuffer) {
        JSONText.appendEscapedLatin1(bytes.span.extracting(range), to: &json)
    }
}

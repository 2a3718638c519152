package import Bytes

/// Where a request on the public port goes: `/v1/{tenant}/{source}[/{token}]`.
package enum Route: Sendable, Hashable {
    /// The names of an endpoint, which may or may not exist.
    case event(Names)
    /// A path outside of that form: 404.
    case unknownPath
    /// The form, but with a name that cannot be one: 400.
    case badName

    package struct Names: Sendable, Hashable {
        package var tenant: ByteRange
        package var source: ByteRange
        package var token: ByteRange?
        /// Whether the ranges lie in the buffer of decoded names instead of in the request's.
        package var isDecoded: Bool
    }

    /// Longest name, in bytes, decoded.
    package static let longestName = 128

    /// Splits the path into names; they are copied only when one of them holds a percent sign.
    ///
    /// - Parameters:
    ///   - path: The path of the request head, in `buffer`.
    ///   - decoded: Emptied and filled with the decoded names when `isDecoded` says so.
    package init(path: ByteRange, in buffer: Span<UInt8>, decoded: inout ByteBuffer) {
        guard path.length > 4, buffer.matches("/v1/", at: path.start, count: 4) else { self = .unknownPath; return }
        // `matches` folds letters, a path does not.
        guard buffer[path.start + 1] == UInt8(ascii: "v") else { self = .unknownPath; return }
        var names: [3 of ByteRange] = [.empty, .empty, .empty]
        var count = 0
        var start = path.start + 4
        var hasPercent = false
        for i in start...path.end {
            if i < path.end, buffer[i] == UInt8(ascii: "%") { hasPercent = true }
            guard i == path.end || buffer[i] == UInt8(ascii: "/") else { continue }
            guard count < 3 else { self = .unknownPath; return }
            names[count] = ByteRange(offset: start, count: i - start)
            count += 1
            start = i + 1
        }
        guard count >= 2 else { self = .unknownPath; return }
        if hasPercent {
            decoded.removeAll()
            for i in 0..<count {
                guard let name = Self.decode(names[i], in: buffer, into: &decoded) else { self = .badName; return }
                names[i] = name
            }
        }
        for i in 0..<count {
            let isName = hasPercent ? Self.isName(names[i], in: decoded.span) : Self.isName(names[i], in: buffer)
            guard isName else { self = .badName; return }
        }
        self = .event(
            Names(tenant: names[0], source: names[1], token: count == 3 ? names[2] : nil, isDecoded: hasPercent))
    }

    /// Undoes `%XX`; nil for an escape that is none.
    private static func decode(_ name: ByteRange, in buffer: Span<UInt8>, into decoded: inout ByteBuffer) -> ByteRange? {
        let start = decoded.count
        var i = name.start
        while i < name.end {
            if buffer[i] != UInt8(ascii: "%") {
                decoded.append(buffer[i])
                i += 1
                continue
            }
            guard i + 2 < name.end, let high = Characters.hex(buffer[i + 1]), let low = Characters.hex(buffer[i + 2])
            else { return nil }
            decoded.append(high << 4 | low)
            i += 3
        }
        return ByteRange(offset: start, count: decoded.count - start)
    }

    /// Not empty, not too long, not `.` or `..`, UTF-8 without control characters and slashes.
    private static func isName(_ name: ByteRange, in buffer: Span<UInt8>) -> Bool {
        guard !name.isEmpty, name.length <= longestName else { return false }
        let bytes = buffer.extracting(name.range)
        if bytes[0] == 0x2E, bytes.count == 1 || bytes.count == 2 && bytes[1] == 0x2E { return false }
        for i in 0..<bytes.count where bytes[i] == 0x2F || bytes[i] < 0x20 || bytes[i] == 0x7F { return false }
        return UTF8.validate(bytes)
    }
}

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
        self = Self.find(path, in: buffer, decoded: &decoded)
    }

    private static func find(_ path: ByteRange, in buffer: Span<UInt8>, decoded: inout ByteBuffer) -> Route {
        // `matches` folds letters, a path does not.
        guard path.length > 4, buffer.matches("/v1/", at: path.start, count: 4), buffer[path.start + 1] == 0x76 else {
            return .unknownPath
        }
        var names = Segments()
        guard names.split(ByteRange(offset: path.start + 4, count: path.length - 4), in: buffer) else {
            return .unknownPath
        }
        if names.hasPercent {
            decoded.removeAll()
            for i in 0..<names.count {
                guard let name = decode(names.ranges[i], in: buffer, into: &decoded) else { return .badName }
                names.ranges[i] = name
            }
        }
        for i in 0..<names.count {
            let name = names.ranges[i]
            guard names.hasPercent ? isName(name, in: decoded.span) : isName(name, in: buffer) else { return .badName }
        }
        return .event(
            Names(
                tenant: names.ranges[0], source: names.ranges[1], token: names.count == 3 ? names.ranges[2] : nil,
                isDecoded: names.hasPercent))
    }

    /// The two or three parts between the slashes, as sent.
    private struct Segments {
        var ranges: [3 of ByteRange] = [.empty, .empty, .empty]
        var count = 0
        var hasPercent = false

        /// False for fewer or more parts.
        mutating func split(_ path: ByteRange, in buffer: Span<UInt8>) -> Bool {
            var start = path.start
            for i in path.start...path.end {
                if i < path.end, buffer[i] == UInt8(ascii: "%") { hasPercent = true }
                guard i == path.end || buffer[i] == UInt8(ascii: "/") else { continue }
                guard count < 3 else { return false }
                ranges[count] = ByteRange(offset: start, count: i - start)
                count += 1
                start = i + 1
            }
            return count >= 2
        }
    }

    /// Undoes `%XX`; nil for an escape that is none.
    private static func decode(
        _ name: ByteRange, in buffer: Span<UInt8>, into decoded: inout ByteBuffer
    ) -> ByteRange? {
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

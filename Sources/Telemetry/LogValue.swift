import Bytes

/// How much a line matters.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package init?(_ name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}

/// A field's value. Never an event's payload, never a secret.
package enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    case string(String)
    case int(Int)
    case double(Double)
    case bool(Bool)
    /// Shown in seconds.
    case nanoseconds(Int64)

    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    /// What an error says of itself.
    package init(_ error: any Error) { self = .string(String(describing: error)) }

    var json: String {
        switch self {
        case .string(let text): JSONText.quoted(text)
        case .int(let number): "\(number)"
        case .double(let number): number.isFinite ? "\(number)" : "null"
        case .bool(let flag): flag ? "true" : "false"
        case .nanoseconds(let count): "\(Double(count) / 1e9)"
        }
    }

    var plain: String {
        guard case .string(let text) = self else { return json }
        let isWord = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 < 0x7F }
        return isWord ? text : JSONText.quoted(text)
    }
}

extension JSONText {
    /// `text` as a JSON string, with its quotes.
    static func quoted(_ text: String) -> String {
        var buffer = ByteBuffer()
        buffer.append(UInt8(ascii: "\""))
        appendEscaped(text.utf8Span.span, to: &buffer)
        buffer.append(UInt8(ascii: "\""))
        return String(decoding: buffer.array, as: UTF8.self)
    }
}

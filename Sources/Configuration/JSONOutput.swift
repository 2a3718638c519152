/// A value on its way out, as settings show themselves.
package indirect enum Shown: Sendable, Equatable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([Shown])
    case object([(key: String, value: Shown)])

    package static func == (a: Shown, b: Shown) -> Bool { a.json() == b.json() }

    /// JSON text, one key a line; lists of plain values stay on one line.
    ///
    /// - Parameter isPretty: False for one line in all.
    package func json(isPretty: Bool = true) -> String {
        var text = ""
        write(into: &text, indent: 0, isPretty)
        return text
    }

    private var isPlain: Bool {
        switch self {
        case .list, .object: false
        default: true
        }
    }

    private func write(into text: inout String, indent: Int, _ isPretty: Bool) {
        switch self {
        case .null: text += "null"
        case .flag(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += "\(number)"
        case .number(let number): text += number.isFinite ? "\(number)" : "null"
        case .string(let string): text += Self.quoted(string)
        case .list(let elements):
            let isFlat = !isPretty || elements.allSatisfy(\.isPlain)
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += isFlat && isPretty ? ", " : "," }
                if !isFlat { Self.newLine(&text, indent + 1) }
                element.write(into: &text, indent: indent + 1, isPretty)
            }
            if !isFlat { Self.newLine(&text, indent) }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                if isPretty { Self.newLine(&text, indent + 1) }
                text += Self.quoted(member.key) + (isPretty ? ": " : ":")
                member.value.write(into: &text, indent: indent + 1, isPretty)
            }
            if isPretty, !members.isEmpty { Self.newLine(&text, indent) }
            text += "}"
        }
    }

    private static func newLine(_ text: inout String, _ indent: Int) {
        text += "\n" + String(repeating: "  ", count: indent)
    }

    private static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

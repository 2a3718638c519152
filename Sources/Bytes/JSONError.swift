/// Why bytes are not the JSON value they should be, and where.
package struct JSONError: Error, Hashable, Sendable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The bytes ended inside the value.
        case end
        /// A byte that can start no value.
        case value
        /// A member's name, or the end of its object, is missing.
        case key
        /// The colon behind a member's name is missing.
        case colon
        /// A comma, or the end of the array or object, is missing.
        case separator
        /// Digits that are no number: a leading zero, a bare point or exponent.
        case number
        /// A letter that starts none of `true`, `false` and `null`.
        case literal
        /// A backslash in front of what is no escape.
        case escape
        /// A control character inside a string.
        case control
        /// Bytes inside a string that are not UTF-8.
        case utf8
        /// More levels than allowed.
        case depth
        /// Something other than white space behind the value.
        case trailing
    }

    package let kind: Kind
    /// Offset in the scanned bytes.
    package let offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        let what =
            switch kind {
            case .end: "the JSON ends too early"
            case .value: "a JSON value is expected"
            case .key: "a member's name is expected"
            case .colon: "a colon is expected"
            case .separator: "a comma or the end of the array or object is expected"
            case .number: "a number is malformed"
            case .literal: "true, false or null is expected"
            case .escape: "an escape is malformed"
            case .control: "a string holds a control character"
            case .utf8: "a string is not UTF-8"
            case .depth: "the JSON is nested too deeply"
            case .trailing: "something follows the JSON value"
            }
        return "\(what) at byte \(offset)"
    }
}

/// The rules for names, which hold on every store so that a store can be copied to another.
///
/// Components are separated by `/`. None is empty, starts with `.`, is longer than 240 bytes or has a control
/// character; the whole name has at most 1,024 bytes, and its first component is not `staging`.
package enum ObjectName {
    package static let maximumBytes = 1024
    package static let maximumComponentBytes = 240
    /// The folder of what is not visible yet.
    static let staging = "staging"

    package static func isValid(_ name: String) -> Bool {
        guard name.utf8.count <= maximumBytes else { return false }
        let components = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard components.allSatisfy({ isValid(component: $0) }) else { return false }
        return !(components.count > 1 && components[0].elementsEqual(staging.utf8))
    }

    static func isValid(component: some Collection<UInt8>) -> Bool {
        guard let first = component.first, first != UInt8(ascii: ".") else { return false }
        return component.count <= maximumComponentBytes && component.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Byte order, which Swift's own order of strings is not.
    package static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    static func hasPrefix(_ name: String, _ prefix: String) -> Bool { name.utf8.starts(with: prefix.utf8) }
}

import Kernel

/// An event's id: `evt_`, eight hexadecimal digits that differ from run to run, twelve decimal ones that count.
enum EventID {
    /// What a body given with --bodies writes where the id belongs.
    static let marker = Array("{{id}}".utf8)
    static let count = 24

    static func prefix(run: UInt32) -> [UInt8] {
        let hex = Array("0123456789abcdef".utf8)
        return Array("evt_".utf8) + (0..<8).map { hex[Int(run >> (28 - 4 * UInt32($0)) & 15)] }
    }
}

/// A serial number as text, to be counted up where it stands.
struct SerialDigits {
    static let count = 12
    private(set) var bytes = [12 of UInt8](repeating: UInt8(ascii: "0"))

    init(_ value: Int) {
        var rest = value
        for index in stride(from: SerialDigits.count - 1, through: 0, by: -1) {
            bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    mutating func increment() {
        var index = SerialDigits.count - 1
        while index >= 0 {
            if bytes[index] != UInt8(ascii: "9") {
                bytes[index] += 1
                return
            }
            bytes[index] = UInt8(ascii: "0")
            index -= 1
        }
    }
}

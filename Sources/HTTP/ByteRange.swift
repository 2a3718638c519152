/// A part of the caller's buffer: eight bytes instead of sixteen, since no head comes near 4 GiB.
package struct ByteRange: Sendable, Hashable {
    package var offset: UInt32
    package var count: UInt32

    package init(offset: Int, count: Int) {
        self.offset = UInt32(offset)
        self.count = UInt32(count)
    }

    package static let empty = ByteRange(offset: 0, count: 0)

    package var isEmpty: Bool { count == 0 }
    package var range: Range<Int> { Int(offset)..<(Int(offset) + Int(count)) }
    package var start: Int { Int(offset) }
    package var length: Int { Int(count) }
    package var end: Int { Int(offset) + Int(count) }
}

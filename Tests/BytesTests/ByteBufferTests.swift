import Bytes
import Testing

@Suite struct ByteBufferTests {
    @Test(arguments: [0, 1, 9, 10, 99, 100, Int.max, -1, Int.min])
    func writesDecimals(_ value: Int) {
        var buffer = ByteBuffer()
        buffer.append(decimal: value)
        #expect(buffer.array == Array(String(value).utf8))
    }

    @Test func writesTheLargestDecimal() {
        var buffer = ByteBuffer()
        buffer.append(decimal: UInt.max)
        #expect(buffer.array == Array(String(UInt.max).utf8))
    }

    @Test func keepsWhatACallbackFilledBeforeItThrew() {
        struct Stop: Error {}
        var buffer = ByteBuffer()
        buffer.append("ab" as StaticString)
        #expect(throws: Stop.self) {
            try buffer.append(upTo: 10) { (output) throws(Stop) in
                output.append(99)
                throw Stop()
            }
        }
        #expect(buffer.array == [97, 98, 99])
    }

    @Test func dropsItsFront() {
        var buffer = ByteBuffer(capacity: 2)
        buffer.append([1, 2, 3, 4].span)
        buffer.removeFirst(3)
        buffer.append(littleEndian: UInt16(0x0201))
        #expect(buffer.array == [4, 1, 2])
    }
}

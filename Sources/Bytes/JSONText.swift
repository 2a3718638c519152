package enum JSONText {
    package static func appendEscaped(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        for i in bytes.indices {
            switch bytes[i] {
            case 0x22, 0x5C:
                output.append(0x5C)
                output.append(bytes[i])
            default: output.append(bytes[i])
            }
        }
    }
}
extension JSONText {
    package static func unescape(_ bytes: Span<UInt8>, into output: inout ByteBuffer) { output.append(bytes) }
}

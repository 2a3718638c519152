/// Numbers that parquet.thrift fixes. A number that is not named here is kept, so that it can be reported.

package struct StoredType: RawRepresentable, Sendable, Equatable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    package static let boolean = StoredType(rawValue: 0)
    package static let int32 = StoredType(rawValue: 1)
    package static let int64 = StoredType(rawValue: 2)
    package static let int96 = StoredType(rawValue: 3)
    package static let float = StoredType(rawValue: 4)
    package static let double = StoredType(rawValue: 5)
    package static let byteArray = StoredType(rawValue: 6)
    package static let fixedLengthByteArray = StoredType(rawValue: 7)

    package init(_ type: PhysicalType) {
        switch type {
        case .boolean: self = .boolean
        case .int32: self = .int32
        case .int64: self = .int64
        case .double: self = .double
        case .byteArray: self = .byteArray
        }
    }

    package var name: String {
        let names = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"]
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : "type \(rawValue)"
    }
}

package struct StoredEncoding: RawRepresentable, Sendable, Hashable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    package static let plain = StoredEncoding(rawValue: 0)
    package static let plainDictionary = StoredEncoding(rawValue: 2)
    package static let rle = StoredEncoding(rawValue: 3)
    package static let bitPacked = StoredEncoding(rawValue: 4)
    package static let deltaBinaryPacked = StoredEncoding(rawValue: 5)
    package static let rleDictionary = StoredEncoding(rawValue: 8)

    package var name: String {
        let names = [
            "PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
            "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
        ]
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : "encoding \(rawValue)"
    }
}

package struct StoredCodec: RawRepresentable, Sendable, Equatable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    package static let uncompressed = StoredCodec(rawValue: 0)
    package static let lz4Raw = StoredCodec(rawValue: 7)

    package var name: String {
        let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : "codec \(rawValue)"
    }
}

enum StoredPageType {
    static let data: Int32 = 0
    static let index: Int32 = 1
    static let dictionary: Int32 = 2
    static let dataV2: Int32 = 3
}

enum Format {
    /// What a file starts and ends with.
    static let magic: StaticString = "PAR1"
    /// Bytes behind the footer: its length and the magic.
    static let tailBytes = 8
}

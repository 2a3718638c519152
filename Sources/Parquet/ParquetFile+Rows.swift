package import Bytes

extension ParquetFile {
    /// Appends the first `limit` rows as JSON lines: text as it is, times and dates as RFC 3339 has them, any other
    /// byte string as hex, NaN and infinities as strings.
    ///
    /// - Returns: The rows appended. What was appended before an error stays.
    package func appendRows(limit: Int, to output: inout ByteBuffer) throws(ParquetError) -> Int {
        var written = 0
        for group in metadata.rowGroups.indices where written < limit {
            let wanted = min(limit - written, metadata.rowGroups[group].rowCount)
            var columns: [ParquetValues] = []
            for column in metadata.columns.indices {
                columns.append(try readColumn(rowGroup: group, column: column, limit: wanted))
            }
            for row in 0..<wanted { appendRow(row, columns, to: &output) }
            written += wanted
        }
        return written
    }

    private func appendRow(_ row: Int, _ columns: [ParquetValues], to output: inout ByteBuffer) {
        for (index, values) in columns.enumerated() {
            output.append(UInt8(ascii: index == 0 ? "{" : ","))
            appendText(Array(metadata.columns[index].path.joined(separator: ".").utf8), to: &output)
            output.append(UInt8(ascii: ":"))
            if let value = values[row] {
                append(value, metadata.columns[index].meaning, to: &output)
            } else {
                output.append("null")
            }
        }
        if columns.isEmpty { output.append(UInt8(ascii: "{")) }
        output.append("}\n")
    }

    private func append(_ value: ParquetValue, _ meaning: StoredLogicalType?, to output: inout ByteBuffer) {
        switch value {
        case .boolean(let boolean): output.append(utf8: boolean ? "true" : "false")
        case .double(let double):
            output.append(utf8: double.isFinite ? "\(double)" : "\"\(double)\"")
        case .integer(let integer): append(integer, meaning, to: &output)
        case .bytes(let bytes):
            switch meaning {
            case .string, .json: appendText(bytes, to: &output)
            default: appendText(bytes.flatMap { [Self.hex($0 >> 4), Self.hex($0 & 15)] }, to: &output)
            }
        }
    }

    private func append(_ integer: Int64, _ meaning: StoredLogicalType?, to output: inout ByteBuffer) {
        switch meaning {
        case .timestamp(_, let unit):
            guard let moment = unit.microseconds(integer) else { break }
            output.append(UInt8(ascii: "\""))
            Timestamp.append(microseconds: moment, to: &output)
            output.append(UInt8(ascii: "\""))
            return
        case .date:
            guard let moment = StoredLogicalType.Unit.milliseconds.microseconds(integer &* 86_400_000) else { break }
            appendText(Array(Timestamp.text(microseconds: moment).utf8.prefix(10)), to: &output)
            return
        default: break
        }
        output.append(decimal: Int(integer))
    }

    private func appendText(_ bytes: [UInt8], to output: inout ByteBuffer) {
        output.append(UInt8(ascii: "\""))
        JSONText.appendEscapedLatin1(bytes.span, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    private static func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }
}

extension StoredLogicalType.Unit {
    /// Microseconds since 1970 of a time in this unit; nil outside the years 0 to 9999, which text cannot say.
    fileprivate func microseconds(_ value: Int64) -> Int64? {
        let (scaled, overflow) = value.multipliedReportingOverflow(by: self == .milliseconds ? 1_000 : 1)
        if overflow { return nil }
        let moment = self == .nanoseconds ? scaled.floored(by: 1_000) : scaled
        return moment >= -62_167_219_200_000_000 && moment < 253_402_300_800_000_000 ? moment : nil
    }
}

extension Int64 {
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension ColumnDescriptor {
    /// What the values mean, also where only the older annotation says so. Source: LogicalTypes.md.
    package var meaning: StoredLogicalType? {
        if let logical = element.logicalType { return logical }
        let converted: [Int32: StoredLogicalType] = [
            0: .string, 4: .string, 6: .date, 9: .timestamp(isUTC: true, .milliseconds),
            10: .timestamp(isUTC: true, .microseconds), 19: .json,
        ]
        return element.convertedType.flatMap { converted[$0] }
    }
}

package import Bytes
package import Kernel

/// What a batch holds, as its last bytes say it.
package struct BatchSummary: Sendable {
    /// One tenant's and source's share.
    package struct Share: Sendable, Hashable {
        package let tenant: String
        package let source: String
        package var events: Int
        /// Bytes of stored lines, uncompressed.
        package var bytes: Int

        package init(tenant: String, source: String, events: Int, bytes: Int) {
            self.tenant = tenant
            self.source = source
            self.events = events
            self.bytes = bytes
        }
    }

    package var identity: BatchIdentity
    package var opened: WallTime
    package var sealed: WallTime
    package var closedBy: BatchClosing
    package var events = 0
    /// Bytes of lines, uncompressed.
    package var rawBytes = 0
    /// Bytes of the LZ4 frame.
    package var storedBytes = 0
    /// Nil while there are no events.
    package var firstReceived: WallTime?
    package var lastReceived: WallTime?
    package var shares: [Share] = []

    package init(identity: BatchIdentity, opened: WallTime, sealed: WallTime, closedBy: BatchClosing) {
        self.identity = identity
        self.opened = opened
        self.sealed = sealed
        self.closedBy = closedBy
    }

    /// Appends the summary as one JSON object.
    package func append(to output: inout ByteBuffer) {
        let start = output.count
        func string(_ name: StaticString, _ value: String, _ output: inout ByteBuffer) {
            output.append(name)
            output.append(UInt8(ascii: "\""))
            JSONText.appendEscaped(value.utf8Span.span, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        func number(_ name: StaticString, _ value: Int, _ output: inout ByteBuffer) {
            output.append(name)
            output.append(decimal: value)
        }
        func time(_ name: StaticString, _ value: WallTime, _ output: inout ByteBuffer) {
            output.append(name)
            output.append(UInt8(ascii: "\""))
            Timestamp.append(microseconds: value.microseconds, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        number("{\"format\":", BatchFormat.version, &output)
        string(",\"node\":", identity.node, &output)
        string(",\"epoch\":", identity.epoch, &output)
        number(",\"sequence\":", Int(identity.sequence), &output)
        time(",\"opened\":", opened, &output)
        time(",\"sealed\":", sealed, &output)
        string(",\"closedBy\":", closedBy.rawValue, &output)
        number(",\"events\":", events, &output)
        number(",\"rawBytes\":", rawBytes, &output)
        number(",\"storedBytes\":", storedBytes, &output)
        if let firstReceived { time(",\"firstReceived\":", firstReceived, &output) }
        if let lastReceived { time(",\"lastReceived\":", lastReceived, &output) }
        output.append(",\"sources\":[" as StaticString)
        for (index, share) in shares.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            string("{\"tenant\":", share.tenant, &output)
            string(",\"source\":", share.source, &output)
            number(",\"events\":", share.events, &output)
            number(",\"bytes\":", share.bytes, &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
        // Covers the summary from its brace up to this member, since skippable frames have no checksum of their own.
        let check = XXHash32.hash(output.span.extracting(start..<output.count))
        output.append(",\"check\":\"" as StaticString)
        for shift in stride(from: 28, through: 0, by: -4) {
            output.append(Self.hex[Int(check >> UInt32(shift) & 15)])
        }
        output.append("\"}" as StaticString)
    }

    private static let hex = Array("0123456789abcdef".utf8)
    private static let checkBytes = 20

    /// Whether the summary's text is what was written, by its last member, `check`.
    package static func isIntact(_ json: [UInt8]) -> Bool {
        guard json.count > checkBytes else { return false }
        let end = json.count - checkBytes
        let check = XXHash32.hash(json.span.extracting(0..<end))
        let expected = ",\"check\":\"".utf8 + (0..<8).map { hex[Int(check >> UInt32(28 - 4 * $0) & 15)] } + "\"}".utf8
        return json[end...].elementsEqual(expected)
    }
}

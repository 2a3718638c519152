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
        output.append("]}" as StaticString)
    }
}

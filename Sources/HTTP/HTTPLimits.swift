/// The bounds put on one request.
package struct HTTPLimits: Sendable, Hashable {
    /// Longest head, in bytes, with its request line and blank line. Default: 32 KiB.
    package var headBytes: Int = 32 << 10
    /// Longest body, in bytes, as sent (`Content-Length`) or as decoded from chunks. Default: 5 MiB.
    package var bodyBytes: Int = 5 << 20
    /// Most header fields. Default: 100.
    package var fields: Int = 100
    /// Most empty lines skipped before a request line (RFC 9112 section 2.2). Default: 4.
    package var leadingEmptyLines: Int = 4

    package init() {}
}

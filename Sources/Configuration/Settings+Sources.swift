/// A sender of events, and what is asked of it.
package struct SourceSettings: Sendable, Equatable {
    package var tenant = ""
    package var name = ""
    /// Whose signatures, ids and handshakes these are: "stripe", "github" and so on. Default: nil.
    package var provider: String?
    /// Old and new during a rotation. Default: none.
    package var secrets: [Secret] = []
    /// A path token or bearer token. Default: nil.
    package var token: Secret?
    /// Addresses that may send. Default: all.
    package var allow: [Network] = []
    /// Common or alternative names that may send. Default: all.
    package var clientCertificates: [String] = []
    /// Default: nil, as many as come.
    package var rate: RateSettings?
    /// A JSON schema's file for an event type. Default: none.
    package var schema = TextMap()
    /// Default: nil; see ``invalidPolicy``.
    package var onInvalid: InvalidPolicy?
    package var fields = FieldSettings()
    /// Takes any content type; what is not JSON is kept as base64. Default: false.
    package var anyContent = false

    /// Anybody's events are taken.
    package var isOpen: Bool { provider == nil && secrets.isEmpty && token == nil }

    /// What happens to an invalid event: a provider would only retry, so its events are kept in quarantine.
    package var invalidPolicy: InvalidPolicy { onInvalid ?? (provider == nil ? .reject : .quarantine) }
}

extension SourceSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("tenant", &tenant, .plainName)
        keys.key("name", &name, .plainName)
        keys.key("provider", &provider, .ifGiven(.plainName))
        keys.key("secrets", &secrets)
        keys.key("token", &token)
        keys.key("allow", &allow)
        keys.key("clientCertificates", &clientCertificates, .each(.notEmpty))
        keys.key("rate", &rate)
        keys.key("schema", &schema)
        keys.key("onInvalid", &onInvalid)
        keys.key("fields", &fields)
        keys.key("anyContent", &anyContent)
    }
}

/// What becomes of an event that does not fit its schema or is no JSON.
package enum InvalidPolicy: String, Sendable, CaseIterable, Choice {
    case quarantine
    case reject
}

/// Events a second, and how many may come at once.
package struct RateSettings: Sendable, Equatable {
    package var events = 1000
    /// Default: 1,000.
    package var burst = 1000
}

extension RateSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("events", &events, .between(1, 1_000_000_000))
        keys.key("burst", &burst, .between(1, 1_000_000_000))
    }
}

/// What is done to fields before anything is stored; JSON pointers.
package struct FieldSettings: Sendable, Equatable {
    package var redact: [String] = []
    package var hash: [String] = []
    package var encrypt: [String] = []

    package var isEmpty: Bool { redact.isEmpty && hash.isEmpty && encrypt.isEmpty }
}

extension FieldSettings: Section {
    mutating func visit(_ keys: Keys) {
        keys.key("redact", &redact, .each(.pointer))
        keys.key("hash", &hash, .each(.pointer))
        keys.key("encrypt", &encrypt, .each(.pointer))
    }
}

import Bytes
package import HTTP

/// The header fields that are stored with an event, so that it can be verified and sent again byte for byte.
///
/// Signatures, their timestamps, and what names the event; tokens and cookies are never among them.
package struct KeptHeaders: Sendable {
    private let table: HeaderTable

    /// For every source that says nothing else.
    package static let standard = KeptHeaders()

    private init() {
        let fields = EventFields.standard
        table = HeaderTable([
            fields.idHeaders, fields.typeHeaders, fields.timeHeaders, fields.sentHeaders, Self.signatures,
            ["user-agent"],
        ])
    }

    /// Whether the field of that name is stored.
    package func contains(_ name: ByteRange, in buffer: Span<UInt8>) -> Bool { table.find(name, in: buffer) != nil }

    /// By the providers' own documents; see the presets of each.
    private static let signatures: [StaticString] = [
        "webhook-signature", "svix-signature", "stripe-signature", "x-hub-signature", "x-hub-signature-256",
        "x-shopify-hmac-sha256", "x-slack-signature", "x-twilio-signature", "x-twilio-webhooks-signature-settings",
        "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp", "x-signature-ed25519",
        "x-square-hmacsha256-signature", "paddle-signature", "x-hubspot-signature-v3", "x-hubspot-request-timestamp",
        "x-zm-signature", "linear-signature", "x-signature", "x-zendesk-webhook-signature",
        "x-zendesk-webhook-signature-timestamp", "hmacsignature", "paypal-transmission-id", "paypal-transmission-sig",
        "paypal-cert-url", "paypal-auth-algo", "x-amz-sns-message-type", "x-dropbox-signature", "x-hook-signature",
        "x-trello-webhook", "telnyx-signature-ed25519", "telnyx-timestamp", "x-mandrill-signature",
        "calendly-webhook-signature", "x-contentful-signature", "x-contentful-timestamp",
        "x-contentful-signed-headers", "idempotency-key",
    ]
}

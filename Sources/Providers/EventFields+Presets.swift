import Bytes

extension EventFields {
    /// For every source that says nothing else; read from what published payloads carry.
    ///
    /// Left out on purpose: names of a webhook's *configuration* (`X-GitHub-Hook-ID`, `X-Hook-UUID`), of a message or a
    /// connection that many events share (`message-id`, `MessageID`, `uid`), and types that are always the same.
    package static let standard = preset()

    /// The places for one provider's events, the standard ones behind its own; nil for a provider without a preset.
    package static func of(provider: String) -> EventFields? { byProvider[provider] }

    private static let byProvider: [String: EventFields] = [
        "stripe": preset(ids: ["/id"], types: ["/type"], times: ["/created"]),
        // The outer type is always "event_callback".
        "slack": preset(ids: ["/event_id"], types: ["/event/type"], times: ["/event_time"]),
        // The outer type is always "notification_event".
        "intercom": preset(ids: ["/id"], types: ["/topic"]),
        "mailgun": preset(
            ids: ["/event-data/id"], types: ["/event-data/event"], times: ["/event-data/timestamp"]),
        "pagerduty": preset(
            ids: ["/event/id", "/messages/0/id"], types: ["/event/event_type", "/messages/0/event"],
            times: ["/event/occurred_at", "/messages/0/created_on"]),
        "trello": preset(ids: ["/action/id"], types: ["/action/type"], times: ["/action/date"]),
        "sentry": preset(ids: ["/event/event_id"], times: ["/event/timestamp"]),
        "paddle": preset(ids: ["/event_id"], types: ["/event_type"], times: ["/occurred_at"]),
        "adyen": preset(
            // A pspReference is one payment's, its notifications differ by their code: together they would be the id.
            types: ["/notificationItems/0/NotificationRequestItem/eventCode"],
            times: ["/notificationItems/0/NotificationRequestItem/eventDate"]),
        "sendgrid": preset(ids: ["/sg_event_id"], types: ["/event"], times: ["/timestamp"]),
        "segment": preset(ids: ["/messageId"], types: ["/type"], times: ["/timestamp"]),
        "square": preset(ids: ["/event_id"], types: ["/type"], times: ["/created_at"]),
        "azuredevops": preset(ids: ["/id"], types: ["/eventType"], times: ["/createdDate"]),
        "front": preset(ids: ["/id"], types: ["/type"], times: ["/emitted_at"]),
        "eventbridge": preset(ids: ["/id"], types: ["/detail-type"], times: ["/time"]),
        "zoom": preset(types: ["/event"], times: ["/event_ts"]),
        "linear": preset(types: ["/type"], times: ["/webhookTimestamp"]),
        "sns": preset(ids: ["/MessageId"], types: ["/Type"], times: ["/Timestamp"]),
        "cloudtrail": preset(ids: ["/eventID"], types: ["/eventName"], times: ["/eventTime"]),
    ]

    private static func preset(ids: [String] = [], types: [String] = [], times: [String] = []) -> EventFields {
        func joined(_ own: [String], _ rest: [String]) -> [String] { own + rest.filter { !own.contains($0) } }
        do throws(JSONPathError) {
            return try EventFields(
                idHeaders: standardIDHeaders, typeHeaders: standardTypeHeaders,
                timeHeaders: ["ce-time", "x-shopify-triggered-at"],
                sentHeaders: [
                    "webhook-timestamp", "svix-timestamp", "x-slack-request-timestamp", "x-zm-request-timestamp",
                    "x-signature-timestamp", "paypal-transmission-time",
                ],
                ids: ids, guessedIDs: standardIDs.filter { !ids.contains($0) },
                types: joined(types, standardTypes), times: joined(times, standardTimes))
        } catch {
            preconditionFailure("a built-in preset is no set of JSON pointers: \(error)")
        }
    }

    private static let standardIDHeaders: [StaticString] = [
        "webhook-id", "svix-id", "ce-id", "x-github-delivery", "x-gitea-delivery", "x-gogs-delivery",
        // The event's id of Shopify is shared by several topics, the webhook's is not.
        "x-shopify-webhook-id", "x-shopify-event-id", "x-request-uuid", "linear-delivery",
        "x-zendesk-webhook-invocation-id", "x-atlassian-webhook-identifier", "x-amz-sns-message-id",
        "i-twilio-idempotency-token", "x-wc-webhook-delivery-id", "x-discourse-event-id", "x-event-id",
        "x-gitlab-event-uuid",
    ]

    private static let standardTypeHeaders: [StaticString] = [
        "ce-type", "x-github-event", "x-gitea-event", "x-gogs-event", "x-gitlab-event", "x-shopify-topic",
        "x-event-key", "x-event-name", "x-event-type", "linear-event", "sentry-hook-resource", "x-wc-webhook-topic",
        "x-discourse-event", "x-hook-event",
    ]

    private static let standardIDs = [
        "/id", "/event_id", "/eventId", "/eventID", "/uuid", "/messageId", "/MessageId", "/sg_event_id",
        "/notificationId", "/notification_id", "/delivery_id", "/deliveryId", "/guid",
    ]

    private static let standardTypes = [
        "/type", "/event_type", "/event", "/event_name", "/eventName", "/eventType", "/Type", "/detail-type",
        "/topic", "/webhookEvent", "/eventKey", "/notificationType", "/object_kind", "/RecordType", "/AlertType",
        "/kind", "/action", "/_path",
    ]

    private static let standardTimes = [
        "/time", "/timestamp", "/eventTime", "/event_time", "/occurred_at", "/occurredAt", "/created", "/created_at",
        "/createdAt", "/createdDate", "/Timestamp", "/@timestamp", "/ts", "/ts_epoch", "/ts_event", "/emitted_at",
        "/changed_at", "/date_created", "/webhookTimestamp", "/sent_at", "/sentAt", "/timestampInMillis", "/datetime",
        "/date",
    ]
}

/// Payment events that nobody made: the shape of a real webhook, fields that vary as real ones do.
///
/// Random ids and numbers between repeated keys and words from a small vocabulary: single events of 864 bytes,
/// one after the other in a linked LZ4 stream, shrink to 0.43 of their size, as recorded webhooks do.
struct SampleEvents {
    private var random: UInt64
    private let bodyBytes: Int

    init(seed: UInt64, bodyBytes: Int) {
        random = seed
        self.bodyBytes = bodyBytes
    }

    private static let types = [
        "charge.succeeded", "charge.failed", "charge.refunded", "invoice.paid", "invoice.created",
        "customer.created", "customer.subscription.updated", "payment_intent.created",
        "payment_intent.succeeded", "checkout.session.completed",
    ]
    private static let words = """
        order blue cotton shirt large annual plan renewal support ticket upgrade premium monthly invoice shipping \
        express standard return refund partial delivery garden chair wooden table lamp desk office paper ink \
        printer cable adapter charger phone case screen glass leather wallet travel bag winter jacket summer \
        dress running shoes tennis racket yoga mat water bottle coffee beans dark roast green tea chocolate
        """.split(separator: " ").map(String.init)
    private static let currencies = ["usd", "eur", "gbp", "jpy", "sek", "chf"]
    private static let countries = ["US", "DE", "GB", "JP", "SE", "CH", "FR", "IT", "NL", "BR"]

    /// One event of exactly `bodyBytes` bytes where that is long enough for an id; the id is still the marker.
    mutating func next() -> [UInt8] {
        // The id will be longer than its marker.
        let room = bodyBytes - (EventID.count - EventID.marker.count)
        var text = #"{"id":"{{id}}""#
        for field in fields() where text.utf8.count + field.utf8.count + 12 <= room { text += field }
        let padding = room - text.utf8.count - #","note":""}"#.utf8.count
        if padding >= 0 { text += #","note":""# + prose(padding) + "\"" }
        return Array((text + "}").utf8)
    }

    private mutating func fields() -> [String] {
        let amount = 100 + below(500_000)
        let country = pick(SampleEvents.countries)
        return [
            #","type":"\#(pick(SampleEvents.types))""#,
            #","created":\#(1_795_000_000 + below(900_000))"#,
            #","livemode":true"#,
            #","object":{"id":"ch_\#(token(24))","amount":\#(amount),"amount_captured":\#(amount)"#
                + #","currency":"\#(pick(SampleEvents.currencies))","customer":"cus_\#(token(14))"}"#,
            #","billing_details":{"address":{"city":"\#(prose(8))","country":"\#(country)","#
                + #""postal_code":"\#(10_000 + below(89_999))"},"email":"\#(token(9))@example.com","phone":null}"#,
            #","payment_method_details":{"card":{"brand":"visa","checks":{"cvc_check":"pass"},"#
                + #""country":"\#(country)","exp_month":\#(1 + below(12)),"exp_year":\#(2027 + below(6)),"#
                + #""fingerprint":"\#(token(16))","last4":"\#(1000 + below(8999))"},"type":"card"}"#,
            #","client_secret":"pi_\#(token(24))_secret_\#(token(25))""#,
            #","balance_transaction":"txn_\#(token(24))","risk_score":\#(below(100)),"refunded":false"#,
            #","request":{"id":"req_\#(token(14))","idempotency_key":"\#(token(64))"}"#,
        ]
    }

    private mutating func prose(_ count: Int) -> String {
        var text = ""
        while text.utf8.count < count {
            text += pick(SampleEvents.words) + " "
            if below(4) == 0 { text += "\(below(999_999)) " }
        }
        return String(text.prefix(count))
    }

    private mutating func token(_ count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        return String(decoding: (0..<count).map { _ in alphabet[below(alphabet.count)] }, as: UTF8.self)
    }

    private mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

    /// SplitMix64, reduced to 0 ..< `bound`.
    private mutating func below(_ bound: Int) -> Int {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}

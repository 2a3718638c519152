# Writes the demo's requests: bodies into `folder`, and a curl configuration that sends them to `url`.
# Seeded: every run sends the same events.
BEGIN {
    srand(7)
    config = folder "/curl.config"
    now = 1795442400
    split("alice bob carol dave erin frank grace heidi", people)
    split("web api billing docs infra", repos)
    split("USD EUR GBP JPY", currencies)
    split("/ /pricing /docs /docs/start /blog /login /checkout", pages)
    split("deployed reviewed merged broken fixed shipped again lunch?", words)
    for (n = 1; n <= 150; n++) push(n)
    for (n = 1; n <= 250; n++) charge(n)
    for (n = 1; n <= 20; n++) messages(n)
    for (n = 1; n <= 5; n++) views(n)
}

function below(n) { return int(rand() * n) }
function pick(list, n) { return list[1 + below(n)] }
function hex(digits,    text) { while (length(text) < digits) text = text sprintf("%04x", below(65536)); return substr(text, 1, digits) }
function word() { return pick(words, 8) }

# One request of the curl configuration.
function request(path, body, type, header) {
    if (requests++) print "next" > config
    printf "url = \"%s/%s\"\ndata-binary = \"@%s\"\nheader = \"Content-Type: %s\"\n", url, path, body, type > config
    if (header != "") printf "%s", header > config
    printf "output = \"%s/answer\"\nwrite-out = \"%%{http_code}\\n\"\n", folder > config
}

function push(n,    body, sha) {
    body = folder "/push" n
    sha = hex(40)
    printf "{\"ref\":\"refs/heads/main\",\"before\":\"%s\",\"after\":\"%s\",\"repository\":{\"id\":%d,\"full_name\":\"acme/%s\",\"private\":true},\"pusher\":{\"name\":\"%s\"},\"commits\":[{\"id\":\"%s\",\"message\":\"%s %s\",\"author\":{\"name\":\"%s\"},\"added\":[],\"modified\":[\"src/%s.swift\"]}]}", hex(40), sha, 1000 + below(9), pick(repos, 5), pick(people, 8), sha, word(), word(), pick(people, 8), word() > body
    close(body)
    request("acme/github", body, "application/json", "header = \"X-GitHub-Event: push\"\nheader = \"X-GitHub-Delivery: " hex(8) "-" hex(4) "-" hex(4) "-" hex(4) "-" hex(12) "\"\n")
}

function charge(n,    body) {
    body = folder "/charge" n
    printf "{\"id\":\"evt_%s\",\"object\":\"event\",\"api_version\":\"2024-06-20\",\"created\":%d,\"type\":\"charge.%s\",\"data\":{\"object\":{\"id\":\"ch_%s\",\"amount\":%d,\"currency\":\"%s\",\"customer\":\"cus_%s\",\"paid\":true,\"receipt_email\":\"%s@example.com\"}}}", hex(24), now + n, below(10) ? "succeeded" : "failed", hex(24), 100 + below(50000), tolower(pick(currencies, 4)), hex(14), pick(people, 8) > body
    close(body)
    request("acme/stripe", body, "application/json")
}

function messages(n,    body, i) {
    body = folder "/messages" n
    printf "[" > body
    for (i = 0; i < 50; i++)
        printf "%s{\"event_id\":\"Ev%s\",\"team_id\":\"T0ACME\",\"type\":\"message\",\"event_time\":%d,\"event\":{\"type\":\"message\",\"user\":\"U%s\",\"channel\":\"C%d\",\"text\":\"%s %s %s\"}}", i ? "," : "", hex(10), now + n * 50 + i, toupper(hex(8)), 100 + below(5), word(), word(), word() > body
    printf "]" > body
    close(body)
    request("globex/slack", body, "application/json")
}

function views(n,    body, i) {
    body = folder "/views" n
    for (i = 0; i < 500; i++)
        printf "{\"id\":\"pv_%s\",\"type\":\"page.view\",\"timestamp\":\"2026-11-23T%02d:%02d:%02dZ\",\"session\":\"%s\",\"page\":\"%s\",\"duration_ms\":%d}\n", hex(20), 10 + n, below(60), below(60), hex(8), pick(pages, 7), below(90000) > body
    close(body)
    request("globex/web", body, "application/x-ndjson")
}

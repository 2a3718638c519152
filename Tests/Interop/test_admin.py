"""The admin port: health, and metrics that a strict parser takes and that count what the client sent."""

import time

import pytest

import server

parser = pytest.importorskip("prometheus_client.parser")
from prometheus_client.openmetrics import parser as openmetrics  # noqa: E402

EVENT = b'{"n":1}'


def families(node):
    answer = node.admin_get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return {family.name: family for family in parser.text_string_to_metric_families(answer.body.decode("utf-8"))}


def value(node, name, **labels):
    """The sum over all samples of a name whose labels include these."""
    return sum(sample.value for family in families(node).values() for sample in family.samples
               if sample.name == name and labels.items() <= sample.labels.items())


def eventually(check, seconds=3):
    """Counters are gathered from the loops: give them a moment."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_health(sluice):
    assert sluice.admin_get("/livez").status == 200
    assert sluice.admin_get("/readyz").status == 200
    assert sluice.admin_get("/nothing").status == 404


def test_the_admin_port_takes_no_events(sluice):
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", sluice.admin, timeout=5)
    connection.request("POST", "/v1/acme/demo", EVENT)
    assert connection.getresponse().status in (404, 405)


def test_counters_equal_what_was_sent(sluice):
    report = server.load(sluice.url("/v1/acme/load"), "--requests", 500, "--events-per-request", 7, "--connections", 16)
    assert report["acknowledged"] == 500
    for _ in range(3):
        assert sluice.post(b"{broken").status == 400
    for key in ("k1", "k2"):
        assert sluice.post(EVENT, Idempotency_Key=key).status == 202

    def check():
        assert value(sluice, "sluice_requests_total", tenant="acme", source="load", status="202") == 500
        assert value(sluice, "sluice_events_total", tenant="acme", source="load", outcome="accepted") == 3500
        assert value(sluice, "sluice_requests_total", source="demo", status="202") == 2
        assert value(sluice, "sluice_requests_total", source="demo", status="400") == 3
        assert value(sluice, "sluice_events_total", source="demo", outcome="accepted") == 2
        assert value(sluice, "sluice_request_seconds_count", source="load") == 500
    eventually(check)


def test_stored_bytes_and_batches_are_counted(make_sluice):
    node = make_sluice(batch={"maxAge": "200ms"})
    server.load(node.url(), "--requests", 100, "--events-per-request", 10, "--body-bytes", 500)

    def check():
        assert value(node, "sluice_event_bytes_total", tenant="acme", source="demo") >= 1000 * 500
        assert value(node, "sluice_batches_total") == value(node, "sluice_batch_events_count") == len(node.batches())
        assert value(node, "sluice_batch_events_sum") == 1000
        assert value(node, "sluice_batches_total", closed_by="age") >= 1
        assert value(node, "sluice_commit_events_sum") == 1000
        assert value(node, "sluice_in_flight_bytes") == 0
    eventually(check)


def test_every_name_follows_the_contract(sluice):
    assert sluice.post(EVENT).status == 202
    found = families(sluice)
    assert found and all(name.startswith(("sluice_", "process_")) for name in found)
    for name, family in found.items():
        assert family.documentation, f"{name} has no help"
        assert family.type in ("counter", "gauge", "histogram"), name
        if family.type == "counter":
            assert all(sample.name.endswith("_total") for sample in family.samples), name
        if family.type == "histogram":
            check_histogram(family)
    for name in ["sluice_requests", "sluice_events", "sluice_event_bytes", "sluice_request_seconds",
                 "sluice_commit_seconds", "sluice_commit_events", "sluice_in_flight_bytes", "sluice_connections",
                 "sluice_spool_bytes", "sluice_spool_batches"]:
        assert name in found, f"{name} is not exposed"


def check_histogram(family):
    series = {}
    for sample in family.samples:
        key = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
        series.setdefault(key, []).append(sample)
    for samples in series.values():
        buckets = [(float(s.labels["le"]), s.value) for s in samples if s.name.endswith("_bucket")]
        count = [s.value for s in samples if s.name.endswith("_count")]
        assert buckets == sorted(buckets) and buckets[-1][0] == float("inf")
        assert [value for _, value in buckets] == sorted(value for _, value in buckets)
        assert count == [buckets[-1][1]]


def test_openmetrics_when_asked(sluice):
    assert sluice.post(EVENT).status == 202
    answer = sluice.admin_get("/metrics", {"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    found = list(openmetrics.text_string_to_metric_families(answer.body.decode("utf-8")))
    assert any(family.name == "sluice_requests" for family in found)


def test_hostile_names_cannot_break_the_text(sluice):
    for path in ['/v1/a%22b/c', '/v1/a%0Ab/c', '/v1/%F0%9F%98%80/c', '/v1/a%5Cb/c']:
        sluice.post(EVENT, path=path)
    families(sluice)


def test_names_nobody_configured_do_not_multiply_series(make_sluice):
    """A stranger who makes up tenants must not fill the memory of whoever scrapes."""
    node = make_sluice(openSources=False)
    for number in range(300):
        assert node.post(EVENT, path=f"/v1/made-up-{number}/demo").status == 401
    labels = {sample.labels.get("tenant") for family in families(node).values() for sample in family.samples}
    assert len(labels) < 20, len(labels)


def test_connections_are_counted_while_they_are_open(sluice):
    held = [sluice.connection() for _ in range(7)]
    for connection in held:
        connection.request("POST", "/v1/acme/demo", EVENT)
        connection.getresponse().read()
    eventually(lambda: check_equal(value(sluice, "sluice_connections"), 7))
    for connection in held:
        connection.close()
    eventually(lambda: check_equal(value(sluice, "sluice_connections"), 0))


def check_equal(found, wanted):
    assert found == wanted

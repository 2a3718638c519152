"""The metric text as strict parsers read it."""

import metrics_parse


def test_both_formats_parse_and_say_the_same(sluice):
    for number in range(20):
        assert sluice.post(b'{"n":%d}' % number, path=f"/v1/acme/s{number % 3}").status == 202
    assert sluice.request("GET", "/elsewhere").status == 404
    text = sluice.admin_get("/metrics")
    assert text.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    plain = metrics_parse.check(text.body.decode())
    text = sluice.admin_get("/metrics", {"Accept": "application/openmetrics-text; version=1.0.0"})
    assert text.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    openmetrics = metrics_parse.check(text.body.decode())
    assert plain.keys() == openmetrics.keys()
    for families in (plain, openmetrics):
        accepted = [s.value for s in families["sluice_events"].samples if s.labels.get("outcome") == "accepted"]
        assert sum(accepted) == 20
        assert {s.labels["source"] for s in families["sluice_events"].samples} >= {"s0", "s1", "s2"}

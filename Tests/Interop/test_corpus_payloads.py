"""Recorded payloads go in over HTTP and come out byte for byte: of `sluice cat`, and of Parquet by another reader."""

import gzip
import json
from collections import Counter

import pytest

import server
import stored
from conftest import json_lines

LINES_A_REQUEST = 1000
BYTES_A_REQUEST = 2 << 20


def parquet_rows(sluice):
    """How often each (source, id, data) is in the data files."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = Counter()
    for path in sluice.parquet():
        table = parquet.ParquetFile(path).read(columns=["source", "id", "data"])
        rows.update(zip(*(table[name].to_pylist() for name in ("source", "id", "data"))))
    return rows


def batch_rows(events):
    return Counter((json.loads(event["source"]), json.loads(event["id"]), event["data"]) for event in events)


def raw_events(sluice):
    """Every stored line as {member: raw text}."""
    return [stored.members(line.decode("utf-8")) for line in sluice.lines()]


def test_every_webhook_comes_out_byte_for_byte(make_sluice, corpus):
    sluice = make_sluice(threads=1)
    expected = {}
    bodies = [entry for entry in json_lines(corpus / "webhooks/index.jsonl") if entry["valid_json"]]
    assert len(bodies) > 1000
    connection = sluice.connection()
    for number, entry in enumerate(bodies):
        body = (corpus / entry["file"]).read_bytes()
        source = f"w{number}"
        connection.request("POST", f"/v1/acme/{source}", body, {"Content-Type": entry["content_type"]})
        response = connection.getresponse()
        answer = response.read()
        assert response.status == 202, (entry["file"], response.status, answer)
        expected[f"/acme/{source}"] = stored.payloads(body)
        assert json.loads(answer)["accepted"] == len(expected[f"/acme/{source}"]), entry["file"]
    connection.close()
    assert sluice.terminate() == 0

    events = raw_events(sluice)
    got = {}
    for event in events:
        got.setdefault(json.loads(event["source"]), []).append(event["data"])
    wrong = [source for source in expected if got.get(source) != expected[source]]
    assert not wrong, [(bodies[int(s.rpartition('w')[2])]["file"], expected[s], got.get(s)) for s in wrong[:3]]
    assert len(events) == sum(map(len, expected.values()))

    sluice.compact()
    assert parquet_rows(sluice) == batch_rows(events)


def event_files(corpus):
    return [entry["file"] for entry in json.loads((corpus / "events/index.json").read_text())]


def test_every_recorded_event_line_comes_out_byte_for_byte(make_sluice, corpus):
    sluice = make_sluice(threads=1)
    expected = {}
    connection = sluice.connection()

    def post(source, lines):
        connection.request("POST", f"/v1/acme/{source}", b"\n".join(lines) + b"\n",
                           {"Content-Type": "application/x-ndjson"})
        response = connection.getresponse()
        answer = response.read()
        assert response.status == 202, (source, response.status, answer)
        assert json.loads(answer)["accepted"] == len(lines)

    for number, name in enumerate(event_files(corpus)):
        with gzip.open(corpus / name, "rb") as file:
            lines = file.read().split(b"\n")
        lines = [line for line in lines if line]
        if not server.LONG:
            lines = lines[:8000]
        expected[f"/acme/e{number}"] = [line.decode("utf-8") for line in lines]
        group, size = [], 0
        for line in lines:
            if group and (len(group) == LINES_A_REQUEST or size + len(line) > BYTES_A_REQUEST):
                post(f"e{number}", group)
                group, size = [], 0
            group.append(line)
            size += len(line) + 1
        post(f"e{number}", group)
    connection.close()
    assert sluice.terminate() == 0

    events = raw_events(sluice)
    got = {source: [] for source in expected}
    for event in events:
        got[json.loads(event["source"])].append(event["data"])
    for source, lines in expected.items():
        assert len(got[source]) == len(lines), source
        for index, line in enumerate(lines):
            assert got[source][index] == stored.one_line(line.strip(" \t\r")), (source, index)

    sluice.compact()
    assert parquet_rows(sluice) == batch_rows(events)


def test_form_and_foreign_bodies_are_taken_or_refused_whole(sluice, corpus):
    statuses = Counter()
    for entry in json_lines(corpus / "webhooks/index.jsonl"):
        if entry["valid_json"]:
            continue
        body = (corpus / entry["file"]).read_bytes()
        answer = sluice.post(body, content_type=entry["content_type"])
        wanted = 202 if "urlencoded" in entry["content_type"] else 415
        assert answer.status == wanted, (entry["file"], answer.status, answer.body)
        statuses[answer.status] += 1
    assert sluice.terminate() == 0
    assert len(sluice.events()) == statuses[202]
    for event in sluice.events():
        assert "data" in event, event


# What another gateway changed in what it had acknowledged; each must come out as it went in.
DELICATE = [
    '{"amount":12.30}', '{"n":123456789012345678901234567890}', '{"n":1e400,"m":-0.0,"k":1E+2}',
    '{"text":"\\ud83d\\ude00 \\u0000 \\/ \\u00e9 é 😀"}', '{"a":1,"a":2}', '{"' + "k" * 5000 + '":[]}',
    '{"deep":' + "[" * 64 + "]" * 64 + "}", '{"a":' * 64 + "1" + "}" * 64, '{"  spaced" :  [ 1 ,\t2 ] }',
    '{"":null}', "{}",
    '{"broken pair":"\\ud83d"}',
]


@pytest.mark.parametrize("text", DELICATE, ids=range(len(DELICATE)))
def test_delicate_values_are_kept_as_they_came(shared_for_delicate, text):
    answer = shared_for_delicate.post(text.encode(), Idempotency_Key=f"k{DELICATE.index(text)}")
    assert answer.status == 202, answer.body


@pytest.fixture(scope="module")
def shared_for_delicate(tmp_path_factory):
    node = server.Sluice(tmp_path_factory.mktemp("delicate") / "node").start()
    yield node
    if node.process.poll() is None:
        assert node.terminate() == 0
    got = {json.loads(event["id"]): event["data"] for event in raw_events(node)}
    assert got == {f"k{DELICATE.index(t)}": t for t in DELICATE}


def test_naughty_strings_are_carried_inside_json(make_sluice, corpus):
    sluice = make_sluice(threads=1)
    strings = json.loads((corpus / "json/blns.json").read_text(encoding="utf-8"))
    bodies = [json.dumps({"s": text}, ensure_ascii=False).encode() for text in strings]
    bodies += [json.dumps({"s": text}).encode() for text in strings]
    connection = sluice.connection()
    for body in bodies:
        connection.request("POST", "/v1/acme/naughty", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 202, (body, response.read())
        response.read()
    connection.close()
    assert sluice.terminate() == 0
    assert [event["data"] for event in raw_events(sluice)] == [body.decode() for body in bodies]

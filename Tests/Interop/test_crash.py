"""SIGKILL at random moments: nothing acknowledged is lost, nothing is stored twice, every file can be read."""

import json
import random
import signal
import subprocess
import time
from collections import Counter

import pytest

import server

ROUNDS = 50 if server.LONG else 8


def ledger_ids(path):
    return set(path.read_text().split())


def load_in_background(sluice, ledger, *options):
    return subprocess.Popen(
        [server.LOAD_BINARY, "--url", sluice.url(), "--duration", "10m", "--warmup", "0s", "--ledger", ledger,
         "--allow-errors", "--allow-status", "--grace", "5s", "--json", *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(load):
    load.send_signal(signal.SIGINT)
    output, errors = load.communicate(timeout=30)
    assert output, errors.decode()
    return json.loads(output)


def unpacked(path):
    """The batch's lines, by an LZ4 that is not sluice's."""
    result = subprocess.run(["lz4", "-dc", str(path)], capture_output=True)
    assert result.returncode == 0, f"lz4 -dc {path} ends with {result.returncode}: {result.stderr.decode()}"
    return result.stdout


def stored_ids(sluice):
    """The client's own id of every event of every sealed batch, in order; every line is JSON."""
    ids = []
    for path in sluice.batches():
        lines = sluice.run("cat", path, timeout=300).stdout
        assert lines == b"" or lines.endswith(b"\n")
        ids += [json.loads(line)["data"]["id"] for line in lines.splitlines()]
    return ids


def check_stored(sluice, ledger):
    acknowledged = ledger_ids(ledger)
    ids = stored_ids(sluice)
    twice = [id_ for id_, count in Counter(ids).items() if count > 1]
    assert not twice, f"{len(twice)} stored twice, such as {twice[:3]}"
    missing = acknowledged - set(ids)
    assert not missing, f"{len(missing)} of {len(acknowledged)} acknowledged are missing, such as {sorted(missing)[:3]}"
    for path in sluice.batches():
        assert sluice.run("cat", path, timeout=300).stdout == unpacked(path), f"cat and lz4 differ on {path}"
    return acknowledged, set(ids)


@pytest.mark.parametrize("events", [1, 20])
def test_nothing_acknowledged_is_lost_when_the_acceptor_is_killed(make_sluice, tmp_path, events):
    rng = random.Random(events)
    sluice = make_sluice(batch={"maxAge": "300ms", "maxBytes": "1MiB"})
    ledger = tmp_path / "ledger"
    load = load_in_background(sluice, ledger, "--connections", 32, "--events-per-request", events)
    try:
        for _ in range(ROUNDS):
            time.sleep(rng.uniform(0.05, 0.5))
            sluice.kill()
            sluice.start()
        time.sleep(0.7)  # for a load that has only waited so far
    finally:
        report = finish(load)
    assert report["acknowledged"] > 0 and report["lost"] > 0, report
    assert sluice.terminate() == 0, sluice.log_text()
    assert sluice.open_batches() == []
    acknowledged, _ = check_stored(sluice, ledger)
    assert len(acknowledged) == report["acknowledged"] * events
    assert sluice.run("fsck", *sluice.batches()).returncode == 0


def test_an_acceptor_killed_while_it_recovers_recovers_in_the_end(make_sluice, tmp_path):
    sluice = make_sluice(batch={"maxAge": "60s"})
    ledger = tmp_path / "ledger"
    server.load(sluice.url(), "--requests", 3000, "--events-per-request", 10, "--ledger", ledger)
    sluice.kill()
    rng = random.Random(1)
    for _ in range(ROUNDS):
        sluice.start(ready=False)
        time.sleep(rng.uniform(0.0, 0.03))
        sluice.kill()
    sluice.start()
    assert sluice.terminate() == 0
    acknowledged, ids = check_stored(sluice, ledger)
    assert ids == acknowledged and len(ids) == 30_000


def test_a_batch_torn_at_any_place_keeps_its_whole_blocks(make_sluice):
    """What a power cut may leave of the last write: the open batch cut at random, and cut with zeros behind."""
    rng = random.Random(7)
    for number in range(ROUNDS):
        sluice = make_sluice(f"torn-{number}", batch={"maxAge": "60s"})
        for event in range(20):
            assert sluice.post(b'{"id":"e%d","text":"%s"}' % (event, b"x" * rng.randrange(2000))).status == 202
        sluice.kill()
        [path] = sluice.open_batches()
        whole = path.read_bytes()
        cut = rng.randrange(len(whole))
        path.write_bytes(whole[:cut] + (b"\0" * rng.randrange(5000) if number % 2 else b""))
        sluice.start()
        assert sluice.terminate() == 0, sluice.log_text()
        ids = stored_ids(sluice)
        assert ids == [f"e{n}" for n in range(len(ids))], "not a prefix of what was sent"


def recorded_parquet(sluice):
    """The data files that compaction records name: what a killed compactor left beside them does not count."""
    names = set()

    def collect(value):
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                collect(item)
        elif isinstance(value, str) and value.endswith(".parquet"):
            names.add(value)

    records = sorted((sluice.store / "compacted").rglob("*.json"))
    assert records, "no compaction record was written"
    for record in records:
        collect(json.loads(record.read_text()))
    by_name = {path.name: path for path in sluice.parquet()}
    missing = [name for name in names if name.rpartition("/")[2] not in by_name]
    assert not missing, f"recorded and not there: {missing}"
    return [by_name[name.rpartition("/")[2]] for name in sorted(names)]


def test_every_event_is_compacted_exactly_once_though_the_compactor_is_killed(make_sluice, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rng = random.Random(3)
    sluice = make_sluice(batch={"maxAge": "200ms", "maxBytes": "256KiB"})
    ledger = tmp_path / "ledger"
    server.load(sluice.url("/v1/{tenant 8}/demo"), "--duration", "2s", "--connections", 16, "--rate", 1500,
                "--events-per-request", 10, "--ledger", ledger, "--warmup", "0s")
    sluice.kill()
    sluice.start()
    assert sluice.terminate() == 0
    acknowledged, stored = check_stored(sluice, ledger)
    compact = [sluice.binary, "compact", "--once", *server.settings_arguments(sluice.settings)]
    killed = 0
    for number in range(ROUNDS):
        process = subprocess.Popen(compact, cwd=sluice.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.002, 0.02 + 0.03 * number))
        if process.poll() is None:
            process.kill()
            killed += 1
        process.wait()
    assert killed > 0, "the compactor was always faster than the test"
    sluice.compact()
    sluice.compact()  # and a second one finds nothing to do
    ids = Counter()
    for path in recorded_parquet(sluice):
        for text in parquet.ParquetFile(path).read(columns=["data"])["data"].to_pylist():
            ids[json.loads(text)["id"]] += 1
    assert not [id_ for id_, count in ids.items() if count > 1], "compacted twice"
    assert set(ids) == stored and acknowledged <= stored


def test_a_drained_acceptor_leaves_nothing_open(make_sluice, tmp_path):
    sluice = make_sluice()
    ledger = tmp_path / "ledger"
    load = load_in_background(sluice, ledger, "--connections", 64)
    time.sleep(1)
    start = time.monotonic()
    assert sluice.terminate() == 0
    assert time.monotonic() - start < 30
    report = finish(load)
    assert sluice.open_batches() == []
    acknowledged, ids = check_stored(sluice, ledger)
    assert report["acknowledged"] == len(acknowledged) == len(ids), "what was received was not answered"


def test_two_acceptors_do_not_share_a_spool(make_sluice):
    first = make_sluice()
    second = make_sluice("other", start=False, store=f"file:{first.store}", spool=str(first.spool))
    second.start(ready=False)
    try:
        assert second.process.wait(10) != 0
    except subprocess.TimeoutExpired:
        pytest.fail("a second process took the same spool")
    assert first.post(b"{}").status == 202

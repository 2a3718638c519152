"""A full disk, made by the kernel: a small tmpfs under store and spool."""

import json
import os
import subprocess
import time

import pytest

import server
from test_crash import unpacked

MIB = 1 << 20


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("mounting a tmpfs needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def body(number):
    """200 KB that do not compress, with an id."""
    return b'{"id":"f%d","text":"%s"}' % (number, os.urandom(100_000).hex().encode())


def post(sluice, number, connection=None):
    answer = sluice.post(body(number))
    assert answer.status in (202, 503), (answer.status, answer.body)
    if answer.status == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    return answer.status


def test_a_full_disk_refuses_and_recovers_without_a_restart(make_sluice, small_disk):
    (small_disk / "filler").write_bytes(b"\0" * (10 * MIB))
    node = make_sluice("disk/node", batch={"maxBytes": "2MiB", "maxAge": "300ms"})
    acknowledged, number, refused = [], 0, 0
    for number in range(400):
        if post(node, number) == 202:
            acknowledged.append(number)
            refused = 0
        else:
            refused += 1
            time.sleep(0.02)
        if refused == 20:
            break
    assert refused == 20, "24 MiB never ran full"
    assert len(acknowledged) >= 20
    assert node.process.poll() is None, node.log_text()
    assert node.admin_get("/livez").status == 200
    assert node.admin_get("/readyz").status == 503

    os.remove(small_disk / "filler")
    deadline = time.monotonic() + 15
    again = []
    while len(again) < 5 and time.monotonic() < deadline:
        number += 1
        if post(node, number) == 202:
            again.append(number)
        else:
            time.sleep(0.1)
    assert len(again) == 5, "still refusing 15 s after there was space again"
    node.wait_ready(10)
    assert node.terminate() == 0, node.log_text()
    ids = []
    for path in node.batches():
        ids += [json.loads(line)["data"]["id"] for line in unpacked(path).splitlines()]
    wanted = {f"f{n}" for n in acknowledged + again}
    assert wanted <= set(ids), f"acknowledged and missing: {sorted(wanted - set(ids))[:5]}"
    assert len(ids) == len(set(ids)), "an event is stored twice"


def test_a_spool_past_its_limit_refuses(make_sluice):
    """The limit of the configuration, long before the disk is full."""
    node = make_sluice(spoolLimit="4MiB", batch={"maxBytes": "64MiB", "maxAge": "60s"})
    statuses = [post(node, number) for number in range(60)]
    assert 503 in statuses, "60 events of 200 KB fit into 4 MiB"
    assert statuses.index(503) >= 5
    stored = statuses.count(202)
    assert node.terminate() == 0
    assert len(node.events()) == stored


def test_a_killed_acceptor_starts_on_a_full_disk(make_sluice, small_disk):
    node = make_sluice("disk/node", batch={"maxBytes": "2MiB", "maxAge": "60s"})
    acknowledged = [number for number in range(200) if post(node, number) == 202]
    assert len(acknowledged) < 200
    node.kill()
    node.start(ready=False)
    time.sleep(1)
    assert node.process.poll() is None, node.log_text()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    node.wait_ready(20)
    assert post(node, 1000) == 202
    assert node.terminate() == 0
    ids = {event["data"]["id"] for event in node.events()}
    assert {f"f{n}" for n in acknowledged + [1000]} <= ids


def test_a_store_that_is_read_only_refuses_to_start(make_sluice, small_disk):
    node = make_sluice("disk/node")
    assert post(node, 1) == 202
    assert node.terminate() == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    node.log = small_disk.parent / "read-only.log"
    node.start(ready=False)
    assert node.process.wait(10) in (1, 2)
    assert "read-only" in node.log_text().lower()

"""The commands as a shell sees them: exit status, stdout for results, stderr for the rest."""

import json
import re
import subprocess

import pytest

import server

COMMANDS = ["run", "accept", "compact", "check", "inspect", "cat", "fsck"]


def run(*arguments, **options):
    return subprocess.run([server.BINARY, *map(str, arguments)], capture_output=True, timeout=60, **options)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A drained node with one batch of 50 events."""
    node = server.Sluice(tmp_path_factory.mktemp("cli") / "node").start()
    for number in range(50):
        assert node.post(b'{"id":"e%d"}' % number, Idempotency_Key=f"e{number}").status == 202
    assert node.terminate() == 0
    yield node
    node.remove()


@pytest.fixture
def batch(stored, tmp_path):
    """A copy that a test may damage."""
    copy = tmp_path / stored.batches()[0].name
    copy.write_bytes(stored.batches()[0].read_bytes())
    return copy


def test_the_version_and_the_help_go_to_stdout():
    version = run("--version")
    assert version.returncode == 0 and re.search(rb"\d+\.\d+", version.stdout) and not version.stderr
    overview = run("--help")
    assert overview.returncode == 0
    for command in COMMANDS:
        assert command.encode() in overview.stdout
        help_ = run(command, "--help")
        assert help_.returncode == 0 and command.encode() in help_.stdout and not help_.stderr


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["cat", "--nonsense"], ["accept", "--set", "nonsense"],
                                       ["accept", "--set", "lisen=127.0.0.1:0"], ["accept", "--set"],
                                       ["accept", "--set", "batch.maxAge=often"], ["accept", "--config", "/nowhere"]])
def test_wrong_usage_is_2_and_goes_to_stderr(arguments, tmp_path):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert result.stderr and not result.stdout


def test_an_unknown_key_names_the_nearest_known_one(tmp_path):
    result = run("check", "--set", "lisen=127.0.0.1:1", cwd=tmp_path)
    assert result.returncode in (1, 2)
    assert b"listen" in result.stdout + result.stderr


def test_check_prints_every_fault_with_its_path(tmp_path):
    (tmp_path / "good.json5").write_text('// nothing but a comment\n{ batch: { maxAge: "5s", }, }\n')
    assert run("check", "--config", tmp_path / "good.json5").returncode == 0
    (tmp_path / "empty.json5").write_text("{}")
    assert run("check", "--config", tmp_path / "empty.json5").returncode == 0
    (tmp_path / "bad.json5").write_text(
        '{ batch: { maxAge: "soon", maxBytez: "1MiB" }, limits: { connections: -1 }, acknowledge: "perhaps" }')
    result = run("check", "--config", tmp_path / "bad.json5")
    assert result.returncode in (1, 2)
    output = (result.stdout + result.stderr).decode()
    for path in ["batch.maxAge", "batch.maxBytez", "limits.connections", "acknowledge"]:
        assert path in output, output
    (tmp_path / "broken.json5").write_text("{ batch: ")
    assert run("check", "--config", tmp_path / "broken.json5").returncode in (1, 2)


def test_cat_prints_what_lz4_prints(stored):
    batch = stored.batches()[0]
    result = run("cat", batch)
    assert result.returncode == 0
    assert result.stdout == subprocess.run(["lz4", "-dc", batch], capture_output=True, check=True).stdout
    assert sorted(json.loads(line)["id"] for line in result.stdout.splitlines()) == sorted(f"e{n}" for n in range(50))


def test_cat_ends_quietly_when_its_reader_has_gone(stored):
    result = subprocess.run(["sh", "-c", '"$0" cat "$@" | head -n 1', server.BINARY, *stored.batches() * 200],
                            capture_output=True, timeout=60)
    assert len(result.stdout.splitlines()) == 1
    assert b"rash" not in result.stderr and b"atal" not in result.stderr


@pytest.mark.parametrize("command", ["cat", "inspect", "fsck"])
def test_a_missing_file_is_1(command, tmp_path):
    result = run(command, tmp_path / "missing.ndjson.lz4")
    assert result.returncode == 1
    assert b"missing.ndjson.lz4" in result.stderr + result.stdout


@pytest.mark.parametrize("command", ["cat", "inspect", "fsck"])
@pytest.mark.parametrize("content", [b"", b"{}\n", b"\x04\x22\x4d\x18", b"\0" * 4096, b"PAR1PAR1",
                                     b"PAR1\0\0\0\x10PAR1"])
def test_what_is_no_batch_is_said_to_be_none(command, content, tmp_path):
    path = tmp_path / "odd.ndjson.lz4"
    path.write_bytes(content)
    result = run(command, path)
    assert result.returncode == 1, result.stdout
    assert result.stderr or result.stdout


def test_fsck_finds_every_flipped_byte(stored, batch):
    assert run("fsck", batch).returncode == 0
    whole = batch.read_bytes()
    # The summary repeats what the blocks say and has no checksum of its own: its text may differ unnoticed.
    end = whole.rindex((0x184D2A53).to_bytes(4, "little")) + 8
    step = 1 if server.LONG else max(1, end // 150)
    missed = []
    for index in range(0, end, step):
        batch.write_bytes(whole[:index] + bytes([whole[index] ^ 0x10]) + whole[index + 1:])
        result = run("fsck", batch)
        assert result.returncode in (0, 1), (index, result.stderr)
        if result.returncode == 0:
            missed.append(index)
    assert not missed, f"{len(missed)} of {end // step} flips were not noticed, at {missed[:20]}"


def test_fsck_finds_every_cut_and_salvages_whole_blocks(stored, batch, tmp_path):
    whole = batch.read_bytes()
    for length in range(0, len(whole), 1 if server.LONG else max(1, len(whole) // 100)):
        batch.write_bytes(whole[:length])
        assert run("fsck", batch).returncode == 1, length
    batch.write_bytes(whole[:len(whole) // 2])
    run("fsck", "--salvage", batch, cwd=tmp_path)
    salvaged = [path for path in tmp_path.rglob("*.lz4") if path.name.endswith(".ndjson.lz4") and path != batch]
    salvaged += [batch]
    assert any(run("cat", path).returncode == 0 and run("cat", path).stdout for path in salvaged)


def test_inspect_tells_the_summary(stored):
    result = run("inspect", "--json", stored.batches()[0])
    assert result.returncode == 0
    summary = json.loads(result.stdout.splitlines()[0])
    text = json.dumps(summary)
    assert "50" in text and "shutdown" in text and "test" in text


def test_the_summary_is_a_skippable_frame_of_json(stored):
    """Contract section 6, read without any LZ4 library."""
    data = stored.batches()[0].read_bytes()
    at = data.rindex((0x184D2A53).to_bytes(4, "little"))
    length = int.from_bytes(data[at + 4:at + 8], "little")
    assert at + 8 + length == len(data)
    summary = json.loads(data[at + 8:])
    assert summary["events"] == 50 and summary["closedBy"] == "shutdown" and summary["node"] == "test"


def test_compact_without_batches_does_nothing(tmp_path):
    result = run("compact", "--once", "--set", f"store=file:{tmp_path}/store", "--set", f"spool={tmp_path}/spool",
                 cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert not list(tmp_path.rglob("*.parquet"))

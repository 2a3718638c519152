"""Fixtures of the interop tests: independent clients and readers against the built binary.

    swift build -c release && python3 -m pytest Tests/Interop

Environment: SLUICE_BINARY, SLUICE_LOAD_BINARY, SLUICE_CORPUS (skipped, saying so, where absent), SLUICE_LONG=1.
"""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import server  # noqa: E402


def pytest_report_header():
    return f"sluice: {server.BINARY}, corpus: {server.CORPUS if server.CORPUS.exists() else 'absent'}"


@pytest.fixture(scope="session", autouse=True)
def binaries():
    for path in (server.BINARY, server.LOAD_BINARY):
        if not path.exists():
            pytest.skip(f"{path} does not exist: swift build -c release")


@pytest.fixture(scope="session")
def corpus():
    if not server.CORPUS.exists():
        pytest.skip(f"no corpus at {server.CORPUS} (SLUICE_CORPUS)")
    return server.CORPUS


@pytest.fixture
def make_sluice(tmp_path):
    """Starts servers, each over its own folder, and ends them with the test."""
    started = []

    def make(name="node", start=True, **settings):
        sluice = server.Sluice(tmp_path / name, **settings)
        started.append(sluice)
        return sluice.start() if start else sluice

    yield make
    for sluice in started:
        sluice.kill()


@pytest.fixture
def sluice(make_sluice):
    return make_sluice()


@pytest.fixture(scope="module")
def shared_sluice(tmp_path_factory):
    """One server for all tests of a module that leave it as it was; short time limits, small size limits."""
    node = server.Sluice(tmp_path_factory.mktemp("shared") / "node", limits={
        "headerTimeout": "1s", "bodyTimeout": "1s", "idleTimeout": "1s", "bodyBytes": "64KiB", "headerBytes": "8KiB",
        "eventsPerRequest": 100}).start()
    yield node
    node.kill()


def json_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]

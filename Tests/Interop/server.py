"""Starts `sluice` as its users do, and looks at it from outside: HTTP, metrics, files. Standard library only."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SLUICE_BINARY", ROOT / ".build/release/sluice")).resolve()
LOAD_BINARY = Path(os.environ.get("SLUICE_LOAD_BINARY", ROOT / ".build/release/sluice-load")).resolve()
CORPUS = Path(os.environ.get("SLUICE_CORPUS", ROOT.parent / "shared/corpus"))
LONG = os.environ.get("SLUICE_LONG") == "1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings_arguments(settings):
    """`--set` for each key; a dict value nests its keys below the outer one."""
    arguments = []
    for key, value in settings.items():
        if isinstance(value, dict):
            arguments += settings_arguments({f"{key}.{inner}": v for inner, v in value.items()})
        else:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            arguments += ["--set", f"{key}={text}"]
    return arguments


class Answer:
    """A status, fields and body."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Sluice:
    """One process over one folder; `restart()` gives the folder to a new process."""

    def __init__(self, folder, command="accept", binary=None, **settings):
        self.folder = Path(folder)
        self.store = self.folder / "store"
        self.spool = self.store / "spool"
        self.command = command
        self.binary = Path(binary or BINARY)
        self.port, self.admin = free_port(), free_port()
        self.settings = {
            "node": "test", "listen": f"127.0.0.1:{self.port}", "admin": f"127.0.0.1:{self.admin}",
            "store": f"file:{self.store}", "spool": str(self.spool), "openSources": True,
        } | settings
        self.process = None
        self.log = self.folder / "sluice.log"

    # The process

    def start(self, ready=True, timeout=15):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, self.command, *settings_arguments(self.settings)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        if ready:
            self.wait_ready(timeout)
        return self

    def wait_ready(self, timeout=15):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"sluice ended with {self.process.returncode}:\n{self.log_text()}")
            try:
                if self.admin_get("/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.01)
        raise AssertionError(f"sluice was not ready after {timeout} s:\n{self.log_text()}")

    def kill(self):
        """SIGKILL: nothing is drained."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def terminate(self, timeout=35):
        """SIGTERM, and the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def restart(self, ready=True):
        self.kill()
        return self.start(ready)

    def log_text(self):
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    # HTTP

    def url(self, path="/v1/acme/demo"):
        return f"http://127.0.0.1:{self.port}{path}"

    def connection(self, timeout=30):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, timeout=30):
        connection = self.connection(timeout)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def post(self, body, path="/v1/acme/demo", content_type="application/json", **headers):
        fields = {"Content-Type": content_type} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.request("POST", path, body, fields)

    def admin_get(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=10)
        try:
            connection.request("GET", path, headers=headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, data, timeout=10, finish=False):
        """Sends bytes on a connection of its own; returns everything that came back until the server closed it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            try:
                connection.sendall(data)
                if finish:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return receive_all(connection, timeout)

    # The command line

    def run(self, *arguments, timeout=120, check=True, settings=False, input=None):
        command = [self.binary, *map(str, arguments)]
        if settings:
            command += settings_arguments(self.settings)
        result = subprocess.run(command, cwd=self.folder, capture_output=True, timeout=timeout, input=input)
        if check and result.returncode != 0:
            raise AssertionError(f"{command} ended with {result.returncode}:\n{result.stderr.decode(errors='replace')}")
        return result

    def compact(self, **settings):
        saved, self.settings = self.settings, self.settings | settings
        try:
            return self.run("compact", "--once", settings=True, timeout=600)
        finally:
            self.settings = saved

    # The files

    def batches(self):
        """Every sealed batch, wherever it is: uploaded, or still in the spool."""
        found = {path.name: path for path in self.spool.rglob("*.ndjson.lz4")}
        found |= {path.name: path for path in (self.store / "batches").rglob("*.ndjson.lz4")}
        return sorted(found.values())

    def open_batches(self):
        return sorted(self.spool.rglob("*.open"))

    def parquet(self):
        return sorted(self.store.rglob("*.parquet"))

    def events(self):
        """Every event of every sealed batch, as `sluice cat` prints it."""
        batches = self.batches()
        if not batches:
            return []
        output = self.run("cat", *batches, timeout=600).stdout
        return [json.loads(line) for line in output.splitlines()]

    def lines(self):
        batches = self.batches()
        return self.run("cat", *batches, timeout=600).stdout.splitlines() if batches else []

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def receive_all(connection, timeout):
    """Bytes until the peer closes, resets, or says nothing for `timeout` seconds."""
    connection.settimeout(timeout)
    received = bytearray()
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except (TimeoutError, ConnectionResetError):
        pass
    return bytes(received)


def load(url, *options, processes=(), check=True, timeout=300, binary=None):
    """Runs `sluice-load`; returns its report."""
    command = [binary or LOAD_BINARY, "--url", url, "--json", *map(str, options)]
    for process in processes:
        command += ["--pid", str(process)]
    result = subprocess.run(command, capture_output=True, timeout=timeout)
    if result.returncode > 1 or (check and result.returncode != 0):
        raise AssertionError(f"{command} ended with {result.returncode}:\n"
                             f"{result.stdout.decode()}{result.stderr.decode()}")
    return json.loads(result.stdout)

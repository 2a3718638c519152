"""What all measurements share: rounds, medians, rows of a table, processes that end with the run."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import server


class Bench:
    """Settings of a run, and the rows it has gathered."""

    def __init__(self, arguments):
        self.binary = Path(arguments.binary).resolve()
        self.load_binary = Path(arguments.load_binary).resolve()
        self.quick = arguments.quick
        self.rounds = arguments.rounds or (1 if arguments.quick else 3)
        self.seconds = 2 if arguments.quick else 5
        self.peers_python = arguments.peers_python
        self.raw_bytes = int((0.1 if arguments.quick else 1.0) * 1e9)
        self.work = Path(tempfile.mkdtemp(prefix="sluice-benchmark-", dir=arguments.work))
        self.rows = []
        self.count = 0

    def row(self, section, name, value, unit, note="", ratio=None):
        self.rows.append({"section": section, "name": name, "value": value, "unit": unit, "note": note,
                          "ratio": ratio})
        self.say(f"{section}: {name}: {number(value)} {unit}" + (f" ({note})" if note else ""))

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def folder(self, name):
        self.count += 1
        path = self.work / f"{self.count:03d}-{name}"
        path.mkdir(parents=True)
        return path

    def sluice(self, name, **settings):
        """A started acceptor over a fresh folder."""
        return server.Sluice(self.folder(name), binary=self.binary, **settings).start()

    def load(self, url, *options, processes=(), check=True, seconds=None, warmup=1):
        duration = ["--duration", f"{seconds or self.seconds}s", "--warmup", f"{warmup}s"]
        if "--requests" in options:
            duration = []
        return server.load(url, *duration, *options, processes=processes, binary=self.load_binary,
                           check=check, timeout=900)


def median(values):
    return statistics.median(values)


def percentile(values, quantile):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


def number(value):
    if isinstance(value, str):
        return value
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"


def measured(command, **options):
    """Runs a command to its end; returns its wall seconds, CPU seconds and highest resident bytes, all of its own."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return {"wall": time.monotonic() - start, "cpu": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss * 1024}

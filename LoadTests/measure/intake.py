"""Requests: rate and CPU beside nginx, 100 events a request beside LZ4, latency beside fdatasync, memory."""

import os
import re
import subprocess
import time

from .bench import median, percentile
from .nginx import Nginx

CONNECTIONS = 256


def requests(bench):
    """Single events of 864 bytes on 256 kept-alive connections, each answered when it is durable."""
    results = {"nginx, 1 worker": [], "nginx, auto workers": [], "sluice, durable": [], "sluice, memory": []}
    for _ in range(bench.rounds):
        for name, workers in [("nginx, 1 worker", 1), ("nginx, auto workers", "auto")]:
            nginx = Nginx(bench.folder("nginx"), workers)
            try:
                results[name].append(bench.load(nginx.url, "--connections", CONNECTIONS,
                                                processes=[nginx.process.pid]))
            finally:
                nginx.stop()
        for name, acknowledge in [("sluice, durable", "durable"), ("sluice, memory", "memory")]:
            results[name].append(one_sluice(bench, acknowledge=acknowledge))
    base = results["nginx, 1 worker"]
    base_cpu = median([r["server"]["cpuSecondsPerMillionRequests"] for r in base])
    base_rate = median([r["requestsPerSecond"] for r in base])
    for name, reports in results.items():
        rate = median([r["requestsPerSecond"] for r in reports])
        cpu = median([r["server"]["cpuSecondsPerMillionRequests"] for r in reports])
        bench.row("requests", name, rate, "requests/s", ratio=rate / base_rate,
                  note=f"p99 {median([r['latencyMilliseconds']['p99'] for r in reports]):.2f} ms")
        bench.row("requests", f"{name}, CPU", cpu, "s per million", ratio=cpu / base_cpu)


def one_sluice(bench, *options, connections=CONNECTIONS, seconds=None, **settings):
    """One load against a fresh acceptor; its folder is removed."""
    sluice = bench.sluice("sluice", **settings)
    try:
        return bench.load(sluice.url(), "--connections", connections, *options, seconds=seconds,
                          processes=[sluice.process.pid])
    finally:
        sluice.remove()


def hundreds(bench):
    """100 events a request, durable, beside one core's LZ4 on the same stored lines."""
    reports, speeds = [], []
    for _ in range(bench.rounds):
        sluice = bench.sluice("sluice")
        try:
            reports.append(bench.load(sluice.url(), "--connections", 64, "--events-per-request", 100,
                                      processes=[sluice.process.pid]))
            sluice.terminate()
            speeds.append(lz4_speed(bench, sluice.batches()))
        finally:
            sluice.remove()
    events = median([r["eventsPerSecond"] for r in reports])
    cpu = median([r["server"]["cpuSecondsPerMillionEvents"] for r in reports])
    per_core = median([s["events"] for s in speeds])
    bench.row("100 a request", "sluice, durable", events, "events/s", ratio=events / per_core,
              note=f"p99 {median([r['latencyMilliseconds']['p99'] for r in reports]):.1f} ms, "
                   f"{median([r['megabytesPerSecond'] for r in reports]):.0f} MB/s of bodies")
    bench.row("100 a request", "sluice, durable, CPU", cpu, "s per million", ratio=cpu * per_core / 1e6)
    bench.row("100 a request", "one core's LZ4 level 1", per_core, "events/s", ratio=1.0,
              note=f"{median([s['megabytes'] for s in speeds]):.0f} MB/s of stored lines, "
                   f"ratio {median([s['ratio'] for s in speeds]):.2f}")


def lz4_speed(bench, batches):
    """`lz4 -b1` on the lines of the first sealed batch, at most 64 MiB of them."""
    lines = bench.folder("lz4") / "lines"
    with open(lines, "wb") as target:
        unpack = subprocess.Popen(["lz4", "-dc", str(batches[0])], stdout=subprocess.PIPE)
        text = unpack.stdout.read(64 << 20)
        unpack.stdout.close()
        unpack.wait()
        target.write(text)
    result = subprocess.run(["lz4", "-b1", "-i1", str(lines)], capture_output=True, text=True, check=True)
    found = re.findall(r"\(x?\s*([\d.]+)\),\s*([\d.]+) MB/s", result.stdout + result.stderr)
    os.remove(lines)
    if not found:
        raise RuntimeError(f"lz4 -b1 said {result.stdout!r} {result.stderr!r}")
    ratio, megabytes = map(float, found[-1])
    return {"megabytes": megabytes, "ratio": ratio, "events": megabytes * 1e6 / (len(text) / text.count(b"\n"))}


def latency(bench):
    """p99 at half of the highest rate, open loop, beside the disk's own p99."""
    highest, sluice_p99, sluice_p50, disk = [], [], [], []
    for _ in range(bench.rounds):
        rate = one_sluice(bench)["requestsPerSecond"]
        highest.append(rate)
        disk.append(fdatasync(bench))
        report = one_sluice(bench, "--rate", f"{rate / 2:.0f}")
        sluice_p50.append(report["latencyMilliseconds"]["p50"])
        sluice_p99.append(report["latencyMilliseconds"]["p99"])
    own = median([percentile(times, 0.99) for times in disk])
    rate = median(highest) / 2
    bench.row("latency", "fdatasync of 64 KiB, p99", own, "ms", ratio=1.0,
              note=f"p50 {median([percentile(times, 0.5) for times in disk]):.2f} ms")
    bench.row("latency", "sluice at half its highest rate, p99", median(sluice_p99), "ms",
              ratio=median(sluice_p99) / own,
              note=f"p50 {median(sluice_p50):.2f} ms, open loop at {rate:,.0f} requests/s")


def fdatasync(bench, count=500):
    """Milliseconds of each of `count` appends of 64 KiB with fdatasync, on the disk that the stores are on."""
    path = bench.folder("disk") / "probe"
    block = os.urandom(64 << 10)
    times = []
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        for _ in range(count):
            start = time.perf_counter()
            os.write(file, block)
            os.fdatasync(file)
            times.append((time.perf_counter() - start) * 1e3)
    finally:
        os.close(file)
        os.remove(path)
    return times


def memory(bench):
    """The highest resident size: 1,000 busy connections; 10,000 idle ones."""
    busy, busy_hundred, idle, empty = [], [], [], []
    for _ in range(bench.rounds):
        busy.append(one_sluice(bench, connections=1000)["server"]["peakBytes"])
        busy_hundred.append(one_sluice(bench, "--events-per-request", 100, connections=1000)["server"]["peakBytes"])
        report = one_sluice(bench, "--idle", 10_000, connections=1, seconds=2,
                            limits={"connections": 20_000, "idleTimeout": "300s"})
        idle.append(report["server"]["peakBytes"])
        empty.append(one_sluice(bench, connections=1, seconds=1)["server"]["peakBytes"])
    bench.row("memory", "1 connection", median(empty) / 1e6, "MB", ratio=1.0)
    for name, values in [("1,000 connections at full load", busy),
                         ("1,000 connections, 100 events a request", busy_hundred),
                         ("10,000 idle connections", idle)]:
        bench.row("memory", name, median(values) / 1e6, "MB", ratio=median(values) / median(empty))

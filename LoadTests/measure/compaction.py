"""Batches holding 1 GB of JSON to sorted Parquet, one folder a tenant: sluice beside DuckDB and ClickHouse."""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import venv

from server import CORPUS, settings_arguments

from .bench import measured, median

TENANTS = 32
PEERS = ["duckdb==1.5.5", "chdb"]

# What a peer does, in the words that `python -c` gets; the payload is a string column.
DUCKDB = """
import duckdb, sys
source, target = sys.argv[1:]
duckdb.sql(f'''COPY (SELECT id, tenant, source, type, time, receivedtime, data::VARCHAR AS data
  FROM read_json('{source}', format='newline_delimited', maximum_object_size=33554432, columns={{id: 'VARCHAR',
    tenant: 'VARCHAR', source: 'VARCHAR', type: 'VARCHAR', time: 'TIMESTAMPTZ', receivedtime: 'TIMESTAMPTZ',
    data: 'JSON'}})
  ORDER BY tenant, type, receivedtime)
  TO '{target}' (FORMAT parquet, PARTITION_BY (tenant), COMPRESSION lz4_raw)''')
"""
CHDB = """
import chdb, os, sys
source, target = sys.argv[1:]
os.makedirs(target)
columns = ('id String, tenant String, source String, type String, time Nullable(DateTime64(6)), '
           'receivedtime DateTime64(6), data String')
chdb.query(f'''INSERT INTO FUNCTION file('{target}/tenant={{_partition_id}}.parquet', Parquet) PARTITION BY tenant
  SELECT id, tenant, source, type, time, receivedtime, data FROM file('{source}', JSONEachRow, '{columns}')
  ORDER BY tenant, type, receivedtime
  SETTINGS input_format_json_read_objects_as_strings = 1, date_time_input_format = 'best_effort',
    input_format_skip_unknown_fields = 1, output_format_parquet_compression_method = 'lz4',
    engine_file_truncate_on_insert = 1''')
"""


def compaction(bench):
    store = fill(bench)
    try:
        batches = sorted((store / "batches").rglob("*.ndjson.lz4"))
        lines = unpack(bench, batches)
        raw = os.path.getsize(lines)
        python = bench.peers_python or peers_python(bench)
        results = {"sluice": [], "DuckDB": [], "ClickHouse (chdb)": []}
        for _ in range(bench.rounds):
            results["sluice"].append(compact_once(bench, store))
            for name, script in [("DuckDB", DUCKDB), ("ClickHouse (chdb)", CHDB)]:
                target = bench.folder("peer") / "out"
                usage = measured([python, "-c", script, lines, target], stdout=subprocess.DEVNULL)
                usage["bytes"] = size_of(target)
                results[name].append(usage)
                shutil.rmtree(target)
        section = f"compaction of {raw / 1e9:.2f} GB"
        base = results["DuckDB"]
        for name, rounds in results.items():
            for key, unit, scale in [("wall", "s", 1), ("cpu", "CPU s", 1), ("peak", "MB of memory", 1e-6),
                                     ("bytes", "MB of Parquet", 1e-6)]:
                value = median([r[key] for r in rounds]) * scale
                bench.row(section, f"{name}", value, unit,
                          ratio=value / (median([r[key] for r in base]) * scale))
    finally:
        shutil.rmtree(store.parent, ignore_errors=True)


def fill(bench):
    """A store whose batches hold `bench.raw_bytes` of event lines of 32 tenants and about ten types."""
    templates = bench.folder("templates") / "events.ndjson"
    average = write_templates(templates)
    requests = int(bench.raw_bytes / (average + 230) / 100)  # 230: the stored event's own attributes
    sluice = bench.sluice("filled")
    try:
        bench.load(sluice.url("/v1/{tenant %d}/mixed" % TENANTS), "--connections", 64, "--events-per-request", 100,
                   "--bodies", templates, "--header", "Content-Type: application/cloudevents-batch+json",
                   "--requests", requests)
        if sluice.terminate(60) != 0:
            raise RuntimeError(sluice.log_text())
    finally:
        sluice.kill()
    return sluice.store


def write_templates(path, count=40_000):
    """CloudEvents with recorded payloads where the corpus is at hand, made-up ones else; the average line's bytes."""
    rng = random.Random(20261123)
    payloads = recorded(rng, count) if CORPUS.exists() else [invented(rng) for _ in range(count)]
    rng.shuffle(payloads)
    total = 0
    with open(path, "w", encoding="utf-8") as file:
        for type_, text in payloads:
            line = ('{"specversion":"1.0","id":"{{id}}","source":"/bench","type":"%s",'
                    '"time":"2026-11-23T%02d:%02d:%02dZ","datacontenttype":"application/json","data":%s}\n'
                    % (type_, rng.randrange(24), rng.randrange(60), rng.randrange(60), text))
            total += len(line.encode())
            file.write(line)
    return total / len(payloads) - 150


def recorded(rng, count):
    shares = [("wikiticker-2015-09-12-am", "wiki.edit", 0.2), ("zeek-wrccdc-2018-a", "zeek", 0.45),
              ("windows-events-a", "windows.security", 0.15), ("cloudtrail-a", "aws.cloudtrail", 0.1)]
    payloads = []
    for name, type_, share in shares:
        with gzip.open(CORPUS / f"events/{name}.ndjson.gz", "rt", encoding="utf-8") as file:
            lines = file.read().splitlines()
        for _ in range(int(count * share)):
            line = rng.choice(lines)
            kind = type_
            if type_ == "zeek":
                kind = "zeek." + {"dns": "dns", "conn": "conn", "ssl": "ssl", "http": "http"}.get(
                    json.loads(line).get("_path"), "other")
            payloads.append((kind, line))
    for provider in ["github", "stripe", "slack"]:
        lines = (CORPUS / f"webhooks/ndjson/{provider}.ndjson").read_text(encoding="utf-8").splitlines()
        lines = [line for line in lines if len(line) < 4000]
        payloads += [(provider, rng.choice(lines)) for _ in range(int(count * 0.1 / 3))]
    return payloads


def invented(rng):
    words = "order shipping refund invoice annual monthly support upgrade blue cotton shirt large table lamp".split()
    return (f"shop.{rng.choice(['order', 'refund', 'visit', 'search', 'cart', 'login', 'mail', 'stock', 'price'])}",
            json.dumps({"number": rng.randrange(10 ** 9), "customer": f"cus_{rng.getrandbits(80):020x}",
                        "amount": rng.randrange(10 ** 6), "currency": rng.choice(["usd", "eur", "gbp"]),
                        "lines": [{"sku": f"{rng.getrandbits(40):010x}", "quantity": rng.randrange(9),
                                   "text": " ".join(rng.choices(words, k=6))} for _ in range(rng.randrange(1, 8))]}))


def unpack(bench, batches):
    lines = bench.folder("lines") / "events.ndjson"
    with open(lines, "wb") as target:
        for batch in batches:
            subprocess.run([bench.binary, "cat", batch], stdout=target, check=True)
    return lines


def compact_once(bench, store):
    """`sluice compact --once` over a copy of the batches (hard links: they are only read)."""
    folder = bench.folder("compact")
    shutil.copytree(store / "batches", folder / "store/batches", copy_function=os.link)
    settings = {"store": f"file:{folder}/store", "spool": f"{folder}/store/spool", "node": "bench"}
    with open(folder / "log", "wb") as log:
        usage = measured([bench.binary, "compact", "--once", *settings_arguments(settings)], cwd=folder, stdout=log,
                         stderr=log)
    usage["bytes"] = sum(path.stat().st_size for path in (folder / "store").rglob("*.parquet"))
    if usage["bytes"] == 0:
        raise RuntimeError(f"no Parquet file was written: {(folder / 'log').read_text()}")
    shutil.rmtree(folder)
    return usage


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def peers_python(bench):
    """A Python that has the peers: this one, or one in a new virtual environment."""
    if subprocess.run([sys.executable, "-c", "import duckdb, chdb"], capture_output=True).returncode == 0:
        return sys.executable
    folder = bench.folder("venv")
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/pip", "install", "-q", *PEERS], check=True)
    return folder / "bin/python"

"""The Parquet files, by readers nobody here wrote: equal contents, true statistics, the order that is declared."""

import hashlib
import json
from datetime import datetime, timezone

import pytest

import server

parquet = pytest.importorskip("pyarrow.parquet")

COLUMNS = ["id", "tenant", "source", "type", "time", "receivedtime", "data"]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Four tenants, five types, several batches; compacted once."""
    node = server.Sluice(tmp_path_factory.mktemp("readers") / "node", batch={"maxBytes": "1MiB", "maxAge": "60s"})
    node.start()
    for number in range(40):
        events = [{"specversion": "1.0", "id": f"e{number}-{n}", "source": "/theirs",
                   "type": f"type.{(number + n) % 5}",
                   "time": f"2026-11-{10 + n % 12:02d}T10:00:00.{n:06d}+02:00" if n % 3 else None,
                   "data": {"n": n, "text": "ä€😀\"\\" * (n % 7), "list": list(range(n % 20))}}
                  for n in range(100)]
        events = [{k: v for k, v in event.items() if v is not None} for event in events]
        answer = node.post(json.dumps(events, ensure_ascii=False).encode(), path=f"/v1/tenant-{number % 4}/demo",
                           content_type="application/cloudevents-batch+json")
        assert answer.status == 202, answer.body
    server.load(node.url("/v1/tenant-9/load"), "--requests", 200, "--events-per-request", 100)
    assert node.terminate() == 0, node.log_text()
    node.compact()
    assert node.parquet()
    yield node
    node.remove()


@pytest.fixture(scope="module")
def stored(node):
    """What `sluice cat` says, as rows."""
    return {event["id"]: event for event in node.events()}


def micros(text):
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    delta = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds


def digest(rows):
    """Of rows (id, tenant, source, type, time, receivedtime, data), times in microseconds, in any order."""
    hash_ = hashlib.sha256()
    for row in sorted(rows):
        hash_.update(repr(tuple(row)).encode())
    return len(rows), hash_.hexdigest()


def arrow_rows(node):
    rows = []
    for path in node.parquet():
        table = parquet.ParquetFile(path, page_checksum_verification=True).read(columns=COLUMNS)
        columns = [table[name].cast("int64").to_pylist() if name.endswith("time") else table[name].to_pylist()
                   for name in COLUMNS]
        rows += list(zip(*columns))
    return rows


@pytest.fixture(scope="module")
def truth(node):
    return digest(arrow_rows(node))


def test_pyarrow_reads_what_the_batches_hold(node, stored):
    rows = {row[0]: row for row in arrow_rows(node)}
    assert rows.keys() == stored.keys()
    for id_, event in stored.items():
        _, tenant, source, type_, time, received, data = rows[id_]
        assert (tenant, source, type_) == (event["tenant"], event["source"], event["type"])
        assert time == (micros(event["time"]) if "time" in event else None), id_
        assert received == micros(event["receivedtime"])
        assert json.loads(data) == event["data"]


def test_duckdb_reads_the_same(node, truth):
    duckdb = pytest.importorskip("duckdb")
    files = [str(path) for path in node.parquet()]
    rows = duckdb.execute(
        "SELECT id, tenant, source, type, epoch_us(time), epoch_us(receivedtime), data::VARCHAR "
        "FROM read_parquet(?, hive_partitioning = false)", [files]).fetchall()
    assert digest(rows) == truth


def test_polars_reads_the_same(node, truth):
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet([str(path) for path in node.parquet()], hive_partitioning=False).select(
        *[polars.col(name).dt.epoch("us") if name.endswith("time") else polars.col(name) for name in COLUMNS])
    assert digest(frame.rows()) == truth


def test_clickhouse_reads_the_same(node, truth):
    chdb = pytest.importorskip("chdb")
    rows = []
    for path in node.parquet():
        output = chdb.query(
            "SELECT id, tenant, source, type, toUnixTimestamp64Micro(time::Nullable(DateTime64(6))), "
            f"toUnixTimestamp64Micro(receivedtime), data FROM file('{path}', Parquet) "
            "SETTINGS output_format_json_quote_64bit_integers = 0", "JSONCompactEachRow")
        rows += [tuple(json.loads(line)) for line in str(output).splitlines()]
    assert digest(rows) == truth


def test_partitions_lie_in_hive_folders(node):
    for path in node.parquet():
        folders = dict(part.split("=", 1) for part in path.parts if "=" in part)
        assert "tenant" in folders, path
        table = parquet.ParquetFile(path).read(columns=["tenant", "receivedtime"])
        assert set(table["tenant"].to_pylist()) == {folders["tenant"]}
        days = {moment.strftime("%Y-%m-%d") for moment in table["receivedtime"].to_pylist()}
        assert len(days) == 1, "a file of one day holds several"
        other = [value for name, value in folders.items() if name != "tenant"]
        assert other == [] or other[0] in days


def test_files_say_who_wrote_them_and_how(node):
    for path in node.parquet():
        metadata = parquet.read_metadata(path)
        assert metadata.created_by.startswith("sluice version ")
        schema = parquet.ParquetFile(path).schema_arrow
        ids = [int(field.metadata[b"PARQUET:field_id"]) for field in schema]
        assert len(set(ids)) == len(ids)
        assert [field.name for field in schema][:7] == COLUMNS
        assert str(schema.field("receivedtime").type) == "timestamp[us, tz=UTC]"
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                column = metadata.row_group(group).column(index)
                assert column.compression in ("LZ4", "LZ4_RAW"), column.compression
                assert not {"DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "BYTE_STREAM_SPLIT"} & set(column.encodings)
                assert column.has_offset_index and column.has_column_index


def test_statistics_are_true(node):
    for path in node.parquet():
        file = parquet.ParquetFile(path)
        for group in range(file.metadata.num_row_groups):
            table = file.read_row_group(group)
            for index in range(file.metadata.num_columns):
                column = file.metadata.row_group(group).column(index)
                values = [v for v in table[column.path_in_schema].to_pylist() if v is not None]
                assert column.num_values == table.num_rows
                statistics = column.statistics
                assert statistics is not None, f"{column.path_in_schema} has no statistics"
                assert statistics.null_count == table.num_rows - len(values)
                if not values or not statistics.has_min_max:
                    assert column.path_in_schema == "data" or not values, f"{column.path_in_schema} has no bounds"
                    continue
                if isinstance(values[0], str):
                    # Bounds of long strings may be cut: they must still be bounds.
                    low, high = min(v.encode() for v in values), max(v.encode() for v in values)
                    assert as_bytes(statistics.min) <= low and as_bytes(statistics.max) >= high
                else:
                    assert statistics.min == min(values) and statistics.max == max(values)


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def test_row_groups_are_sorted_as_they_declare(node):
    for path in node.parquet():
        file = parquet.ParquetFile(path)
        names = file.schema_arrow.names
        for group in range(file.metadata.num_row_groups):
            declared = [(names[s.column_index], s.descending) for s in file.metadata.row_group(group).sorting_columns]
            assert declared == [("type", False), ("receivedtime", False)], declared
            table = file.read_row_group(group, columns=["type", "receivedtime"])
            rows = list(zip(table["type"].to_pylist(), table["receivedtime"].to_pylist()))
            assert rows == sorted(rows)


def test_bloom_filters_hold_every_id(node, stored):
    duckdb = pytest.importorskip("duckdb")
    absent = 0
    for path in node.parquet():
        for id_ in parquet.ParquetFile(path).read(columns=["id"])["id"].to_pylist()[::97]:
            excluded = duckdb.execute("SELECT bool_and(bloom_filter_excludes) FROM parquet_bloom_probe(?, 'id', ?)",
                                      [str(path), id_]).fetchone()[0]
            assert excluded is False, f"{id_} is in {path}, and its filter denies it"
        probes = [duckdb.execute("SELECT bool_and(bloom_filter_excludes) FROM parquet_bloom_probe(?, 'id', ?)",
                                 [str(path), f"absent-{n}"]).fetchone()[0] for n in range(50)]
        absent += sum(probes)
    assert absent > 40 * len(node.parquet()), "the filters exclude next to nothing"


def test_inspect_tells_of_batches_and_parquet(node):
    for path in [node.batches()[0], node.parquet()[0]]:
        assert node.run("inspect", path).stdout
        assert json.loads(node.run("inspect", "--json", path).stdout.splitlines()[0])
        assert node.run("inspect", "--rows", 2, path).stdout

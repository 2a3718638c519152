#!/usr/bin/env python3
"""Has pyarrow, DuckDB, Polars and ClickHouse read every .parquet file of a folder and compares what they read.

Beside NAME.parquet lies NAME.ndjson: one JSON object a row, binary as hex, doubles as text. The files are made by
    SLUICE_PARQUET_OUT=DIR swift test --filter everySampleIsLeftForOtherReaders
and read in a virtual environment with pyarrow, duckdb, polars and chdb:
    parquet_readers.py DIR [--only READER]
Exits with 1 and one line for each difference.
"""

import argparse
import json
import math
import struct
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

faults = []


def fault(path, reader, text):
    faults.append(f"{path.name}: {reader}: {text}")


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return struct.pack("<d", a) == struct.pack("<d", b) or (math.isnan(a) and math.isnan(b))
    return a == b


def expected(path, schema):
    """Columns of Python values: ints for dates and timestamps, bytes for byte arrays of any kind."""
    rows = [json.loads(line) for line in path.with_suffix(".ndjson").read_text().split("\n") if line]
    columns = {}
    for field in schema:
        values = [row[field.name] for row in rows]
        if pa.types.is_floating(field.type):
            values = [None if v is None else float(v) for v in values]
        elif pa.types.is_binary(field.type):
            values = [None if v is None else bytes.fromhex(v) for v in values]
        elif pa.types.is_string(field.type):
            values = [None if v is None else v.encode() for v in values]
        columns[field.name] = values
    return columns


def plain(table):
    """An Arrow table in the form of `expected`."""
    columns = {}
    for name, column in zip(table.column_names, table.columns):
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
        elif pa.types.is_date(column.type):
            column = column.cast(pa.date32()).cast(pa.int32())
        elif pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        columns[name] = [v.encode() if isinstance(v, str) else v for v in column.to_pylist()]
    return columns


def compare(path, reader, want, got):
    if list(want) != list(got):
        return fault(path, reader, f"columns {list(got)}")
    for name, values in want.items():
        other = got[name]
        if len(values) != len(other):
            fault(path, reader, f"{name}: {len(other)} rows, not {len(values)}")
            continue
        for row, (a, b) in enumerate(zip(values, other)):
            if not same(a, b):
                fault(path, reader, f"{name} row {row}: {b!r:.80} is not {a!r:.80}")
                break


def comparable(values):
    return [v for v in values if v is not None and not (isinstance(v, float) and math.isnan(v))]


def as_bound(value):
    if isinstance(value, str):
        return value.encode()
    if hasattr(value, "tzinfo"):
        return pa.scalar(value, pa.timestamp("us", "UTC")).cast(pa.int64()).as_py()
    if hasattr(value, "toordinal"):
        return value.toordinal() - 719163
    return value


def check_metadata(path, want):
    """Statistics against the values, sortedness as declared, page index and bloom filters present."""
    file = pq.ParquetFile(path)
    metadata = file.metadata
    first = 0
    for g in range(metadata.num_row_groups):
        group = metadata.row_group(g)
        rows = slice(first, first + group.num_rows)
        first += group.num_rows
        for c in range(metadata.num_columns):
            chunk = group.column(c)
            name = chunk.path_in_schema
            values = want[name][rows]
            statistics = chunk.statistics
            where = f"row group {g} {name}"
            if statistics is None or statistics.null_count != values.count(None):
                fault(path, "pyarrow", f"{where}: null count {statistics and statistics.null_count}")
                continue
            present = comparable(values)
            if statistics.has_min_max:
                low, high = as_bound(statistics.min), as_bound(statistics.max)
                if min(present) < low or max(present) > high:
                    fault(path, "pyarrow", f"{where}: bounds {low!r:.60} {high!r:.60} are wrong")
            elif present and not (isinstance(present[0], bytes) and max(present)[:8] >= b"\xf4\x8f\xbf\xbf"):
                fault(path, "pyarrow", f"{where}: no bounds")
            if not chunk.has_offset_index:
                fault(path, "pyarrow", f"{where}: no offset index")
            nan = present and isinstance(present[0], float) or (values and isinstance(values[0], float))
            if not chunk.has_column_index and not nan and statistics.has_min_max:
                fault(path, "pyarrow", f"{where}: no column index")
        for key in group.sorting_columns[:0]:
            pass
        keys = [(metadata.schema.column(k.column_index).name, k.descending) for k in group.sorting_columns]
        tuples = list(zip(*[want[name][rows] for name, _ in keys]))
        if keys and not any(d for _, d in keys) and tuples != sorted(tuples):
            fault(path, "pyarrow", f"row group {g} is not sorted by {keys}")
    ids = [int((f.metadata or {}).get(b"PARQUET:field_id", -1)) for f in file.schema_arrow]
    if any(i <= 0 for i in ids):
        fault(path, "pyarrow", f"field ids {ids}")


def read_pyarrow(path, want):
    for threads in (False, True):
        table = pq.read_table(path, page_checksum_verification=True, use_threads=threads)
        compare(path, "pyarrow", want, plain(table))
    check_metadata(path, want)


def read_duckdb(path, want):
    import duckdb

    db = duckdb.connect()
    db.execute("set timezone='UTC'")
    file = str(path)
    got = db.execute("select * from read_parquet(?)", [file]).to_arrow_table()
    compare(path, "duckdb", want, plain(got))
    columns = ", ".join(f'count("{name}"), sum(hash("{name}"))' for name in want)
    db.execute(f"select {columns} from read_parquet(?)", [file]).fetchall()
    check_bounds(path, want, db)
    check_blooms(path, want, db)


def check_bounds(path, want, db):
    """Bounds that are said to be exact against the values."""
    query = "select path_in_schema, row_group_num_rows, stats_min_value, stats_max_value, min_is_exact, max_is_exact"
    query += " from parquet_metadata(?) order by column_id, row_group_id"
    first = {}
    for name, rows, low, high, is_low, is_high in db.execute(query, [str(path)]).fetchall():
        start = first.get(name, 0)
        first[name] = start + rows
        present = comparable(want[name][start : start + rows])
        if not present or not isinstance(present[0], (int, bytes)) or name in ("raw", "bytes", "dict"):
            continue
        if isinstance(present[0], bytes):
            bounds = [(low or "").encode(), (high or "").encode()]
        elif low.lstrip("-").isdigit():
            bounds = [int(low), int(high)]
        else:
            continue
        if is_low and bounds[0] != min(present):
            fault(path, "duckdb", f"{name}: {low!r:.60} is said to be exact, {min(present)!r:.60} is")
        if is_high and bounds[1] != max(present):
            fault(path, "duckdb", f"{name}: {high!r:.60} is said to be exact, {max(present)!r:.60} is")


def check_blooms(path, want, db):
    file = str(path)
    query = "select distinct path_in_schema from parquet_metadata(?) where bloom_filter_offset is not null"
    for (name,) in db.execute(query, [file]).fetchall():
        query = "select row_group_id from parquet_metadata(?) where path_in_schema = ? and bloom_filter_offset is not null"
        groups = {g for (g,) in db.execute(query, [file, name]).fetchall()}

        def excluding(value):
            query = "select row_group_id from parquet_bloom_probe(?, ?, ?) where bloom_filter_excludes"
            return {g for (g,) in db.execute(query, [file, name, value]).fetchall()}

        present = next(v for v in want[name] if v is not None)
        literal = present.decode() if isinstance(present, bytes) else present
        if excluding(literal) >= groups:
            fault(path, "duckdb", f"{name}: the bloom filters rule out {literal!r:.60}")
        absent = [f"absent{n}" if isinstance(present, bytes) else 1_000_003 * n + 77_777_777 for n in range(40)]
        excluded = sum(len(excluding(value)) for value in absent)
        if excluded < 0.9 * len(absent) * len(groups):
            fault(path, "duckdb", f"{name}: the bloom filters rule out {excluded} of {len(absent) * len(groups)} absent values")


def read_polars(path, want):
    import polars

    got = polars.read_parquet(path).to_arrow()
    types = {pa.large_string(): pa.string(), pa.string_view(): pa.string(), pa.large_binary(): pa.binary()}
    got = got.cast(pa.schema([(f.name, types.get(f.type, f.type)) for f in got.schema]))
    compare(path, "polars", want, plain(got))
    if want and len(next(iter(want.values()))) > 0:
        name = next(iter(want))
        value = next((v for v in want[name] if v is not None), None)
        if isinstance(value, bytes):
            lazy = polars.scan_parquet(path)
            literal = value.decode() if lazy.collect_schema()[name] == polars.String else value
            found = lazy.filter(polars.col(name) == polars.lit(literal)).collect().height
            if found != want[name].count(value):
                fault(path, "polars", f"{name}: a filter finds {found} rows of {want[name].count(value)}")


def read_chdb(path, want):
    import chdb

    data = chdb.query(
        f"select * from file('{path}', Parquet) settings output_format_arrow_string_as_string=0, "
        "output_format_arrow_low_cardinality_as_dictionary=0, session_timezone='UTC', input_format_parquet_preserve_order=1",
        "Arrow",
    ).bytes()
    got = pa.ipc.open_file(data).read_all() if data else None
    if got is None:
        if any(want.values()):
            fault(path, "chdb", "nothing read")
        return
    columns = plain(got)
    for name, values in want.items():
        if values and isinstance(next((v for v in values if v is not None), None), bool):
            columns[name] = [None if v is None else bool(v) for v in columns[name]]
    compare(path, "chdb", want, columns)
    for name, values in want.items():
        value = next((v for v in values if v is not None), None)
        if isinstance(value, int) and not isinstance(value, bool) and name in ("amount", "count", "number"):
            found = chdb.query(f"select count() from file('{path}', Parquet) where {name} = {value}", "CSV").bytes()
            if int(found) != values.count(value):
                fault(path, "chdb", f"{name} = {value}: {int(found)} rows, not {values.count(value)}")


def main():
    readers = {"pyarrow": read_pyarrow, "duckdb": read_duckdb, "polars": read_polars, "chdb": read_chdb}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=readers)
    arguments = parser.parse_args()
    files = sorted(arguments.folder.resolve().glob("*.parquet"))
    if not files:
        sys.exit(f"no .parquet files in {arguments.folder}")
    for path in files:
        want = expected(path, pq.read_schema(path))
        for name, read in readers.items():
            if arguments.only in (None, name):
                try:
                    read(path, want)
                except Exception as error:  # a reader that gives up is the finding itself
                    fault(path, name, f"{type(error).__name__}: {error}".split("\n")[0])
        print(f"{path.name}: {len(next(iter(want.values()), []))} rows", flush=True)
    print("\n".join(faults) or f"{len(files)} files, no differences")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

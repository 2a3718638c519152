"""Strict check of metric text: `metrics_parse.py FILE...`, or standard input.

The format is told by the closing `# EOF`. prometheus_client's parsers do the reading; what they let pass is checked
here: no family twice, no series twice, histograms complete, ascending, and with a count that equals +Inf.
Prints the number of families and samples, and ends with status 1 at the first fault.
"""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus


class Fault(Exception):
    pass


def check_histogram(family):
    series = {}
    for sample in family.samples:
        labels = dict(sample.labels)
        bound = labels.pop("le", None)
        parts = series.setdefault(tuple(sorted(labels.items())), {"buckets": []})
        if sample.name.endswith("_bucket"):
            parts["buckets"].append((float(bound), sample.value))
        else:
            parts[sample.name.rsplit("_", 1)[1]] = sample.value
    for labels, parts in series.items():
        buckets = parts["buckets"]
        if not buckets or buckets[-1][0] != float("inf"):
            raise Fault(f"{family.name}{labels}: no +Inf bucket at the end")
        if [b for b, _ in buckets] != sorted({b for b, _ in buckets}):
            raise Fault(f"{family.name}{labels}: bounds do not ascend")
        if [v for _, v in buckets] != sorted(v for _, v in buckets):
            raise Fault(f"{family.name}{labels}: buckets do not cumulate")
        if parts.get("count") != buckets[-1][1] or "sum" not in parts:
            raise Fault(f"{family.name}{labels}: count or sum is wrong")


def check(text):
    """Returns the families of `text` by name, or raises."""
    if text and not text.endswith("\n"):
        raise Fault("the last line has no line feed")
    parse = openmetrics if text.endswith("# EOF\n") else prometheus
    families, seen = {}, set()
    for family in parse(text):
        if family.name in families:
            raise Fault(f"{family.name} comes twice")
        if family.type == "unknown" or not family.documentation:
            raise Fault(f"{family.name} has no type or no help")
        if not family.samples:
            raise Fault(f"{family.name} has no samples")
        families[family.name] = family
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in seen:
                raise Fault(f"{key} comes twice")
            seen.add(key)
        if family.type == "counter" and any(not s.value >= 0 for s in family.samples):
            raise Fault(f"{family.name} is a counter below zero")
        if family.type == "histogram":
            check_histogram(family)
    return families


if __name__ == "__main__":
    try:
        for text in [open(name).read() for name in sys.argv[1:]] or [sys.stdin.read()]:
            found = check(text)
            print(len(found), "families,", sum(len(f.samples) for f in found.values()), "samples")
    except (Fault, ValueError) as fault:
        sys.exit(f"metrics_parse: {fault}")

"""Printed tables and benchmarks -> counts."""

from dsvstats.sources.published.counting import (
    counts,
    documents,
    mended,
    named,
    names,
    of_area,
    rates,
    read,
    residents,
    residents_like,
    shares,
    sources,
    targets,
)

__all__ = [
    "counts",
    "documents",
    "mended",
    "named",
    "names",
    "of_area",
    "rates",
    "read",
    "residents",
    "residents_like",
    "shares",
    "sources",
    "targets",
]

"""Printed tables and benchmarks -> counts."""

from dsvstats.sources.published.counting import (
    counts,
    documents,
    mended,
    of_area,
    rates,
    read,
    residents,
    residents_like,
    shares,
    targets,
)

__all__ = [
    "counts",
    "documents",
    "mended",
    "of_area",
    "rates",
    "read",
    "residents",
    "residents_like",
    "shares",
    "targets",
]

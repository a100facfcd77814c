"""Printed tables and benchmarks -> counts."""

from dsvstats.sources.population import residents, residents_like
from dsvstats.sources.published.addresses import addresses as addresses_of
from dsvstats.sources.published.counting import counts, mended, no_counts
from dsvstats.sources.published.percentages import rates, shares, stated, targets
from dsvstats.sources.published.printed import (
    NATION,
    areas,
    documents,
    named,
    names,
    of_area,
    read,
    sources,
)

__all__ = [
    "NATION",
    "addresses_of",
    "areas",
    "counts",
    "documents",
    "mended",
    "named",
    "names",
    "no_counts",
    "of_area",
    "rates",
    "read",
    "residents",
    "residents_like",
    "shares",
    "sources",
    "stated",
    "targets",
]

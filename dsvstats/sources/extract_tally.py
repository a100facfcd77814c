"""From people and reports as numbers to how many have each measure, by area and group."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from dsvstats.sources.extract_engine import fetch
from dsvstats.sources.extract_persons import LONDON

NOBODY = -1
"""The group of those who are not recorded."""


def by_groups(rows: ir.Table, groups: dict[str, ir.Value], names: list[str]) -> pd.DataFrame:
    """How many rows have each measure, by subject, area and these groups?

    ``rows`` has ``subject``, ``area``, ``done`` and ``single`` (counted for London too). Returns
    ``subject, area``, the groups, ``recorded`` and the measures.
    """
    keys = ["subject", "area", *groups]
    rows = rows.select("subject", "area", "single", "done", **groups).view()
    patterns = rows.group_by(*keys, "single", "done").aggregate(n=rows.count())
    london = patterns.filter(patterns.single & (patterns.area != LONDON))
    london = london.mutate(area=ibis.literal(LONDON, "int8"))
    both = ibis.union(patterns, london, distinct=False)
    found = both.group_by(*keys).aggregate(
        recorded=both.n.sum(),
        **{
            name: ibis.ifelse((both.done & (1 << n)) != 0, both.n, 0).sum()
            for n, name in enumerate(names)
        },
    )
    found = fetch(found)
    for name in groups:
        found[name] = found[name].fillna(NOBODY)
    return found.astype(np.int64)


def bands(age: ir.IntegerValue, lows: list[int]) -> ir.IntegerValue:
    """Which of the bands that start at these ages is it?"""
    place = ibis.literal(-1, "int8")
    for low in lows:
        place = place + (age >= low).cast("int8")
    return place.cast("int8")

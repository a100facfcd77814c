"""From people and reports as numbers to how many have each measure, by area and group."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from dsvstats.sources.extract.engine import fetch
from dsvstats.sources.extract.wanted import WHOLE

NOBODY = -1
"""The group of those who are not recorded."""


def by_groups(rows: ir.Table, groups: dict[str, ir.Value], names: list[str]) -> pd.DataFrame:
    """How many rows have each measure, by subject, area and these groups?

    ``rows`` has ``subject``, ``area``, ``done`` and ``single`` (counted for the whole too). The
    engine counts the patterns, of which there are few; their bits are added up here. Returns
    ``subject, area``, the groups, ``recorded`` and the measures.
    """
    keys = ["subject", "area", *groups]
    kept = rows.done & ((1 << len(names)) - 1)
    rows = rows.select("subject", "area", "single", done=kept, **groups)
    found = fetch(rows.group_by(*keys, "single", "done").aggregate(n=rows.count()))
    found = found.fillna(dict.fromkeys(groups, NOBODY)).astype(np.int64)
    whole = found[(found["single"] == 1) & (found["area"] != WHOLE)].assign(area=WHOLE)
    found = pd.concat([found, whole], ignore_index=True)
    key = np.zeros(len(found), dtype=np.int64)
    for name in keys:
        numbers = found[name].to_numpy() - NOBODY
        key = key * (numbers.max(initial=0) + 1) + numbers
    _, first, places = np.unique(key, return_index=True, return_inverse=True)
    result = found.loc[first, keys].reset_index(drop=True)
    done, number = found["done"].to_numpy(), found["n"].to_numpy()
    result["recorded"] = _sums(places, number, len(result))
    for n, name in enumerate(names):
        result[name] = _sums(places, number * (done >> n & 1), len(result))
    return result


def _sums(places: np.ndarray, numbers: np.ndarray, size: int) -> np.ndarray:
    """The sums at each place: whole numbers, exact as long as they are below 2 to the 53rd."""
    return np.bincount(places, weights=numbers, minlength=size).astype(np.int64)


def bands(age: ir.IntegerValue, lows: list[int]) -> ir.IntegerValue:
    """Which of the bands that start at these ages is it?"""
    place = ibis.literal(-1, "int8")
    for low in lows:
        place = place + (age >= low).cast("int8")
    return place.cast("int8")

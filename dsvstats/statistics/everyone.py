"""Who everyone of a strand is: withheld groups, groups not listed, and groups never used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import Measure
from dsvstats.statistics import common
from dsvstats.terms.schemes import SCHEMES

EXPECTED = 30
"""Of so many expected, that nobody was counted is not by chance, even of people who recur."""
_DATES, _WHO = ("start", "end"), ("strand", "group")


def recorded_of(cases: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray | None:
    """How many have a group in each row's strand, where a whole tells it though groups are withheld?

    Only of those set against residents, who are all known; missing where nothing tells it.
    """
    rate = (rows["kind"] == "rate").to_numpy()
    if not (rate & rows["withheld"].to_numpy(dtype=bool) & common.recorded(rows)).any():
        return None
    counted = pd.MultiIndex.from_frame(rows[common.FAMILY].drop_duplicates())
    held = cases[pd.MultiIndex.from_frame(cases[common.FAMILY]).isin(counted)]
    held = counts.recording(held.assign(count=held["count"].mask(held["withheld"])))
    at, among = counts.codes([rows, held], common.STRAND)
    found = np.full(max([*at, *among], default=-1) + 1, np.nan)
    told = np.where(held["withheld"] | held["lacking"], np.nan, held["total"] - held["unrecorded"])
    found[among] = told
    return np.where(rate, found[at], np.nan)


def omitted(cases: pd.DataFrame, rows: pd.DataFrame, *, per: Measure) -> pd.DataFrame | None:
    """Which groups that residents have are not listed, in the shape of a pair? None: all are.

    A printed table leaves out the groups that nobody was counted in, but they are residents all
    the same: without them everybody else's share of the residents would be too large.
    """
    listed = rows[(rows["kind"] == "rate").to_numpy() & common.recorded(rows) & _of_scheme(rows)]
    where = (cases["unit"] == "residents").to_numpy() & (cases["count"] > 0).fillna(False)
    lives = cases[where.to_numpy(dtype=bool)]
    if listed.empty or lives.empty:
        return None
    lives = lives[common.recorded(lives)]
    at, there = counts.codes([lives, listed], ["area", "strand", "group"])
    people = lives.iloc[np.unique(at, return_index=True)[1]]
    place, own = counts.codes([people, listed], ["area", "strand"])
    (family,) = counts.codes([listed], common.STRAND)
    many = np.bincount(place, minlength=max([*place, *own]) + 1)
    known = np.bincount(family, weights=np.isin(there, at))
    if (known[family] >= many[own]).all():
        return None
    families = listed.iloc[np.unique(family, return_index=True)[1]]
    every = families[common.STRAND].merge(people[["area", *_WHO]], on=["area", "strand"])
    mine, held = counts.codes([every, listed], counts.KEY)
    none = every[~np.isin(mine, held)].assign(count=0, source="", withheld=False)
    none = none.astype({"count": "Int64"})[counts.COLUMNS]
    measures: list[Measure] = list(dict.fromkeys(zip(none["unit"], none["measure"], strict=True)))
    return counts.pair(pd.concat([none, lives], ignore_index=True), measures, per=per)


def _of_scheme(rows: pd.DataFrame) -> np.ndarray:
    """Which rows are of a scheme whose groups are told, and that is recorded of everybody?"""

    def told(strand: str) -> bool:
        return strand in SCHEMES and bool(SCHEMES[strand].groups) and not SCHEMES[strand].asked

    return common.by_strand(rows, told).astype(bool)


def unused(
    rows: pd.DataFrame, usable: np.ndarray, count: np.ndarray, base: np.ndarray, family: np.ndarray
) -> np.ndarray:
    """Which groups, of three or more, have nobody in any period where many would be expected?"""
    none = usable & (count == 0)
    if not none.any():
        return none
    many = common.total(usable.astype(float), family) > 2
    whole, lives = (common.total(np.where(usable, each, 0.0), family) for each in (count, base))
    thing = common.codes_of(rows, [*(each for each in common.FAMILY if each not in _DATES), *_WHO])
    expected = np.where(none, whole * base / np.where(lives > 0, lives, 1.0), 0.0)
    never = common.total((usable & (count > 0)).astype(float), thing) == 0
    return none & many & never & (common.total(expected, thing) >= EXPECTED)

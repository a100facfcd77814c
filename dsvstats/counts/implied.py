"""Whom a breakdown leaves out: people known to be counted, of whom no group was told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.frame import COLUMNS, KEY, check, codes, in_order
from dsvstats.terms import units

_PEOPLE = [each for each in KEY if each not in ("strand", "group")]


def completed(cases: pd.DataFrame, *, within: np.ndarray | None = None) -> pd.DataFrame:
    """Which counts are there, with those whom each breakdown of people leaves out?

    What a breakdown leaves out of its stated total, or of its largest sibling strand, is
    "Not recorded (implied)". A strand that holds one recorded group alone is a minimum of a larger
    base: where no count of the same people tells the base, the rest is there and missing.
    ``within`` are the documents, say, inside which counts are of the same people.

    >>> from dsvstats.counts import join, table
    >>> gender = table("Barnet", "victims", "crime", "gender", {"Female": 100, "Male": 28})
    >>> disabled = table("Barnet", "victims", "crime", "disability", {"Disabled": 14})
    >>> completed(join(gender, disabled))[["group", "count"]].values.tolist()[-2:]
    [['Disabled', 14], ['Not recorded (implied)', 114]]
    >>> completed(disabled)[["group", "count"]].values.tolist()
    [['Disabled', 14], ['Not recorded (implied)', <NA>]]
    """
    among = np.zeros(len(cases), dtype=np.int64) if within is None else within
    people = [*units.people(), *units.records()]
    of_people = (cases["unit"].isin(people) & (cases["unit"] != "residents")).to_numpy()
    rows = cases[of_people].assign(_of=_families(cases[of_people], among[of_people]))
    left = _left_out(rows)
    if left.empty:
        return cases
    return in_order(pd.concat([cases, check(left)], ignore_index=True))


def _families(rows: pd.DataFrame, among: np.ndarray) -> np.ndarray:
    """One number for all counts of the same people, in the order in which they come."""
    (of,) = codes([rows], _PEOPLE)
    return pd.factorize(pd.MultiIndex.from_arrays([of, among]))[0]


def _left_out(rows: pd.DataFrame) -> pd.DataFrame:
    """The rest of each strand of the same people, where there is one."""
    crossed = rows["strand"].str.contains(strands.CROSSED, regex=False)
    plain = rows[~rows["strand"].isin(["all", "reports"]) & ~crossed]
    size = plain["count"].astype("float64")
    by_strand = size.groupby([plain["_of"], plain["strand"]], sort=False)
    held = plain[~plain.duplicated(["_of", "strand"])].reset_index(drop=True)
    held["sum"] = by_strand.sum(skipna=False).to_numpy()
    known = held["group"].map(strands.recorded).to_numpy(dtype=bool)
    held["alone"] = (by_strand.size() == 1).to_numpy() & known
    everyone = rows[rows["strand"] == "all"]
    stated = everyone["count"].astype("float64").groupby(everyone["_of"]).max()
    told = held[~held["alone"]].groupby("_of")["sum"].max()
    total = held["_of"].map(stated).fillna(held["_of"].map(told))
    left = total - held["sum"]
    some = (left > 0) | (held["alone"] & left.isna())
    found = held[some].assign(
        group=strands.IMPLIED, count=left[some].astype("Int64"), withheld=False
    )
    return found.sort_values("_of", kind="stable")[COLUMNS]

"""Whom a breakdown leaves out: people known to be counted, of whom no group was told."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.frame import COLUMNS, KEY, check, in_order
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
    of_people = cases["unit"].isin([*units.people(), *units.records()])
    of_people = (of_people & (cases["unit"] != "residents")).to_numpy()
    families = cases[of_people].groupby([*_PEOPLE, among[of_people]], sort=False)
    found = [row for _, rows in families for row in _left_out(rows)]
    if not found:
        return cases
    left = check(pd.DataFrame(found, columns=COLUMNS))
    return in_order(pd.concat([cases, left], ignore_index=True))


def _left_out(rows: pd.DataFrame) -> Iterator[dict]:
    """The rest of each strand of the same people, where there is one, as rows."""
    plain = ~rows["strand"].isin(["all", "reports"]) & ~rows["strand"].str.contains(strands.CROSSED)
    parts = dict(list(rows[plain].groupby("strand", sort=False)))
    sums = {strand: _sum(held["count"]) for strand, held in parts.items()}
    alone = {strand for strand, held in parts.items() if _alone(held["group"])}
    stated = rows.loc[rows["strand"] == "all", "count"].max()
    told = [sums[strand] for strand in parts if strand not in alone]
    total = (
        _number(stated) if not pd.isna(stated) else max((n for n in told if n == n), default=np.nan)
    )
    for strand, held in parts.items():
        left = total - sums[strand]
        if left > 0 or (strand in alone and np.isnan(left)):
            first = {each: held.iloc[0][each] for each in [*KEY, "source"]}
            count = None if np.isnan(left) else int(left)
            yield {**first, "group": strands.IMPLIED, "count": count, "withheld": False}


def _sum(counts: pd.Series) -> float:
    return _number(counts.sum(skipna=False))


def _number(count) -> float:
    return np.nan if pd.isna(count) else float(count)


def _alone(groups: pd.Series) -> bool:
    """Is one recorded group all that is told?"""
    return len(groups) == 1 and strands.recorded(groups.iloc[0])

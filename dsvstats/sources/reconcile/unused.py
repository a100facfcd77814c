"""Which groups does a system never use: 0 in every period, where many would be expected?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dsvstats import counts, strands
from dsvstats.sources.reconcile.counted import Held, Told
from dsvstats.sources.reconcile.findings import CAUTION, number
from dsvstats.terms import units

_WHERE = ["area", "strand", "group"]
MANY = 30
"""Of so many expected none is no chance: less than 1 in 10 to the 13th, of a Poisson count."""


def never_used(held: Held) -> Iterator[Told]:
    """Which groups are 0 in every period, where many would be expected of residents?"""
    found = unused(held.cases, held.residents)
    for (area, strand, group), expected in found.items():
        rows = held.cases
        own = rows[(rows["area"] == area) & (rows["strand"] == strand) & (rows["group"] == group)]
        yield Told(
            own,
            f"{group} is 0 in every period, where about {number(int(expected))} would be expected "
            "of residents: a code that is not used, rather than a rate of 0.",
            severity=CAUTION,
            printed="0",
            recomputed=f"about {number(int(expected))}",
            over_time=True,
        )


def unused(cases: pd.DataFrame, residents: pd.DataFrame) -> pd.Series:
    """How many people would be expected in each group that is 0 wherever it stands?

    By area, strand and group: the largest number, of all that is counted by the strand, that the
    group's share of residents comes to; those of at least ``MANY``.

    >>> from dsvstats.counts import table
    >>> lives = {"White": 8000, "Mixed": 300, "Asian": 900, "Black": 500, "Other": 300}
    >>> people = {"White": 4000, "Mixed": 0, "Asian": 500, "Black": 300, "Other": 100}
    >>> unused(table("Barnet", "victims", "crime", "ethnicity_broad", people),
    ...        table("Barnet", "residents", "usual_residents", "ethnicity_broad", lives))
    area    strand           group
    Barnet  ethnicity_broad  Mixed    147.0
    dtype: float64
    """
    people = _people(cases)
    none = _none(people)
    lives = residents[residents["group"].map(strands.recorded).to_numpy(bool)]
    lives = lives.groupby(_WHERE)["count"].sum().astype(float)
    share = lives / lives.groupby(["area", "strand"]).transform("sum")
    family = [each for each in counts.KEY if each not in ("start", "end", "group")]
    counted = people.groupby(family)["count"].sum().astype(float)
    most = counted.groupby(["area", "strand"]).max()
    expected = pd.Series(
        [share.get(key, 0.0) * most.get(key[:2], 0.0) for key in none], index=none, dtype=float
    )
    return expected[expected >= MANY]


def with_none(cases: pd.DataFrame) -> pd.DataFrame:
    """The people of each strand and area in which a group is 0 wherever it stands.

    >>> from dsvstats.counts import table
    >>> len(with_none(table("Barnet", "victims", "crime", "gender", {"Female": 9, "Male": 0})))
    2
    """
    people = _people(cases)
    there = _none(people).droplevel("group")
    return people[pd.MultiIndex.from_frame(people[_WHERE[:2]]).isin(there)]


def _people(cases: pd.DataFrame) -> pd.DataFrame:
    held = cases[cases["unit"].isin([*units.people(), *units.records()])]
    told = held["group"].map(strands.recorded).to_numpy(bool)
    return held[told & (held["unit"] != "residents") & (held["strand"] != "reports")]


def _none(people: pd.DataFrame) -> pd.MultiIndex:
    """The groups that are 0 in every period, and in all that is counted of them."""
    most = people.assign(count=people["count"].astype(float).fillna(1)).groupby(_WHERE)["count"]
    largest = most.max()
    return pd.MultiIndex.from_tuples(largest.index[largest == 0].tolist() or [], names=_WHERE)


def without_unused(cases: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """The same counts; a group that a system never uses was not supplied, and is missing.

    >>> from dsvstats.counts import empty
    >>> without_unused(empty(), empty()).empty
    True
    """
    found = unused(cases, residents)
    if found.empty:
        return cases
    there = pd.MultiIndex.from_frame(cases[_WHERE]).isin(found.index)
    return cases.assign(count=cases["count"].mask(there & (cases["count"] == 0).fillna(False)))

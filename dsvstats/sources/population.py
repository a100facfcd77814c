"""Who lives there: the Censuses as counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

import pandas as pd

from dsvstats import counts, strands
from dsvstats.cache import remembered
from dsvstats.errors import InputError
from dsvstats.files import data
from dsvstats.terms import places

CENSUSES = (2001, 2011, 2021)
COARSER = {
    "ethnicity_broad": "ethnicity_self_defined",
    "ethnicity_two": "ethnicity_self_defined",
}
"""Schemes that the Censuses' own is added up to."""


@cache
def read() -> pd.DataFrame:
    """The residents file as it lies in data/."""
    held = pd.read_csv(
        data("benchmarks", "residents.csv.gz"), dtype={"count": "int64"}, keep_default_na=False
    )
    return held[held["strand"].isin(strands.SCHEMES) | held["strand"].str.contains(strands.CROSSED)]


def residents(
    area: str | list[str],
    strand: str,
    *,
    census: int | list[int] = 2011,
    groups: list[str] | None = None,
) -> pd.DataFrame:
    """How many people live there, by this strand? A benchmark, as counts.

    ``census`` is 2001, 2011 or 2021, or several: what is counted between two of them is then
    set against residents interpolated between both. ``groups`` names the groups to make of the
    Census' own: age bands, or those of a coarser strand. A strand that the Censuses did not
    ask, or bands that they do not hold whole, give an empty frame.

    Returns counts: unit "residents", subject "population", one day, definition "census_2011".

    >>> residents("Wandsworth", "gender")[["group", "count"]].values.tolist()
    [['Female', 158349], ['Male', 148646]]
    """
    wanted = [area] if isinstance(area, str) else list(area)
    years = [census] if isinstance(census, int) else list(census)
    unknown = [each for each in years if each not in CENSUSES]
    if unknown:
        raise InputError(
            where="census", rule="a Census year", value=unknown, mend="choose from 2001, 2011, 2021"
        )
    held = read()
    held = held[
        held["area"].isin([places.find(each) for each in wanted])
        & (held["strand"] == COARSER.get(strand, strand))
        & held["census"].isin([f"census_{year}" for year in years])
    ]
    people = counts.check(
        held.assign(
            start=held["date"],
            end=held["date"],
            subject="population",
            unit="residents",
            measure="usual_residents",
            definition=held["census"],
            withheld=False,
        ).drop(columns=["date", "census"])
    )
    return grouped(people, strand, groups=groups)


def grouped(
    people: pd.DataFrame, strand: str, *, groups: Sequence[str] | None = None
) -> pd.DataFrame:
    """These residents by a strand that is coarser than theirs, or in wider bands of age.

    >>> grouped(residents("Wandsworth", "age"), "age", groups=["18-29"])["group"].unique().tolist()
    ['18-29']
    """
    if COARSER.get(strand) in set(people["strand"]):
        people = strands.recode(people, strand=COARSER[strand], to=strand)
    if groups is not None and strand == "age":
        people = _in_bands(people, strands.ordered("age", groups))
    return people


def _in_bands(people: pd.DataFrame, bands: list[str]) -> pd.DataFrame:
    """The bands that the Census' own bands make up whole; those that they do not are left out."""
    own = _ages(people["group"].unique())
    inside: dict[str, str] = {}
    for wide, (low, high) in _ages(bands).items():
        held = [each for each, (a, b) in own.items() if low <= a and b <= high]
        ages = sorted(own[each] for each in held)
        whole = (
            bool(ages)
            and ages[0][0] == low
            and ages[-1][1] == high
            and all(a[1] + 1 == b[0] for a, b in pairwise(ages))
        )
        inside |= dict.fromkeys(held, wide) if whole else {}
    kept = people[people["group"].isin(inside)]
    return strands.recode(kept, strand="age", to=sorted(set(inside.values())))


def _ages(groups: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The ages of those groups that are age bands."""
    return {each: ages for each in groups if (ages := strands.band(each))}


@remembered
def residents_like(cases: pd.DataFrame, *, census: int | list[int] = 2011) -> pd.DataFrame:
    """Which residents do these people belong among? By area, strand and group, as counts.

    >>> residents_like(counts.empty()).empty
    True
    """
    held = cases[cases["area"].isin(places.names())]
    found = []
    for strand, rows in held.groupby("strand", sort=False):
        wanted = rows.groupby("area")["group"].agg(lambda groups: tuple(sorted(groups.unique())))
        for groups in wanted.unique() if strand == "age" else [None]:
            where = wanted.index if groups is None else wanted.index[wanted == groups]
            found.append(residents(list(where), strand, census=census, groups=groups))
    return pd.concat(found, ignore_index=True) if found else counts.empty()

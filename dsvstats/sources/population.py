"""Who lives there: the Censuses as counts, of a place that is built in or a researcher's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from dsvstats import counts, files, strands
from dsvstats.cache import remembered
from dsvstats.errors import InputError
from dsvstats.terms import definitions, places
from dsvstats.terms.places import Place
from dsvstats.terms.schemes import APPROXIMATE, EXACT

_LONG = ["area", "date", "census", "strand", "group", "count", "source"]
"""The columns of residents in a file of their own, beside the shape of a counts frame."""


@cache
def read(place: Place) -> pd.DataFrame:
    """Which residents does this place bring? Counts of every day known; none where it brings none.

    >>> read(places.place())["area"].nunique()
    33
    """
    if place.residents is None:
        return counts.empty()
    path = place.residents.path
    held = files.read_csv(path, start=",".join(_LONG)).frame()
    if "date" not in held:
        held = counts.choose(counts.read(path, place=place), unit="residents")
    else:
        areas = {each: place.find(each) for each in held["area"].unique() if place.knows(each)}
        known = [each for each in held["strand"].unique() if _known(each)]
        held = held[held["area"].isin(areas) & held["strand"].isin(known)]
        held = _as_counts(held.assign(area=held["area"].map(areas)), path.name)
    return held.assign(source=held["source"].replace("", place.residents.source or path.name))


def _known(strand: str) -> bool:
    return all(part in strands.SCHEMES for part in strands.parts(strand))


def _as_counts(held: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = held.rename(columns={"date": "start", "census": "definition"})
    rows = rows.assign(
        end=rows["start"], subject="population", unit="residents", measure="usual_residents"
    )
    return counts.check(rows, name=name)


def residents(
    area: str | Sequence[str],
    strand: str,
    *,
    census: int | Sequence[int] = 2011,
    groups: Sequence[str] | None = None,
    ages: str = "",
    place: str | Path | Place = "",
) -> pd.DataFrame:
    """How many people live there, by this strand? A benchmark, as counts.

    ``census`` is one that is known for the place (2001, 2011 or 2021 for the one built in), or
    several: what is counted between two of them is then set against residents interpolated
    between both. ``groups`` names the groups to make of the Census' own: age bands, or those of a
    coarser strand; ``ages`` is a band that residents are kept of, where the Censuses tell the
    strand by age. A strand that the Censuses did not ask, or bands that they do not hold whole,
    give an empty frame, and so does a place that brings no residents.

    Returns counts: unit "residents", subject "population", one day, definition "census_2011".

    >>> residents("Wandsworth", "gender")[["group", "count"]].values.tolist()
    [['Female', 158349], ['Male', 148646]]
    """
    there = places.place(place)
    wanted = [there.find(each) for each in ([area] if isinstance(area, str) else area)]
    days = _days([census] if isinstance(census, int) else census, there)
    people = read(there)
    people = people[people["area"].isin(wanted) & people["start"].isin(days)]
    if ages:
        return _aged(people, strand, ages)
    people = counts.choose(people, strand=finest(strand, people))
    return grouped(people, strand, groups=groups)


def _aged(people: pd.DataFrame, strand: str, band: str) -> pd.DataFrame:
    """Those of these ages by the strand, from people by age and strand; none where it cuts a band."""
    rows = people[people["strand"] == strands.CROSSED.join(("age", strand))]
    cells = rows["group"].str.split(strands.CROSSED, n=1, expand=True, regex=False)
    if rows.empty or not (inside := _inside(cells[0].unique(), band)):
        return rows.iloc[:0]
    rows = _summed(rows.assign(strand=strand, group=cells[1])[cells[0].isin(inside).to_numpy()])
    return rows.assign(definition=[definitions.of_ages(each, band) for each in rows["definition"]])


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """These residents, those of one group of one day added up."""
    key = [each for each in counts.KEY if each != "definition"]
    added = {"count": "sum", "withheld": "any", "source": "first", "definition": "first"}
    return counts.check(rows.groupby(key, sort=False).agg(added).reset_index())


def _crossed_in_bands(people: pd.DataFrame, strand: str, groups: Sequence[str]) -> pd.DataFrame:
    """Residents by age and something else in the bands of these groups, those made up whole."""
    at = strands.parts(strand).index("age")
    cells = people["group"].str.split(strands.CROSSED, regex=False)
    own = cells.str[at]
    inside = {
        each: wide
        for wide in _ages(group.split(strands.CROSSED)[at] for group in groups)
        for each in _inside(own.unique(), wide)
    }
    named = [
        strands.CROSSED.join([*cell[:at], inside.get(cell[at], ""), *cell[at + 1 :]])
        for cell in cells
    ]
    return _summed(people.assign(group=named)[own.isin(inside).to_numpy()])


def _days(census: Sequence[int], place: Place) -> list[pd.Timestamp]:
    """The days of these Censuses."""
    unknown = [each for each in census if each not in place.censuses]
    if unknown and place.residents is not None:
        raise InputError(
            where="census",
            rule="a Census year",
            value=unknown,
            mend=f"choose from {', '.join(map(str, place.censuses))}",
        )
    return [pd.Timestamp(place.censuses[each]) for each in census if each in place.censuses]


def finest(strand: str, people: pd.DataFrame) -> str:
    """By which strand are these people told so that this one can be made of it?

    >>> finest("ethnicity_broad", residents("Wandsworth", "ethnicity_self_defined"))
    'ethnicity_self_defined'
    """
    held = set(people["strand"])
    finer = (fine for fine, coarse in [*EXACT, *APPROXIMATE] if coarse == strand)
    return next((each for each in (strand, *finer) if each in held), strand)


def grouped(
    people: pd.DataFrame, strand: str, *, groups: Sequence[str] | None = None
) -> pd.DataFrame:
    """These residents by a strand that is coarser than theirs, or in wider bands of age.

    >>> grouped(residents("Wandsworth", "age"), "age", groups=["18-29"])["group"].unique().tolist()
    ['18-29']
    """
    if (fine := finest(strand, people)) != strand:
        people = strands.recode(people, strand=fine, to=strand, approximate=True)
    if groups is not None and strand == "age":
        people = _in_bands(people, strands.ordered("age", groups))
    elif groups is not None and "age" in strands.parts(strand) and len(people):
        people = _crossed_in_bands(people, strand, groups)
    return people


def _in_bands(people: pd.DataFrame, bands: list[str]) -> pd.DataFrame:
    """The bands that the Census' own bands make up whole; those that they do not are left out."""
    own = _ages(people["group"].unique())
    inside: dict[str, str] = {}
    for wide in _ages(bands):
        inside |= dict.fromkeys(_inside(own, wide), wide)
    kept = people[people["group"].isin(inside)]
    return strands.recode(kept, strand="age", to=sorted(set(inside.values())))


def _inside(groups: Iterable[str], wide: str) -> list[str]:
    """Which of these bands make up the wide one whole? None where they do not."""
    own, (low, high) = _ages(groups), strands.band(wide) or (0.0, 0.0)
    held = [each for each, (a, b) in own.items() if low <= a and b <= high]
    ages = sorted(own[each] for each in held)
    whole = (
        bool(ages)
        and ages[0][0] == low
        and ages[-1][1] == high
        and all(a[1] + 1 == b[0] for a, b in pairwise(ages))
    )
    return held if whole else []


def _ages(groups: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The ages of those groups that are age bands."""
    return {each: ages for each in groups if (ages := strands.band(each))}


def residents_like(
    cases: pd.DataFrame,
    *,
    census: int | Sequence[int] = 2011,
    place: str | Path | Place = "",
) -> pd.DataFrame:
    """Which residents do these people belong among? By area, strand and group, as counts.

    Of the ages of those counted, where the Censuses tell the strand by age: an area's people by
    gender, whose youngest age band starts at 18, belong among residents of 18 or over.

    >>> residents_like(counts.empty()).empty
    True
    """
    return _residents_like(cases, census, places.place(place))


@remembered
def _residents_like(cases: pd.DataFrame, census: int | Sequence[int], place: Place) -> pd.DataFrame:
    held = cases[cases["area"].isin(place.areas)]
    found = []
    bands = {area: _band(rows) for area, rows in held.groupby("area", sort=False)}
    for strand, rows in held.groupby("strand", sort=False):
        wanted = rows.groupby("area")["group"].agg(lambda groups: tuple(sorted(groups.unique())))
        for groups in wanted.unique() if "age" in strands.parts(str(strand)) else [None]:
            where = wanted.index if groups is None else wanted.index[wanted == groups]
            for ages in dict.fromkeys(bands[each] for each in where) if groups is None else [""]:
                at = [each for each in where if groups is not None or bands[each] == ages]
                like: dict[str, Any] = {"census": census, "groups": groups, "place": place}
                aged = residents(at, strand, ages=ages, **like) if ages else counts.empty()
                found.append(residents(at, strand, **like) if aged.empty else aged)
    return pd.concat(found, ignore_index=True) if found else counts.empty()


def _band(people: pd.DataFrame) -> str:
    """Of which ages are these people, as their age bands say? Nothing where they are of all."""
    lowest = counts.youngest(people)
    return counts.ages_from(lowest) if lowest > 0 else ""

"""A researcher's own counts: read, one source chosen for each, and no more than can be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts, files
from dsvstats.errors import InputError, near
from dsvstats.sources import population
from dsvstats.terms import places, units
from dsvstats.terms.places import Place

_DAYS = 365.25
_MOST = 10_000_000_000
"""More than this has nobody counted; where residents are known they say so sooner."""


def read(
    path: str | Path,
    *,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] | None = (),
) -> pd.DataFrame:
    """Which counts does this file hold, of all sources? What cannot be is an error.

    One key may be held from two sources only where ``prefer`` says which to take first, or is
    None: then nothing is taken.
    """
    first = None if prefer is None else tuple(prefer)
    held = _checksum(path, mapping)
    return _read(str(path), mapping, places.place(place), first, held).copy()


def _checksum(path: str | Path, mapping: str) -> str:
    every = [Path(each) for each in (path, mapping) if str(each)]
    for each in every:
        files.opened(each).close()
    return files.checksum(*every)


@cache
def _read(
    path: str, mapping: str, place: Place, prefer: tuple[str, ...] | None, checksum: str
) -> pd.DataFrame:
    def plausible(checked: pd.DataFrame) -> Iterator:
        yield from _ended(checked)
        yield from _possible(checked, place)
        if prefer is not None:
            refuse_unknown(prefer, checked["source"].dropna().unique().tolist())
            yield from _of_one_source(checked, prefer)

    return counts.read(path, mapping=mapping, place=place, rules=[plausible])


def chosen(
    path: str | Path,
    *,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] | None = (),
) -> pd.DataFrame:
    """Which counts are taken of this file? One of each key, and whom breakdowns leave out."""
    first = None if prefer is None else tuple(prefer)
    return _chosen(str(path), mapping, place, first, _checksum(path, mapping)).copy()


@cache
def _chosen(
    path: str, mapping: str, place: str, prefer: tuple[str, ...] | None, checksum: str
) -> pd.DataFrame:
    return counts.completed(as_given(path, mapping=mapping, place=place, prefer=prefer))


def as_given(
    path: str | Path,
    *,
    mapping: str = "",
    place: str = "",
    prefer: Sequence[str] | None = (),
) -> pd.DataFrame:
    """Which counts does this file give, one of each key? The first, where ``prefer`` is None."""
    held = read(path, mapping=mapping, place=place, prefer=prefer)
    if prefer is None:
        return held.drop_duplicates(counts.KEY, ignore_index=True)
    return counts.prefer(held, list(prefer))


def refuse_unknown(prefer: Sequence[str], sources: list[str]) -> None:
    """A source that is preferred and is none of these is an error that lists the near ones."""
    for each in prefer:
        if not any(source.startswith(each) for source in sources):
            raise InputError(
                where="prefer",
                rule="the sources to take first, by their names or how these start",
                value=each,
                mend=near(each, sources) if sources else "leave it out",
            )


def unlikely(held: pd.DataFrame, *, place: str = "") -> list[str]:
    """What in these counts is hardly so? A sentence each, for who runs or checks them.

    >>> unlikely(counts.table("Barnet", "victims", "crime", "all", {"All": 500_000}))
    ['500,000 victims in Barnet, which has 397,049 residents: is each counted once?']
    """
    there = _residents(held, places.place(place))
    people = held[held["unit"].isin(units.people()) & (held["unit"] != "residents")]
    much = people[(people["count"] > people["area"].map(there)).fillna(False).to_numpy(bool)]
    return [
        f"{row.count:,} {units.many(row.unit)} in {row.area}, which has {there[row.area]:,} "
        "residents: is each counted once?"
        for row in much.itertuples(index=False)
    ]


def _ended(checked: pd.DataFrame) -> Iterator[counts.Breached]:
    late = checked["end"] > pd.Timestamp(date.today())
    yield (
        (late & (checked["unit"] != "residents")).to_numpy(bool),
        "end",
        "a day not after today",
        "give the days that are counted",
    )


def _possible(checked: pd.DataFrame, place: Place) -> Iterator[counts.Breached]:
    """No area has more in a year than the whole place has residents."""
    there = _residents(checked, place).max() if len(checked) else np.nan
    most = _MOST if pd.isna(there) else there
    years = ((checked["end"] - checked["start"]).dt.days / _DAYS).clip(lower=1)
    yield (
        (checked["count"] > most * years).fillna(False).to_numpy(bool),
        "count",
        f"at most {most:,.0f} a year, as many as {place.whole} has residents",
        "correct the number",
    )


def _of_one_source(checked: pd.DataFrame, prefer: Sequence[str]) -> Iterator[counts.Breached]:
    doubled = checked.duplicated(counts.KEY, keep=False)
    doubled &= ~checked.duplicated([*counts.KEY, "source"], keep=False)
    for _, rows in checked[doubled].groupby(counts.KEY, sort=False, dropna=False):
        sources = rows["source"].tolist()
        if not any(source.startswith(each) for source in sources for each in prefer):
            second = np.zeros(len(checked), dtype=bool)
            second[rows.index[1]] = True
            told = json.dumps([sources[0]], ensure_ascii=False)
            mend = f"say which to take, for example: -p prefer '{told}'"
            yield second, "source", f"one for each count, besides {sources[0]!r}", mend


def _residents(held: pd.DataFrame, place: Place) -> pd.Series:
    """How many live in each area, at most: as these counts say, else as the Censuses do."""
    known = counts.join(population.read(place), held[held["unit"] == "residents"])
    strands = known[~known["strand"].isin(["reports"])]
    key = ["area", "start", "definition", "strand"]
    summed = strands.groupby(key, dropna=False)["count"].sum()
    return summed.groupby("area").max()

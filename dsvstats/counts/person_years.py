"""Residents as a base: person-years over the period, each day's between the Censuses around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts import ages
from dsvstats.counts.grouping import codes, sources_of
from dsvstats.errors import InputError
from dsvstats.terms import definitions

_PERIOD = ["area", "start", "end", "subject", "unit", "measure", "definition"]
_DAYS = 10**7


def years(start: pd.Series, end: pd.Series) -> pd.Series:
    """How many years do these periods last, both days included? Whole months count twelfths.

    >>> dates = pd.to_datetime(pd.Series(["2008-04-01", "2009-03-31"]))
    >>> years(dates[:1], dates[1:].reset_index(drop=True)).tolist()
    [1.0]
    """
    first, after = (each.to_numpy().astype("datetime64[D]") for each in (start, end))
    after = after + 1
    month, month_after = (each.astype("datetime64[M]") for each in (first, after))
    whole = (month == first) & (month_after == after)
    months = (month_after - month).astype(float)
    length = np.where(whole, months / 12, (after - first).astype(float) / 365.25)
    return pd.Series(length, index=start.index)


def _refuse_mixed_residents(residents: pd.DataFrame) -> None:
    """In one strand, a Census and an estimate of another kind are not to be interpolated."""
    kinds: dict[str, set[str]] = {}
    (code,) = codes([residents], ["strand", "definition"])
    pairs = residents[["strand", "definition"]].iloc[np.unique(code, return_index=True)[1]]
    for strand, definition in pairs.itertuples(index=False):
        kind = re.sub(r"_?\d{4}$", "", definitions.bare(definition))
        kinds.setdefault(strand, set()).add(kind)
    mixed = sorted({each for held in kinds.values() if len(held) > 1 for each in held})
    if mixed:
        raise InputError(
            where="per",
            rule="residents from one kind of source in each strand",
            value=mixed,
            mend="choose with counts.choose(residents, definition=…)",
        )


@dataclass(frozen=True)
class _Known:
    """The residents of each place on the days known, by place and day, and what they add up to.

    ``place`` numbers area, strand and group; ``first`` and ``last`` are where each begins and ends.
    ``lived``: person-days from a place's first day known to each of its days.
    """

    place: np.ndarray
    day: np.ndarray
    people: np.ndarray
    lived: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def at(self, place: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Where is the last day known that is not after this one, or else the first?"""
        found = np.searchsorted(self.place * _DAYS + self.day, place * _DAYS + day, "right") - 1
        return np.clip(found, self.first[place], self.last[place])

    def until(self, place: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Where is the first day known that is not before this one, or else the last?"""
        found = np.searchsorted(self.place * _DAYS + self.day, place * _DAYS + day, "left")
        return np.clip(found, self.first[place], self.last[place])

    def number(self, place: np.ndarray, day: np.ndarray) -> np.ndarray:
        """How many lived there on this day: between two days known, or as on the nearest."""
        at = self.at(place, day)
        return self.people[at] + self._slope(place, day, at) * (day - self.day[at])

    def total(self, place: np.ndarray, day: np.ndarray) -> np.ndarray:
        """How many days were lived there from the first day known to this one?"""
        at = self.at(place, day)
        since = day - self.day[at]
        return self.lived[at] + (self.people[at] + self._slope(place, day, at) * since / 2) * since

    def _slope(self, place: np.ndarray, day: np.ndarray, at: np.ndarray) -> np.ndarray:
        after = np.minimum(at + 1, self.last[place])
        span = self.day[after] - self.day[at]
        between = (span > 0) & (day >= self.day[at])
        change = self.people[after] - self.people[at]
        return np.where(between, change, 0.0) / np.where(between, span, 1)

    def mean(self, place: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """How many lived there on the mean day of the period?"""
        span = end - start
        whole = self.total(place, end) - self.total(place, start)
        return np.where(span > 0, whole / np.maximum(span, 1), self.number(place, start))


def _known(place: np.ndarray, day: np.ndarray, people: np.ndarray, many: int) -> _Known:
    span = np.diff(day, append=day[-1:])
    after = np.append(people[1:], people[-1:])
    goes_on = np.append(place[1:] == place[:-1], False)
    step = np.where(goes_on, (people + after) / 2 * span, 0.0)
    first = np.searchsorted(place, np.arange(many), "left")
    last = np.searchsorted(place, np.arange(many), "right") - 1
    lived = np.zeros(len(place))
    for start, end in zip(first, last, strict=True):
        lived[start + 1 : end + 1] = np.cumsum(step[start:end])
    return _Known(place, day, people, lived, first, last)


def per_resident(top: pd.DataFrame, residents: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """These counts with their person-years, and which of them have any.

    Each day's residents are those between the Censuses around it; before the first, and after the
    last, those of that one.
    """
    if residents.empty:
        return top, np.zeros(len(top), dtype=bool)
    _refuse_mixed_residents(residents)
    below, above = codes([residents, top], ["area", "strand", "group"])
    many = below.max() + 1
    order = np.lexsort([_days(residents["start"]), below])
    held = residents.iloc[order]
    people = held["count"].to_numpy(dtype=float, na_value=np.nan)
    known = _known(below[order], _days(held["start"]), people, many)
    joined = above < many
    place = np.where(joined, above, 0)
    start, end = _days(top["start"]), _days(top["end"])
    number = known.mean(place, start, end)
    before, after = known.at(place, start), known.until(place, end)
    hidden, given = held["withheld"].to_numpy(dtype=bool), held["source"].to_numpy(dtype=object)
    used = [np.minimum(before + n, after) for n in range(int((after - before).max(initial=0)) + 1)]
    rows = top.assign(
        denominator=np.where(joined, number * _length(top), np.nan),
        source=sources_of(top["source"], *(np.where(joined, given[each], "") for each in used)),
    )
    rows["withheld"] |= joined & np.any([hidden[each] for each in used], axis=0)
    joined = joined & ~np.isnan(number)
    rows["flags"] = np.where(joined, _flags(rows, held, known, (before, after), joined), "")
    return rows, joined


def _length(top: pd.DataFrame) -> np.ndarray:
    (period,) = codes([top], ["start", "end"])
    dates = top[["start", "end"]].iloc[np.unique(period, return_index=True)[1]]
    return years(dates["start"], dates["end"]).to_numpy()[period]


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _flags(top, held, known: _Known, ends: tuple, joined: np.ndarray) -> np.ndarray:
    """Of which Censuses are the residents, of which ages, and are they told by the same scheme?"""
    census = held["start"].dt.year.to_numpy()
    before, after = ends
    between = before < after
    (family,) = codes([top], _PERIOD)
    of_age = (top["strand"] == ages.AGE).to_numpy()
    youngest, covered = _of_ages(top, family, of_age, joined)
    told = pd.DataFrame(
        {
            "first": census[before],
            "last": census[after],
            "many": after - before,
            "early": between & (_days(top["start"]) < known.day[before]),
            "late": between & (_days(top["end"]) > known.day[after]),
            "definition": held["definition"].to_numpy(dtype=object)[before],
            "strand": top["strand"].to_numpy(dtype=object),
            "ages": np.where(of_age, covered, youngest),
        }
    )
    (code,) = codes([told], list(told.columns))
    first = np.unique(code, return_index=True)[1]
    words = [
        _said(row, census[before[at] : after[at] + 1])
        for at, row in zip(first, told.iloc[first].itertuples(index=False), strict=True)
    ]
    return np.array(words, dtype=object)[code]


def _said(row, censuses: np.ndarray) -> str:
    flags = ["residents=" + "/".join(map(str, dict.fromkeys(censuses.tolist())))]
    flags += [f"as_first={row.first}"] * row.early + [f"as_last={row.last}"] * row.late
    flags += definitions.made(row.definition)
    flags += [f"lacks={each}" for each in lacking(row.strand)]
    own = row.ages if row.strand == ages.AGE else definitions.ages(row.definition)
    if own:
        flags.append(f"ages={own}")
    elif row.ages and ages.AGE not in strands.parts(row.strand):
        flags.append(f"all_ages={row.ages}")
    return " ".join(flags)


def lacking(strand: str) -> tuple[str, ...]:
    """Which groups of residents have no place in this strand?"""
    return tuple(each for part in strands.parts(strand) for each in strands.scheme(part).lacks)


def _of_ages(
    top: pd.DataFrame, family: np.ndarray, of_age: np.ndarray, joined: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """From which age on are those of each row's family, and which ages have residents?"""
    number, groups = pd.factorize(top["group"])
    bands = np.array([strands.band(each) or (np.nan, np.nan) for each in groups]).reshape(-1, 2)
    low, high = bands[number].T
    some = (top["numerator"].fillna(0) > 0).to_numpy(dtype=bool) | top["withheld"].to_numpy(bool)
    of_band = of_age & ~np.isnan(low)
    many = family.max(initial=-1) + 1
    youngest, least, most = np.full(many, np.inf), np.full(many, np.inf), np.full(many, -np.inf)
    np.minimum.at(youngest, family[of_band & some], low[of_band & some])
    np.minimum.at(least, family[of_band & joined], low[of_band & joined])
    np.maximum.at(most, family[of_band & joined], high[of_band & joined])
    from_age = [ages.named(each) if np.isfinite(each) else "" for each in youngest]
    covered = [ages.named(a, b) if np.isfinite(a) else "" for a, b in zip(least, most, strict=True)]
    return tuple(np.array(each or [""], dtype=object)[family] for each in (from_age, covered))

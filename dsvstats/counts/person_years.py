"""Residents as a base: person-years over the period, between Censuses where both exist."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dsvstats.counts.grouping import codes, sources_of
from dsvstats.errors import InputError


def years(start: pd.Series, end: pd.Series) -> pd.Series:
    """How many years do these periods last, both days included? Whole months count twelfths.

    >>> dates = pd.to_datetime(pd.Series(["2008-04-01", "2009-03-31"]))
    >>> years(dates[:1], dates[1:].reset_index(drop=True)).tolist()
    [1.0]
    """
    after = end + pd.Timedelta(days=1)
    months = (after.dt.year - start.dt.year) * 12 + after.dt.month - start.dt.month
    whole = (start.dt.day == 1) & (after.dt.day == 1)
    return (months / 12).where(whole, (after - start).dt.days / 365.25)


def _refuse_mixed_residents(residents: pd.DataFrame) -> None:
    """In one strand, a Census and an estimate of another kind are not to be interpolated."""
    kinds: dict[str, set[str]] = {}
    pairs = residents[["strand", "definition"]].drop_duplicates()
    for strand, definition in pairs.itertuples(index=False):
        kinds.setdefault(strand, set()).add(re.sub(r"_?\d{4}$", "", definition))
    mixed = sorted({each for held in kinds.values() if len(held) > 1 for each in held})
    if mixed:
        raise InputError(
            where="per",
            rule="residents from one kind of source in each strand",
            value=mixed,
            mend="choose with counts.choose(residents, definition=…)",
        )


def per_resident(top: pd.DataFrame, residents: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """These counts with their person-years, and which of them have any."""
    if residents.empty:
        return top, np.zeros(len(top), dtype=bool)
    _refuse_mixed_residents(residents)
    (period,) = codes([top], ["start", "end"])
    dates = top[["start", "end"]].iloc[np.unique(period, return_index=True)[1]]
    length = years(dates["start"], dates["end"]).to_numpy()[period]
    middle = _days(dates["start"] + (dates["end"] - dates["start"]) / 2)[period]
    above, below = codes([top, residents], ["area", "strand", "group"])
    days = _days(residents["start"])
    order = np.lexsort([days, below])
    below, days = below[order], days[order]
    people = residents["count"].to_numpy(dtype=float, na_value=np.nan)[order]
    hidden = residents["withheld"].to_numpy(dtype=bool)[order]
    census = residents["start"].dt.year.to_numpy()[order]
    given = residents["source"].to_numpy(dtype=object)[order]
    after = np.searchsorted(below * 10**7 + days, above * 10**7 + middle)
    before = after - 1
    has_after = (after < len(below)) & (below[np.minimum(after, len(below) - 1)] == above)
    has_before = (before >= 0) & (below[before] == above)
    after, before = np.where(has_after, after, before), np.where(has_before, before, after)
    joined = has_after | has_before
    after, before = np.where(joined, after, 0), np.where(joined, before, 0)
    exact = days[after] == middle
    before = np.where(exact, after, before)
    span = days[after] - days[before]
    share = np.where(span > 0, (middle - days[before]) / np.where(span > 0, span, 1), 0.0)
    number = people[before] + share * (people[after] - people[before])
    rows = top.assign(
        denominator=np.where(joined, number * length, np.nan),
        flags=np.where(joined, _census_flags(census[before], census[after]), ""),
        source=sources_of(
            top["source"], *(np.where(joined, given[each], "") for each in (before, after))
        ),
    )
    rows["withheld"] |= joined & (hidden[before] | hidden[after])
    return rows, joined & ~np.isnan(number)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _census_flags(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Of which Census are the residents, or between which two are they taken?"""
    both, each = np.unique(before * 10_000 + after, return_inverse=True)
    pairs = (divmod(pair, 10_000) for pair in both.tolist())
    words = ["residents=" + "/".join(map(str, dict.fromkeys(pair))) for pair in pairs]
    return np.array(words, dtype=object)[each]

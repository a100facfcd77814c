"""Which counts are made of an extract: the last twelve months by every strand, and periods before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.terms.definitions import SYNTHETIC, with_made

STRANDS = (
    *("all", "age", "gender", "disability", "ethnicity_self_defined", "ethnicity_broad"),
    *("ethnicity_officer_defined", "religion", "sexual_orientation", "relationship", "reports"),
)
UNITS_OVER_TIME = ["calls", "incidents", "offences", "victims"]
_APART, _MOST = 3, 9
"""Rolling periods end so many months apart, and there are at most so many of them."""


def latest(records, *, threshold: int) -> pd.DataFrame:
    """The true counts of the last twelve months, of every area by every strand.

    The list of people by number of reports ends where fewer than the threshold are left.
    """
    # here, so that other pages need not wait for DuckDB
    from dsvstats.sources import extract

    held = extract.count(records, strands=list(STRANDS))
    return _top_coded(named(_once(held)), threshold) if len(held) else held


def over_time(records) -> pd.DataFrame:
    """The true counts of every area as a whole in twelve months that end a quarter apart."""
    from dsvstats.sources import extract

    if not (periods := _periods(records)):
        return counts.empty()
    held = extract.count(records, periods=periods, units=UNITS_OVER_TIME, strands=["all"])
    return named(held)


def named(cases: pd.DataFrame) -> pd.DataFrame:
    """What is synthetic is so by its definition, which goes into everything made from it."""
    made_up = cases["source"].str.contains("synthetic", case=False)
    definition = [with_made(each, SYNTHETIC) for each in cases["definition"]]
    return cases.assign(definition=cases["definition"].mask(made_up, definition))


def _once(cases: pd.DataFrame) -> pd.DataFrame:
    """Outcomes are those of crimes: they are shown of offences, and not of incidents again."""
    outcomes = set(cases.loc[cases["unit"] == "offences", "measure"]) - {"crime"}
    again = (cases["unit"] == "incidents") & cases["measure"].isin(outcomes)
    return cases[~again].reset_index(drop=True)


def _periods(records) -> list[tuple[str, str]]:
    """The last twelve months, and those that end a quarter earlier each, as far as there are."""
    from dsvstats.sources import extract
    from dsvstats.sources.extract.frames import Supplied

    held = Supplied(records)
    if not held.parts:
        return []
    start, end = held.first.replace(day=1), f"{held.last:%Y-%m}"
    ends = extract.rolling(f"{start:%Y-%m}", end)[::-_APART]
    return [each for each in ends if pd.Timestamp(each[0]) >= start][:_MOST][::-1]


def _top_coded(cases: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """People by number of reports, the last group open, so that it is not a handful of people."""
    listed = (cases["strand"] == "reports").to_numpy()
    rows = cases[listed].assign(number=cases["group"][listed].astype("int64"))
    key = [each for each in counts.KEY if each != "group"]
    rows = rows.sort_values("number", ascending=False, kind="stable")
    above = rows.groupby(key, sort=False, observed=True)["count"].cumsum()
    enough = rows["number"].where(above >= threshold)
    (place,) = counts.codes([rows], key)
    most = enough.groupby(place).max().reindex(place).fillna(1).to_numpy()
    last = rows["number"].groupby(place).max().reindex(place).to_numpy()
    group = rows["number"].clip(upper=most).astype("int64")
    opened = ((group == most) & (most < last)).to_numpy()
    rows["group"] = group.astype("str") + pd.Series(np.where(opened, "+", ""), index=rows.index)
    summed = rows.groupby([*key, "group", "source"], sort=False, observed=True)["count"].sum()
    return counts.join(cases[~listed], summed.reset_index().assign(withheld=False)[counts.COLUMNS])

"""Which counts are meant: choose, prefer one source, add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.frame import COLUMNS, KEY, check, require
from dsvstats.counts.grouping import codes
from dsvstats.errors import InputError, one_of
from dsvstats.terms import measures, subjects, units

_DATES = ["start", "end"]
_KNOWN = {"subject": subjects.known, "unit": units.known, "measure": measures.known}


def choose(cases: pd.DataFrame, **wanted) -> pd.DataFrame:
    """Which counts have these values? One value or a list for each column named.

    An unknown subject, unit or measure is an error that lists the near ones; a known one that
    was not supplied gives no rows.

    >>> from dsvstats.counts import table
    >>> cases = table("Wandsworth", "victim_records", "crime", "gender",
    ...               {"Female": 947, "Male": 222})
    >>> choose(cases, strand="gender", group=["Male"])["count"].tolist()
    [222]
    """
    keep = np.ones(len(cases), dtype=bool)
    for column, values in wanted.items():
        one_of(COLUMNS, column, where="choose", rule="a column of the counts frame")
        values = values if isinstance(values, (list, tuple, set)) else [values]
        for each in values if column in _KNOWN else ():
            _KNOWN[column](each, where=column)
        keep &= cases[column].isin(values).to_numpy()
    return cases[keep].reset_index(drop=True)


def latest(cases: pd.DataFrame, *, of_each: Sequence[str] = ()) -> pd.DataFrame:
    """The rows whose period ends last, among all or of each of what these columns tell apart.

    Of estimates too.

    >>> from dsvstats.counts import empty
    >>> latest(empty()).empty
    True
    """
    held = cases.groupby(list(of_each), sort=False)["end"] if of_each else None
    last = held.transform("max") if held is not None else cases["end"].max()
    return cases[cases["end"] == last].reset_index(drop=True)


def prefer(cases: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Which count is taken where several sources hold one key? The first of ``sources``.

    A source is named whole or by its start, such as a document without the paragraph. Sources
    that are not named come last, in the frame's order. ``set_aside`` lists the rest.

    >>> from dsvstats.counts import table
    >>> two = pd.concat([table("Wandsworth", "offences", "crime", "all", {"All": n}, source=s)
    ...                  for s, n in (("board", 1187), ("crime system", 1190))])
    >>> prefer(two, ["crime system"])["count"].tolist()
    [1190]
    """
    return cases[_preferred(cases, sources)].reset_index(drop=True)


def set_aside(cases: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Which counts does ``prefer`` leave out, with these sources preferred?

    >>> from dsvstats.counts import empty
    >>> set_aside(empty(), []).empty
    True
    """
    return cases[~_preferred(cases, sources)].reset_index(drop=True)


def _preferred(cases: pd.DataFrame, sources: list[str]) -> np.ndarray:
    held = cases["source"].unique()
    named = {s: [n for n, each in enumerate(sources) if s.startswith(each)] for s in held}
    place = cases["source"].map({s: min(at, default=len(sources)) for s, at in named.items()})
    best = np.argsort(place.to_numpy(), kind="stable")
    kept = np.zeros(len(cases), dtype=bool)
    kept[best[~cases.iloc[best].duplicated(KEY).to_numpy()]] = True
    return kept


def add_up(cases: pd.DataFrame, *, over: str | list[str]) -> pd.DataFrame:
    """What do these counts add up to over areas, periods, subjects or groups?

    People are never added over areas, periods or subjects, since one person may be in two: count
    London directly. Groups of one strand partition their people and add up to "All". A missing
    count makes the sum missing; a withheld one makes it withheld. Periods follow each other and
    are the same for all that is added up: a month that is not there would be passed off as one in
    which nothing happened.

    ``over``: "area", "period", "subject", "group", or several. Returns a counts frame whose
    summed columns say "all", or, for a period, its first and last day.

    >>> from dsvstats.counts import table
    >>> add_up(table("Wandsworth", "victim_records", "crime", "gender",
    ...              {"Female": 947, "Male": 222, "Not recorded": 18}), over="group")["count"][0]
    np.int64(1187)
    """
    over = [over] if isinstance(over, str) else list(over)
    allowed = ["area", "period", "subject", "group"]
    for each in over:
        one_of(allowed, each, where="over", rule="area, period, subject or group")
    _refuse_people(cases, over)
    refuse_doubles(cases)
    rows = cases.copy()
    spans = _spans(rows) if "period" in over else None
    if "group" in over:
        rows[["strand", "group"]] = "all", strands.ALL
    if "area" in over:
        rows["area"] = "all areas"
    if "subject" in over:
        rows["subject"] = "all"
    held = [each for each in KEY if each not in ("start", "end") or "period" not in over]
    if spans is not None:
        _refuse_unlike(spans, rows, held)
    parts = rows.groupby([*held, "source"], sort=False, dropna=False)
    summed = parts.agg(
        **({"start": ("start", "min"), "end": ("end", "max")} if "period" in over else {}),
        count=("count", lambda counts: counts.sum(skipna=False)),
        withheld=("withheld", "any"),
    ).reset_index()
    return check(summed)


def _refuse_people(cases: pd.DataFrame, over: list[str]) -> None:
    """An error where people would be counted twice: one person may be in two of them."""
    people = sorted(set(cases["unit"]) & set(units.people()) - {"residents"})
    if people and set(over) - {"group"}:
        raise InputError(
            where="over",
            rule="something that people are not counted twice over",
            value=over,
            mend=f"{', '.join(people)} may be in two: count them directly",
        )
    if set(over) & {"period"} and "residents" in set(cases["unit"]):
        raise InputError(
            where="over",
            rule="something that people are not counted twice over",
            value=over,
            mend="residents of two years are mostly the same people",
        )


def _spans(cases: pd.DataFrame) -> pd.DataFrame:
    """From when to when each thing was counted, an error where its periods do not follow on."""
    (thing,) = codes([cases], [each for each in KEY if each not in _DATES])
    order = np.lexsort([cases["start"], thing])
    start, end = (cases[each].to_numpy()[order] for each in _DATES)
    same = thing[order][1:] == thing[order][:-1]
    apart = same & (start[1:] != end[:-1] + np.timedelta64(1, "D"))
    if apart.any():
        at = int(apart.argmax())
        before, after = (np.datetime_as_string(each, unit="D") for each in (end[at], start[at + 1]))
        first = cases.iloc[order[at]]
        raise InputError(
            where=" / ".join(first[["area", "subject", "unit", "measure", "group"]]),
            rule="periods that follow each other, without a gap and without an overlap",
            value=f"one until {before}, and the next from {after}",
            mend="add up each stretch by itself, chosen with counts.choose(cases, start=[…])",
        )
    return cases.groupby(thing)[_DATES].agg({"start": "min", "end": "max"}).loc[thing]


def _refuse_unlike(spans: pd.DataFrame, rows: pd.DataFrame, held: list[str]) -> None:
    """An error where counts of different stretches of time would be added up as of one."""
    (summed,) = codes([rows], held)
    for each in _DATES:
        days = spans[each].to_numpy()
        first = days[np.unique(summed, return_index=True)[1]][summed]
        if (days != first).any():
            at = int((days != first).argmax())
            raise InputError(
                where=f"over, {rows['area'].iloc[at]}",
                rule="counts of one stretch of time",
                value=f"{each} {np.datetime_as_string(days[at], unit='D')}, and of others "
                f"{np.datetime_as_string(first[at], unit='D')}",
                mend="choose the periods that all of them have",
            )


def refuse_doubles(cases: pd.DataFrame) -> None:
    """Is there one count for each key? An error that says which sources hold two.

    >>> from dsvstats.counts import table
    >>> refuse_doubles(table("Wandsworth", "offences", "crime", "all", {"All": 1187}))
    """
    require(cases)
    (key,) = codes([cases], KEY)
    if key.max(initial=-1) + 1 < len(cases):
        doubled = cases[cases.duplicated(KEY, keep=False)]
        first = doubled.iloc[0]
        same = doubled[(doubled[KEY] == first[KEY]).all(axis=1)]
        raise InputError(
            where="cases",
            rule="one count for each key",
            value={
                "key": " / ".join(str(first[each]) for each in KEY if each not in ("start", "end")),
                **dict(zip(same["source"], same["count"].tolist(), strict=True)),
            },
            mend="choose with counts.prefer(cases, [source, …])",
        )

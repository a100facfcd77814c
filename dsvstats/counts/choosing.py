"""The counts frame, one row per thing counted: check, choose, prefer, add up, pair."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.frame import COLUMNS, KEY, check, empty, read
from dsvstats.counts.grouping import codes, sources_by, sources_of
from dsvstats.counts.pairing import (
    Measure,
    base_of,
    pair,
    refuse_doubles,
    require,
    resolve,
    years,
)
from dsvstats.errors import InputError, near
from dsvstats.terms import units
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.units import UNITS

__all__ = [
    "COLUMNS",
    "KEY",
    "Measure",
    "add_up",
    "base_of",
    "check",
    "choose",
    "codes",
    "empty",
    "in_order",
    "join",
    "latest",
    "pair",
    "prefer",
    "read",
    "refuse_doubles",
    "require",
    "resolve",
    "set_aside",
    "sources_by",
    "sources_of",
    "table",
    "years",
]


def table(
    area: str,
    unit: str,
    measure: str,
    strand: str,
    groups: dict[str, int | None],
    *,
    start: str = "2008-04-01",
    end: str = "2009-03-31",
    subject: str = "domestic_violence",
    definition: str = "",
    source: str = "",
) -> pd.DataFrame:
    """A counts frame from one small table: group and count.

    >>> table("Wandsworth", "victim_records", "crime", "gender",
    ...       {"Female": 947, "Male": 222, "Not recorded": 18})["count"].sum()
    np.int64(1187)
    """
    return check(
        pd.DataFrame(
            {
                "area": area,
                "start": start,
                "end": end,
                "subject": subject,
                "unit": unit,
                "measure": measure,
                "definition": definition,
                "strand": strand,
                "group": list(groups),
                "count": pd.array(list(groups.values()), dtype="Int64"),
                "source": source,
                "withheld": False,
            },
        )
    )


def join(*frames: pd.DataFrame) -> pd.DataFrame:
    """The rows of several counts frames, one below the other; a row that stands twice, once.

    >>> gender = table("Wandsworth", "victim_records", "crime", "gender", {"Female": 947})
    >>> len(join(gender, gender, empty()))
    1
    """
    return pd.concat(frames, ignore_index=True).drop_duplicates(ignore_index=True)


def choose(cases: pd.DataFrame, **wanted) -> pd.DataFrame:
    """Which counts have these values? One value or a list for each column named.

    >>> cases = table("Wandsworth", "victim_records", "crime", "gender",
    ...               {"Female": 947, "Male": 222})
    >>> choose(cases, strand="gender", group=["Male"])["count"].tolist()
    [222]
    """
    keep = np.ones(len(cases), dtype=bool)
    for column, values in wanted.items():
        if column not in COLUMNS:
            raise InputError(
                where="choose",
                rule="a column of the counts frame",
                value=column,
                mend=near(column, COLUMNS),
            )
        values = values if isinstance(values, (list, tuple, set)) else [values]
        keep &= cases[column].isin(values).to_numpy()
    return cases[keep].reset_index(drop=True)


def latest(cases: pd.DataFrame) -> pd.DataFrame:
    """The rows whose period ends last; of estimates too.

    >>> latest(empty()).empty
    True
    """
    return cases[cases["end"] == cases["end"].max()].reset_index(drop=True)


def in_order(rows: pd.DataFrame, *, then: list[str] | None = None) -> pd.DataFrame:
    """The same rows, by area, period, subject, unit, measure, strand and the strand's own order.

    >>> cases = table("Wandsworth", "victim_records", "crime", "gender", {"Male": 1, "Female": 2})
    >>> in_order(cases)["group"].tolist()
    ['Female', 'Male']
    """
    schemes = list(strands.SCHEMES)

    def place(strand: str) -> tuple:
        return tuple(schemes.index(p) if p in schemes else 99 for p in strands.parts(strand))

    def order(pair: tuple[str, str]) -> tuple:
        strand, group = pair
        return len(strands.parts(strand)), place(strand), strands.rank(strand, group), pair

    (pairs,) = codes([rows], ["strand", "group"])
    _, first = np.unique(pairs, return_index=True)
    held = [
        order(pair)
        for pair in zip(*(rows[c].iloc[first] for c in ("strand", "group")), strict=True)
    ]
    ranks = np.empty(len(first), dtype=np.int64)
    ranks[sorted(range(len(held)), key=held.__getitem__)] = np.arange(len(first))
    by = ["area", "start", "end", "subject", "unit", "measure", "definition"]
    told = {"unit": list(UNITS), "measure": list(MEASURES)}
    keys = [_places(rows[c], told.get(c, [])) for c in by]
    keys += [ranks[pairs]] + [_places(rows[c], []) for c in then or []]
    return rows.take(np.lexsort(keys[::-1])).reset_index(drop=True)


def _places(values: pd.Series, told: list[str]) -> np.ndarray:
    """Where each value stands: those told first, in the order told, then the rest in their own."""
    code, distinct = pd.factorize(values.array, sort=True)
    if not told:
        return code
    place = {each: n for n, each in enumerate(told)}
    order = sorted(range(len(distinct)), key=lambda n: place.get(distinct[n], len(told)))
    rank = np.empty(len(distinct) + 1, dtype=np.int64)
    rank[[*order, -1]] = np.arange(len(distinct) + 1)
    return rank[code]


def prefer(cases: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Which count is taken where several sources hold one key? The first of ``sources``.

    A source is named whole or by its start, such as a document without the paragraph. Sources
    that are not named come last, in the frame's order. ``set_aside`` lists the rest.

    >>> two = pd.concat([table("Wandsworth", "offences", "crime", "all", {"All": n}, source=s)
    ...                  for s, n in (("board", 1187), ("crime system", 1190))])
    >>> prefer(two, ["crime system"])["count"].tolist()
    [1190]
    """
    return cases[_preferred(cases, sources)].reset_index(drop=True)


def set_aside(cases: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Which counts does ``prefer`` leave out, with these sources preferred?

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
    count makes the sum missing; a withheld one makes it withheld.

    ``over``: "area", "period", "subject", "group", or several. Returns a counts frame whose
    summed columns say "all", or, for a period, its first and last day.

    >>> add_up(table("Wandsworth", "victim_records", "crime", "gender",
    ...              {"Female": 947, "Male": 222, "Not recorded": 18}), over="group")["count"][0]
    np.int64(1187)
    """
    over = [over] if isinstance(over, str) else list(over)
    allowed = ["area", "period", "subject", "group"]
    unknown = [each for each in over if each not in allowed]
    if unknown:
        raise InputError(
            where="over",
            rule="area, period, subject or group",
            value=unknown,
            mend=near(unknown[0], allowed),
        )
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
    refuse_doubles(cases)
    rows = cases.copy()
    if "group" in over:
        rows[["strand", "group"]] = "all", strands.ALL
    if "area" in over:
        rows["area"] = "all areas"
    if "subject" in over:
        rows["subject"] = "all"
    held = [each for each in KEY if each not in ("start", "end") or "period" not in over]
    parts = rows.groupby([*held, "source"], sort=False, dropna=False)
    summed = parts.agg(
        **({"start": ("start", "min"), "end": ("end", "max")} if "period" in over else {}),
        count=("count", lambda counts: counts.sum(skipna=False)),
        withheld=("withheld", "any"),
    ).reset_index()
    return check(summed)

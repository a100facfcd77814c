"""Printed percentages: shares of residents, rates and targets, as printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dsvstats import strands
from dsvstats.sources.published.figures import COLUMNS
from dsvstats.sources.published.printed import NATION, areas, sources
from dsvstats.sources.published.rules import LOOKS_AT, counted_as, measures, ruled
from dsvstats.terms import measures as terms
from dsvstats.terms import places
from dsvstats.terms.places import Place

_KEY = COLUMNS[2:8]


def shares(
    printed: pd.DataFrame,
    *,
    like: pd.DataFrame | None = None,
    place: str | Path | Place = "",
) -> pd.DataFrame:
    """Which percentages of its residents did an area print?

    ``like``: only the groups that these counts have. Returns ``area``, ``strand``, ``group``,
    ``percent`` (text, which keeps its printed decimals) and ``source``, the groups in their
    strand's order; none where nothing was printed.

    >>> from dsvstats.sources.published import of_area, read
    >>> own = shares(of_area(read(), "Wandsworth"))
    >>> own[own["strand"] == "gender"][["group", "percent"]].values.tolist()
    [['Female', '53'], ['Male', '47']]
    """
    there = places.place(place)
    rows = printed[(printed["measure"] == "population_share") & (printed["unit"] == "percent")]
    rows = ruled(rows, "group", ["strand", "category"], ["to_strand", "to_group"], place=there)
    rows = rows[(rows["to_strand"] != "") & (rows["value"] != "") & (rows["area"] != NATION)]
    found = pd.DataFrame(
        {
            "area": areas(rows["area"], there),
            "strand": rows["to_strand"],
            "group": rows["to_group"],
            "percent": rows["value"],
            "source": sources(rows, place=there),
        }
    )
    if like is not None:
        groups = pd.MultiIndex.from_frame(like[["area", "strand", "group"]])
        found = found[pd.MultiIndex.from_frame(found[["area", "strand", "group"]]).isin(groups)]
    order = [(a, s, strands.rank(s, g)) for a, s, g in found.iloc[:, :3].itertuples(index=False)]
    return found.iloc[sorted(range(len(found)), key=order.__getitem__)].reset_index(drop=True)


def rates(printed: pd.DataFrame, *, place: str | Path | Place = "") -> pd.DataFrame:
    """Which rates and targets were printed, as printed?

    >>> from dsvstats.sources.published import of_area, read
    >>> printed = rates(of_area(read(), "Wandsworth"))
    >>> printed[["measure", "value"]].head(1).values.tolist()
    [['sd_rate', '53']]
    """
    there = places.place(place)
    wanted = [*measures(there, "rate"), *measures(there, "target")]
    rows = printed[printed["measure"].isin(wanted) & printed["unit"].isin(["percent", "ratio"])]
    return rows.drop_duplicates([*_KEY, "value"]).reset_index(drop=True)


def stated(printed: pd.DataFrame, *, place: str | Path | Place = "") -> pd.DataFrame:
    """Which rates of crimes were printed as a percentage, whether or not counts stand behind them?

    Returns ``subject``, ``measure``, ``value`` (a proportion), ``end`` (where it is stated),
    ``met`` (does the document say that it meets an objective?) and ``source``; the newest last.

    >>> from dsvstats.sources.published import of_area, read
    >>> own = stated(of_area(read(), "London"))
    >>> own[own["met"]][["subject", "value"]].values.tolist()
    [['domestic_violence', 0.46]]
    """
    there = places.place(place)
    of, said = measures(there, "rate"), measures(there, "met", by="table_id")
    rows = printed[printed["measure"].isin(of) & (printed["unit"] == "percent")]
    rows = rows[rows["value"] != ""]
    found = pd.DataFrame(
        {
            "subject": rows["subject"],
            "measure": rows["measure"].map(of),
            "value": rows["value"].astype(float) / 100,
            "end": pd.to_datetime(rows["period_end"]),
            "met": [
                said.get(table) == of[name]
                for table, name in zip(rows["table_id"], rows["measure"], strict=True)
            ],
            "source": sources(rows, place=there),
        }
    )
    return found.sort_values("end", kind="stable", na_position="first").reset_index(drop=True)


def targets(printed: pd.DataFrame, *, measure: str, place: str | Path | Place = "") -> pd.DataFrame:
    """Which targets were printed for this measure? For which subject, and by when.

    Returns ``subject``, ``end``, ``target`` (a proportion), ``definition`` (of the counts printed
    beside it) and ``source``.

    >>> from dsvstats.sources.published import read
    >>> targets(read(), measure="arrest")[["end", "target"]].values.tolist()
    [['2008-03-31', 0.6], ['2009-03-31', 0.67], ['2009-06-01', 0.7]]
    """
    there = places.place(place)
    names = [name for name, of in measures(there, "target").items() if of == terms.known(measure)]
    rows = printed[printed["measure"].isin(names) & (printed["value"] != "")]
    counted = counted_as(there, measure)
    rows = ruled(rows.assign(measure=counted), "count", LOOKS_AT, ["to_definition"], place=there)
    return pd.DataFrame(
        {
            "subject": rows["subject"],
            "end": rows["period_end"],
            "target": rows["value"].astype(float) / 100,
            "definition": rows["to_definition"],
            "source": sources(rows, place=there),
        }
    ).reset_index(drop=True)

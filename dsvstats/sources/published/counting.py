"""Printed tables -> counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dsvstats import counts as counts_frame
from dsvstats.counts import KEY
from dsvstats.sources.published.printed import NATION, areas, sources
from dsvstats.sources.published.rules import LOOKS_AT, ruled
from dsvstats.terms import places
from dsvstats.terms.places import Place

_COUNT_GIVES = ["to_subject", "to_unit", "to_measure", "to_definition"]


def mended(printed: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The same figures, with each single repair that the checker found put in its place.

    A repair is one changed digit that alone makes a table add up. The changed rows say so in
    ``note``, after the word MENDED, and their counts say so in ``source``.

    >>> from dsvstats.sources import reconcile
    >>> from dsvstats.sources.published import of_area, read
    >>> printed = of_area(read(), "London")
    >>> again = mended(printed, reconcile.check(printed))
    >>> again[again["note"].str.startswith("MENDED")]["value"].tolist()
    ['3649']
    """
    again = printed.copy()
    for _, finding in findings[findings["suggestion"] != ""].iterrows():
        new, old = (each.replace(",", "") for each in finding["suggestion"].split(" for "))
        place = (printed["table_id"] == finding["table_id"]) & (printed["value"] == old)
        if place.sum() == 1:
            again.loc[place, "value"] = new
            again.loc[place, "note"] = f"MENDED {finding['suggestion']}. " + again["note"][place]
    return again


def counts(printed: pd.DataFrame, *, place: str | Path | Place = "") -> pd.DataFrame:
    """Which of the printed numbers are counts, and of what?

    The place's mapping turns printed words into the design's. Rows of
    one table that come to one key (declined, unknown and unrecorded) are added up; what a
    breakdown of people leaves out of its stated total, or of its largest sibling strand, is
    "Not recorded (implied)". One key from two documents stays twice, until ``counts.prefer``
    has chosen. ``source`` is the document and paragraph.

    >>> from dsvstats.sources.published import of_area, read
    >>> cases = counts(of_area(read(), "Wandsworth"))
    >>> counts_frame.choose(cases, strand="ethnicity_self_defined", unit="victim_records",
    ...                     subject="domestic_violence", group="Not recorded")["count"].tolist()
    [544]
    """
    there = places.place(place)
    rows = _mapped(printed[(printed["unit"] == "count") & (printed["value"] != "")], there)
    if rows.empty:
        return counts_frame.empty()
    mend = rows["note"].str.extract(r"^MENDED (.+?)\. ")[0]
    rows = rows.assign(
        count=rows["value"].astype(float),
        source=sources(
            rows.assign(paragraph=rows["paragraph"].str.replace(r",.*", "", regex=True)),
            place=there,
        )
        + (" (mended: " + mend + ")").fillna(""),
    )
    together = [*KEY, "doc", "paragraph", "table_id"]
    added = rows.groupby(together, sort=False).agg(
        count=("count", "sum"), source=("source", "first")
    )
    once = added.reset_index().drop_duplicates([*KEY, "doc", "count"])
    doubled = once.duplicated([*KEY, "source"], keep=False)
    once.loc[doubled, "source"] += (
        " (" + once["table_id"].str.replace(r"^\w+:", "", regex=True) + ")"
    )
    cases = counts_frame.check(once.assign(withheld=False)[[*KEY, "count", "source", "withheld"]])
    return counts_frame.in_order(counts_frame.completed(cases, within=once["doc"].to_numpy()))


def no_counts(printed: pd.DataFrame, *, place: str | Path | Place = "") -> pd.DataFrame:
    """Which printed numbers have no place among the counts: shares, studies, totals of a table?

    >>> from dsvstats.sources.published import of_area, read
    >>> len(no_counts(of_area(read(), "Camden")))
    1
    """
    there = places.place(place)
    counted = _mapped(printed[(printed["unit"] == "count") & (printed["value"] != "")], there)
    return printed[~printed.index.isin(counted.index)]


def _mapped(printed: pd.DataFrame, place: Place) -> pd.DataFrame:
    rows = ruled(printed, "count", LOOKS_AT, _COUNT_GIVES, place=place)
    rows = ruled(rows, "group", ["strand", "category"], ["to_strand", "to_group"], place=place)
    rows = ruled(rows, "period", ["doc", "table_id"], ["to_start", "to_end"], place=place)
    rows = rows.assign(
        area=areas(rows["area"], place),
        start=rows["period_start"].where(rows["period_start"] != "", rows["to_start"]),
        end=rows["period_end"].where(rows["period_end"] != "", rows["to_end"]),
    )
    given = [*_COUNT_GIVES, "to_strand", "to_group"]
    taken = (rows[[*given, "start", "end"]] != "").all(axis=1) & (rows["area"] != NATION)
    renamed = {each: each.removeprefix("to_") for each in given}
    return (
        rows[taken].drop(columns=["subject", "measure", "strand", "unit"]).rename(columns=renamed)
    )

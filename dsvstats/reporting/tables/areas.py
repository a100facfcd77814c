"""Areas by indicators: which lie higher or lower than the whole, and which may by chance."""

from __future__ import annotations

import pandas as pd

from dsvstats.counts import records
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.wording import nouns, phrases, rounding

AREA = "Area"


def overview(found: pd.DataFrame, *, highlight: str = "") -> pd.DataFrame:
    """A row for each area and a column for each indicator: how many times the whole's it is.

    ``found`` are estimates of areas against the whole (`comparison.funnel`). "higher" and "lower"
    stand where an area is so beyond chance and beyond how areas differ; nothing else is told.
    The page's own area comes first.

    >>> from dsvstats import estimates
    >>> overview(estimates.empty()).empty
    True
    """
    held = [row for row in records(found) if row.versus == "overall"]
    names = dict.fromkeys(_indicator(row) for row in held)
    cells = {(row.area, _indicator(row)): _told(row) for row in held}
    areas = sorted({row.area for row in held}, key=lambda each: (each != highlight, each))
    rows = [
        {AREA: phrases.place(area)} | {name: cells.get((area, name), "") for name in names}
        for area in areas
    ]
    return pd.DataFrame(rows, columns=[AREA, *names])


def _indicator(row) -> str:
    if row.statistic == "rate ratio":
        return phrases.upper_first(nouns.thing(row.unit, row.measure, row.subject))
    base = nouns.base(row.base, row.subject)
    return phrases.upper_first(f"{base} that {nouns.outcome(row.measure)}")


def _told(row) -> str:
    if row.withheld:
        return "withheld"
    if not row.estimate >= 0:
        return ""
    way = row.way if row.way in (HIGHER, LOWER) else ""
    return " ".join(filter(None, (rounding.times(row.estimate), way)))

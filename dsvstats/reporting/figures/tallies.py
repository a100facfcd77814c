"""Plain counts as bars: people by number of reports, findings by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dsvstats import strands
from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import rows, scale
from dsvstats.reporting.figures.rows import Heads, Row
from dsvstats.reporting.wording import numerals, phrases


def reports(held: Sequence[Any], *, heading: str, about: str) -> Figure:
    """How many people are in one report, in two, in more? A bar for each number of reports."""
    drawn = [_people(row) for row in held]
    return rows.figure(
        drawn,
        scale.amounts((row.estimate for row in drawn), whole=True),
        look=rows.BAR,
        kind="Bar chart",
        heading=heading,
        caption=f"People by how many reports they are in. {about}.",
        heads=Heads(group="Reports", value="People", counts=""),
    )


def _people(row) -> Row:
    label = phrases.upper_first(phrases.member("reports", row.group).removeprefix("in "))
    if row.withheld:
        return Row(label, kind=rows.WITHHELD)
    number = rows.counted(row)
    kind = "" if strands.recorded(row.group) else rows.MISSING
    return Row(label, value=numerals.number(number), kind=kind, estimate=number)


def tally(
    counted: Mapping[str, int], *, heading: str, caption: str, group: str, value: str
) -> Figure:
    """How often is each of these? A bar for each."""
    drawn = [Row(name, numerals.number(n), estimate=float(n)) for name, n in counted.items()]
    return rows.figure(
        drawn,
        scale.amounts(counted.values(), whole=True),
        look=rows.BAR,
        kind="Bar chart",
        heading=heading,
        caption=caption,
        heads=Heads(group=group, value=value, counts=""),
    )


def most_reported(held: Sequence[Any], cases: pd.DataFrame) -> str:
    """In how many reports are people most often? Where it cannot be said, what is shown."""
    known = [row for row in held if not row.withheld and row.count is not pd.NA]
    if len({row.section for row in held}) > 1 or len(known) < len(held):
        return "People by how many reports they are in"
    top = max(known, key=lambda row: row.count)
    who = f"{numerals.number(float(top.count))} of {numerals.number(float(cases['count'].sum()))}"
    return f"Most often people are {phrases.member('reports', top.group)}: {who}"

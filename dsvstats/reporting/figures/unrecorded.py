"""How far the unrecorded could move each finding: a band from the lowest case to the highest."""

from __future__ import annotations

from collections.abc import Sequence

from dsvstats import strands
from dsvstats.estimates.directions import UNCLEAR
from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import rows, scale
from dsvstats.reporting.figures.rows import Heads, Row
from dsvstats.reporting.figures.scale import Scale
from dsvstats.reporting.wording import phrases, values
from dsvstats.reporting.wording.unrecorded import Band


def scaled(held: Sequence[Band]) -> Scale:
    """One scale for all these bands."""
    if any(values.scale(band.row.statistic) == values.TIMES for band in held):
        ends = [v for band in held for v in (band.low, band.high)]
        return scale.ratios([band.row.estimate for band in held], ends)
    spread = [v for band in held for v in (band.low, band.high, band.upper)]
    if all(values.scale(band.row.statistic) == values.PERCENT for band in held):
        return scale.shares(spread)
    return scale.amounts(spread, write=lambda value: values.tick(held[0].row, value))


def bounds(held: Sequence[Band], *, scale: Scale, heading: str, about: str) -> Figure:
    """What could the unrecorded do to each finding? From the lowest case to the highest.

    ``held`` are the bands of one section. A band that stays on one side of no difference, its
    lines of chance included, holds whoever the unrecorded are.
    """
    return rows.figure(
        [_row(band) for band in held if strands.recorded(band.row.group)],
        scale,
        look=rows.BAND,
        kind="Range plot",
        heading=heading,
        caption=f"{phrases.upper_first(held[0].row.statistic)}, whoever the missing are. {about}.",
        heads=Heads(value="Lowest to highest", counts="Whoever the missing are"),
    )


def _row(band: Band) -> Row:
    row = band.row
    if row.withheld:
        return Row(row.label, kind=rows.WITHHELD)
    compared = values.null(row) is not None and bool(band.ends)
    so = "Either way, or chance" if band.by_chance else "Either way"
    if band.way != UNCLEAR:
        so = f"Stays {band.way}"
    return Row(
        row.label,
        value=band.ends or values.value(row),
        counts=so if compared else "",
        way=band.way,
        estimate=row.estimate,
        alone=(band.lower, band.upper),
        ends=(band.low, band.high),
    )

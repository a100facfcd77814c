"""Attrition as bars: each stage on the stage before it, with what remains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import rows, scale
from dsvstats.reporting.figures.rows import NAN, Heads, Row
from dsvstats.reporting.wording import grouping, nouns, numerals, phrases, values

_MORE = "more: not divided"


def chain(held: Sequence[Any], *, heading: str, about: str) -> Figure:
    """Where do cases fall away? A bar for each stage, on the bar of the stage before.

    ``held`` are the estimates of one chain, as `attrition.retention` gives them, or its counts, in
    the order of their stages. A stage larger than the one before is shown, never divided.
    """
    drawn: list[Row] = []
    for row in held:
        if not hasattr(row, "statistic"):
            drawn.append(_counted(row, drawn))
            continue
        if not drawn:
            drawn.append(_first(row))
        drawn.append(_kept(row))
    return rows.figure(
        drawn,
        scale.amounts((v for row in drawn for v in (row.estimate, row.before)), whole=True),
        look=rows.BAR,
        kind="Stage bars",
        heading=heading,
        caption=f"What remains at each stage. {about}.",
        heads=Heads(group="Stage", value="Number", counts="Of the stage before"),
    )


def _first(row) -> Row:
    label = phrases.upper_first(nouns.base(row.base) or "First stage")
    if row.withheld:
        return Row(label, kind=rows.WITHHELD)
    return Row(label, value=numerals.number(row.denominator), estimate=row.denominator)


def _kept(row) -> Row:
    label = phrases.upper_first(nouns.thing(row.unit, row.measure))
    if row.withheld:
        return Row(label, kind=rows.WITHHELD)
    return Row(
        label,
        value=numerals.number(row.numerator),
        counts=_share(row),
        estimate=row.numerator,
        before=row.denominator,
    )


def _share(row) -> str:
    if not values.known(row.estimate):
        return _MORE if row.numerator > row.denominator else ""
    if values.scale(row.statistic) == values.HUNDRED:
        return f"{values.value(row)} for every 100"
    return values.value(row)


def _counted(row, above: Sequence[Row]) -> Row:
    label = phrases.upper_first(nouns.thing(row.unit, row.measure))
    if row.withheld:
        return Row(label, kind=rows.WITHHELD)
    number = rows.counted(row)
    before = above[-1].estimate if above else NAN
    larger = not math.isnan(before) and number > before
    return Row(
        label,
        value=numerals.number(number),
        counts="more than the one above" if larger else "",
        estimate=number,
        before=before,
    )


def chains(rows: pd.DataFrame) -> list[str]:
    """Which chain is each row of? What sets it apart from another: all that differs but the stage."""
    named = grouping.labels(rows.assign(unit="", measure="", statistic="", base=""))
    several = named["label"].nunique() > 1
    parts = zip(named["section"], named["label"] if several else [""] * len(rows), strict=True)
    return [": ".join(filter(None, each)) for each in parts]


def chain_heading(held: Sequence[Any]) -> str:
    """From how many of what to how many of what does this chain go?"""
    known = [row for row in held if not row.withheld and values.known(row.numerator)]
    if not known:
        return "Withheld"
    first, last = known[0], known[-1]
    start = f"{numerals.number(first.denominator)} {nouns.base(first.base)}"
    return (
        f"From {start} to {numerals.number(last.numerator)} {nouns.thing(last.unit, last.measure)}"
    )

"""Proportions and rates, each on its own: shares as bars, rates as pins, areas in order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dsvstats import strands
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import comparisons, rows, scale
from dsvstats.reporting.figures.rows import Heads, Row
from dsvstats.reporting.figures.scale import Scale
from dsvstats.reporting.wording import headlines, nouns, numerals, phrases, values

_MOST = 12


def scaled(held: Sequence[Any]) -> Scale:
    """One scale for all these: of proportions, of amounts, or of ratios around 1."""
    kinds = {values.scale(row.statistic) for row in held}
    if kinds == {values.TIMES}:
        return comparisons.scaled(held)
    spread = [v for row in held for v in (row.estimate, row.upper, values.target(row))]
    if kinds <= {values.PERCENT}:
        return scale.shares(spread)
    return scale.amounts(spread, write=lambda value: values.tick(held[0], value))


def bars(held: Sequence[Any], *, scale: Scale, heading: str, about: str) -> Figure:
    """How large is each share? A bar for each, with the limits that hold for all of them."""
    ordered = sorted(held, key=lambda row: not strands.recorded(row.group))
    return _each(
        ordered, scale, "Share", look=rows.BAR, kind="Bar chart", heading=heading, about=about
    )


def points(held: Sequence[Any], *, scale: Scale, heading: str, about: str) -> Figure:
    """How high is each rate, and does it reach its target? A pin for each, with its limits."""
    return _each(held, scale, "Level", look=rows.PIN, kind="Dot plot", heading=heading, about=about)


def _each(held: Sequence[Any], scale: Scale, value: str, *, about: str, **drawn: str) -> Figure:
    """A row for each of these, ``drawn`` in this way."""
    return rows.figure(
        [_row(row) for row in held],
        scale,
        caption=f"{_caption(held)}. {about}.",
        heads=Heads(group=_group(held), value=value, counts="Number"),
        **drawn,
    )


def ranked(
    held: Sequence[Any], *, scale: Scale, heading: str, about: str, highlight: str, whole: str
) -> Figure:
    """Where does this area stand among the others? Areas in order, the whole first.

    The page's own area ``highlight`` is in the accent; the ``whole`` of which the others are parts
    stands above them. What is counted otherwise than the others says so below its name.
    """
    top = [row for row in held if row.area == whole]
    rest = sorted((row for row in held if row.area != whole and not row.withheld), key=_order)
    hidden = [row for row in held if row.area != whole and row.withheld]
    return rows.figure(
        [_area(row, highlight, whole, held) for row in [*top, *rest, *hidden]],
        scale,
        look=rows.PIN,
        kind="Dot plot of areas in order",
        heading=heading,
        caption=f"{_caption(held)}. {about}.",
        heads=Heads(group="Area", value="Level", counts="Number"),
    )


def ranked_heading(held: Sequence[Any], *, highlight: str, whole: str) -> str:
    """What is found of this area, set against the whole; empty where it has no estimate."""
    here = [row for row in held if row.area == highlight and values.known(row.estimate)]
    if len(here) != 1 or highlight == whole:
        return ""
    row, name = here[0], phrases.place(highlight)
    if row.versus == "expected":
        so = {HIGHER: "clearly more", LOWER: "clearly fewer"}.get(row.way, "no clear difference")
        return f"{name}: {values.value(row)} times the number expected, {so}"
    said = f"{name}: {values.value(row)} {values.unit(row)}".rstrip()
    if row.statistic in headlines.SHARES:
        said = f"{name}: {headlines.share(row)}"
    over = next((each for each in held if each.area == whole and values.known(each.estimate)), None)
    if over is None or not values.known(row.lower):
        return said
    return f"{said}; {phrases.place(whole)} as a whole: {values.value(over)}"


def _row(row) -> Row:
    if row.withheld:
        return Row(row.label, kind=rows.WITHHELD)
    recorded = strands.recorded(row.group)
    if not recorded and not values.known(row.estimate):
        return Row(row.label, counts=values.base(row), kind=rows.MISSING, note="in no share")
    target = values.target(row)
    label = row.label
    if values.known(target):
        label = f"{label} (target {numerals.percent(target)})"
    return Row(
        label,
        value=values.value(row),
        word=rows.WORDS.get(row.way, "") if row.versus == "target" else "",
        counts=values.base(row),
        kind="" if recorded else rows.MISSING,
        way=row.way,
        estimate=row.estimate,
        alone=(row.lower, row.upper),
        together=(row.lower_together, row.upper_together),
        mark=target,
    )


def _area(row, highlight: str, whole: str, held: Sequence[Any]) -> Row:
    """Of an area that has several rows, what tells this one from them stands below its name."""
    several = sum(each.area == row.area for each in held) > 1
    unlike = several or len({each.section for each in held}) > 1
    apart = row.section if unlike else ""
    if row.withheld:
        return Row(row.label, kind=rows.WITHHELD, note=apart)
    compared = values.null(row) is not None
    clear = row.way in (HIGHER, LOWER) or row.area in (highlight, whole)
    return Row(
        row.label,
        value=values.value(row),
        word=rows.WORDS.get(row.way, "") if compared and row.way in (HIGHER, LOWER) else "",
        counts=values.base(row),
        kind=rows.HERE if row.area == highlight else "",
        way=row.way if compared else "",
        estimate=row.estimate,
        alone=(row.lower, row.upper),
        together=(row.lower_together, row.upper_together),
        note=apart,
        more=compared and len(held) > _MOST and not clear,
    )


def _order(row) -> tuple[bool, float]:
    return math.isnan(row.estimate), -row.estimate


def _group(held: Sequence[Any]) -> str:
    if held[0].statistic == "completeness":
        return "Strand"
    return "Group" if held[0].strand != "all" else "What"


def _caption(held: Sequence[Any]) -> str:
    """What the shares or rates are of, where all are of one thing."""
    first = held[0]
    if values.scale(first.statistic) == values.TIMES:
        return comparisons.caption(held)
    if first.statistic == "completeness":
        return "For how many the strand was recorded"
    if first.statistic == "share":
        return f"Share of {nouns.base(first.base)} whose group was recorded"
    if values.unit(first):
        return phrases.upper_first(f"{first.statistic} {values.unit(first)}")
    happened = {nouns.outcome(row.measure) for row in held}
    bases = {row.base for row in held}
    if len(happened) == len(bases) == 1:
        return phrases.upper_first(f"{nouns.base(first.base)} that {happened.pop()}")
    return phrases.upper_first(first.statistic)

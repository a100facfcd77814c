"""Proportions and rates as points with limits: against a target, and areas in order."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.figures import alt_text, axis, charts, layout, marks
from dsvstats.reporting.figures.theme import INK, Picture, pictured
from dsvstats.reporting.wording import grouping, headlines, numerals, phrases, values

_LINE = {"line": {"color": INK, "linewidth": 1.4}, "upright": True}
_UNLIKE = "What is counted, or its period, differs between the areas: the table says how."
_NAMES = {
    marks.HIGHER: "clearly above",
    marks.LOWER: "clearly below",
    marks.PLAIN: "not clearly different",
    marks.SMALL_GROUP: "too few to say",
}


@pictured
def dots(
    estimates: pd.DataFrame, *, target: float | None = None, title: str = "", source: str = ""
) -> Picture:
    """How high is each rate, and does it reach its target? Points with their limits.

    ``target`` is a proportion from 0 to 1 that all share; estimates against targets of their
    own, from ``comparison.against_target``, bring them, and name them in their rows.
    """
    held = grouping.named(estimates)
    own = {goal for goal in map(values.target, held) if values.known(goal)}
    line = next(iter(own)) if target is None and len(own) == 1 else target
    cells = [_cell(row) for row in held]
    if line is None:
        cells = [
            replace(each, mark=values.target(row)) for row, each in zip(held, cells, strict=True)
        ]
    made = iter(cells)
    chart = layout.Chart(
        charts.sections(held, lambda row: _row(row, next(made), own if line is None else set())),
        charts.along(held, cells, line=line),
        marks.point,
        headings=(charts.estimate_heading(held), charts.counts_heading(held)),
    )
    key = []
    if line is not None or own:
        named = "its target" if line is None else f"target of {numerals.percent(line)}"
        key = [(_LINE, named)]
        key += charts.key_of(cells, _NAMES)
    return charts.finish("Dot plot", chart, estimates, title=title, source=source, key=key)


def _cell(row) -> layout.Cell:
    if row.withheld:
        return layout.Cell(math.nan, look=marks.HATCHED)
    look = marks.STRONG
    if values.small(row):
        look = marks.SMALL_GROUP
    elif row.versus == "target":
        look = row.way if row.way in (HIGHER, LOWER) else marks.PLAIN
    return layout.Cell(row.estimate, row.lower, row.upper, look)


def _row(row, cell: layout.Cell, own: set) -> layout.Row:
    said = charts.texts(row)
    goal = values.target(row) if own else math.nan
    label = row.label if math.isnan(goal) else f"{row.label} (target {numerals.percent(goal)})"
    return layout.Row(label, (cell,), said, alt_text.row(label, *said))


@pictured
def ranked(
    estimates: pd.DataFrame,
    *,
    highlight: str = "",
    line: str = "London",
    title: str = "",
    source: str = "",
) -> Picture:
    """Where does this area stand among the others? Areas in order, with limits.

    The area ``highlight`` is in colour; the area ``line`` (London) is a line, not a row.
    """
    held = grouping.named(estimates)
    whole = next((row for row in held if row.area == line and values.known(row.estimate)), None)
    areas = sorted((row for row in held if row.area != line), key=_order)
    level = whole.estimate if whole else next(map(values.null, held), None)
    cells = [_area(row, highlight) for row in areas]
    lines = [
        _area_row(row, each, highlight, apart=_apart(row, areas))
        for row, each in zip(areas, cells, strict=True)
    ]
    chart = layout.Chart(
        [("", lines)],
        _along(held, cells, level),
        marks.point,
        headings=(charts.estimate_heading(held), charts.counts_heading(held)),
    )
    key: list[tuple[dict[str, Any], str]] = []
    if highlight in {row.area for row in areas}:
        key.append(({"point": marks.POINTS[marks.STRONG]}, phrases.place(highlight)))
        key.append(({"point": marks.POINTS[marks.PLAIN]}, "other areas"))
    if whole:
        key.append((_LINE, f"{phrases.place(line)}: {values.value(whole)}"))
    unlike = len({row.section for row in areas}) > 1
    return charts.finish(
        "Dot plot of areas in order",
        chart,
        estimates,
        title=title or _place(areas, whole, highlight),
        source=source,
        key=key,
        notes=[_UNLIKE] if unlike else [],
    )


def _along(held: list, cells: list[layout.Cell], level: float | None) -> axis.Axis:
    if held and all(values.scale(row.statistic) == values.TIMES for row in held):
        spread = [(each.estimate, each.lower, each.upper) for each in cells]
        return axis.ratios(spread, label=charts.axis_words(held))
    return charts.along(held, cells, line=level)


def _apart(row, areas: list) -> str:
    """What tells this row from another of the same area; empty where there is none."""
    return row.section if sum(each.area == row.area for each in areas) > 1 else ""


def _order(row) -> tuple[bool, float]:
    known = values.known(row.estimate)
    return not known, -row.estimate if known else 0.0


def _area(row, highlight: str) -> layout.Cell:
    look = marks.STRONG if row.area == highlight else marks.PLAIN
    look = marks.HATCHED if row.withheld else look
    return layout.Cell(row.estimate, row.lower, row.upper, look)


def _area_row(row, cell: layout.Cell, highlight: str, *, apart: str) -> layout.Row:
    said = charts.texts(row)
    label = f"{row.label}, {phrases.lower_first(apart)}" if apart else row.label
    return layout.Row(
        label, (cell,), said, alt_text.row(label, *said), strong=row.area == highlight
    )


def _place(areas: list, whole, highlight: str) -> str:
    """A title that sets the area against the whole; empty where it has no estimate."""
    here = [row for row in areas if row.area == highlight and values.known(row.estimate)]
    if len(here) != 1:
        return ""
    row, name = here[0], phrases.place(highlight)
    if row.versus == "expected":
        so = {HIGHER: "clearly more", LOWER: "clearly fewer"}.get(row.way, "no clear difference")
        return f"{name}: {values.value(row)} times the number expected, {so}"
    said = f"{name}: {values.value(row)} {values.unit(row)}".rstrip()
    if row.statistic in headlines.SHARES:
        said = f"{name}: {headlines.share(row)}"
    if whole is None or not values.known(row.lower):
        return said
    level = f"{phrases.place(whole.area)} as a whole: {values.value(whole)}"
    return f"{said}; {level}"

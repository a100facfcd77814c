"""Comparisons with their limits: the forest plot."""

from __future__ import annotations

import math

import pandas as pd

from dsvstats.reporting import axis, charts, grouping, paint, reading, rows, spoken
from dsvstats.reporting.theme import Picture, pictured

_PANELS = {
    "group": "Against the reference group",
    "rest": "Against everyone else",
    "overall": "Against the overall figure",
    "population": "Against the population",
    "standard": "Against the standard",
    "target": "Against the target",
    "": "",
}
_NAMES = {
    paint.HIGHER: "clearly higher",
    paint.LOWER: "clearly lower",
    paint.PLAIN: "no clear difference",
    paint.SMALL_GROUP: "too few to say",
    paint.BOUNDS: "bounds, wherever the unrecorded belong",
    paint.REFERENCE: "reference group",
}


@pictured
def forest(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """Who is above and who is below no difference? Comparisons on a log axis with its line at 1.

    Several comparisons (the reference group, everyone else, the overall figure) stand side by
    side on one axis. Differences, whose line is 0, get a linear axis. A point's shape says its
    direction, only where ``wording.direction`` allows one; small groups are hollow, withheld
    ones hatched, and limits that run off the axis end in an arrow.
    """
    held = grouping.named(estimates)
    present = {reading.comparison(row) for row in held}
    kinds = [kind for kind in _PANELS if kind in present] or [""]
    cells = [_cell(row, worded=len(kinds) > 1) for row in held]
    counts = charts.counts_heading(held)
    lines = _lines(held, cells, kinds)
    drawn = [each for _, group in lines for row in group for each in row.cells if each]
    chart = rows.Chart(
        lines,
        _axis(held, cells),
        paint.point,
        panels=tuple(_PANELS[kind] if len(kinds) > 1 else "" for kind in kinds),
        headings=(counts,) if len(kinds) > 1 else (charts.estimate_heading(held), counts),
    )
    return charts.finish(
        "Forest plot",
        chart,
        estimates,
        title=title,
        source=source,
        key=charts.key_of(drawn, _NAMES),
        notes=[reading.OVERRULED] if any(map(reading.overruled, held)) else [],
    )


def _cell(row, *, worded: bool) -> rows.Cell:
    if row.withheld:
        return rows.Cell(math.nan, look=paint.HATCHED)
    if reading.is_reference(row):
        return rows.Cell(reading.null(row), look=paint.REFERENCE)
    way = reading.direction(row)
    look = way if way != reading.UNCLEAR else paint.PLAIN
    look = paint.SMALL_GROUP if reading.small(row) else look
    look = paint.BOUNDS if reading.bounded(row) else look
    return rows.Cell(
        row.estimate, row.lower, row.upper, look, word=reading.value(row) if worded else ""
    )


def _axis(held: list, cells: list[rows.Cell]) -> axis.Axis:
    if held and not any(reading.scale(row.statistic) == reading.TIMES for row in held):
        return charts.along(held, cells, line=0.0)
    spread = [(each.estimate, each.lower, each.upper) for each in cells]
    return axis.ratios(spread, label=charts.axis_words(held))


def _lines(held: list, cells: list[rows.Cell], kinds: list[str]):
    """One line for each group, which holds its comparisons side by side."""
    lines: dict[tuple, dict[str, tuple]] = {}
    for row, each in zip(held, cells, strict=True):
        same = (row.section, row.label, row.base, str(row.numerator), str(row.denominator))
        lines.setdefault(same, {})[reading.comparison(row)] = (row, each)
    references = {(r.section, r.reference) for r in held if reading.comparison(r) == "group"}
    made: dict[str, list[rows.Row]] = {}
    for line in lines.values():
        first = line[min(line, key=kinds.index)][0]
        itself = "group" not in line and (first.section, first.group) in references
        made.setdefault(first.section, []).append(_line(first, line, kinds, itself=itself))
    names = charts.headings(held)
    return [(names[section], each) for section, each in made.items()]


def _line(first, line: dict[str, tuple], kinds: list[str], *, itself: bool) -> rows.Row:
    own = {"group": (first, rows.Cell(reading.null(first), look=paint.REFERENCE))} if itself else {}
    cells = tuple((line | own)[kind][1] if kind in line | own else None for kind in kinds)
    said = {kind: _said(row) for kind, (row, _) in line.items()}
    counts = charts.texts(first)[1]
    if len(kinds) == 1:
        return rows.Row(
            first.label,
            cells,
            (said[kinds[0]], counts),
            spoken.row(first.label, said[kinds[0]], counts),
        )
    told = [f"{_PANELS[kind].lower()} {text}".strip() for kind, text in said.items()]
    return rows.Row(
        first.label, cells, (reading.base(first),), spoken.row(first.label, *told, counts)
    )


def _said(row) -> str:
    return "reference" if reading.is_reference(row) and not row.withheld else reading.short(row)

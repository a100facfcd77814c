"""Comparisons with their limits: the forest plot."""

from __future__ import annotations

import math

import pandas as pd

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.figures import alt_text, axis, charts, layout, marks
from dsvstats.reporting.figures.theme import Picture, pictured
from dsvstats.reporting.wording import grouping, values

_PANELS = {
    "reference": "Against the reference group",
    "rest": "Against everyone else",
    "overall": "Against the overall figure",
    "population": "Against the population",
    "expected": "Against what is expected",
    "target": "Against the target",
    "none": "",
}
_NAMES = {
    marks.HIGHER: "clearly higher",
    marks.LOWER: "clearly lower",
    marks.PLAIN: "no clear difference",
    marks.SMALL_GROUP: "too few to say",
    marks.BOUNDS: "bounds, wherever the unrecorded belong",
    marks.REFERENCE: "reference group",
}


@pictured
def forest(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """Who is above and who is below no difference? Comparisons on a log axis with its line at 1.

    Several comparisons (the reference group, everyone else, the overall figure) stand side by
    side on one axis. Differences, whose line is 0, get a linear axis. A point's shape says the
    estimate's ``way``; small groups are hollow, withheld ones hatched, and limits that run off
    the axis end in an arrow.
    """
    held = grouping.named(estimates)
    present = {row.versus for row in held}
    kinds = [kind for kind in _PANELS if kind in present] or ["none"]
    cells = [_cell(row, worded=len(kinds) > 1) for row in held]
    counts = charts.counts_heading(held)
    lines = _lines(held, cells, kinds)
    drawn = [each for _, group in lines for row in group for each in row.cells if each]
    chart = layout.Chart(
        lines,
        _axis(held, cells),
        marks.point,
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
        notes=[values.OVERRULED] if any(map(values.overruled, held)) else [],
    )


def _reference(row) -> layout.Cell:
    """The group that others are compared with, at no difference."""
    nothing = values.null(row)
    return layout.Cell(math.nan if nothing is None else nothing, look=marks.REFERENCE)


def _cell(row, *, worded: bool) -> layout.Cell:
    if row.withheld:
        return layout.Cell(math.nan, look=marks.HATCHED)
    if values.is_reference(row):
        return _reference(row)
    look = row.way if row.way in (HIGHER, LOWER) else marks.PLAIN
    look = marks.SMALL_GROUP if values.small(row) else look
    look = marks.BOUNDS if values.bounded(row) else look
    return layout.Cell(
        row.estimate, row.lower, row.upper, look, word=values.value(row) if worded else ""
    )


def _axis(held: list, cells: list[layout.Cell]) -> axis.Axis:
    if held and not any(values.scale(row.statistic) == values.TIMES for row in held):
        return charts.along(held, cells, line=0.0)
    spread = [(each.estimate, each.lower, each.upper) for each in cells]
    return axis.ratios(spread, label=charts.axis_words(held))


def _lines(held: list, cells: list[layout.Cell], kinds: list[str]):
    """One line for each group, which holds its comparisons side by side."""
    lines: dict[tuple, dict[str, tuple]] = {}
    for row, each in zip(held, cells, strict=True):
        same = (row.section, row.label, row.base, str(row.numerator), str(row.denominator))
        lines.setdefault(same, {})[row.versus] = (row, each)
    references = {(r.section, r.reference) for r in held if r.versus == "reference"}
    made: dict[str, list[layout.Row]] = {}
    for line in lines.values():
        first = line[min(line, key=kinds.index)][0]
        itself = "reference" not in line and (first.section, first.group) in references
        itself = itself and values.null(first) is not None
        made.setdefault(first.section, []).append(_line(first, line, kinds, itself=itself))
    names = charts.headings(held)
    return [(names[section], each) for section, each in made.items()]


def _line(first, line: dict[str, tuple], kinds: list[str], *, itself: bool) -> layout.Row:
    own = {"reference": (first, _reference(first))} if itself else {}
    cells = tuple((line | own)[kind][1] if kind in line | own else None for kind in kinds)
    said = {kind: _said(row) for kind, (row, _) in line.items()}
    counts = charts.texts(first)[1]
    if len(kinds) == 1:
        return layout.Row(
            first.label,
            cells,
            (said[kinds[0]], counts),
            alt_text.row(first.label, said[kinds[0]], counts),
        )
    told = [f"{_PANELS[kind].lower()} {text}".strip() for kind, text in said.items()]
    return layout.Row(
        first.label, cells, (values.base(first),), alt_text.row(first.label, *told, counts)
    )


def _said(row) -> str:
    return "reference" if values.is_reference(row) and not row.withheld else values.short(row)

"""A chart whose rows are named at the left, drawn in the middle and counted at the right."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.collections import PolyCollection

from dsvstats.reporting.figures import theme
from dsvstats.reporting.figures.axis import Axis
from dsvstats.reporting.figures.lettering import balanced, high, width_of, wrap
from dsvstats.reporting.figures.theme import MARGIN, SMALL, TEXT, Page

_LABEL, _GAP, _BETWEEN, _NARROWEST = 2.75, 0.22, 0.32, 0.9
_PAD, _TIGHT, _MANY, _UP = 0.13, 0.06, 20, 0.012
_HEADING, _FIRST, _SCALE, _LABELLED = 0.19, 0.04, 0.28, 5.5


@dataclass(frozen=True)
class Cell:
    """One value to draw: where it is, its limits, how it looks, a mark or a span beside it, and
    the word for an estimate that is not there."""

    estimate: float
    lower: float = math.nan
    upper: float = math.nan
    look: str = "plain"
    mark: float = math.nan
    span: tuple[float, float] = (math.nan, math.nan)
    word: str = ""

    @property
    def bare(self) -> bool:
        """Is there neither an estimate nor a limit to draw? From 0 to no limit says nothing."""
        nothing = math.isnan(self.lower) or (self.lower <= 0 and math.isinf(self.upper))
        return math.isnan(self.estimate) and nothing


@dataclass(frozen=True)
class Row:
    """A named row: what is drawn in each panel, the texts at its right, and how it is spoken."""

    label: str
    cells: tuple[Cell | None, ...]
    texts: tuple[str, ...] = ()
    spoken: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Chart:
    """Rows in sections, each section with its heading, on one axis repeated in each panel.

    ``paint`` draws one cell: it takes the axes, the axis, the row's middle and height in inches
    and the cell. ``headings`` are the headings of the texts at the right.
    """

    sections: list[tuple[str, list[Row]]]
    axis: Axis
    paint: Callable
    panels: tuple[str, ...] = ("",)
    headings: tuple[str, ...] = ()


def draw(chart: Chart, *, title: str, subtitle: str, key=(), notes=()) -> Page:
    """Draw the chart on a page as high as its rows need."""
    with theme.style():
        plan = _Plan(chart)
        page = Page(
            title,
            subtitle,
            plan.above + plan.body + _SCALE + high(plan.words, SMALL),
            key=list(key),
            notes=list(notes),
            width=plan.width,
        )
        sheet = page.sheet()
        panels = [
            page.axes(left, plan.above, plan.panel, plan.body, zorder=2) for left in plan.lefts
        ]
        head = {"va": "baseline", "weight": "bold", "fontsize": SMALL}
        for axes, left, lines in zip(panels, plan.lefts, plan.heads, strict=True):
            _dress(axes, chart.axis, plan)
            _write(
                sheet,
                lines,
                left + plan.panel / 2,
                plan.above - 0.1,
                ha="center",
                **head,
            )
        for right, lines in zip(plan.rights, plan.columns, strict=True):
            _write(sheet, lines, right, plan.above - 0.1, ha="right", **head)
        _axis_words(sheet, plan)
        _fill(sheet, panels, chart, plan)
    return page


class _Plan:
    """Where everything stands, in inches from the body's top left corner.

    The page is as wide as others, or wider where its texts leave the panels too little room.
    """

    def __init__(self, chart: Chart) -> None:
        self.every = [row for _, rows in chart.sections for row in rows]
        self._across(chart)
        self._down(chart)

    def _across(self, chart: Chart) -> None:
        wide = [width_of(row.label, TEXT, bold=row.strong) for row in self.every]
        self.labels = min(max(wide, default=0.5) + 0.02, _LABEL)
        widths, self.columns = [], []
        for n, name in enumerate(chart.headings):
            text = max(width_of(row.texts[n], TEXT, bold=row.strong) for row in self.every)
            lines = balanced(name, max(text, 0.9), SMALL, bold=True)
            self.columns.append(lines)
            widths.append(max([text, *(width_of(line, SMALL, bold=True) for line in lines)]))
        left, count = MARGIN + self.labels + _GAP, len(chart.panels)
        taken = left + MARGIN + sum(widths) + _GAP * len(widths) + _BETWEEN * (count - 1)
        self.panel = max((theme.WIDTH - taken) / count, _NARROWEST)
        self.width = max(theme.WIDTH, taken + count * self.panel)
        self.lefts = [left + n * (self.panel + _BETWEEN) for n in range(count)]
        self.rights, right = [], self.lefts[-1] + self.panel
        for width in widths:
            right += _GAP + width
            self.rights.append(right)

    def _down(self, chart: Chart) -> None:
        self.heads = [balanced(name, self.panel, SMALL, bold=True) for name in chart.panels]
        tallest = max(high(lines, SMALL) for lines in [*self.heads, *self.columns, []])
        self.above = tallest + 0.1 if tallest else 0.0
        self.lines = {
            id(row): wrap(row.label, self.labels, TEXT, bold=row.strong) for row in self.every
        }
        pad = _PAD if len(self.every) <= _MANY else _TIGHT
        self.tops, self.headings, top = [], [], 0.0
        for name, rows in chart.sections:
            lines = wrap(name, self.width - 2 * MARGIN, TEXT, bold=True)
            self.headings.append(lines)
            top += high(lines, TEXT) + (_HEADING if top else _HEADING - 0.08) if name else _FIRST
            for row in rows:
                height = high(self.lines[id(row)], TEXT) + pad
                self.tops.append((top, height))
                top += height
        self.body = top + _FIRST
        spread = self.lefts[-1] + self.panel - self.lefts[0]
        self.words = balanced(chart.axis.label, max(spread, _LABELLED), SMALL)


def _dress(axes, axis: Axis, plan: _Plan) -> None:
    axes.patch.set_visible(False)
    axes.set(
        xscale="log" if axis.log else "linear",
        xlim=(axis.low, axis.high),
        ylim=(plan.body, 0),
        yticks=[],
    )
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    ticks = axis.ticks(plan.panel)
    axes.set_xticks(ticks, [axis.write(tick) for tick in ticks], fontsize=SMALL)
    axes.xaxis.minorticks_off()
    axes.tick_params(axis="x", length=3, pad=3)


def _grid(axes, axis: Axis, plan: _Plan, cells: list[Cell | None]) -> None:
    """The grid behind the rows that have something to draw, but not behind headings or words."""
    at = [
        (top, top + height)
        for (top, height), cell in zip(plan.tops, cells, strict=True)
        if cell is None or not cell.bare
    ]
    for places, style in (
        (axis.ticks(plan.panel), {"color": theme.PALE, "linewidth": 0.6, "zorder": 0}),
        (
            [] if axis.line is None else [axis.line],
            {"color": theme.INK, "linewidth": 1.1, "zorder": 1},
        ),
    ):
        ends = [(place, *each) for place in places for each in at]
        if ends:
            axes.vlines(*zip(*ends, strict=True), **style)


def _axis_words(sheet, plan: _Plan) -> None:
    """What the axis measures, under the panels and within the page."""
    wide = max((width_of(line, SMALL) for line in plan.words), default=0.0) / 2
    middle = (plan.lefts[0] + plan.lefts[-1] + plan.panel) / 2
    middle = min(max(middle, MARGIN + wide), plan.width - MARGIN - wide)
    style = {"ha": "center", "va": "top", "fontsize": SMALL, "color": theme.SOFT}
    _write(sheet, plan.words, middle, plan.above + plan.body + _SCALE, **style)


def _fill(sheet, panels, chart: Chart, plan: _Plan) -> None:
    for n, axes in enumerate(panels):
        _grid(axes, chart.axis, plan, [row.cells[n] for row in plan.every])
    tops, stripes = iter(plan.tops), []
    bold = {"va": "baseline", "weight": "bold"}
    for (_, rows), heading in zip(chart.sections, plan.headings, strict=True):
        for n, row in enumerate(rows):
            top, height = next(tops)
            if n == 0:
                _write(sheet, heading, MARGIN, plan.above + top - 0.1, **bold)
            if n % 2 == 0:
                stripes.append((plan.above + top, plan.above + top + height))
            _texts(sheet, row, plan, plan.above + top + height / 2 - _UP)
            for axes, cell in zip(panels, row.cells, strict=True):
                if cell is not None:
                    chart.paint(axes, chart.axis, top + height / 2, height, cell)
    _striped(sheet, plan.width, stripes)


def _striped(sheet, width: float, ends: list[tuple[float, float]]) -> None:
    left, right = 0.5 * MARGIN, width - 0.5 * MARGIN
    boxes = [[(left, a), (right, a), (right, b), (left, b)] for a, b in ends]
    sheet.add_collection(
        PolyCollection(boxes, facecolor=theme.STRIPE, linewidth=0, zorder=1),
        autolim=False,
    )


def _texts(sheet, row: Row, plan: _Plan, level: float) -> None:
    weight = "bold" if row.strong else "normal"
    lines = plan.lines[id(row)]
    middle = "center" if len(lines) > 1 else "center_baseline"
    _write(sheet, lines, MARGIN, level, va=middle, weight=weight)
    for right, text in zip(plan.rights, row.texts, strict=True):
        _write(sheet, [text], right, level, ha="right", va="center_baseline", weight=weight)


def _write(sheet, lines: list[str], x: float, y: float, **style) -> None:
    if any(lines):
        sheet.text(x, y, "\n".join(lines), linespacing=theme.LINE, **{"fontsize": TEXT} | style)

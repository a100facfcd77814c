"""What all charts of estimates share: their rows, their axis in words, and their page."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from dsvstats.reporting.figures import alt_text, layout, theme
from dsvstats.reporting.figures import marks as paint
from dsvstats.reporting.figures.axis import Axis, linear
from dsvstats.reporting.figures.theme import Picture
from dsvstats.reporting.wording import grouping, headlines, nouns, phrases
from dsvstats.reporting.wording import values as reading


def sections(
    held: list, build: Callable[[object], layout.Row]
) -> list[tuple[str, list[layout.Row]]]:
    """The rows under their headings, each built from its estimate."""
    made: dict[str, list[layout.Row]] = {}
    for row in held:
        made.setdefault(row.section, []).append(build(row))
    names = headings(held)
    return [(names[section], lines) for section, lines in made.items()]


def headings(held: list) -> dict[str, str]:
    """Each section's heading, which names the group that the others are compared with."""
    names: dict[str, dict[str, None]] = {}
    for row in held:
        known = names.setdefault(row.section, {})
        if getattr(row, "versus", "") == "reference" and row.strand != "all":
            known[row.reference] = None
    return {
        section: f"{section} (reference: {phrases.joined(known)})" if known else section
        for section, known in names.items()
    }


def estimate_heading(held: list) -> str:
    """The heading of the column of estimates."""
    limited = [row for row in held if reading.limits(row)]
    return f"Estimate ({reading.level(limited[0])})" if limited else "Estimate"


def counts_heading(held: list) -> str:
    """The heading of the column of counts behind the estimates."""
    rates = any(reading.of_residents(row) and row.versus != "expected" for row in held)
    return "Number in person-years" if rates else "Number and base"


def axis_words(held: list) -> str:
    """What the axis measures."""
    names = list(dict.fromkeys(row.statistic for row in held))
    scales = {reading.scale(row.statistic) for row in held}
    text = phrases.upper_first(phrases.joined(names[:3]))
    happened = {nouns.outcome(row.measure) for row in held}
    if names == ["prevalence"]:
        return "Proportion reported two or more times"
    if names == ["proportion"] and len(happened) == 1:
        return f"Proportion that {happened.pop()}"
    if scales == {reading.TIMES}:
        return f"{text} (log scale, 1 is no difference)"
    if scales == {reading.POINTS}:
        return f"{text} (percentage points, 0 is no difference)"
    if scales == {reading.HUNDRED}:
        return f"{text} (for every 100)"
    units = {reading.unit(row) for row in held} - {""}
    return f"{text} {units.pop()}" if len(units) == 1 else text


def along(held: list, cells: list[layout.Cell], *, line: float | None = None) -> Axis:
    """A linear axis for these estimates, that holds its line and stays within what can be."""
    values = [v for each in cells for v in (each.estimate, each.lower, each.upper, each.mark)]
    values += [line] if line is not None else []
    words: dict[str, Any] = {"line": line, "label": axis_words(held)}
    if held:
        words["write"] = partial(reading.tick, held[0])
    if {reading.scale(row.statistic) for row in held} <= {reading.PERCENT}:
        return linear(values, within=(0.0, 1.0), **words)
    below = min([0.0, *(v for v in values if math.isfinite(v))])
    return linear([*values, 0.0], within=(1.1 * below, math.inf), **words)


def texts(row) -> tuple[str, str]:
    """The estimate with its limits, and its counts, once if they are withheld."""
    return reading.short(row), "" if row.withheld else reading.base(row)


def finish(
    kind: str,
    chart: layout.Chart,
    shown: pd.DataFrame,
    *,
    title: str,
    source: str,
    key=(),
    notes=(),
) -> Picture:
    """The chart on its page, with its title, its key and its alternative text."""
    above = (
        grouping.marked(title, shown, source) if title else headlines.headline(shown, source=source)
    )
    below = headlines.subtitle(shown, source=source)
    if not any(lines for _, lines in chart.sections):
        return nothing(above, below)
    page = layout.draw(chart, title=above, subtitle=below, key=key, notes=notes)
    several = len(chart.sections) > 1
    said = [
        f"{name}, {row.spoken}" if several and name else row.spoken
        for name, lines in chart.sections
        for row in lines
    ]
    return Picture(
        page.figure, alt_text.alt(kind, title=above, subtitle=below, rows=said, notes=notes)
    )


def nothing(
    title: str,
    subtitle: str = "",
    *,
    words: str = "Nothing to show: these figures were not supplied",
) -> Picture:
    """The small honest figure of what was not supplied."""
    with theme.style():
        page = theme.Page(title, subtitle, 0.7)
        axes = page.axes(theme.MARGIN, 0.0, theme.WIDTH - 2 * theme.MARGIN, 0.6)
        axes.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(-0.3, 0.3))
        for spine in axes.spines.values():
            spine.set(color=theme.PALE, linestyle=(0, (4, 3)))
        axes.text(0.5, 0, words, ha="center", va="center", color=theme.SOFT, style="italic")
    return Picture(
        page.figure, alt_text.alt("Empty figure", title=title, subtitle=subtitle, rows=[words])
    )


def key_of(cells: list[layout.Cell], names: dict[str, str]) -> list[tuple[dict, str]]:
    """The key to the points that are there, in the order of ``names``."""
    drawn = {each.look for each in cells}
    dotted = {"line": {"color": theme.GREY, "linewidth": 1.8, "linestyle": (0, (1.5, 1))}}
    marks = {each: {"point": paint.POINTS[each]} for each in names} | {paint.BOUNDS: dotted}
    return [(marks[each], text) for each, text in names.items() if each in drawn]

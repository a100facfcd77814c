"""Rates in periods that follow each other: a small panel for each, on one axis of time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from dsvstats.reporting.figures import alt_text, charts, theme
from dsvstats.reporting.figures.axis import linear
from dsvstats.reporting.figures.theme import ACCENT, PALE, SMALL, SOFT, TEXT, Picture, pictured
from dsvstats.reporting.wording import grouping, headlines, nouns, phrases
from dsvstats.reporting.wording import values as reading

_ACROSS, _HIGH, _BELOW, _GAP = 2, 1.2, 0.55, 0.3
_LEFT, _RIGHT = 0.72, 0.95
_SAME = ["area", "subject", "unit", "measure", "definition", "strand", "group", "base"]
_NOTE = (
    "Each point is of twelve months, and neighbours share most of theirs. Bands are limits for "
    "one point, not for the change between two."
)


@pictured
def over_time(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """What has each rate been, in periods that follow each other? A panel for each rate.

    Points stand at the end of their period, with their limits as a band. The title tells the
    first rate's last value and the range it has been in; no direction is stated, since
    neighbouring periods share their cases.
    """
    below = headlines.subtitle(estimates, source=source)
    lines = [rows for _, rows in estimates.groupby(_SAME, sort=False) if _shown(rows).any()]
    if not lines or estimates["end"].nunique() < 2:
        return charts.nothing(
            grouping.marked(title or headlines.NOTHING, estimates, source),
            below,
            words="Nothing to show: it takes an extract of records of this area, of more than a year",
        )
    said = [_told(rows) for rows in lines]
    heading = grouping.marked(title or said[0], estimates, source)
    room = (theme.WIDTH - 2 * theme.MARGIN - _GAP) / _ACROSS
    names = [theme.wrap(_name(rows), room, SMALL, bold=True) for rows in lines]
    beside = [slice(n, n + _ACROSS) for n in range(0, len(lines), _ACROSS)]
    above = [max(theme.high(each, SMALL) for each in names[at]) + 0.1 for at in beside]
    with theme.style():
        page = theme.Page(heading, below, sum(above) + len(above) * (_HIGH + _BELOW), notes=[_NOTE])
        sheet = page.sheet()
        top = 0.0
        for at, high in zip(beside, above, strict=True):
            for n, (name, rows) in enumerate(zip(names[at], lines[at], strict=True)):
                left = theme.MARGIN + n * (room + _GAP)
                sheet.text(
                    left,
                    top,
                    "\n".join(name),
                    va="top",
                    fontsize=SMALL,
                    weight="bold",
                    linespacing=theme.LINE,
                )
                axes = page.axes(left + _LEFT, top + high, room - _LEFT - _RIGHT, _HIGH)
                _draw(axes, rows, sorted(estimates["end"].unique()))
            top += high + _HIGH + _BELOW
    return Picture(
        page.figure,
        alt_text.alt("Lines over time", title=heading, subtitle=below, rows=said, notes=[_NOTE]),
    )


def _shown(rows: pd.DataFrame) -> pd.Series:
    return rows["estimate"].notna() & ~rows["withheld"]


def _name(rows: pd.DataFrame) -> str:
    row: Any = next(rows.itertuples())
    return phrases.upper_first(f"{nouns.base(row.base)} that {nouns.outcome(row.measure)}")


def _told(rows: pd.DataFrame) -> str:
    """The last value, and between which it has been since the first."""
    held: list[Any] = list(rows[_shown(rows)].sort_values("end").itertuples())
    last = held[-1]
    said = f"{reading.value(last)} of {nouns.base(last.base)} {nouns.outcome(last.measure)}"
    if len(held) == 1:
        return said
    low, high = (choose(held, key=lambda row: row.estimate) for choose in (min, max))
    since = phrases.date(held[0].end)
    return f"{said}; {reading.value(low)} to {reading.value(high)} since {since}"


def _draw(axes, rows: pd.DataFrame, ends: list[pd.Timestamp]) -> None:
    held = rows[_shown(rows)].set_index("end")
    values = held[["estimate", "lower", "upper"]].reindex(ends)
    days = date2num(ends)
    axes.fill_between(days, values["lower"], values["upper"], color=ACCENT, alpha=0.18, linewidth=0)
    axes.plot(days, values["estimate"], color=ACCENT, linewidth=1.8, marker="o", markersize=4)
    shown: list[Any] = list(rows[_shown(rows)].itertuples())
    last = max(shown, key=lambda row: row.end)
    axes.annotate(
        reading.value(last),
        (date2num(last.end), last.estimate),
        xytext=(9, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=TEXT,
        annotation_clip=False,
    )
    whole = reading.scale(last.statistic) == reading.PERCENT
    scale = linear(values.to_numpy().ravel(), within=(0.0, 1.0 if whole else float("inf")))
    axes.set_ylim(scale.low, scale.high)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: reading.tick(last, value))
    pad = max(0.03 * (days[-1] - days[0]), 20)
    axes.set_xlim(days[0] - pad, days[-1] + pad)
    marks = dict.fromkeys([ends[0], ends[-1]])
    axes.set_xticks([date2num(each) for each in marks], [f"{each:%b %Y}" for each in marks])
    axes.grid(axis="y", color=PALE, linewidth=0.6)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=SOFT)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)

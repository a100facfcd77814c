"""Rates in periods that follow each other: a small panel for each, on one axis of time."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from dsvstats.reporting.blocks import Figure, Section
from dsvstats.reporting.figures.pictures import plane
from dsvstats.reporting.wording import grouping, nouns, phrases, values

LINES = "lines"
_HEIGHT = 150
_SAME = ["area", "subject", "unit", "measure", "definition", "strand", "group", "base"]
NOTHING = "Nothing to show: it takes records of this area, of more than a year"
NOTE = (
    "Each point is of twelve months, and neighbours share most of theirs.",
    "Bands are limits for one point, not for the change between two.",
)


def over_time(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Section:
    """What has each rate been, in periods that follow each other? A panel for each rate.

    Points stand at the end of their period, with their limits as a band. The heading tells the
    first rate's last value; no direction is stated, since neighbouring periods share their cases.

    >>> from dsvstats import estimates
    >>> over_time(estimates.empty()).heading
    'Nothing to show: it takes records of this area, of more than a year'
    """
    lines = [rows for _, rows in estimates.groupby(_SAME, sort=False) if _shown(rows).any()]
    if not lines or estimates["end"].nunique() < 2:
        return Section("over_time", grouping.marked(title or NOTHING, estimates, source))
    heading = grouping.marked(title or _last(lines[0]), estimates, source)
    ends = sorted(estimates["end"].unique())
    about = grouping.about(estimates)
    alt = f"Lines over time. {heading}. {len(lines)} panels, {about}. Data in the table below."
    rows = tuple(_panel(each, ends) for each in lines)
    panels = [
        f"<li><p><b>{html.escape(_name(each))}</b> {html.escape(_range(each))}</p>"
        f'<div class="plane" aria-hidden="true">'
        f"{plane.svg(partial(_draw, panel=panel), height=_HEIGHT, salt=f'{alt}{n}')}</div></li>"
        for n, (each, panel) in enumerate(zip(lines, rows, strict=True))
    ]
    figure = Figure(
        kind="picture",
        caption=f"Twelve months at a time: {about}.",
        alt=alt[:250],
        html=(
            f'<div role="group" aria-label="{html.escape(alt[:250])}">'
            f'<ul class="panels">{"".join(panels)}</ul></div>'
        ),
        rows=rows,
        scale={"look": LINES},
    )
    return Section("over_time", heading, sentences=NOTE, figure=figure)


def _shown(rows: pd.DataFrame) -> pd.Series:
    return rows["estimate"].notna() & ~rows["withheld"]


def _held(rows: pd.DataFrame) -> list[Any]:
    return list(rows[_shown(rows)].sort_values("end").itertuples())


def _name(rows: pd.DataFrame) -> str:
    row: Any = next(rows.itertuples())
    return phrases.upper_first(f"{nouns.base(row.base)} that {nouns.outcome(row.measure)}")


def _last(rows: pd.DataFrame) -> str:
    last = _held(rows)[-1]
    return f"{values.value(last)} of {nouns.base(last.base)} {nouns.outcome(last.measure)}"


def _range(rows: pd.DataFrame) -> str:
    """The last value, and between which it has been since the first."""
    held = _held(rows)
    if len(held) == 1:
        return values.value(held[0])
    low, high = (choose(held, key=lambda row: row.estimate) for choose in (min, max))
    since = phrases.date(held[0].end)
    return f"{values.value(held[-1])}; {values.value(low)} to {values.value(high)} since {since}"


def _panel(rows: pd.DataFrame, ends: list[pd.Timestamp]) -> dict[str, Any]:
    """What one panel is drawn from: its points, its limits, and how its values are written."""
    drawn = rows[_shown(rows)].set_index("end")[["estimate", "lower", "upper"]].reindex(ends)
    last = _held(rows)[-1]
    whole = values.scale(last.statistic) == values.PERCENT
    top, bottom = drawn.max(axis=None), drawn.min(axis=None)
    room = max(0.15 * (top - bottom), 0.02 * abs(top))
    low, high = max(0.0, bottom - room), min(1.0, top + room) if whole else top + room
    marks = MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return {
        "label": _name(rows),
        "across": [float(each) for each in date2num(ends)],
        "ends": [f"{each:%b %Y}" for each in dict.fromkeys([ends[0], ends[-1]])],
        **{name: [float(each) for each in drawn[name]] for name in drawn},
        "between": [float(low), float(high)],
        "ticks": [[float(at), values.tick(last, at)] for at in marks if low <= at <= high],
    }


def pixels(figure: Figure) -> str:
    """The same panels as a PNG in base64, drawn from the figure's data."""
    return plane.png(
        *(partial(_draw, panel=each, title=each["label"]) for each in figure.rows), height=_HEIGHT
    )


def _draw(axes, *, panel: Mapping[str, Any], title: str = "") -> None:
    days = panel["across"]
    limits = {"color": plane.HUES[0], "alpha": 0.18, "linewidth": 0}
    axes.fill_between(days, panel["lower"], panel["upper"], **limits)
    sns.lineplot(
        x=days,
        y=panel["estimate"],
        color=plane.HUES[0],
        marker="o",
        markersize=4,
        markeredgewidth=0,
        estimator=None,
        ax=axes,
    )
    axes.set_ylim(*panel["between"])
    axes.set_yticks(*zip(*panel["ticks"], strict=True))
    pad = max(0.03 * (days[-1] - days[0]), 20)
    axes.set_xlim(days[0] - pad, days[-1] + pad)
    axes.set_xticks(list(dict.fromkeys([days[0], days[-1]])), panel["ends"])
    for text, side in zip(axes.get_xticklabels(), ("left", "right"), strict=False):
        text.set_ha(side)
    axes.set(xlabel="", ylabel="")
    axes.set_title(title, loc="left", fontsize=plane.LETTER)
    axes.grid(axis="y")
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True)

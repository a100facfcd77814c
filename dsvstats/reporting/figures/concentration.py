"""How unequally reports are spread over people: the Lorenz curve and its line of equality."""

from __future__ import annotations

import pandas as pd

from dsvstats.reporting.figures import alt_text, charts, theme
from dsvstats.reporting.figures.theme import (
    ACCENT,
    GREY,
    INK,
    SECOND,
    SMALL,
    TEXT,
    Picture,
    pictured,
)
from dsvstats.reporting.wording import grouping, headlines, numerals

_LIST = ["area", "start", "end", "subject", "unit", "measure", "definition"]
_SIDE, _LEFT, _SCALE, _MOST = 4.5, 0.85, 0.65, 6
_LINES = (
    {"color": ACCENT, "marker": "o"},
    {"color": SECOND, "marker": "s", "linestyle": "--"},
    {"color": GREY, "marker": "^", "linestyle": "-."},
    {"color": INK, "marker": "D", "linestyle": ":"},
)


@pictured
def lorenz(points: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """What part of the reports is about the most reported people? With the line of equality.

    ``points`` as ``repeats.concentration`` gives them: ``share_of_people`` and
    ``share_of_reports``, cumulative from the most reported people to the least, for up to four
    lists. The first list's points are told beside the curve.
    """
    below = headlines.subtitle(points, source=source)
    if points.empty:
        return charts.nothing(
            grouping.marked(title or "No curve can be drawn", points, source),
            below,
            words="Nothing to show: no list of people by number of reports runs to its end",
        )
    curves = [curve for _, curve in points.groupby(_LIST, sort=False)][: len(_LINES)]
    said = [_point(row, n) for n, row in enumerate(curves[0].itertuples(index=False))][:-1]
    heading = grouping.marked(title or _title(curves[0]), points, source)
    with theme.style():
        page = theme.Page(heading, below, _SIDE + _SCALE, key=_key(curves))
        axes = page.axes(_LEFT, 0.05, _SIDE, _SIDE)
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1)
        for line, curve in zip(_LINES, curves, strict=False):
            axes.plot(
                [0.0, *curve["share_of_people"]],
                [0.0, *curve["share_of_reports"]],
                linewidth=2,
                markersize=6,
                clip_on=False,
                **line,
            )
        _dress(axes)
        _tell(page, said)
    return Picture(
        page.figure, alt_text.alt("Lorenz curve", title=heading, subtitle=below, rows=said)
    )


def _point(row, place: int) -> str:
    return (
        f"{numerals.number(row.reports)} {'or more ' if place else ''}reports: "
        f"{numerals.percent(row.share_of_people)} of people, "
        f"{numerals.percent(row.share_of_reports)} of reports"
    )


def _title(curve: pd.DataFrame) -> str:
    if len(curve) < 2:
        return "Everyone listed is in the same number of reports"
    widest = (curve["share_of_reports"] - curve["share_of_people"]).idxmax()
    row = curve.loc[widest]
    return (
        f"The most reported {numerals.percent(row['share_of_people'])} of people are in "
        f"{numerals.percent(row['share_of_reports'])} of the reports"
    )


def _key(curves: list[pd.DataFrame]) -> list[tuple[dict, str]]:
    named = grouping.labels(pd.concat([c.head(1) for c in curves]).assign(strand="all"))["label"]
    lines = [
        (
            {
                "line": {k: v for k, v in line.items() if k != "marker"} | {"linewidth": 2},
                "point": {"color": line["color"], "marker": line["marker"], "markersize": 6},
            },
            name if len(curves) > 1 else "share of reports",
        )
        for line, name in zip(_LINES, named, strict=False)
    ]
    return [
        *lines,
        ({"line": {"color": INK, "linewidth": 1}}, "if all were in equally many reports"),
    ]


def _dress(axes) -> None:
    ticks = [0, 0.25, 0.5, 0.75, 1]
    words = [numerals.percent(tick) for tick in ticks]
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_xticks(ticks, words, fontsize=SMALL)
    axes.set_yticks(ticks, words, fontsize=SMALL)
    axes.grid(color=theme.PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("People, the most reported first", fontsize=SMALL, color=theme.SOFT)
    axes.set_ylabel("Their share of reports", fontsize=SMALL, color=theme.SOFT)


def _tell(page: theme.Page, said: list[str]) -> None:
    sheet = page.sheet()
    left = _LEFT + _SIDE + 0.4
    top = 0.1
    for text in said[:_MOST]:
        lines = theme.wrap(text, theme.WIDTH - theme.MARGIN - left, TEXT)
        sheet.text(left, top, "\n".join(lines), va="top", fontsize=TEXT, linespacing=theme.LINE)
        top += theme.high(lines, TEXT) + 0.12

"""How unequally reports are spread over people: the Lorenz curve and its line of equality."""

from __future__ import annotations

import html
from functools import partial

import pandas as pd
import seaborn as sns

from dsvstats.reporting.blocks import Figure, Section
from dsvstats.reporting.figures.pictures import plane
from dsvstats.reporting.wording import grouping, numerals

_LIST = ["area", "start", "end", "subject", "unit", "measure", "definition"]
CURVE = "curve"
_MOST = 6
_HEIGHT = 320
_MARKS = ("o", "s", "^", "D")


def lorenz(points: pd.DataFrame, *, title: str = "", source: str = "") -> Section:
    """What part of the reports is about the most reported people? With the line of equality.

    ``points`` as ``repeats.concentration`` gives them: ``share_of_people`` and
    ``share_of_reports``, cumulative from the most reported people to the least, for up to four
    lists. The first list's points are told beside the curve.

    >>> from dsvstats.statistics import repeats
    >>> from dsvstats import counts
    >>> people = counts.table("Wandsworth", "victims", "crime", "reports", {"2": 146, "3": 37})
    >>> lorenz(repeats.concentration(people)).heading
    'The most reported 20% of people are in 28% of the reports'
    """
    if points.empty:
        return Section("lorenz", grouping.marked(title or "No curve can be drawn", points, source))
    curves = [curve for _, curve in points.groupby(_LIST, sort=False)][: len(_MARKS)]
    heading = grouping.marked(title or _heading(curves[0]), points, source)
    said = [_point(row, n) for n, row in enumerate(curves[0].itertuples(index=False))][:-1]
    named = grouping.labels(pd.concat([c.head(1) for c in curves]).assign(strand="all"))["label"]
    names = list(named) if len(curves) > 1 else ["Share of reports"]
    about = grouping.about(points)
    alt = f"Lorenz curve. {heading}, {about}. Its points are listed beside it."
    return Section("lorenz", heading, figure=_figure(curves, names, said, alt=alt, about=about))


def _figure(
    curves: list[pd.DataFrame], names: list[str], said: list[str], *, alt: str, about: str
) -> Figure:
    draw = partial(_draw, curves=curves, names=names)
    drawn = plane.svg(draw, height=_HEIGHT, salt=alt)
    told = "".join(f"<li>{html.escape(each)}</li>" for each in said[:_MOST])
    caption = f"People, the most reported first, and their share of reports: {about}."
    return Figure(
        kind="picture",
        caption=caption,
        alt=alt[:250],
        html=(
            f'<div class="beside"><div class="plane" role="img" aria-label="'
            f'{html.escape(alt[:250])}">{drawn}</div><ul class="points">{told}</ul></div>'
        ),
        rows=tuple(
            {
                "label": name,
                "across": [float(each) for each in curve["share_of_people"]],
                "up": [float(each) for each in curve["share_of_reports"]],
            }
            for name, curve in zip(names, curves, strict=True)
        ),
        scale={"look": CURVE},
    )


def pixels(figure: Figure) -> str:
    """The same curve as a PNG in base64, drawn from the figure's data."""
    curves = [
        pd.DataFrame({"share_of_people": row["across"], "share_of_reports": row["up"]})
        for row in figure.rows
    ]
    names = [row["label"] for row in figure.rows]
    return plane.png(partial(_draw, curves=curves, names=names), height=_HEIGHT)


def _draw(axes, *, curves: list[pd.DataFrame], names: list[str]) -> None:
    start = pd.DataFrame({"share_of_people": [0.0], "share_of_reports": [0.0]})
    drawn = pd.concat(
        [
            pd.concat([start, curve]).assign(list=name)
            for curve, name in zip(curves, names, strict=True)
        ],
        ignore_index=True,
    )
    axes.plot([0, 1], [0, 1], color=plane.INK, linewidth=1)
    sns.lineplot(
        drawn,
        x="share_of_people",
        y="share_of_reports",
        hue="list",
        style="list",
        hue_order=names,
        style_order=names,
        palette=list(plane.HUES[: len(names)]),
        markers=list(_MARKS[: len(names)]),
        estimator=None,
        sort=False,
        linewidth=2,
        clip_on=False,
        legend=len(names) > 1,
        ax=axes,
    )
    ticks = [0, 0.25, 0.5, 0.75, 1]
    words = [numerals.percent(tick) for tick in ticks]
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="Share of people", ylabel="Share of reports")
    axes.set_xticks(ticks, words)
    axes.set_yticks(ticks, words)
    axes.grid(visible=True)
    axes.set_aspect("equal")
    axes.text(0.55, 0.47, "if all were in\nequally many", va="top", color=plane.SOFT)
    if len(names) > 1:
        axes.legend(title="", frameon=False, loc="lower right", fontsize=plane.LETTER)


def _point(row, place: int) -> str:
    return (
        f"{numerals.number(row.reports)} {'or more ' if place else ''}reports: "
        f"{numerals.percent(row.share_of_people)} of people, "
        f"{numerals.percent(row.share_of_reports)} of reports"
    )


def _heading(curve: pd.DataFrame) -> str:
    if len(curve) < 2:
        return "Everyone listed is in the same number of reports"
    row = curve.loc[(curve["share_of_reports"] - curve["share_of_people"]).idxmax()]
    return (
        f"The most reported {numerals.percent(row['share_of_people'])} of people are in "
        f"{numerals.percent(row['share_of_reports'])} of the reports"
    )

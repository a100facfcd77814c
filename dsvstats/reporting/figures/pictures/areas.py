"""Areas by how much they rest on and how much was counted there: the funnel plot."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from dsvstats.counts import records
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.blocks import Figure, Section
from dsvstats.reporting.figures.pictures import plane
from dsvstats.reporting.wording import (
    firmness,
    grouping,
    nouns,
    numerals,
    phrases,
    rounding,
)

FUNNEL = "funnel"
_HEIGHT = 300
_LIMITS = {f"{end}_{level}": level for level in ("95", "998") for end in ("lower", "upper")}
_DASHES = {"95": (0, (5, 3)), "998": (0, (1, 2))}
NOTHING = "Nothing to show: it takes counts and bases of several areas"
NOTE = "Between the dashed lines lie 95 in 100 areas that differ by chance and as areas do; between the dotted ones 998 in 1,000."


def funnel(found: pd.DataFrame, curves: pd.DataFrame, *, highlight: str = "") -> Section:
    """Which areas stand apart from all of them, given how much each rests on?

    ``found`` as ``comparison.funnel`` gives it, of one indicator, and ``curves`` as
    ``comparison.funnel_curves`` does. The page's own area is in the accent and named, and so are
    areas that stand apart.

    >>> from dsvstats import estimates
    >>> funnel(estimates.empty(), pd.DataFrame()).heading
    'Nothing to show: it takes counts and bases of several areas'
    """
    known = found[found["estimate"].notna() & ~found["withheld"]]
    if len(known) < 2 or curves.empty:
        return Section("funnel", NOTHING)
    held = records(known)
    name = nouns.thing(held[0].unit, held[0].measure, held[0].subject)
    here = next((row for row in held if row.area == highlight), None)
    heading = grouping.marked(phrases.upper_first(_heading(held, here, name)), known)
    told = known[known["area"] == highlight] if here is not None else known
    verdict, why = firmness.firmness(told)
    scale = _scale(held[0])
    about = grouping.about(known)
    alt = f"Funnel plot of {len(held)} areas. {heading}. {phrases.upper_first(about)}."
    points = tuple(_point(row, scale[0], own=row is here) for row in held)
    times = {"size": 1.0, **dict.fromkeys(("target", *_LIMITS), scale[0])}
    lines = {"look": FUNNEL, **{name: _short(curves[name] * by) for name, by in times.items()}}
    draw = partial(_draw, points=points, lines=lines)
    drawn = plane.svg(draw, height=_HEIGHT, salt=alt)
    unit = f"{phrases.upper_first(name)} {scale[1]}, against {nouns.base(held[0].base)}"
    figure = Figure(
        kind="picture",
        caption=f"{unit}: {about}. {NOTE}",
        alt=alt[:250],
        html=f'<div class="plane" role="img" aria-label="{html.escape(alt[:250])}">{drawn}</div>',
        rows=points,
        scale=lines,
    )
    return Section("funnel", heading, verdict, why, (_sentence(held, name),), figure=figure)


def _heading(held: list[Any], here: Any, name: str) -> str:
    if here is None:
        return _sentence(held, name).rstrip(".")
    area = phrases.place(here.area)
    if here.way in (HIGHER, LOWER):
        return f"{area}: {here.way} than {_whole(here)}, even allowing for how areas differ"
    return (
        f"{area}: {rounding.times(here.estimate)} the rate of {_whole(here)}, no clear difference"
    )


def _whole(row: Any) -> str:
    return phrases.place(row.reference)


def _sentence(held: list[Any], name: str) -> str:
    """How many areas stand apart, and which are the furthest."""
    apart = [row for row in held if row.way in (HIGHER, LOWER)]
    if not apart:
        return f"None of {len(held)} areas clearly stands apart in {name}."
    named = phrases.joined(
        f"{phrases.place(row.area)} ({row.way})" for row in sorted(apart, key=_far)[:3]
    )
    are = "stands" if len(apart) == 1 else "stand"
    many = phrases.upper_first(numerals.counted(len(apart), "area"))
    return f"{many} of {len(held)} clearly {are} apart in {name}: {named}."


def _far(row: Any) -> float:
    return -rounding.apart(row.estimate)


def _scale(row: Any) -> tuple[float, str]:
    """What is multiplied to be read, and per how many it is then."""
    if row.statistic == "rate ratio":
        return 1000.0, "per 1,000 residents a year"
    return 100.0, "for every 100"


def _short(values: pd.Series) -> list[float]:
    """To five digits: finer than a line is drawn."""
    return [float(f"{each:.5g}") for each in values]


def _point(row: Any, times: float, *, own: bool) -> dict[str, Any]:
    return {
        "label": phrases.place(row.area),
        "across": float(row.denominator),
        "up": float(row.numerator / row.denominator * times),
        "way": row.way,
        "above": bool(row.estimate > 1),
        "own": own,
    }


def pixels(figure: Figure) -> str:
    """The same funnel as a PNG in base64, drawn from the figure's data."""
    return plane.png(partial(_draw, points=figure.rows, lines=figure.scale), height=_HEIGHT)


def _draw(axes, *, points: Sequence[Mapping[str, Any]], lines: Mapping[str, Any]) -> None:
    size = lines["size"]
    for name, level in _LIMITS.items():
        axes.plot(size, lines[name], color=plane.SOFT, linewidth=1, linestyle=_DASHES[level])
    axes.plot(size, lines["target"], color=plane.INK, linewidth=1)
    for point in points:
        own, apart = point["own"], point["way"] in (HIGHER, LOWER)
        color = plane.HUES[0] if own else plane.INK
        axes.plot(
            [point["across"]],
            [point["up"]],
            marker={HIGHER: "^", LOWER: "v"}.get(point["way"], "o"),
            color=color if own or apart else plane.GREY,
            markersize=9 if own else 6,
            markeredgecolor="w",
            linestyle="none",
            zorder=3 if own else 2,
        )
        if own or apart:
            axes.annotate(
                point["label"],
                (point["across"], point["up"]),
                xytext=(0, 10 if point["above"] else -18),
                textcoords="offset points",
                ha="right" if point["across"] > (size[0] + size[-1]) / 2 else "left",
                bbox={"facecolor": "w", "edgecolor": "none", "alpha": 0.85, "pad": 1},
                color=color,
                weight="bold" if own else "normal",
            )
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="y")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)

"""Areas by how much they rest on and how much was counted there: the funnel plot."""

from __future__ import annotations

import html
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

_HEIGHT = 300
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
    draw = partial(_draw, held=held, curves=curves, here=here, scale=scale)
    drawn = plane.svg(draw, height=_HEIGHT, salt=alt)
    unit = f"{phrases.upper_first(name)} {scale[1]}, against {nouns.base(held[0].base)}"
    figure = Figure(
        kind="picture",
        caption=f"{unit}: {about}. {NOTE}",
        alt=alt[:250],
        html=f'<div class="plane" role="img" aria-label="{html.escape(alt[:250])}">{drawn}</div>',
        png=plane.png(draw, height=_HEIGHT),
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


def _draw(axes, *, held: list[Any], curves: pd.DataFrame, here: Any, scale) -> None:
    times, _ = scale
    size = curves["size"].to_numpy()
    for level, dash in (("95", (0, (5, 3))), ("998", (0, (1, 2)))):
        for end in ("lower", "upper"):
            line = curves[f"{end}_{level}"].to_numpy() * times
            axes.plot(size, line, color=plane.SOFT, linewidth=1, linestyle=dash)
    axes.plot(size, curves["target"].to_numpy() * times, color=plane.INK, linewidth=1)
    for row in held:
        own = here is not None and row.area == here.area
        apart = row.way in (HIGHER, LOWER)
        y = row.numerator / row.denominator * times
        axes.plot(
            [row.denominator],
            [y],
            marker={HIGHER: "^", LOWER: "v"}.get(row.way, "o"),
            color=plane.HUES[0] if own else plane.INK if apart else plane.GREY,
            markersize=9 if own else 6,
            markeredgecolor="w",
            linestyle="none",
            zorder=3 if own else 2,
        )
        if own or apart:
            right = row.denominator > (size.min() + size.max()) / 2
            axes.annotate(
                phrases.place(row.area),
                (row.denominator, y),
                xytext=(0, 10 if row.estimate > 1 else -18),
                textcoords="offset points",
                ha="right" if right else "left",
                bbox={"facecolor": "w", "edgecolor": "none", "alpha": 0.85, "pad": 1},
                color=plane.HUES[0] if own else plane.INK,
                weight="bold" if own else "normal",
            )
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="y")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)

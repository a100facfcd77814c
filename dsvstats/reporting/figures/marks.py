"""How one value is drawn in its row: a point with limits, a bar, a span, or why there is none."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.markers import CARETLEFT, CARETRIGHT
from matplotlib.patches import Rectangle

from dsvstats.reporting.figures import theme
from dsvstats.reporting.figures.theme import ACCENT, GREY, INK, PALE, SECOND, SMALL, SOFT
from dsvstats.reporting.wording import phrases

HIGHER, LOWER, PLAIN, STRONG = "higher", "lower", "plain", "strong"
SMALL_GROUP, REFERENCE, HATCHED, MISSING = "small", "reference", "withheld", "missing"
LARGER, ACCENTED, BOUNDS = "larger", "accented", "bounds"
_SIZE = 8.0
POINTS: dict[str, dict[str, Any]] = {
    HIGHER: {"marker": ">", "color": ACCENT, "markersize": _SIZE + 1},
    LOWER: {"marker": "<", "color": ACCENT, "markersize": _SIZE + 1},
    PLAIN: {"marker": "o", "color": GREY, "markersize": _SIZE - 1},
    STRONG: {"marker": "o", "color": ACCENT, "markersize": _SIZE},
    SMALL_GROUP: {
        "marker": "o",
        "color": GREY,
        "markersize": _SIZE - 1,
        "markerfacecolor": "white",
        "markeredgewidth": 1.5,
    },
    BOUNDS: {"marker": "", "color": GREY},
    REFERENCE: {"marker": "D", "color": INK, "markersize": _SIZE - 2},
}
HATCH: dict[str, Any] = {"facecolor": "white", "edgecolor": GREY, "hatch": "////", "linewidth": 0.6}
BARS: dict[str, dict[str, Any]] = {
    PLAIN: {"facecolor": GREY, "edgecolor": "none"},
    ACCENTED: {"facecolor": ACCENT, "edgecolor": "none"},
    SMALL_GROUP: {"facecolor": "white", "edgecolor": ACCENT, "linewidth": 1.3},
    MISSING: {
        "facecolor": "white",
        "edgecolor": SOFT,
        "hatch": "....",
        "linewidth": 0.8,
    },
    LARGER: {"facecolor": SECOND, "edgecolor": "none"},
}
BEFORE_BAR: dict[str, Any] = {
    "facecolor": "#E9ECEF",
    "edgecolor": GREY,
    "linewidth": 0.6,
    "linestyle": ":",
}
SPAN: dict[str, Any] = {"facecolor": "#9CCBE6", "edgecolor": ACCENT, "linewidth": 0.8}


def point(axes, axis, middle: float, height: float, cell) -> None:
    """An estimate as a point with its limits; arrows where these run off the axis."""
    if _absent(axes, middle, height, cell):
        return
    mark = POINTS[cell.look]
    if not math.isnan(cell.lower) and not math.isnan(cell.upper) and cell.look != REFERENCE:
        _limits(axes, axis, middle, cell, mark["color"])
    if math.isnan(cell.estimate):
        return
    if not math.isnan(cell.mark):
        theme.stroke(
            axes,
            [cell.mark] * 2,
            [middle - 0.12, middle + 0.12],
            color=INK,
            linewidth=1.6,
            zorder=3,
        )
    if axis.low <= cell.estimate <= axis.high:
        theme.stroke(
            axes,
            [cell.estimate],
            [middle],
            linestyle="none",
            zorder=4,
            clip_on=False,
            **mark,
        )
    else:
        _arrow(axes, axis, middle, cell.estimate, mark["color"])


def bar(axes, axis, middle: float, height: float, cell) -> None:
    """An amount as a bar from 0, with its limits as a line."""
    if _absent(axes, middle, height, cell):
        return
    deep = min(0.24, height - 0.1)
    length = axis.inside(0.0 if math.isnan(cell.estimate) else cell.estimate)
    style = BARS.get(cell.look, BARS[PLAIN])
    axes.add_artist(
        Rectangle((axis.low, middle - deep / 2), length - axis.low, deep, zorder=2, **style)
    )
    if not math.isnan(cell.lower) and not math.isnan(cell.upper):
        _limits(axes, axis, middle, cell, INK, caps=True)


def stage(axes, axis, middle: float, height: float, cell) -> None:
    """A stage as a bar, on the bar of the stage before; ``upper`` holds the stage before."""
    if _absent(axes, middle, height, cell):
        return
    deep = min(0.3, height - 0.1)
    if not math.isnan(cell.upper) and cell.look != LARGER:
        axes.add_artist(
            Rectangle(
                (0, middle - deep / 2),
                axis.inside(cell.upper),
                deep,
                zorder=1,
                **BEFORE_BAR,
            )
        )
    axes.add_artist(
        Rectangle(
            (0, middle - deep / 2),
            axis.inside(cell.estimate),
            deep,
            zorder=2,
            **BARS[LARGER if cell.look == LARGER else ACCENTED],
        )
    )
    if cell.look == LARGER:
        theme.stroke(
            axes,
            [axis.inside(cell.upper)] * 2,
            [middle - deep / 2 - 0.04, middle + deep / 2 + 0.04],
            color=INK,
            linewidth=1.6,
            zorder=3,
        )


def span(axes, axis, middle: float, height: float, cell) -> None:
    """A range as a band, with its limits as a line and a point where its estimate is."""
    if _absent(axes, middle, height, cell):
        return
    deep = min(0.22, height - 0.1)
    low, high = (axis.inside(end) for end in cell.span)
    grey = SPAN | {"facecolor": PALE, "edgecolor": GREY}
    _limits(axes, axis, middle, cell, INK, caps=True)
    axes.add_artist(
        Rectangle(
            (low, middle - deep / 2),
            high - low,
            deep,
            zorder=3,
            **(SPAN if cell.look in (HIGHER, LOWER) else grey),
        )
    )
    if not math.isnan(cell.estimate):
        theme.stroke(
            axes,
            [axis.inside(cell.estimate)],
            [middle],
            linestyle="none",
            marker="o",
            color=INK,
            markersize=_SIZE - 1.5,
            zorder=4,
        )


def _limits(axes, axis, middle: float, cell, colour: str, *, caps: bool = False) -> None:
    low, high = axis.inside(cell.lower), axis.inside(cell.upper)
    theme.stroke(
        axes,
        [low, high],
        [middle] * 2,
        color=colour,
        linewidth=1.8 if not caps else 1.2,
        linestyle=(0, (1.5, 1)) if cell.look == BOUNDS else "-",
        solid_capstyle="butt",
        zorder=3,
    )
    for value, end in ((cell.lower, low), (cell.upper, high)):
        if value != end:
            _arrow(axes, axis, middle, value, colour)
        elif caps:
            theme.stroke(
                axes,
                [end] * 2,
                [middle - 0.05, middle + 0.05],
                color=colour,
                linewidth=1.2,
                zorder=3,
            )


def _arrow(axes, axis, middle: float, value: float, colour: str) -> None:
    end, mark = (axis.high, CARETRIGHT) if value > axis.high else (axis.low, CARETLEFT)
    theme.stroke(
        axes,
        [end],
        [middle],
        linestyle="none",
        marker=mark,
        color=colour,
        markersize=8,
        clip_on=False,
        zorder=5,
    )


def _absent(axes, middle: float, height: float, cell) -> bool:
    """Where there is nothing to draw: hatched if withheld, else a word."""
    if cell.look == HATCHED:
        axes.add_artist(
            Rectangle(
                (0, middle - height / 2 + 0.05),
                1,
                height - 0.1,
                transform=axes.get_yaxis_transform(),
                zorder=2,
                **HATCH,
            )
        )
        _say(axes, middle, phrases.WITHHELD, boxed=True)
        return True
    if cell.bare:
        _say(axes, middle, cell.word)
        return True
    return False


def _say(axes, middle: float, words: str, *, boxed: bool = False) -> None:
    box = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 2}} if boxed else {}
    axes.text(
        0.5,
        middle,
        words,
        transform=axes.get_yaxis_transform(),
        ha="center",
        va="center",
        fontsize=SMALL,
        style="italic",
        color=theme.SOFT,
        zorder=5,
        **box,
    )

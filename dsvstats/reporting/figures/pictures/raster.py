"""A figure of rows as pixels, for documents that take neither HTML nor vectors."""

from __future__ import annotations

import base64
import io
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures.pictures import areas, inequality, plane, trend

_HIGH, _WIDE, _TOP = 0.32, 6.8, 0.5
_LEFT, _RIGHT = 0.29, 0.69
_PLANES = {
    areas.FUNNEL: areas.pixels,
    inequality.CURVE: inequality.pixels,
    trend.LINES: trend.pixels,
}
_MARKERS = {HIGHER: ">", LOWER: "<"}


def png(figure: Figure) -> str:
    """A figure as a PNG in base64: its rows with their marks, or its plane.

    >>> from dsvstats.reporting.figures import rows, scale
    >>> row = rows.Row("Women", "1.56", way="higher", estimate=1.56, alone=(1.5, 1.62))
    >>> drawn = rows.figure([row], scale.ratios([1.62]), look=rows.PIN, kind="Forest plot",
    ...                     heading="Women", caption="Gender.", heads=rows.Heads())
    >>> base64.b64decode(png(drawn))[1:4]
    b'PNG'
    """
    if not figure.rows:
        return ""
    if figure.scale["look"] in _PLANES:
        return _PLANES[figure.scale["look"]](figure)
    held, scale = figure.rows, figure.scale
    with plane.style("png"):
        canvas = Canvas(figsize=(_WIDE, _TOP + _HIGH * len(held)), dpi=72)
        FigureCanvasAgg(canvas)
        axes = canvas.add_axes((_LEFT, 0.02, _RIGHT - _LEFT, 1 - _TOP / canvas.get_figheight()))
        _frame(axes, held, scale)
        for n, row in enumerate(held):
            _text(axes, n, row)
            _MARKS[scale["look"]](axes, n, row, scale)
        file = io.BytesIO()
        canvas.savefig(file, format="png", dpi=150, metadata={"Software": None})
    return base64.b64encode(file.getvalue()).decode("ascii")


def _frame(axes, held: Sequence[Mapping[str, Any]], scale: Mapping[str, Any]) -> None:
    if scale["log"]:
        axes.set_xscale("log")
    axes.set(xlim=(scale["low"], scale["high"]), ylim=(len(held) - 0.5, -0.5))
    last = len(scale["ticks"]) - 1
    places = [_along(scale, n / last) for n in range(last + 1)]
    axes.xaxis.tick_top()
    axes.minorticks_off()
    axes.set_xticks(places, scale["ticks"], fontsize=9)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if scale["null"] is not None:
        axes.axvline(scale["null"], color=plane.INK, linewidth=1.2)


def _along(scale: Mapping[str, Any], part: float) -> float:
    low, high = scale["low"], scale["high"]
    if scale["log"]:
        return math.exp(math.log(low) + part * (math.log(high) - math.log(low)))
    return low + part * (high - low)


def _text(axes, n: int, row: Mapping[str, Any]) -> None:
    """Who stands left of the marks; the estimate and the counts right of them."""
    across = axes.get_yaxis_transform()
    label = "\n".join(textwrap.wrap(row["label"], 28, max_lines=2, placeholder=" …"))
    axes.text(-0.02, n, label, transform=across, ha="right", va="center", fontsize=8.5)
    word = (row.get("word") or "").lstrip("▶◀●○ ")
    told = ", ".join(filter(None, [row.get("value"), word, row.get("counts"), row.get("note")]))
    told_in = "\n".join(textwrap.wrap(told, 34, max_lines=2, placeholder=" …"))
    axes.text(1.02, n, told_in, transform=across, va="center", fontsize=8.5)


def _pin(axes, n: int, row: Mapping[str, Any], scale: Mapping[str, Any]) -> None:
    way = row.get("way")
    hue = plane.HUES[0] if way in _MARKERS or row.get("kind") == "here" else plane.GREY
    for name, wide in (("together", 1.2), ("alone", 4)):
        low, high = row.get(name) or (None, None)
        if low is not None:
            axes.plot(
                [low, scale["high"] if high is None else high], [n, n], color=hue, linewidth=wide
            )
    if row.get("estimate") is not None:
        marker = _MARKERS.get(way or "", "o")
        axes.plot(
            [row["estimate"]], [n], marker=marker, color=hue, markersize=7, markeredgecolor="w"
        )


def _bar(axes, n: int, row: Mapping[str, Any], scale: Mapping[str, Any]) -> None:
    if row.get("before") is not None:
        axes.barh(n, row["before"], height=0.6, color="#e4f0f8")
    if row.get("estimate") is not None:
        axes.barh(n, row["estimate"], height=0.42, color=plane.HUES[0])
    low, high = row.get("together") or (None, None)
    if low is not None and high is not None:
        axes.plot([low, high], [n, n], color=plane.INK, linewidth=1.2)


def _band(axes, n: int, row: Mapping[str, Any], scale: Mapping[str, Any]) -> None:
    low, high = row.get("ends") or (None, None)
    if low is not None and high is not None:
        axes.barh(
            n, high - low, left=low, height=0.4, color="w", edgecolor=plane.SOFT, hatch="////"
        )
    if row.get("estimate") is not None:
        axes.plot([row["estimate"]], [n], marker="o", color=plane.SOFT, markersize=5)


def _step(axes, n: int, row: Mapping[str, Any], scale: Mapping[str, Any]) -> None:
    before, after = row.get("ends") or (None, None)
    if before is None or after is None:
        return
    way = row.get("way")
    hue = plane.HUES[0] if way in _MARKERS else plane.GREY
    axes.plot([before, after], [n, n], color=hue, linewidth=6, solid_capstyle="butt")
    axes.plot([after], [n], marker=">" if after >= before else "<", color=hue, markersize=9)


_MARKS = {"pin": _pin, "bar": _bar, "band": _band, "step": _step}

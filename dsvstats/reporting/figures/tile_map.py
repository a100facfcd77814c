"""London as a grid of borough tiles, shaded by a value."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from dsvstats.reporting.figures import alt_text, charts, marks, theme
from dsvstats.reporting.figures.theme import (
    ACCENT,
    INK,
    PALE,
    SMALL,
    SOFT,
    TEXT,
    Picture,
    pictured,
)
from dsvstats.reporting.wording import grouping, headlines, numerals, phrases
from dsvstats.reporting.wording import values as reading

CITY = "City of London"
GRID: dict[str, tuple[int, int, str]] = {
    "Enfield": (0, 4, "Enfield"),
    "Harrow": (1, 2, "Harrow"),
    "Barnet": (1, 3, "Barnet"),
    "Haringey": (1, 4, "Haringey"),
    "Waltham Forest": (1, 5, "Waltham Forest"),
    "Hillingdon": (2, 0, "Hillingdon"),
    "Ealing": (2, 1, "Ealing"),
    "Brent": (2, 2, "Brent"),
    "Camden": (2, 3, "Camden"),
    "Islington": (2, 4, "Islington"),
    "Hackney": (2, 5, "Hackney"),
    "Redbridge": (2, 6, "Redbridge"),
    "Havering": (2, 7, "Havering"),
    "Hounslow": (3, 0, "Hounslow"),
    "Hammersmith and Fulham": (3, 1, "H'smith & Fulham"),
    "Kensington and Chelsea": (3, 2, "Kensington & Chelsea"),
    "Westminster": (3, 3, "Westminster"),
    CITY: (3, 4, "City"),
    "Tower Hamlets": (3, 5, "Tower Hamlets"),
    "Newham": (3, 6, "Newham"),
    "Barking and Dagenham": (3, 7, "Barking & Dagenham"),
    "Richmond upon Thames": (4, 1, "Richmond"),
    "Wandsworth": (4, 2, "Wandsworth"),
    "Lambeth": (4, 3, "Lambeth"),
    "Southwark": (4, 4, "Southwark"),
    "Lewisham": (4, 5, "Lewisham"),
    "Greenwich": (4, 6, "Greenwich"),
    "Bexley": (4, 7, "Bexley"),
    "Kingston upon Thames": (5, 2, "Kingston"),
    "Merton": (5, 3, "Merton"),
    "Croydon": (5, 4, "Croydon"),
    "Bromley": (5, 5, "Bromley"),
    "Sutton": (6, 3, "Sutton"),
}
"""Each borough's row and column on the grid, and its name on a tile."""

_SHADES = LinearSegmentedColormap.from_list(
    "grey to accent", ["#EBEDEF", "#B9D6E8", "#79B5D9", ACCENT, "#00395A"]
)
_GAP, _TALL = 0.06, 0.86


@pictured
def tiles(
    estimates: pd.DataFrame, *, highlight: str = "", title: str = "", source: str = ""
) -> Picture:
    """How does a value differ over London? A tile for each borough, this one outlined.

    One estimate for each area; areas that are not boroughs are left out. Boroughs without one
    are blank, withheld ones hatched; the City of London has a police force of its own.
    """
    held = {row.area: row for row in grouping.named(estimates) if row.area in GRID}
    known = {area: row for area, row in held.items() if reading.known(row.estimate)}
    below = headlines.subtitle(estimates[estimates["area"].isin(GRID)], source=source)
    heading = grouping.marked(title or _title(known, highlight), estimates, source)
    if not held:
        return charts.nothing(heading, below)
    edges = _edges([row.estimate for row in known.values()])
    across = (theme.WIDTH - 2 * theme.MARGIN + _GAP) / 8
    with theme.style():
        page = theme.Page(heading, below, 7 * (_TALL + _GAP))
        sheet = page.sheet()
        for area, (line, column, name) in GRID.items():
            place = theme.MARGIN + column * across, line * (_TALL + _GAP)
            _tile(
                sheet,
                place,
                across - _GAP,
                area,
                name,
                held.get(area),
                edges,
                outlined=area == highlight,
            )
        _legend(sheet, edges, next(iter(known.values()), None), highlight)
    told = sorted(held.values(), key=lambda row: (row.area != highlight, _last(row)))
    said = [alt_text.row(phrases.place(row.area), *charts.texts(row)) for row in told]
    return Picture(
        page.figure,
        alt_text.alt("Tile map of London's boroughs", title=heading, subtitle=below, rows=said),
    )


def _last(row) -> tuple[bool, float]:
    known = reading.known(row.estimate)
    return not known, -row.estimate if known else 0.0


def _title(known: dict, highlight: str) -> str:
    if not known:
        return headlines.NOTHING
    ordered = sorted(known.values(), key=lambda row: row.estimate)
    low, high = ordered[0], ordered[-1]
    name = phrases.upper_first(high.statistic or "Figures")
    here = known.get(highlight)
    if here is not None and len(known) > 1:
        return (
            f"{phrases.place(highlight)}: {reading.value(here)} {reading.unit(here)}".rstrip()
            + f"; boroughs from {reading.value(low)} to {reading.value(high)}"
        )
    return f"{name}: from {reading.value(low)} ({low.area}) to {reading.value(high)} ({high.area})"


def _edges(values: list[float]) -> list[float]:
    """The edges of at most five steps of equal, round width that hold every value."""
    if not values:
        return [0.0, 1.0]
    low, high = min(values), max(values)
    if low == high:
        return [low, high]
    return [float(e) for e in MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]


def _shade(value: float, edges: list[float]) -> tuple[float, float, float]:
    steps = len(edges) - 1
    step = next((n for n in range(steps) if value < edges[n + 1]), steps - 1)
    return to_rgb(_SHADES(step / max(steps - 1, 1)))


def _ink(shade) -> str:
    """Dark or white writing, whichever stands out more from this shade."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade]
    light = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return INK if (light + 0.05) / 0.066 > 1.05 / (light + 0.05) else "white"


def _tile(sheet, place, width, area, name, row, edges, *, outlined: bool) -> None:
    x, y = place
    style: dict[str, Any] = {"facecolor": "white", "edgecolor": PALE}
    ink, value = SOFT, numerals.NOT_SUPPLIED
    if row is not None and row.withheld:
        style, value = marks.HATCH, phrases.WITHHELD
    elif row is not None and reading.known(row.estimate):
        shade = _shade(row.estimate, edges)
        style, ink, value = (
            {"facecolor": shade, "edgecolor": "none"},
            _ink(shade),
            (reading.value(row)),
        )
    elif area == CITY:
        style, value = {"facecolor": "#F4F5F6", "edgecolor": PALE}, "own force"
    sheet.add_patch(Rectangle((x, y), width, _TALL, **style))
    if outlined:
        sheet.add_patch(
            Rectangle((x, y), width, _TALL, fill=False, edgecolor=INK, linewidth=3, zorder=4)
        )
    lines = theme.wrap(name, width - 0.04, SMALL)
    bare = row is None or not reading.known(row.estimate)
    box = (
        {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
        if (row is not None and row.withheld)
        else {}
    )
    sheet.text(
        x + width / 2,
        y + 0.3,
        "\n".join(lines),
        ha="center",
        va="center",
        fontsize=SMALL,
        color=ink,
        linespacing=1.15,
        zorder=5,
        **box,
    )
    sheet.text(
        x + width / 2,
        y + _TALL - 0.17,
        value,
        ha="center",
        va="center",
        zorder=5,
        fontsize=SMALL - 1 if bare else TEXT + 1,
        color=ink,
        weight="normal" if bare else "bold",
        style="italic" if bare else "normal",
        **box,
    )


def _legend(sheet, edges: list[float], row, highlight: str) -> None:
    """The steps of the shades, in the empty corner at the top left."""
    if row is None:
        return
    x, y, wide, tall = theme.MARGIN, 0.28, 0.62, 0.2
    said = [reading.tick(row, edge) for edge in edges]
    words = f"{phrases.upper_first(row.statistic)} {reading.unit(row)}".strip()
    sheet.text(x, y - 0.12, words, fontsize=SMALL, color=SOFT, va="bottom")
    steps = len(edges) - 1
    for n in range(steps):
        colour = _shade(edges[n], edges)
        sheet.add_patch(
            Rectangle((x + n * wide, y), wide, tall, facecolor=colour, edgecolor="none")
        )
    if edges[0] == edges[-1]:
        said = said[:1]
    for n, words in enumerate(said):
        side = "left" if n == 0 else "right" if n == steps else "center"
        sheet.text(
            x + n * wide, y + tall + 0.06, words, ha=side, va="top", fontsize=SMALL, color=SOFT
        )
    if highlight in GRID:
        sheet.add_patch(Rectangle((x, y + 0.62), 0.3, tall, fill=False, edgecolor=INK, linewidth=3))
        sheet.text(
            x + 0.42, y + 0.62 + tall / 2, phrases.place(highlight), va="center", fontsize=SMALL
        )

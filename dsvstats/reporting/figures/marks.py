"""The marks of a figure of rows, as SVG whose places along the row are in per cent.

The letters of a figure are HTML and its marks stretch with the page, so that neither is scaled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from dsvstats.estimates.directions import HIGHER, LOWER, TOO_FEW
from dsvstats.reporting.figures.scale import Scale

ACCENT, GREY, SOFT = "#0072b2", "#6b7278", "#4d545b"
_PIN, _LIMITS, _MIDDLE = 7, 23, 15
_HEADS = {HIGHER: "M-5,-6 L7,0 L-5,6Z", LOWER: "M5,-6 L-7,0 L5,6Z"}


def colour(way: str) -> str:
    """Which colour has a mark of this way? The accent where it is clear of chance."""
    return ACCENT if way in (HIGHER, LOWER) else GREY


def pin(
    scale: Scale,
    *,
    estimate: float,
    alone: tuple[float, float],
    together: tuple[float, float],
    way: str = "",
    strong: bool = False,
) -> str:
    """An estimate as a pin above, its limits beneath: thick alone, thin for the whole family."""
    hue = ACCENT if strong else colour(way)
    drawn = [*_limits(scale, alone, together, hue)]
    if not math.isnan(estimate):
        drawn.append(_line(scale.at(estimate), _PIN, _LIMITS, hue, 1.5))
        drawn.append(_at(scale.at(estimate), _PIN, _head(way, hue)))
    return svg(drawn)


def _head(way: str, hue: str) -> str:
    if way in _HEADS:
        return f'<path d="{_HEADS[way]}" fill="{hue}"/>'
    fill = "#fff" if way == TOO_FEW else hue
    return f'<circle r="5" fill="{fill}" stroke="{hue}" stroke-width="1.5"/>'


def _limits(
    scale: Scale, alone: tuple[float, float], together: tuple[float, float], hue: str
) -> Iterator[str]:
    if _known(together) and together != alone:
        yield from _span(scale, together, hue, 1.75, caps=True)
    if _known(alone):
        yield from _span(scale, alone, hue, 7)


def _span(
    scale: Scale,
    ends: tuple[float, float],
    hue: str,
    thick: float,
    *,
    caps: bool = False,
    down: int = _LIMITS,
) -> Iterator[str]:
    """From one end to the other; an end off the scale is an arrow."""
    low, high = map(scale.at, ends)
    yield (
        f'<line x1="{low:.2f}%" x2="{high:.2f}%" y1="{down}" y2="{down}" stroke="{hue}" '
        f'stroke-width="{thick:g}"/>'
    )
    for end, place in zip(ends, (low, high), strict=True):
        off = scale.beyond(end)
        if off:
            arrow = f"M{-5 * off},-5 L{4 * off},0 L{-5 * off},5"
            yield _at(
                place, down, f'<path d="{arrow}" fill="none" stroke="{hue}" stroke-width="2"/>'
            )
        elif caps:
            yield _line(place, down - 5, down + 5, hue, thick)


def bar(
    scale: Scale,
    *,
    value: float,
    limits: tuple[float, float] = (math.nan, math.nan),
    before: float = math.nan,
    mark: float = math.nan,
    hue: str = ACCENT,
) -> str:
    """An amount as a bar from 0, on the amount ``before`` it, with its limits and a ``mark``."""
    drawn: list[str] = []
    if not math.isnan(before):
        drawn.append(
            f'<rect x="0" y="5" width="{scale.at(before):.2f}%" height="20" fill="#e4f0f8"/>'
        )
    if not math.isnan(value):
        drawn.append(f'<rect x="0" y="8" width="{scale.at(value):.2f}%" height="14" fill="{hue}"/>')
    if _known(limits):
        low, high = map(scale.at, limits)
        drawn.append(
            f'<line x1="{low:.2f}%" x2="{high:.2f}%" y1="15" y2="15" stroke="#fff" '
            'stroke-width="4"/>'
            f'<line x1="{low:.2f}%" x2="{high:.2f}%" y1="15" y2="15" stroke="#1b1d1f" '
            'stroke-width="2"/>'
        )
    if not math.isnan(mark):
        drawn.append(_line(scale.at(mark), 2, 28, "#1b1d1f", 2.5))
    return svg(drawn)


def step(scale: Scale, *, ends: tuple[float, float], way: str = "") -> str:
    """From where the steps before have come to, to where this one brings it: a bar that points."""
    if not _known(ends):
        return ""
    before, after = map(scale.at, ends)
    hue, on = colour(way), 1 if after >= before else -1
    low, high = min(before, after), max(before, after)
    head = f'<path d="M{-5 * on},-9 L{4 * on},0 L{-5 * on},9Z" fill="{hue}"/>'
    return svg(
        [
            _line(before, 3, 27, SOFT, 1.25),
            f'<rect x="{low:.2f}%" y="10" width="{high - low:.2f}%" height="10" fill="{hue}"/>',
            _at(after, _MIDDLE, head),
        ]
    )


def band(
    scale: Scale,
    *,
    ends: tuple[float, float],
    limits: tuple[float, float],
    like: float = math.nan,
) -> str:
    """From the lowest to the highest that the unrecorded leave open: a hatched band, no limits.

    Thin lines beyond it add the play of chance; a point is where they are like the recorded.
    The hatching is drawn by the style sheet, so that no name is needed twice on a page.
    """
    drawn: list[str] = []
    hatched = ""
    if _known(limits):
        drawn += _span(scale, limits, SOFT, 1.25, down=_MIDDLE)
    if _known(ends):
        low, high = map(scale.at, ends)
        hatched = (
            f'<span class="hatch" style="left:{low:.2f}%;width:{max(high - low, 0.4):.2f}%"></span>'
        )
    if not math.isnan(like):
        point = f'<circle r="4.5" fill="{SOFT}" stroke="#fff" stroke-width="1.5"/>'
        drawn.append(_at(scale.at(like), _MIDDLE, point))
    return hatched + svg(drawn)


def svg(drawn: list[str]) -> str:
    """These marks in a row, or nothing."""
    if not drawn:
        return ""
    return f'<svg aria-hidden="true" focusable="false">{"".join(drawn)}</svg>'


def ticks(scale: Scale) -> str:
    """The words along the top of a figure."""
    last = len(scale.ticks) - 1
    said = []
    for n, word in enumerate(scale.ticks):
        anchor = {0: "start", last: "end"}.get(n, "middle")
        bold = ' style="font-weight:650;fill:#1b1d1f"' if word == "equal" else ""
        said.append(
            f'<text x="{100 * n / last:.4g}%" y="14" text-anchor="{anchor}"{bold}>{word}</text>'
        )
    return svg(said)


def _line(place: float, top: float, bottom: float, hue: str, thick: float) -> str:
    return (
        f'<line x1="{place:.2f}%" x2="{place:.2f}%" y1="{top}" y2="{bottom}" stroke="{hue}" '
        f'stroke-width="{thick:g}"/>'
    )


def _at(place: float, down: float, drawn: str) -> str:
    return f'<svg x="{place:.2f}%" y="{down}" overflow="visible" width="1" height="1">{drawn}</svg>'


def _known(ends: tuple[float, float]) -> bool:
    return not any(map(math.isnan, ends))

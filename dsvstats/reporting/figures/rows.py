"""A figure of rows: a table with marks, that lays itself out on a wide and on a narrow page."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby

import pandas as pd

from dsvstats.estimates.directions import EITHER_WAY, HIGHER, LOWER, TOO_FEW, UNCLEAR
from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import alt_text, marks
from dsvstats.reporting.figures.scale import Scale

NAN = math.nan
NOWHERE = (NAN, NAN)
WORDS = {
    HIGHER: "▶ higher",
    LOWER: "◀ lower",
    UNCLEAR: "● unclear",
    TOO_FEW: "○ too few",
    EITHER_WAY: "either way",
}
_SEVERAL = {"Area": "areas", "Stage": "stages"}
_PROTECTED = "withheld, to protect the people counted"
PIN, BAR, BAND, STEP = "pin", "bar", "band", "step"
MISSING, WITHHELD, REFERENCE, HERE = "missing", "withheld", "reference", "here"


@dataclass(frozen=True)
class Row:
    """A row: who, the estimate in figures and what it means, its marks, and the counts behind.

    A ``note`` stands below all others, or in place of what is missing. ``kind`` is missing (not
    recorded), withheld, reference, here (the page's own area), or "".
    """

    label: str
    value: str = ""
    word: str = ""
    share: str = ""
    counts: str = ""
    base: str = ""
    kind: str = ""
    way: str = ""
    estimate: float = NAN
    alone: tuple[float, float] = NOWHERE
    together: tuple[float, float] = NOWHERE
    ends: tuple[float, float] = NOWHERE
    before: float = NAN
    mark: float = NAN
    note: str = ""
    more: bool = False
    """Is it folded below the others?"""


@dataclass(frozen=True)
class Heads:
    """What stands in each column, and what narrow pages say beside the last."""

    group: str = "Group"
    value: str = "Estimate"
    counts: str = "Number"
    base: str = ""
    of_base: str = ""


def counted(row) -> float:
    """How many does this row of counts hold? Missing where it is not known."""
    return NAN if row.count is pd.NA else float(row.count)


def gathered(rows: Sequence[Row], group: str) -> Iterator[Row]:
    """These rows with each run of withheld ones as one: how many groups, areas or stages they are.

    >>> hidden = [Row("Barnet", "", kind=WITHHELD), Row("Bexley", "", kind=WITHHELD)]
    >>> [row.label for row in gathered(hidden, "Area")]
    ['2 areas']
    """
    for (withheld, _), run in groupby(rows, key=lambda row: (row.kind == WITHHELD, row.more)):
        held = list(run)
        if not withheld:
            yield from held
            continue
        what = held[0].label if len(held) == 1 else f"{len(held)} {_SEVERAL.get(group, 'groups')}"
        yield replace(held[0], label=what, note=_PROTECTED)


def figure(
    rows: Sequence[Row],
    scale: Scale,
    *,
    look: str,
    kind: str,
    heading: str,
    caption: str,
    heads: Heads,
    where: str = "",
) -> Figure:
    """These rows on this scale, with a key to their marks and a text for those who listen.

    >>> from dsvstats.reporting.figures import scale
    >>> row = Row("Women", "1.56", "higher", way="higher", estimate=1.56, alone=(1.5, 1.62))
    >>> drawn = figure([row], scale.ratios([1.62]), look=PIN, kind="Forest plot",
    ...                heading="Women above their share", caption="Gender.", heads=Heads())
    >>> drawn.alt
    'Forest plot. Women above their share. Gender. Data in the table below.'
    """
    alt = alt_text.alt(kind, heading, caption)
    several = " b" if any(row.base for row in rows) else ""
    lines = [_head(scale, heads, several)]
    rows = list(gathered(rows, heads.group))
    plain = [row for row in rows if row.more]
    lines += [_line(row, scale, look, heads, several) for row in rows if not row.more]
    drawn = (
        f'<div class="rows {look}" role="img" aria-label="{html.escape(alt)}" '
        f'style="--n:{len(scale.ticks) - 1}">{"".join(lines)}</div>'
        f"{_folded(plain, scale, look, heads, several)}"
    )
    return Figure(
        kind=kind,
        caption=caption,
        alt=alt,
        html=drawn,
        key=_key(rows, look),
        rows=tuple(_data(row) for row in rows),
        scale={
            "low": scale.low,
            "high": scale.high,
            "ticks": list(scale.ticks),
            "log": scale.log,
            "null": scale.null,
            "look": look,
        },
    )


def _folded(rows: Sequence[Row], scale: Scale, look: str, heads: Heads, several: str) -> str:
    """Rows that say nothing of their own, folded below the others."""
    if not rows:
        return ""
    lines = "".join(_line(row, scale, look, heads, several) for row in rows)
    return (
        f'<details class="open-in-print"><summary>{len(rows)} more, none clearly different</summary>'
        f'<div class="rows {look}" style="--n:{len(scale.ticks) - 1}">{lines}</div></details>'
    )


def _data(row: Row) -> dict:
    """The row as plain data; what is missing is None."""
    return {name: _plain(value) for name, value in asdict(row).items()}


def _plain(value):
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _head(scale: Scale, heads: Heads, several: str) -> str:
    base = f'<span class="s">{html.escape(heads.base)}</span>' if several else ""
    return (
        f'<div class="r hd{several}"><span class="g">{html.escape(heads.group)}</span>'
        f'<span class="p">{marks.ticks(scale)}</span>'
        f'<span class="v">{html.escape(heads.value)}</span>'
        f'<span class="n">{html.escape(heads.counts)}</span>{base}</div>'
    )


def _line(row: Row, scale: Scale, look: str, heads: Heads, several: str) -> str:
    if row.kind == WITHHELD:
        return _withheld(row)
    if row.kind == MISSING and (look != BAR or math.isnan(row.estimate)):
        return _missing(row, several)
    label = html.escape(row.label)
    swatch = '<span class="sw"></span>' if row.kind == MISSING else ""
    word = f" <i{_clear(row.way)}>{_unspoken(row.word)}</i>" if row.word else ""
    number = f"<b>{html.escape(row.share)}</b> " if row.share else ""
    counts = f"<i>{html.escape(row.counts)}</i>" if row.counts else ""
    base = ""
    if several:
        base = f'<span class="s"><b>{html.escape(row.base)}</b><em>{html.escape(heads.of_base)}</em></span>'
    note = f'<span class="d">{html.escape(row.note)}</span>' if row.note else ""
    drawn = _marks(row, scale, look)
    own = {MISSING: " nr q", HERE: " here"}.get(row.kind, "")
    return (
        f'<div class="r{several}{own}"><span class="g">{swatch}{label}</span>'
        f'<span class="p">{_null(scale)}{drawn}</span>'
        f'<span class="v">{_value(row, look)}{word}</span>'
        f'<span class="n">{number}{counts}</span>{base}{note}</div>'
    )


def _unspoken(word: str) -> str:
    """A word whose mark is seen and not read aloud.

    >>> _unspoken("● unclear")
    '<span aria-hidden="true">●</span>&nbsp;unclear'
    """
    mark, space, rest = word.partition(" ")
    if not space or mark.isalnum() or len(mark) > 1:
        return html.escape(word)
    return f'<span aria-hidden="true">{mark}</span>&nbsp;{html.escape(rest)}'


def _value(row: Row, look: str) -> str:
    """The estimate stands out; two ends of what is not known do not."""
    said = html.escape(row.value)
    return said if look == BAND else f"<b>{said}</b>"


def _clear(way: str) -> str:
    return ' class="up"' if way in (HIGHER, LOWER) else ""


def _missing(row: Row, several: str) -> str:
    base = '<span class="s"></span>' if several else ""
    share = f"<b>{html.escape(row.share)}</b> " if row.share else ""
    return (
        f'<div class="r nr{several}"><span class="g"><span class="sw"></span>{html.escape(row.label)}</span>'
        f'<span class="p">{html.escape(row.note)}</span><span class="v"></span>'
        f'<span class="n">{share}<i>{html.escape(row.counts)}</i></span>{base}</div>'
    )


def _withheld(row: Row) -> str:
    return (
        f'<div class="r nr w"><span class="g">{html.escape(row.label)}</span>'
        f'<span class="p">{row.note}</span></div>'
    )


def _null(scale: Scale) -> str:
    if scale.null is None:
        return ""
    return f'<span class="o" style="left:{scale.at(scale.null):.4g}%"></span>'


def _marks(row: Row, scale: Scale, look: str) -> str:
    if row.kind == REFERENCE:
        return ""
    if look == BAND:
        return marks.band(scale, ends=row.ends, limits=row.alone, like=row.estimate)
    if look == STEP:
        return marks.step(scale, ends=row.ends, way=row.way)
    if look == BAR:
        hue = marks.GREY if row.kind == MISSING else marks.ACCENT
        return marks.bar(
            scale,
            value=row.estimate,
            limits=row.together,
            before=row.before,
            mark=row.mark,
            hue=hue,
        )
    drawn = marks.pin(
        scale,
        estimate=row.estimate,
        alone=row.alone,
        together=row.together,
        way=row.way,
        strong=row.kind == HERE,
    )
    if math.isnan(row.mark):
        return drawn
    return f'{drawn}<span class="t" style="left:{scale.at(row.mark):.4g}%"></span>'


_THICK = '<svg width="24" height="12"><line x1="0" x2="24" y1="6" y2="6" stroke="#4d545b" stroke-width="7"/></svg>95% limits, alone'
_THIN = '<svg width="24" height="12"><path d="M1,6H23M1,1V11M23,1V11" stroke="#4d545b" stroke-width="1.75"/></svg>for all groups at once'
_CLEAR = '<svg width="30" height="14"><path d="M13,1 L1,7 L13,13Z M17,1 L29,7 L17,13Z" fill="#0072b2"/></svg>clear of chance'
_DOT = '<svg width="13" height="13"><circle cx="6.5" cy="6.5" r="5" fill="#6b7278"/></svg>'
_HATCH = '<span class="sw"></span>'
_MARK = '<svg width="6" height="16"><line x1="3" x2="3" y1="0" y2="16" stroke="#1b1d1f" stroke-width="2.5"/></svg>'
_POINT = '<svg width="12" height="12"><circle cx="6" cy="6" r="4.5" fill="#4d545b"/></svg>'
_STEP = '<svg width="26" height="14"><path d="M1,4H18V1L25,7L18,13V10H1Z" fill="#0072b2"/></svg>'
_BEFORE = '<svg width="24" height="14"><rect width="24" height="14" fill="#e4f0f8"/></svg>'


def _key(rows: Sequence[Row], look: str) -> tuple[str, ...]:
    """What each kind of mark that is there means."""
    return tuple(_KEYS[look](rows))


def _key_of_pins(rows: Sequence[Row]) -> list[str]:
    said = [_THICK] if any(not math.isnan(row.alone[0]) for row in rows) else []
    if any(not math.isnan(row.together[0]) and row.together != row.alone for row in rows):
        said.append(_THIN)
    ways = {row.way for row in rows}
    said += [_CLEAR] if ways & {HIGHER, LOWER} else []
    said += [f"{_DOT}unclear: could be chance"] if UNCLEAR in ways else []
    said += [f"{_MARK}its target"] if any(not math.isnan(row.mark) for row in rows) else []
    return said


def _key_of_steps(rows: Sequence[Row]) -> list[str]:
    return [f"{_STEP}from where the stages before have come to, to where this one brings it"]


def _key_of_bars(rows: Sequence[Row]) -> list[str]:
    said = []
    if any(not math.isnan(row.together[0]) for row in rows):
        said.append(
            '<svg width="24" height="12"><line x1="0" x2="24" y1="6" y2="6" stroke="#1b1d1f" stroke-width="2"/></svg>95% limits'
        )
    if any(not math.isnan(row.before) for row in rows):
        said.append(f"{_BEFORE}the stage before")
    return said


def _key_of_bands(rows: Sequence[Row]) -> list[str]:
    said = [f"{_HATCH}lowest to highest, whoever the missing are"]
    if any(not math.isnan(row.estimate) for row in rows):
        said.append(f"{_POINT}if they are like those recorded")
    if any(not math.isnan(row.alone[0]) and row.alone != row.ends for row in rows):
        said.append(
            '<svg width="24" height="12"><line x1="0" x2="24" y1="6" y2="6" stroke="#4d545b" stroke-width="1.25"/></svg>with the play of chance'
        )
    return said


_KEYS = {PIN: _key_of_pins, BAR: _key_of_bars, BAND: _key_of_bands, STEP: _key_of_steps}

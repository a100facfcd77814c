"""How far the unrecorded could move each finding, as bands from the lowest case to the highest."""

from __future__ import annotations

import math

import pandas as pd

from dsvstats.estimates.directions import UNCLEAR
from dsvstats.reporting.figures import alt_text, axis, charts, layout, marks
from dsvstats.reporting.figures.theme import GREY, INK, PALE, Picture, pictured
from dsvstats.reporting.wording import numerals, phrases, values
from dsvstats.reporting.wording.unrecorded import Band, bands

_LIKE, _ENDS, _TIPPING = "If like the recorded", "Lowest to highest", "Tipping point"


@pictured
def bounds(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Picture:
    """What could the unrecorded do to the finding? From the lowest case to the highest, as bands.

    Takes ``disproportionality.unknown_bounds``, whose groups have a row for each supposition, or
    estimates that are bounds themselves, such as those of ``attrition.retention`` where stages
    are recorded unequally. Lines beyond a band add the play of chance. A band in colour is clear
    of the line of no difference with its lines: nothing that the unrecorded could be would
    reverse the finding.
    """
    held = bands(estimates)
    columns = {
        _LIKE: [_like(band) for band in held],
        _ENDS: [phrases.WITHHELD if band.row.withheld else band.ends for band in held],
        _TIPPING: [band.needed for band in held],
    }
    shown = {name: texts for name, texts in columns.items() if any(texts)}
    names = charts.headings([band.row for band in held])
    made: dict[str, list[layout.Row]] = {}
    for band, *texts in zip(held, *shown.values(), strict=True):
        said = [f"{name.lower()} {text}" for name, text in zip(shown, texts, strict=True) if text]
        made.setdefault(names[band.row.section], []).append(
            layout.Row(
                band.row.label, (_cell(band),), tuple(texts), alt_text.row(band.row.label, *said)
            )
        )
    chart = layout.Chart(list(made.items()), _axis(held), marks.span, headings=tuple(shown))
    return charts.finish(
        "Chart of bounds",
        chart,
        estimates,
        title=title or _title(held),
        source=source,
        key=_key(held),
        notes=[values.OVERRULED] if any(map(_overruled, held)) else [],
    )


def _overruled(band: Band) -> bool:
    return any(values.overruled(row) for row in (band.lowest, band.highest))


def _cell(band: Band) -> layout.Cell:
    look = marks.HATCHED if band.row.withheld else marks.PLAIN if band.way == UNCLEAR else band.way
    return layout.Cell(
        band.row.estimate,
        band.lower,
        band.upper,
        look,
        span=(band.low, band.high),
        word=values.value(band.row),
    )


def _like(band: Band) -> str:
    return values.value(band.row) if values.known(band.row.estimate) else ""


def _axis(held: list[Band]) -> axis.Axis:
    told = [band.row for band in held]
    if any(values.scale(row.statistic) == values.TIMES for row in told):
        spread = [
            (value, band.lower, band.upper)
            for band in held
            for value in (band.row.estimate, band.low, band.high)
        ]
        return axis.ratios(spread, label=charts.axis_words(told))
    compared = any(values.null(row) is not None for row in told)
    return charts.along(told, [_cell(band) for band in held], line=0.0 if compared else None)


def _title(held: list[Band]) -> str:
    told = [band for band in held if values.null(band.row) is not None and band.ends]
    if not told:
        return ""
    firm = [band for band in told if band.way != UNCLEAR]
    if not firm:
        every = "every finding" if len(told) == len(held) else "every finding that can be told"
        chance = ", with the play of chance," if any(band.by_chance for band in told) else ""
        return f"What was not recorded{chance} could put {every} either way"
    names = phrases.joined(band.row.label for band in firm[:2])
    if len(firm) > 2:
        names = numerals.counted(len(firm), "group")
    rest = len(told) - len(firm)
    others = f"; for {numerals.counted(rest, 'other')} it could be either way" if rest else ""
    return f"Whatever the unrecorded are, the finding for {names} holds{others}"


def _key(held: list[Band]) -> list[tuple[dict, str]]:
    grey = marks.SPAN | {"facecolor": PALE, "edgecolor": GREY}
    compared = any(values.null(band.row) is not None for band in held)
    key = [({"patch": grey}, "from the lowest to the highest case")]
    if compared:
        key = [
            ({"patch": marks.SPAN}, "holds whatever the unrecorded are"),
            ({"patch": grey}, "could be either way"),
        ]
    if any(band.lower != band.low and not math.isnan(band.lower) for band in held):
        key.append(({"line": {"color": INK, "linewidth": 1.2}}, "with the play of chance"))
    if any(_like(band) for band in held):
        like = {"marker": "o", "color": INK, "markersize": 6.5}
        key.append(({"point": like}, "if the unrecorded are like the recorded"))
    return key

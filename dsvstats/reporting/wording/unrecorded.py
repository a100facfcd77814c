"""What the unrecorded could do to each finding: one band for each group, in numbers and words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from dsvstats.estimates import flags
from dsvstats.estimates.directions import HIGHER, LOWER, UNCLEAR
from dsvstats.reporting.wording import clauses, grouping, numerals, phrases, values

RANDOM, LOWEST, HIGHEST, TIPPING = "random", "lowest", "highest", "tipping point"
_MOST = 3


@dataclass(frozen=True)
class Band:
    """A group's estimates under each supposition about the unrecorded.

    ``row`` is its estimate if they are like the recorded (or the bounds themselves); ``low``
    and ``high`` are the ends of what is not known; ``lower`` and ``upper`` are the ends with the
    play of chance; ``lowest`` and ``highest`` are the estimates at the ends; ``tipping`` is its
    tipping point, if it has one.
    """

    row: object
    low: float
    high: float
    lower: float
    upper: float
    lowest: object
    highest: object
    tipping: object | None = None

    @property
    def way(self) -> str:
        """On which side of no difference does the finding stay, whatever the unrecorded are?"""
        if self.lowest.way == HIGHER:
            return HIGHER
        return LOWER if self.highest.way == LOWER else UNCLEAR

    @property
    def ends(self) -> str:
        """The two ends in figures: 0.31 to 1.20."""
        return values.ends(self.row._replace(lower=self.low, upper=self.high))

    @property
    def needed(self) -> str:
        """The tipping point in figures, or that there is none in reach."""
        if self.tipping is None or not values.known(self.tipping.estimate):
            return ""
        return values.value(self.tipping)


def suppositions(estimates: pd.DataFrame) -> bool:
    """Are these estimates under suppositions about the unrecorded, several for each group?"""
    return bool(flags.has(estimates["flags"], "supposing").any())


def bands(estimates: pd.DataFrame) -> list[Band]:
    """One band for each group, from its rows of one supposition each or from its single row."""
    groups: dict[tuple, dict[str, object]] = {}
    for row in grouping.named(estimates):
        case = values.supposing(row) or row.statistic
        groups.setdefault((row.section, row.label), {})[case] = row
    return [_band(cases) for cases in groups.values()]


def _band(cases: dict[str, object]) -> Band:
    if LOWEST not in cases or HIGHEST not in cases:
        row = next(iter(cases.values()))
        return Band(row, row.lower, row.upper, row.lower, row.upper, row, row)
    low, high = cases[LOWEST], cases[HIGHEST]
    row = cases.get(RANDOM, low._replace(estimate=math.nan))
    ends = (low.estimate, high.estimate, low.lower, high.upper)
    return Band(row, *ends, low, high, cases.get(TIPPING))


def told(held: list[Band]) -> list[str]:
    """What could the unrecorded do to the findings of one strand? In a sentence or a few."""
    known = [band for band in held if band.ends]
    if not known:
        return ["what the unrecorded could do cannot be told"]
    firm = {way: [band for band in known if band.way == way] for way in (HIGHER, LOWER)}
    said = []
    for way in (HIGHER, LOWER):
        if firm[way]:
            named = [f"{_name(b, n)} (from {b.ends} times)" for n, b in enumerate(firm[way])]
            said.append(f"{way} for {phrases.joined(named)}")
    loose = [band for band in known if band.way == UNCLEAR]
    noun = clauses.quantity(known[0].row)
    parts = []
    if said:
        parts.append(f"whatever the unrecorded are, the {noun} stays {' and '.join(said)}")
    if loose and values.null(loose[0].row) is not None:
        names = phrases.joined(_name(band, n) for n, band in enumerate(loose))
        if len(loose) > 2 * _MOST:
            names = numerals.counted(len(loose), "group")
        start = "For" if parts else f"what was not recorded could put the {noun} either way for"
        parts.append(f"{start} {names}" + (" it could be either way" if parts else ""))
    elif loose:
        named = [f"{_name(band, n)} (from {band.ends})" for n, band in enumerate(loose)]
        parts.append(
            f"wherever the unrecorded belong, the {noun} lies as follows: {phrases.joined(named)}"
        )
    turning = filter(None, [_tipping(band) for band in known if band.tipping is not None])
    return [*parts, *list(turning)[:_MOST]]


def _name(band: Band, place: int) -> str:
    row = band.row
    return (phrases.member if place else phrases.people)(row.strand, row.group)


def _tipping(band: Band) -> str:
    clear = band.row.way in (HIGHER, LOWER)
    if not clear or band.way != UNCLEAR or band.needed in ("", values.OUT_OF_REACH):
        return ""
    row = band.tipping
    recorded = clauses.reference_share(row)
    return (
        f"The finding for {_name(band, 0)} would turn if they were {band.needed} of the "
        f"unrecorded; they are {recorded} of the recorded"
    )

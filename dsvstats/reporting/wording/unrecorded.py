"""What the unrecorded could do to each finding: one band for each group, in numbers and words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dsvstats import strands
from dsvstats.estimates import flags
from dsvstats.estimates.directions import HIGHER, LOWER, UNCLEAR
from dsvstats.reporting.wording import clauses, grouping, numerals, phrases, values

RANDOM, LOWEST, HIGHEST, TIPPING = "random", "lowest", "highest", "tipping point"
_MOST = 3
_PLAY = ", with the play of chance"


@dataclass(frozen=True)
class Band:
    """A group's estimates under each supposition about the unrecorded.

    ``row`` is its estimate if they are like the recorded (or the bounds themselves); ``low``
    and ``high`` are the ends of what is not known; ``lower`` and ``upper`` are the ends with the
    play of chance; ``lowest`` and ``highest`` are the estimates at the ends; ``tipping`` is its
    tipping point, if it has one.
    """

    row: Any
    low: float
    high: float
    lower: float
    upper: float
    lowest: Any
    highest: Any
    tipping: Any = None

    @property
    def way(self) -> str:
        """On which side of no difference does the finding stay, whatever the unrecorded are?"""
        if self.lowest.way == HIGHER:
            return HIGHER
        return LOWER if self.highest.way == LOWER else UNCLEAR

    @property
    def by_chance(self) -> bool:
        """Is it the play of chance, and not the unrecorded alone, that leaves it unclear?"""
        nothing = values.null(self.row)
        if nothing is None or self.way != UNCLEAR:
            return False
        return self.low > nothing or self.high < nothing

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
    groups: dict[tuple, dict[str, Any]] = {}
    for row in grouping.named(estimates):
        case = values.supposing(row) or row.statistic
        groups.setdefault((row.section, row.label), {})[case] = row
    return [_band(cases) for cases in groups.values()]


def _band(cases: dict[str, Any]) -> Band:
    if LOWEST not in cases or HIGHEST not in cases:
        row = next(iter(cases.values()))
        return Band(row, row.lower, row.upper, row.lower, row.upper, row, row)
    low, high = cases[LOWEST], cases[HIGHEST]
    row = cases.get(RANDOM, low._replace(estimate=math.nan))
    ends = (low.estimate, high.estimate, low.lower, high.upper)
    return Band(row, *ends, low, high, cases.get(TIPPING))


def heading(held: list[Band]) -> str:
    """What could the unrecorded do to these findings, as a heading?"""
    told = [band for band in held if values.null(band.row) is not None and band.ends]
    if not told:
        return "What the missing records could do"
    firm = [band for band in told if band.way != UNCLEAR]
    if not firm:
        chance = " with the play of chance" if any(band.by_chance for band in told) else ""
        return f"The missing records{chance} could put every finding either way"
    names = _names(firm[:2])
    if len(firm) > 2:
        names = numerals.counted(len(firm), "group")
    rest = len(told) - len(firm)
    others = f"; for {numerals.counted(rest, 'other')} it could be either way" if rest else ""
    return f"Whoever the missing are, the finding for {names} holds{others}"


def told(held: list[Band]) -> list[str]:
    """What could the unrecorded do to the findings of one strand? In a sentence or a few."""
    known = [band for band in held if band.ends]
    if not known:
        return ["what the missing records could do cannot be told"]
    said = []
    for way in (HIGHER, LOWER):
        if firm := [band for band in known if band.way == way]:
            noun = clauses.measured(firm[0].row)
            said.append(f"whoever the missing are, the {noun} stays {way} for {_names(firm)}")
    loose = [band for band in known if band.way == UNCLEAR]
    said += _either_way([band for band in loose if not band.by_chance], "")
    return said + _either_way([band for band in loose if band.by_chance], _PLAY)


def _either_way(held: list[Band], play: str) -> list[str]:
    return [f"for {_names(held)}, it could be either way{play}"] if held else []


def _names(held: list[Band]) -> str:
    if len(held) > _MOST:
        return numerals.counted(len(held), "group")
    return phrases.joined(strands.called(band.row.strand, band.row.group) for band in held)

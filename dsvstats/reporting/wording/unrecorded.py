"""What the unrecorded could do to each finding: one band for each group, in numbers and words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

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
    names = phrases.joined(band.row.label for band in firm[:2])
    if len(firm) > 2:
        names = numerals.counted(len(firm), "group")
    rest = len(told) - len(firm)
    others = f"; for {numerals.counted(rest, 'other')} it could be either way" if rest else ""
    return f"Whoever the missing are, the finding for {names} holds{others}"


def told(held: list[Band]) -> list[str]:
    """What could the unrecorded do to the findings of one strand? In a sentence or a few."""
    known = [band for band in held if band.ends]
    if not known:
        return ["what the unrecorded could do cannot be told"]
    noun = clauses.quantity(known[0].row)
    loose = [band for band in known if band.way == UNCLEAR]
    said = _firm(known, noun)
    if loose and values.null(loose[0].row) is None:
        said.append(_between(loose, noun))
    else:
        for chance in (False, True):
            shaken = [band for band in loose if band.by_chance == chance]
            said += [_either_way(shaken, noun, chance=chance, more=bool(said))] if shaken else []
    turning = filter(None, [_tipping(band) for band in known if band.tipping is not None])
    return [*said, *list(turning)[:_MOST]]


def _firm(held: list[Band], noun: str) -> list[str]:
    """What stays on its side of no difference, whatever the unrecorded are."""
    said = []
    for way in (HIGHER, LOWER):
        names = [
            f"{_name(band, n)} (from {band.ends} times)"
            for n, band in enumerate(band for band in held if band.way == way)
        ]
        said += [f"{way} for {phrases.joined(names)}"] if names else []
    return [f"whatever the unrecorded are, the {noun} stays {' and '.join(said)}"] if said else []


def _either_way(held: list[Band], noun: str, *, chance: bool, more: bool) -> str:
    """What could be on either side; in short where more was said before it."""
    names = phrases.joined(_name(band, n) for n, band in enumerate(held))
    if len(held) > 2 * _MOST:
        names = numerals.counted(len(held), "group")
    with_chance = ", with the play of chance" if chance else ""
    if more:
        return f"For {names} it could be either way{with_chance}"
    comma = "," if chance else ""
    return f"what was not recorded{with_chance}{comma} could put the {noun} either way for {names}"


def _between(held: list[Band], noun: str) -> str:
    names = phrases.joined(f"{_name(band, n)} (from {band.ends})" for n, band in enumerate(held))
    return f"wherever the unrecorded belong, the {noun} lies as follows: {names}"


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

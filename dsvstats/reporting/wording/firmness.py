"""How firm a finding is, in words: a tag, and why, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dsvstats.counts import records
from dsvstats.estimates import flags, verdicts
from dsvstats.estimates.verdicts import CHANCE, FIRM, NOT_FIRM, NOT_KNOWN, NOTHING
from dsvstats.reporting.wording import numerals, phrases

_FIRMEST = (FIRM, NOT_FIRM, CHANCE, NOTHING, NOT_KNOWN)


def firmness(rows: pd.DataFrame) -> tuple[str, str]:
    """How firm is what these estimates find together, and why? A verdict, and a line.

    That of its firmest comparison, which is what a heading tells.

    >>> from dsvstats import estimates
    >>> firmness(estimates.empty())
    ('', '')
    """
    rows = rows[~flags.has(rows["flags"], "is_reference")]
    found = verdicts.verdicts(rows)
    verdict = next((each for each in _FIRMEST if each in found), NOTHING)
    told: list[Any] = records(rows[np.asarray(found == verdict)])
    return verdict, _WHY[verdict](told) if verdict in _WHY else ""


def _firm(held: Sequence[Any]) -> str:
    number, _, of = _missing(held)
    if number is None:
        return "Clear of chance."
    if number == 0:
        return f"Clear of chance, and every record gives {_strand(held)}."
    return (
        f"Clear of chance, and the {numerals.number(number)} of {numerals.number(of)} without "
        f"{_strand(held)} could not change it."
    )


def _not_firm(held: Sequence[Any]) -> str:
    if any("could_turn" in flags.of(row.flags) for row in held):
        number, _, of = _missing(held)
        many = f"{numerals.number(number)} of {numerals.number(of)}" if number else "those"
        return f"Clear of chance, but not of the {many} without {_strand(held)}."
    return "Clear of chance, but people counted more than once could undo it."


def _chance(held: Sequence[Any]) -> str:
    return "This could be chance."


_WHY = {FIRM: _firm, NOT_FIRM: _not_firm, CHANCE: _chance}


def _missing(held: Sequence[Any]) -> tuple[float | None, str, float]:
    """How many of how many have no group of this strand? None where it is not known."""
    for row in held:
        number, _, of = flags.of(row.flags).get("missing", "").partition("/")
        if number:
            return float(number), "", float(of)
    return None, "", 0.0


def _strand(held: Sequence[Any]) -> str:
    name = phrases.strand_alone(held[0].strand)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def leading(rows: pd.DataFrame) -> pd.DataFrame:
    """The estimates that a heading may tell: where some are firm, not those that are clear only."""
    found = verdicts.verdicts(rows)
    return rows[found != NOT_FIRM] if FIRM in found else rows

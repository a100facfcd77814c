"""Do a printed rate and its printed base imply the counts that are printed elsewhere?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from dsvstats.sources.published.figures import Figure, step
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, Finding, number, shown
from dsvstats.sources.reconcile.nesting import PEOPLE, STAGE, STAGES, place_of, same_period
from dsvstats.sources.reconcile.sheet import Sheet
from dsvstats.terms.chains import DETECTION

_RATE = ("_rate", "_share", "_percentage", "_proportion")
_DETECTED = f"{DETECTION}s"
_OF = {
    "sd": ("crime", _DETECTED),
    DETECTION: ("crime", _DETECTED),
    "arrest": ("crime", "arrests"),
    "charge": ("crime", "charges"),
    "caution": (DETECTION, "cautions"),
}
"""Of what stage is the rate of each of these, and what are they called when they are counted?"""
_ACCUSED = {"accused", "offenders"}
"""Whom a sanction detection is the outcome for."""


def implied_count(sheet: Sheet) -> Iterator[Finding]:
    """Which rates, times their base, are other counts than those that are printed?

    Of a place, period and subject of one document, where the rate stands without its counts:
    against the cases that are printed at its stage, and against the people accused in them.
    """
    for rate in sheet.figures:
        outcome = _outcome(rate)
        if not outcome or _beside_its_counts(rate, sheet):
            continue
        near = [each for each in sheet.beside(rate) if _of_one(each, rate) and _is_count(each)]
        before, counted = _OF[outcome]
        bases = [each for each in near if _stage(each) == STAGES[before]]
        if bases:
            cases = [each for each in near if each.is_whole and each.measure == counted]
            yield from _cases_finding(rate, bases, cases)
            if counted == _DETECTED:
                yield from _people_finding(rate, bases, _accused(near))


def _outcome(rate: Figure) -> str:
    """Of which outcome is this the rate? Nothing where it is of none."""
    end = next((each for each in _RATE if rate.measure.endswith(each)), "")
    outcome = rate.measure.removesuffix(end)
    known = end and outcome in _OF and rate.scale and rate.text and rate.is_whole
    return outcome if known else ""


def _beside_its_counts(rate: Figure, sheet: Sheet) -> bool:
    """Does its own table hold what it is worked out from?"""
    table = Table(tuple(sheet.in_table(rate)))
    return table.form in ("brk", "rel") and bool(table.parts and table.totals)


def _is_count(figure: Figure) -> bool:
    return figure.unit == "count" and bool(figure.text) and figure.kind != "stated_rate"


def _of_one(one: Figure, rate: Figure) -> bool:
    return place_of(one) == place_of(rate) and same_period(one, rate)


def _stage(figure: Figure) -> int | None:
    found = STAGE.fullmatch(figure.measure)
    cases = figure.is_whole and figure.population not in PEOPLE
    return STAGES[found[1]] if found and cases else None


def _accused(near: list[Figure]) -> list[Figure]:
    """The totals of people accused, as stated or as the categories of a strand add up."""
    return [each for each in near if each.population in _ACCUSED and each.measure in _ACCUSED]


def _limits(rate: Figure, base: Figure) -> tuple[int, int]:
    """Between which whole numbers is the count that such a rate of the base is?"""
    scale, unit = Fraction(base.value) / (rate.scale or 1), Fraction(step(rate.text))
    return ceil((rate.value - unit / 2) * scale), floor((rate.value + unit) * scale)


def _cases_finding(rate: Figure, bases: list[Figure], cases: list[Figure]) -> Iterator[Finding]:
    limits = [_limits(rate, base) for base in bases]
    if not cases or any(low <= each.value <= high for low, high in limits for each in cases):
        return
    low, high = limits[0]
    printed = " and ".join(sorted({shown(each) for each in cases}))
    yield Finding(
        (rate, bases[0], *cases),
        f"{shown(rate)} of {shown(bases[0])} {bases[0].measure} is {_between(low, high)}, but "
        f"{printed} {cases[0].measure} are printed.",
        severity=CONTRADICTION,
        printed=printed,
        recomputed=_between(low, high),
        about=(rate, *bases, *cases),
    )


def _people_finding(rate: Figure, bases: list[Figure], accused: list[Figure]) -> Iterator[Finding]:
    people = _most(accused)
    low, high = min(_limits(rate, base) for base in bases)
    if not people or low <= people:
        return
    each = number(Fraction(low, people), places=1)
    yield Finding(
        (rate, bases[0]),
        f"{shown(rate)} of {shown(bases[0])} {bases[0].measure} is {_between(low, high)}, but "
        f"{number(people)} {accused[0].measure} are printed: both can be right only if each of "
        f"them is in {each} or more.",
        severity=CAUTION,
        printed=f"{shown(rate)}; {number(people)}",
        recomputed=_between(low, high),
    )


def _most(accused: list[Figure]) -> int:
    """How many people are that, by the largest of the totals and strands printed?"""
    strands: dict[tuple, int] = {}
    for each in accused:
        key = (each.table_id, each.strand, each.kind == "component")
        value = int(each.value)
        total = each.kind != "component"
        strands[key] = max(strands.get(key, 0), value) if total else strands.get(key, 0) + value
    return max(strands.values(), default=0)


def _between(low: int, high: int) -> str:
    return number(Fraction(low)) if low >= high else f"{low:,} to {high:,}"

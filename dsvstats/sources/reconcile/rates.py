"""Are the printed rates of a table what its counts give?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil

from dsvstats.sources.published.figures import AMOUNTS, Figure, step
from dsvstats.sources.published.tables import Table, parted
from dsvstats.sources.reconcile.findings import (
    CAUTION,
    CONTRADICTION,
    Finding,
    instead,
    number,
    shown,
)
from dsvstats.sources.reconcile.means import weighted
from dsvstats.sources.reconcile.rounding import cut_to, printed_so, rounds_to
from dsvstats.sources.reconcile.sheet import Sheet, quantity

_GENERIC = {"rate", "share", "pct", "percent", "percentage", "proportion", "published", "of", "per"}
_GENERIC |= {"1000", "100000", "thousand", "mean", "average"}
_SMALL = 1000


@dataclass(frozen=True, order=True)
class Quotient:
    """A part over a base, the base a stated total or the sum of what a breakdown holds."""

    part: Figure
    base: tuple[Figure, ...]

    @property
    def whole(self) -> Fraction | int:
        return sum(each.value for each in self.base)

    def value(self, scale: int, old: Figure | None = None, new: Figure | None = None) -> Fraction:
        """The rate, of so many; with another number in the place of one of them."""
        part, *base = (instead(each, old, new).value for each in (self.part, *self.base))
        whole = sum(base)
        return Fraction(part * scale) / whole if whole else Fraction(-1)


def rate_against_counts(sheet: Sheet) -> Iterator[Finding]:
    """Which rates are not what the counts of their table give, rounded?

    A rate is set against every part of its own category (or, where categories say nothing, the
    parts whose measure shares most words with it) over every stated total: only if none of them
    gives it is there a finding.
    """
    for part, rate in _rated(sheet):
        if pairs := quotients(part, rate):
            yield from _against(part, rate, pairs, sheet)


def other_denominator(sheet: Sheet) -> Iterator[Finding]:
    """Which rates are right of one of the values that are printed for their base, and not of another?"""
    for part, rate in _rated(sheet):
        for pair in quotients(part, rate):
            others = [each for each in other_bases(pair, sheet) if not _gives(each, rate)]
            if _gives(pair, rate) and others:
                yield _denominator_finding(rate, pair, others)
                break


def whole_number(sheet: Sheet) -> Iterator[Finding]:
    """Which rates and means does no whole number of their base give? (Brown and Heathers 2017)"""
    for part, rate in _rated(sheet):
        bases = [each for each in _bases(part) if {one.unit for one in each} == {"count"}]
        if bases and not quotients(part, rate):
            yield from _whole_number(rate, bases)


def percentage_range(sheet: Sheet) -> Iterator[Finding]:
    """Which percentages are outside 0 to 100?"""
    for figure in sheet.figures:
        if figure.unit == "percent" and figure.text and not 0 <= figure.value <= 100:
            yield Finding(
                (figure,),
                f"{figure.measure} is printed as {shown(figure)}, outside 0% to 100%.",
                printed=shown(figure),
                recomputed="0% to 100%",
                mends=lambda old, new: 0 <= new.value <= 100,
            )


def quotients(table: Table, rate: Figure) -> list[Quotient]:
    """Which parts over which bases of its table may this rate be?"""
    return [
        Quotient(part, base)
        for part in _parts_like(table, rate)
        for base in _bases(table)
        if (part,) != base and any(each.value for each in base)
    ]


def _parts_like(table: Table, rate: Figure) -> list[Figure]:
    """The parts of the rate's own category, or those whose measure shares most words with it."""
    parts = table.parts
    if rate.label and any(each.label for each in parts):
        subtotals = [each for each in table.totals if not each.is_whole]
        return [each for each in [*parts, *subtotals] if each.label == rate.label]
    alike = {each: len(_words(each) & _words(rate)) for each in parts}
    most = max(alike.values(), default=0)
    return [each for each in parts if alike[each] == most]


def other_bases(pair: Quotient, sheet: Sheet) -> list[Quotient]:
    """The same part over each other value that is printed for its base."""
    if len(pair.base) > 1:
        return []
    printed = sheet.quantities.get(quantity(pair.base[0]), [])
    others = {each.value: each for each in reversed(printed) if each.unit in AMOUNTS}
    others.pop(pair.whole, None)
    return [Quotient(pair.part, (each,)) for value, each in sorted(others.items()) if value]


def _rated(sheet: Sheet) -> Iterator[tuple[Table, Figure]]:
    for table in sheet.tables:
        for part in parted(table):
            for rate in part.rates:
                if not weighted(part, rate):
                    yield part, rate


def _gives(pair: Quotient, rate: Figure) -> bool:
    return rounds_to(pair.value(rate.scale or 1), rate.text)


def _bases(table: Table) -> list[tuple[Figure, ...]]:
    """The stated totals, or what a breakdown holds that states none."""
    if table.totals or table.form != "brk":
        return [(each,) for each in table.totals]
    whole = [each for each in table.figures if each.kind == "component" and each.unit in AMOUNTS]
    return [tuple(whole)] if whole and all(each.text for each in whole) else []


def _words(figure: Figure) -> set[str]:
    return {word.removesuffix("s") for word in figure.measure.split("_")} - _GENERIC


def _against(table: Table, rate: Figure, pairs: list[Quotient], sheet: Sheet) -> Iterator[Finding]:
    if any(_gives(pair, rate) for pair in pairs):
        return
    scale = rate.scale or 1
    cut = [pair for pair in pairs if cut_to(pair.value(scale), rate.text)]
    near = min(cut or pairs, key=lambda pair: (abs(pair.value(scale) - rate.value), pair))
    fitting = [each for each in other_bases(near, sheet) if _gives(each, rate)]
    if cut and not fitting:
        yield Finding(
            (rate,),
            f"{_fraction(near)} is {_as_rate(near, rate)}: {shown(rate)} {_as_cut(table, rate)}.",
            severity=CAUTION,
            printed=shown(rate),
            recomputed=_as_rate(near, rate),
        )
    else:
        yield _neither(rate, pairs, near, fitting, habit=_habit(table, rate))


def _neither(
    rate: Figure, pairs: list[Quotient], near: Quotient, fitting: list[Quotient], *, habit: str
) -> Finding:
    """Neither rounded nor cut off: with the values of its base that it would fit."""

    def gives(old: Figure, new: Figure, *, cuts: bool) -> bool:
        text = instead(rate, old, new).text
        values = (pair.value(rate.scale or 1, old, new) for pair in pairs)
        gives_so = printed_so if cuts else rounds_to
        return any(gives_so(each, text) for each in values if each >= 0)

    recomputed = _as_rate(near, rate)
    elsewhere = "".join(f"; {_elsewhere(each)}" for each in fitting)
    numbers = [each for pair in pairs for each in (pair.part, *pair.base)]
    return Finding(
        (rate,),
        f"{_fraction(near)} is {recomputed}, neither rounded nor cut off to {shown(rate)}; "
        f"{_would(rate, near)}{elsewhere}.",
        severity=CONTRADICTION,
        printed=shown(rate),
        recomputed="; ".join([recomputed, *(_as_rate(each, rate) for each in fitting)]),
        about=tuple(dict.fromkeys([rate, *numbers])),
        mends=None if fitting else partial(gives, cuts=True),
        sure=partial(gives, cuts=habit == "cut off"),
        exact=True,
    )


def _denominator_finding(rate: Figure, pair: Quotient, others: list[Quotient]) -> Finding:
    not_of = " and ".join(f"{number(each.whole)} ({_as_rate(each, rate)})" for each in others)
    return Finding(
        (rate, *pair.base, *(each.base[0] for each in others)),
        f"{shown(rate)} is {_fraction(pair)}, and not of {not_of}, printed for the same.",
        severity=CAUTION,
        printed=shown(rate),
        recomputed="; ".join(_as_rate(each, rate) for each in others),
    )


def _as_rate(pair: Quotient, rate: Figure) -> str:
    return number(pair.value(rate.scale or 1), rate.unit, places=_places(rate))


def _fraction(pair: Quotient) -> str:
    return f"{shown(pair.part)} of {number(pair.whole)}"


def _elsewhere(pair: Quotient) -> str:
    places = ", ".join(filter(None, (pair.base[0].doc, pair.base[0].paragraph)))
    return f"it is {_fraction(pair)} ({places})"


def _places(rate: Figure) -> int:
    return len(rate.text.partition(".")[2]) + 1


def _as_cut(table: Table, rate: Figure) -> str:
    """Cut off, where no other rate of the table is rounded up instead."""
    if _habit(table, rate) == "rounded":
        return "is so only cut off, and others of the table are rounded"
    return "is cut off, not rounded"


def _habit(table: Table, rate: Figure) -> str:
    """Are the other rates of the table rounded or cut off? Nothing where none shows it."""
    found = set()
    for each in table.rates:
        if each != rate and each.measure == rate.measure:
            values = [pair.value(each.scale or 1) for pair in quotients(table, each)]
            rounded = any(rounds_to(value, each.text) for value in values)
            if rounded != any(cut_to(value, each.text) for value in values):
                found.add("rounded" if rounded else "cut off")
    return "rounded" if "rounded" in found else "".join(found)


def _would(rate: Figure, near: Quotient) -> str:
    givers, whole = _givers(rate, near.whole), number(near.whole)
    if not givers:
        return f"no whole number of {whole} gives it"
    about = "" if len(givers) == 1 and near.whole <= _SMALL else "about "
    return f"{about}{number(givers[0])} of {whole} would give it"


def _givers(rate: Figure, whole: Fraction | int) -> list[int]:
    scale = Fraction(whole) / (rate.scale or 1)
    low = max(0, ceil((rate.value - Fraction(step(rate.text)) / 2) * scale))
    high = int((rate.value + step(rate.text)) * scale)
    most = high if rate.unit != "percent" else min(high, int(whole))
    return [
        count
        for count in range(low, min(most, low + _SMALL) + 1)
        if rounds_to(count / scale, rate.text) or cut_to(count / scale, rate.text)
    ]


def _whole_number(rate: Figure, bases: list[tuple[Figure, ...]]) -> Iterator[Finding]:
    wholes = [size for base in bases if (size := sum(each.value for each in base))]
    possible = rate.value >= 0 and (rate.unit != "percent" or rate.value <= 100)
    if not wholes or not possible or any(_givers(rate, whole) for whole in wholes):
        return
    nearest = _nearest(rate, wholes[0])
    yield Finding(
        (rate,),
        f"No whole number of {number(wholes[0])} gives {shown(rate)}: {' and '.join(nearest)}.",
        printed=shown(rate),
        recomputed="; ".join(nearest),
        about=(rate, *(each for base in bases for each in base)),
    )


def _nearest(rate: Figure, whole: Fraction | int) -> list[str]:
    """What would the whole numbers below and above it give?"""
    scale = rate.scale or 1
    below = int(rate.value * whole / scale)
    return [
        f"{count:,} is {number(Fraction(count * scale) / whole, rate.unit)}"
        for count in (below, below + 1)
        if count <= whole or rate.unit != "percent"
    ]

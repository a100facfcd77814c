"""Are the printed rates of a table what its counts give?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import ceil

from dsvstats.sources.published.figures import AMOUNTS, WHOLE, Figure, step
from dsvstats.sources.published.tables import Table, parted
from dsvstats.sources.reconcile.findings import (
    CAUTION,
    CONTRADICTION,
    Finding,
    number,
    replaced,
    shown,
)
from dsvstats.sources.reconcile.repairs import only_repair

_GENERIC = {"rate", "share", "pct", "percent", "percentage", "proportion", "published", "of", "per"}
_SMALL = 1000


def rounds_to(value: Fraction, printed: str) -> bool:
    """Could this value, rounded either way at a half, be printed so?

    >>> rounds_to(Fraction(397, 10), "40"), rounds_to(Fraction(397, 10), "39")
    (True, False)
    """
    return abs(value - Fraction(printed)) <= step(printed) / 2


def cut_to(value: Fraction, printed: str) -> bool:
    """Could this value, cut off after the last printed place, be printed so?

    >>> cut_to(Fraction(397, 10), "39"), cut_to(Fraction(397, 10), "40")
    (True, False)
    """
    return 0 <= value - Fraction(printed) < step(printed)


def rates(table: Table) -> Iterator[Finding]:
    """Are the rates of this table what its counts give, as rounded, as cut off, or neither?

    A rate is set against every part of its own category (or, where categories say nothing, the
    parts whose measure shares most words with it) over every stated total: only if none of them
    gives it is there a finding. A rate without a part of its own is tried with whole numbers.
    """
    for part in parted(table):
        for rate in part.rates:
            pairs = _pairs(part, rate)
            yield from _against(part, rate, pairs) if pairs else _whole_number(part, rate)
    for rate in table.of("stated_rate", {"per_cent_change"}):
        yield from _changed(table, rate)


def percentage_range(figure: Figure) -> Iterator[Finding]:
    """Is this percentage outside 0 to 100?"""
    if figure.unit == "percent" and figure.text and not 0 <= figure.value <= 100:
        yield Finding(
            "percentage_range",
            (figure,),
            f"{figure.measure} is printed as {shown(figure)}, outside 0% to 100%.",
            printed=shown(figure),
            recomputed="0% to 100%",
        )


def _pairs(table: Table, rate: Figure) -> list[tuple[Figure, Figure]]:
    parts = table.parts
    if rate.label and any(each.label for each in parts):
        parts = [each for each in parts if each.label == rate.label]
    elif parts:
        alike = {each: len(_words(each) & _words(rate)) for each in parts}
        parts = [each for each in parts if alike[each] == max(alike.values())]
    return [(part, base) for part in parts for base in _bases(table) if base.value]


def _bases(table: Table) -> list[Figure]:
    """The stated totals, or the sum of a breakdown that states none."""
    parts = table.parts
    whole = [each for each in table.figures if each.kind == "component" and each.unit in AMOUNTS]
    if table.totals or table.form != "brk" or len(whole) != len(parts) or not parts:
        return table.totals
    text = f"{sum(Decimal(each.text) for each in parts):f}"
    return [replace(parts[0], category="Total", kind="stated_total", text=text)]


def _words(figure: Figure) -> set[str]:
    return {word.removesuffix("s") for word in figure.measure.split("_")} - _GENERIC


def _against(table: Table, rate: Figure, pairs: list) -> Iterator[Finding]:
    values = {(part, base): _rate(part.value, base.value, rate.unit) for part, base in pairs}
    if any(rounds_to(value, rate.text) for value in values.values()):
        return
    cut = [pair for pair in pairs if cut_to(values[pair], rate.text)]
    part, base = min(cut or pairs, key=lambda pair: (abs(values[pair] - rate.value), pair))
    recomputed = number(values[part, base], rate.unit, places=_places(rate))
    fact = f"{shown(part)} of {shown(base)} is {recomputed}"
    if cut:
        yield Finding(
            "rate_against_counts",
            (rate,),
            f"{fact}: {shown(rate)} is cut off, not rounded.",
            severity=CAUTION,
            printed=shown(rate),
            recomputed=recomputed,
        )
        return
    repair = _repair(table, rate, part, base) if len(pairs) == 1 else ""
    givers = _givers(rate, base)
    if not givers:
        could = f"no whole number of {shown(base)} gives it"
    elif len(givers) == 1 and base.value <= _SMALL:
        could = f"{number(Fraction(givers[0]))} of {shown(base)} would give it"
    else:
        could = f"about {number(Fraction(givers[0]))} of {shown(base)} would give it"
    yield Finding(
        "rate_against_counts",
        (rate,),
        f"{fact}, neither rounded nor cut off to {shown(rate)}; {could}.",
        severity=CONTRADICTION,
        printed=shown(rate),
        recomputed=recomputed,
        suggestion=repair,
    )


def _rate(part: Fraction, base: Fraction, unit: str) -> Fraction:
    return part / base * WHOLE[unit]


def _places(rate: Figure) -> int:
    return len(rate.text.partition(".")[2]) + 1


def _repair(table: Table, rate: Figure, part: Figure, base: Figure) -> str:
    parts = table.parts
    adds_up = table.form == "brk" and sum(each.value for each in parts) == base.value
    choices = [rate]
    if not adds_up:
        choices += [part, base] if len(table.rates) == 1 else [part]

    def mends(figure: Figure, new: str) -> bool:
        printed = {each: each.text for each in (rate, part, base)} | {figure: new}
        count, whole = Fraction(printed[part]), Fraction(printed[base])
        return 0 < whole >= count and rounds_to(_rate(count, whole, rate.unit), printed[rate])

    found = only_repair([(each, each.text) for each in choices], mends)
    return replaced(found[0].text, found[1]) if found else ""


def _givers(rate: Figure, base: Figure) -> list[int]:
    scale = base.value / WHOLE[rate.unit]
    low = max(0, ceil((rate.value - step(rate.text) / 2) * scale))
    high = int((rate.value + step(rate.text)) * scale)
    tried = range(low, min(high, int(base.value), low + _SMALL) + 1)
    return [
        count
        for count in tried
        if rounds_to(_rate(Fraction(count), base.value, rate.unit), rate.text)
        or cut_to(_rate(Fraction(count), base.value, rate.unit), rate.text)
    ]


def _whole_number(table: Table, rate: Figure) -> Iterator[Finding]:
    bases = [each for each in _bases(table) if each.unit == "count" and each.value]
    if not bases or not 0 <= rate.value <= WHOLE[rate.unit]:
        return
    if any(_givers(rate, base) for base in bases):
        return
    base = bases[0]
    below = int(rate.value * base.value / WHOLE[rate.unit])
    nearest = [
        f"{count} is {number(_rate(Fraction(count), base.value, rate.unit), rate.unit)}"
        for count in (below, below + 1)
        if 0 <= count <= base.value
    ]
    yield Finding(
        "whole_number",
        (rate,),
        f"No whole number of {shown(base)} gives {shown(rate)}: {' and '.join(nearest)}.",
        printed=shown(rate),
        recomputed="; ".join(nearest),
    )


def _changed(table: Table, rate: Figure) -> Iterator[Finding]:
    """Is the printed change the change between the two counts of one measure?"""
    changes = _changes(table)
    printed = rate.text.removeprefix("-")
    if not changes or any(rounds_to(value, printed) for value in changes.values()):
        return
    cut = [pair for pair in changes if cut_to(changes[pair], printed)]
    now, before = min(cut or changes, key=lambda pair: (abs(changes[pair] - abs(rate.value)), pair))
    recomputed = number(changes[now, before], rate.unit, places=_places(rate))
    yield Finding(
        "rate_against_counts",
        (rate,),
        f"{shown(now)} against {shown(before)} is a change of {recomputed}: {shown(rate)} is "
        + ("cut off, not rounded." if cut else "neither rounded nor cut off from it."),
        severity=CAUTION if cut else CONTRADICTION,
        printed=shown(rate),
        recomputed=recomputed,
    )


def _changes(table: Table) -> dict[tuple[Figure, Figure], Fraction]:
    """The change in per cent between two counts of one measure, by the later and the earlier."""
    counts: dict[tuple, list[Figure]] = defaultdict(list)
    for each in table.figures:
        if each.unit in AMOUNTS and each.text and each.kind != "stated_rate":
            counts[each.area, each.population, each.measure].append(each)
    return {
        (now, before): abs(now.value - before.value) / before.value * 100
        for pair in counts.values()
        if len(pair) == 2
        for now, before in permutations(pair)
        if before.value and not before.period_end > now.period_end
    }

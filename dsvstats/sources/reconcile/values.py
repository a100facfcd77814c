"""Is one quantity printed with two values, in one document or in several?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from dsvstats.sources.published.figures import AMOUNTS, WHOLE, Figure, step
from dsvstats.sources.reconcile.findings import Finding, instead, number_text, shown
from dsvstats.sources.reconcile.sheet import Sheet

_LISTED = 6


def two_values(sheet: Sheet) -> Iterator[Finding]:
    """Which quantities are printed with values that rounding does not make one?

    The same area, period, subject, population, measure, strand and category, in one document or
    several, whatever word their unit has. A quantity without a period is compared only inside its
    own table.
    """
    totals = {_in_its_table(each) for each in sheet.figures if each.kind == "stated_total"}
    for found in sheet.quantities.values():
        held = [each for each in found if _compared(each, totals)]
        if len(held) > 1 and not _consistent(held) and not _of_two_times(held):
            yield _values_finding(held)


def _compared(figure: Figure, totals: set[tuple]) -> bool:
    part_of_it = figure.kind == "component" and not figure.label
    if part_of_it and _in_its_table(figure) in totals:
        return False
    return bool(figure.period_end) or _in_a_table(figure)


def _values_finding(held: list[Figure]) -> Finding:
    different = sorted(
        {each.text: each for each in held}.values(), key=lambda each: (each.value, each)
    )
    listed = different[:_LISTED]
    places = "; ".join(
        f"{shown(each)} ({', '.join(filter(None, (each.doc, each.paragraph)))})" for each in listed
    )
    if len(different) > _LISTED:
        places += f" and {len(different) - _LISTED} more"
    first = held[0]
    about = f"{first.measure} ({first.category})" if first.category else first.measure
    when = " to ".join(filter(None, (first.period_start, first.period_end)))

    def mends(old: Figure, new: Figure) -> bool:
        return _consistent([instead(each, old, new) for each in held])

    return Finding(
        tuple(listed),
        f"{about} of {first.area}{f' for {when}' if when else ''} is printed with "
        f"{len(different)} values: {places}; unless defined differently, one at most is right.",
        printed="; ".join(shown(each) for each in listed),
        about=tuple(held),
        mends=mends,
        exact=True,
        wanted=lambda old: {text for each in held if each != old for text in _as_fine(each, old)},
    )


def _as_fine(figure: Figure, other: Figure) -> Iterator[str]:
    """How would this be printed to the other's last place? Rounded, and cut off."""
    yield figure.text
    scale = 10 ** len(other.text.partition(".")[2])
    if figure.unit == other.unit:
        for scaled in {floor(figure.value * scale), ceil(figure.value * scale)}:
            yield number_text(Fraction(scaled, scale), len(other.text.partition(".")[2]))


def _in_its_table(figure: Figure) -> tuple:
    return figure.doc, figure.table_id, figure.area, figure.population, figure.measure


def _in_a_table(figure: Figure) -> bool:
    form = figure.table_id.partition(":")[0]
    return form in ("brk", "rel", "ovl") or (form in ("cmp", "") and figure.unit in AMOUNTS)


def _of_two_times(held: list[Figure]) -> bool:
    """Without a period, may these be of two times? In one paragraph, or in no table and one unit."""
    if held[0].period_end:
        return False
    apart, form = len({each.paragraph for each in held}) > 1, held[0].table_id.partition(":")[0]
    return (form == "cmp" and not apart) or (not form and len({each.unit for each in held}) == 1)


def _consistent(held: list[Figure]) -> bool:
    values = sorted({_value(each) for each in held})
    return all(_same(*pair) for pair in combinations(values, 2))


def _value(figure: Figure) -> tuple[Fraction | int, Fraction | int]:
    """The number and one unit in its last place; a share in per cent."""
    scale = 100 // WHOLE[figure.unit] if figure.unit in WHOLE else 1
    return figure.value * scale, step(figure.text) * scale


def _same(one: tuple, other: tuple) -> bool:
    (coarse, rough), (fine, exact) = sorted((one, other), key=lambda each: each[1], reverse=True)
    gap = fine - coarse
    if rough == exact:
        return gap == 0
    return 2 * abs(gap) <= rough or 0 <= gap < rough

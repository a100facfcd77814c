"""Are the printed means those of the values beside them?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dsvstats.sources.published.figures import Figure
from dsvstats.sources.published.tables import Table, parted
from dsvstats.sources.reconcile.findings import Finding, instead, number, shown
from dsvstats.sources.reconcile.nesting import people_by_times
from dsvstats.sources.reconcile.rounding import printed_so
from dsvstats.sources.reconcile.sheet import Sheet

Weighted = list[tuple[Figure, int | None]]
"""Counts with how many times each is taken, or values of one each."""


def mean_of_values(sheet: Sheet) -> Iterator[Finding]:
    """Which means are not those of the values, or of the people by how many, beside them?"""
    for table in sheet.tables:
        for part in parted(table) or [table]:
            for rate in part.rates:
                if held := weighted(part, rate):
                    yield from _mean_finding(rate, held)


def weighted(part: Table, rate: Figure) -> Weighted:
    """What is this the mean of? People by how many each, or values listed; else nothing."""
    if not rate.is_mean or rate.scale != 1:
        return []
    by_times = people_by_times(part)
    if len(by_times) > 1:
        return [(each, times) for each, times, _ in by_times]
    listed = [each for each in part.figures if each.unit == "other" and each.kind == "component"]
    alone = len(listed) > 1 and not part.totals and all(each.text for each in listed)
    return [(each, None) for each in listed] if alone else []


def _mean(held: Weighted, old: Figure | None = None, new: Figure | None = None) -> Fraction:
    values = [(instead(each, old, new).value, times) for each, times in held]
    if held[0][1] is None:
        return Fraction(sum(value for value, _ in values)) / len(values)
    counted = sum(value for value, _ in values)
    summed = sum(value * (times or 0) for value, times in values)
    return Fraction(summed) / counted if counted else Fraction(-1)


def _mean_finding(rate: Figure, held: Weighted) -> Iterator[Finding]:
    mean, open_ended = _mean(held), _open(held)
    if printed_so(mean, rate.text):
        return
    if open_ended and mean < rate.value:
        return
    places = len(rate.text.partition(".")[2]) + 1
    recomputed = f"{'at least ' if open_ended else ''}{number(mean, places=places)}"

    def mends(old: Figure, new: Figure) -> bool:
        text = instead(rate, old, new).text
        return printed_so(_mean(held, old, new), text)

    yield Finding(
        (rate,),
        f"{rate.measure} is printed as {shown(rate)}; the {len(held)} values beside it have a "
        f"mean of {recomputed}.",
        printed=shown(rate),
        recomputed=recomputed,
        about=(rate, *(each for each, _ in held)),
        mends=mends,
        exact=True,
    )


def _open(held: Weighted) -> bool:
    return any(
        times is not None and any(word in each.label for word in ("more", "over", "+"))
        for each, times in held
    )

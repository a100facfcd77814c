"""Is one quantity printed with two values, in one document or in several?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from dsvstats.sources.published.figures import Figure, step
from dsvstats.sources.reconcile.findings import Finding, replaced, shown
from dsvstats.sources.reconcile.repairs import only_repair

_LISTED = 6


def two_values(figures: list[Figure]) -> Iterator[Finding]:
    """Is one quantity printed with values that rounding does not make one?

    The same area, period, subject, population, measure, strand and category, in one document or
    several. A quantity without a period is compared only inside its own table.
    """
    wholes = {_in_its_table(each) for each in figures if each.kind == "stated_total"}
    quantities = defaultdict(list)
    for each in figures:
        part_of_it = each.kind == "component" and not each.label and _in_its_table(each) in wholes
        if each.text and not part_of_it and (each.period_end or _in_a_table(each)):
            quantities[_quantity(each)].append(each)
    for held in quantities.values():
        if not _consistent([each.text for each in held]):
            yield _values_finding(held)


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
    return Finding(
        "two_values",
        tuple(listed),
        f"{about} of {first.area}{f' for {when}' if when else ''} is printed with "
        f"{len(different)} values: {places}; unless defined differently, one at most is right.",
        printed="; ".join(shown(each) for each in listed),
        suggestion=_repair_values(held),
    )


def _in_its_table(figure: Figure) -> tuple:
    return figure.doc, figure.table_id, figure.area, figure.population, figure.measure


def _in_a_table(figure: Figure) -> bool:
    return figure.table_id.partition(":")[0] in ("brk", "rel", "ovl")


def _quantity(figure: Figure) -> tuple:
    where = "" if figure.period_end else (figure.doc, figure.table_id)
    group = ("none", "") if figure.is_whole else (figure.strand, figure.label)
    return (
        where,
        figure.area,
        figure.period_start,
        figure.period_end,
        figure.subject,
        figure.population,
        figure.measure,
        figure.unit,
        *group,
    )


def _consistent(texts: list[str]) -> bool:
    return all(_same(*pair) for pair in combinations(sorted(set(texts)), 2))


def _same(one: str, other: str) -> bool:
    coarse, fine = sorted((one, other), key=step, reverse=True)
    gap = Fraction(fine) - Fraction(coarse)
    if step(coarse) == step(fine):
        return gap == 0
    return abs(gap) <= step(coarse) / 2 or 0 <= gap < step(coarse)


def _repair_values(held: list[Figure]) -> str:
    times = Counter(text for *_, text in {(each.doc, each.paragraph, each.text) for each in held})

    def mends(printed: str, new: str) -> bool:
        if held[0].unit == "percent" and not 0 <= Fraction(new) <= 100:
            return False
        return _consistent([new, *(text for text in times if text != printed)])

    once = sorted(text for text in times if times[text] == 1) if len(times) <= _LISTED else []
    found = only_repair([(text, text) for text in once], mends)
    return replaced(*found) if found else ""

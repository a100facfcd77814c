"""Are the breakdowns of one base of one size, and do their age bands hold the same people?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

from dsvstats.sources.published.figures import Figure
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.ages import age_band, ages_named
from dsvstats.sources.reconcile.findings import (
    CAUTION,
    CONTRADICTION,
    Finding,
    instead,
    listed,
    number,
    number_text,
)
from dsvstats.sources.reconcile.sheet import Sheet
from dsvstats.sources.reconcile.sums import blanks
from dsvstats.sources.reconcile.totals import added


@dataclass(frozen=True)
class Strand:
    """One breakdown of a base, with the stated totals that are of all of it."""

    part: Table
    totals: tuple[Figure, ...]

    @cached_property
    def size(self) -> int:
        return self.sized(None, None)

    def sized(self, old: Figure | None, new: Figure | None) -> int:
        """How many does it hold, with the new number in the place of the old one?"""
        counted = self.totals[:1] or self.part.parts
        return int(added([instead(each, old, new) for each in counted]))

    @cached_property
    def is_complete(self) -> bool:
        return bool(self.totals) or any(each.is_unrecorded for each in self.part.parts)

    @property
    def name(self) -> str:
        return _strand(self.part)

    @property
    def says(self) -> str:
        return f"{self.name} {'is' if self.totals else 'adds up to'} {number(self.size)}"


def sibling_strands(sheet: Sheet) -> Iterator[Finding]:
    """Which breakdowns of one base are not of its size?

    A list of categories that does not claim to be complete (``rel:``) may leave people out, but
    not hold more of them. Those that are short, and print nobody unrecorded, are one caution.
    """
    for siblings in sheet.siblings:
        if len(siblings) > 1:
            strands = [Strand(each, tuple(sheet.wholes(each))) for each in siblings]
            held = [each for each in strands if _comparable(each)]
            if len({each.size for each in held}) > 1:
                yield from _of_siblings(held)


def same_bands(sheet: Sheet) -> Iterator[Finding]:
    """Which ages hold other numbers in one breakdown of a base than in another?"""
    for siblings in sheet.siblings:
        by_age = [each for each in siblings if each.form == "brk" and _bands(each)]
        for one, other in combinations(by_age, 2):
            yield from _between(one, other)


def _of_siblings(held: list[Strand]) -> Iterator[Finding]:
    base = _common_size(held)
    agreeing = [each for each in held if each.size == base]
    claimed = any(each.is_complete for each in agreeing)
    short = [each for each in held if each.size < base and not each.is_complete]
    if short:
        yield _short_finding(short, agreeing)
    for one in held:
        if one not in agreeing and one not in short:
            yield _sibling_finding(one, agreeing, doubtful=one.size > base and not claimed)


def _short_finding(short: list[Strand], agreeing: list[Strand]) -> Finding:
    base = agreeing[0].size
    own = listed([each.says for each in short])
    left = listed([number(base - each.size) for each in short])
    end = "it leaves" if len(short) == 1 else "they leave"
    return Finding(
        tuple(figure for each in short for figure in each.part.parts),
        f"{own[0].upper()}{own[1:]} where {_against(agreeing)}: {end} {left} out.",
        severity=CAUTION,
        printed="; ".join(number(each.size) for each in short),
        recomputed=number(base),
        whole_table=True,
    )


def _sibling_finding(one: Strand, agreeing: list[Strand], *, doubtful: bool) -> Finding:
    size, base = one.size, agreeing[0].size
    end = "one base cannot have two sizes"
    if doubtful:
        end = f"it has {number(size - base)} more, or the others leave them out"
    compared, may_be_short = [one, *agreeing], not one.is_complete

    def mends(old: Figure, new: Figure) -> bool:
        own, *others = (each.sized(old, new) for each in compared)
        return len(set(others)) == 1 and (own == others[0] or (own < others[0] and may_be_short))

    def wanted(old: Figure) -> Iterable[str]:
        return [number_text(old.value + gap) for gap in (base - size, size - base)]

    numbers = [each for strand in compared for each in (*strand.part.parts, *strand.totals)]
    return Finding(
        tuple(one.part.parts),
        f"{one.says[0].upper()}{one.says[1:]} where {_against(agreeing)}: {end}.",
        severity=CAUTION if doubtful else CONTRADICTION,
        printed=number(size),
        recomputed=number(base),
        whole_table=True,
        about=tuple(dict.fromkeys(numbers)),
        mends=mends,
        exact=not may_be_short,
        wanted=None if may_be_short else wanted,
    )


def _comparable(one: Strand) -> bool:
    part = one.part
    return (
        part.figures[0].strand != "none"
        and (part.form == "brk" or not one.totals)
        and not blanks(part)
        and len(part.parts) > 1
        and {each.unit for each in part.parts} == {"count"}
        and len({each.value for each in one.totals}) <= 1
    )


def _common_size(siblings: list[Strand]) -> int:
    """The size that most breakdowns have; without one, the largest."""
    sizes = Counter(each.size for each in siblings if each.part.form == "brk")
    if not sizes:
        return max(each.size for each in siblings)
    most = max(sizes.values())
    return max(size for size, times in sizes.items() if times == most)


def _strand(part: Table) -> str:
    return part.parts[0].strand.replace("_", " ")


def _against(agreeing: list[Strand]) -> str:
    agreed = sorted({each.name for each in agreeing})
    has = "has" if len(agreed) == 1 else "have"
    return f"{' and '.join(agreed)} {has} {number(agreeing[0].size)}"


_Bands = dict[tuple[int, int], Figure]


def _bands(part: Table) -> _Bands:
    """The counts of this breakdown by age band, the youngest first; none where bands overlap."""
    found = {
        ages: each
        for each in part.parts
        if "age" in each.strand and each.unit == "count" and (ages := age_band(each.category))
    }
    ordered = dict(sorted(found.items()))
    apart = all(before[1] < after[0] for before, after in pairwise(ordered))
    return ordered if apart else {}


def _between(one: Table, other: Table) -> Iterator[Finding]:
    """The ages that both hold in whole bands and count otherwise; one label is another rule's."""
    certain = not any(each.is_unrecorded for part in (one, other) for each in part.parts)
    for here, there in _common(_bands(one), _bands(other)):
        alike = len(here) == len(there) == 1 and here[0].label == there[0].label
        if added(here) == added(there) or (alike and here[0].strand == there[0].strand):
            continue
        low, high = age_band(here[0].category), age_band(here[-1].category)
        ages = ages_named(low[0], high[1]) if low and high else here[0].category
        sizes = number(added(here)), number(added(there))

        def mends(old: Figure, new: Figure, here=tuple(here), there=tuple(there)) -> bool:
            sides = [[instead(each, old, new) for each in side] for side in (here, there)]
            return added(sides[0]) == added(sides[1])

        yield Finding(
            (*here, *there),
            f"{ages[0].upper()}{ages[1:]} {'are' if ages.startswith('ages') else 'is'} "
            f"{sizes[0]} by the bands of {_called(one)} and {sizes[1]} by those of "
            f"{_called(other)}.",
            severity=CONTRADICTION if certain else CAUTION,
            printed=sizes[0],
            recomputed=sizes[1],
            mends=mends,
        )


def _common(one: _Bands, other: _Bands) -> Iterator[tuple[list[Figure], list[Figure]]]:
    """The smallest runs of bands that cover the same ages in both, without a gap."""
    for low, first in one.items():
        here, there, at = [first], [], low[0]
        reach = low[1]
        for ages, figure in other.items():
            if ages[0] == at:
                there.append(figure)
                at = ages[1] + 1
            while there and at - 1 > reach and (more := _from(one, reach + 1)):
                reach, here = more[0][1], [*here, more[1]]
            if there and at - 1 == reach:
                yield here, there
                break


def _from(bands: _Bands, age: int) -> tuple[tuple[int, int], Figure] | None:
    return next(((ages, each) for ages, each in bands.items() if ages[0] == age), None)


def _called(part: Table) -> str:
    return part.figures[0].table_id.partition(":")[2] or _strand(part)

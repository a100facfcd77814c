"""Which categories does each stated total of a table add up?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from dsvstats.sources.published.figures import Figure, is_total, step
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.ages import age_band

_FIELDS = ("period_start", "period_end", "subject", "population", "measure")
_BETWEEN = re.compile(r"\s+(?:x|×|by|/|\|)\s+|\s*[;|]\s*|,\s+")
_SUMMED = re.compile(r"\b(?:sub[- ]?)?totals?\b|\ball\b|\bof which\b|[:()]")
_MOST = 4_000
"""More sums than this of some of the categories are not tried."""


@dataclass(frozen=True)
class Sum:
    """A stated total and the categories that it adds up; ``whole`` if these are all there are.

    ``some``: it adds up some of them, and nothing says which.
    """

    total: Figure
    parts: tuple[Figure, ...]
    whole: bool
    some: bool = False

    @property
    def gap(self) -> Fraction | int:
        return added(self.parts) - self.total.value

    @property
    def holds(self) -> bool:
        if self.some:
            return some_give(self.total, self.parts)
        return abs(Fraction(self.gap)) <= slack([*self.parts, self.total])


def sums(part: Table) -> list[Sum]:
    """What does each stated total of this breakdown add up?

    A total that is labelled as everybody's adds up all; in a crosstab, those of its row or
    column. Another adds up the categories that its label begins, holds, or covers the ages of;
    where no label says so it is the whole if it is the only one, and otherwise may be any.

    >>> from dsvstats.sources.published.figures import COLUMNS, figures
    >>> import pandas as pd
    >>> rows = [dict.fromkeys(COLUMNS, "") | {"unit": "count", "table_id": "brk:t", "strand": "e",
    ...                                       "kind": kind, "category": label, "value": value}
    ...         for kind, label, value in [
    ...             ("component", "White British", "7"), ("component", "White Irish", "2"),
    ...             ("component", "Asian", "4"), ("stated_total", "White total", "9"),
    ...             ("stated_total", "Total", "13")]]
    >>> [(each.total.category, len(each.parts), each.holds)
    ...  for each in sums(Table(tuple(figures(pd.DataFrame(rows)))))]
    [('Total', 3, True), ('White total', 2, True)]
    """
    parts, totals = part.parts, part.totals
    if not parts:
        return []
    apart = _told_apart(parts, totals)
    return [_sum(total, parts, apart, len(totals)) for total in totals]


def added(parts: list[Figure] | tuple[Figure, ...]) -> Fraction | int:
    """What do these numbers add up to?"""
    return sum(each.value for each in parts)


def slack(figures: list[Figure]) -> Fraction | int:
    """By how much may rounded numbers miss their sum? Whole numbers by nothing."""
    steps = [step(each.text) for each in figures]
    return Fraction(sum(steps)) / 2 if any(each < 1 for each in steps) else 0


def _told_apart(parts: list[Figure], totals: list[Figure]) -> list[str]:
    """The columns by which a category stands in the table more than once, as rows of a crosstab."""
    if max(Counter((each.strand, each.label) for each in parts).values()) == 1:
        return []
    values = {field: {getattr(each, field) for each in parts} for field in _FIELDS}
    return [
        field
        for field in _FIELDS
        if len(values[field]) > 1 and any(getattr(each, field) in values[field] for each in totals)
    ]


def _sum(total: Figure, parts: list[Figure], apart: list[str], count: int) -> Sum:
    own = parts
    for field in apart:
        if any(getattr(each, field) == getattr(total, field) for each in parts):
            own = [each for each in own if getattr(each, field) == getattr(total, field)]
    named = next((each for each in _named(total, own) if _fits(total, each)), None)
    if named is None:
        tried = _named(total, own)
        if not tried and count > 1:
            return Sum(total, tuple(own), whole=False, some=True)
        named = tried[0] if tried else own
    return Sum(total, tuple(named), len(named) == len(parts))


def _fits(total: Figure, parts: list[Figure]) -> bool:
    return Sum(total, tuple(parts), whole=False).holds


def _named(total: Figure, parts: list[Figure]) -> list[list[Figure]]:
    """The categories that this total's label may mean, in each of its readings."""
    if is_total(total.label):
        return [parts]
    if cells := _margin(total, parts):
        return [cells]
    stem = " ".join(_SUMMED.sub(" ", total.label).split())
    if not stem:
        return [parts]
    word = re.compile(rf"\b{re.escape(stem)}\b")
    readings = [
        [each for each in parts if word.match(each.label)],
        [each for each in parts if word.search(each.label)],
        _of_ages(stem, parts),
    ]
    return [each for each in readings if each]


def _of_ages(stem: str, parts: list[Figure]) -> list[Figure]:
    ages = age_band(stem)
    bands = {each: age_band(each.label) for each in parts}
    if not ages:
        return []
    return [each for each, own in bands.items() if own and ages[0] <= own[0] and own[1] <= ages[1]]


def _margin(total: Figure, parts: list[Figure]) -> list[Figure]:
    """The cells of a crosstab's row or column, whose labels have both in one order."""
    cells = {each: _BETWEEN.split(each.label) for each in parts}
    if len(parts) < 4 or any(len(cell) != 2 for cell in cells.values()):
        return []
    rows, columns = ({cell[side] for cell in cells.values()} for side in (0, 1))
    if len(rows) < 2 or len(columns) < 2 or len(rows) + len(columns) >= len(parts) + 2:
        return []
    wanted = [each for each in _BETWEEN.split(total.label) if not is_total(_bare(each))]
    return [each for each, cell in cells.items() if set(map(_bare, wanted)) <= set(cell)]


def _bare(label: str) -> str:
    bare = " ".join(_SUMMED.sub(" ", label).split())
    return bare or label


def some_give(total: Figure, parts: list[Figure] | tuple[Figure, ...]) -> bool:
    """Do some of the categories add up to this total?"""
    reached: set[Fraction | int] = {0}
    for each in parts:
        reached |= {before + each.value for before in reached}
        if len(reached) > _MOST:
            return True
    return total.value in reached

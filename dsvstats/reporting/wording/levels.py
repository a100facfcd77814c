"""Estimates that are compared with nothing, in short sentences: shares, rates, ratios of counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dsvstats import strands
from dsvstats.estimates import kinds
from dsvstats.reporting.wording import clauses, nouns, numerals, phrases, values

_MOST = 3
_TOP = 2
Row = Any


def told(rows: list[Row], *, areas: bool = False) -> list[str]:
    """These rows of one family; of more than a few, the lowest and the highest.

    ``areas``: whether others beside them are of other areas.
    """
    first = rows[0]
    if first.statistic == "share":
        return _shares(rows)
    several = len({(row.unit, row.measure, row.base, row.definition) for row in rows}) > 1
    aims = [row for row in rows if row.versus == "target"]
    reached = [clauses.goals(aims)] if aims and len(rows) > _MOST else []
    if len(rows) > _MOST and not several and first.statistic != "completeness":
        return _range(rows) + reached
    more = len(rows) - _MOST
    said = [_where(row, rows, areas) + _one(row) for row in rows[:_MOST]]
    more_rows = [f"{numerals.counted(more, 'more row')} stand in the table"] * (more > 0)
    return said + more_rows + reached


def _shares(rows: list[Row]) -> list[str]:
    """The largest groups of a composition."""
    ordered = sorted(rows, key=lambda row: -row.estimate)[:_TOP]
    said = [
        f"{strands.called(row.strand, row.group)} are {numerals.percent(row.estimate)}"
        for row in ordered
    ]
    said[0] += f" of {numerals.number(ordered[0].denominator)} {clauses.base(ordered[0])}"
    return said[:1] if len(said) == 1 else [said[0], f"next, {said[1]}"]


def _range(rows: list[Row]) -> list[str]:
    """The lowest and the highest, in the words of their statistic."""
    ordered = sorted(rows, key=lambda row: row.estimate)
    low, high = (f"{values.value(row)} for {_whom(row)}" for row in (ordered[0], ordered[-1]))
    scale = values.scale(rows[0].statistic)
    noun = "share" if scale == kinds.PERCENT else rows[0].statistic
    what = f"the {noun} that {clauses.happened(rows[0])}" if noun == "share" else f"the {noun}"
    unit = f", {values.unit(rows[0])}" if values.unit(rows[0]) else ""
    return [f"{what} runs from {low} to {high}{unit}"]


def _whom(row: Row) -> str:
    if row.strand != "all":
        return strands.called(row.strand, row.group)
    return row.label if row.label == phrases.place(row.area) else phrases.lower_first(row.label)


def _where(row: Row, rows: list[Row], areas: bool) -> str:
    """The area and the variant of this row, where others are of another."""
    if row.strand != "all":
        return ""
    areas = areas or len({each.area for each in rows}) > 1
    variants = len({each.definition for each in rows}) > 1
    told = (areas, f"in {phrases.place(row.area)}"), (variants, phrases.definition(row.definition))
    parts = [words for said, words in told if said and words]
    return f"{', '.join(parts)}: " if parts else ""


def _one(row: Row) -> str:
    say: Callable[[Row], str] = _STATISTICS.get(
        row.statistic, _SCALES.get(values.scale(row.statistic), _plain)
    )
    return say(row)


def _completeness(row: Row) -> str:
    strand = phrases.strand_alone(row.strand)
    what = nouns.thing(row.unit, row.measure, row.subject)
    return f"{strand} was recorded for {values.base(row)} {what}"


def _reports(row: Row) -> str:
    least = "at least " if values.flagged(row, "at_least") else ""
    people = numerals.number(row.denominator)
    return f"{least}{numerals.number(row.numerator)} reports were about {people} people"


def _part(row: Row) -> str:
    whom = f"for {strands.called(row.strand, row.group)}, " if row.strand != "all" else ""
    if not values.known(row.numerator):
        return f"{whom}{values.value(row)} of {clauses.base(row)} {clauses.happened(row)}".strip()
    part = f"{values.base(row)} {clauses.base(row)} {clauses.happened(row)}"
    return f"{whom}{part}, {clauses.goal(row)}" if row.versus == "target" else f"{whom}{part}"


def _counts(row: Row) -> str:
    whom = f" for {strands.called(row.strand, row.group)}" if row.strand != "all" else ""
    top = nouns.thing(row.unit, row.measure)
    least = "at least " if values.flagged(row, "at_least") else ""
    return (
        f"there were {least}{numerals.number(row.numerator)} {top}{whom} to "
        f"{numerals.number(row.denominator)} {nouns.base(row.base)}{_fewer(row)}"
    )


def _fewer(row: Row) -> str:
    """How many fewer of what follows there were, though each is counted in a unit of its own."""
    left = row.denominator - row.numerator
    if not (nouns.follows(row.unit, row.measure, row.base) and left > 0):
        return ""
    return f": {numerals.number(left)} fewer, in another unit"


def _rate(row: Row) -> str:
    whom = f" for {_whom(row)}" if row.strand != "all" else ""
    unit = values.unit(row)
    return f"the {row.statistic}{whom} is {values.value(row)} {unit}".rstrip()


def _tipping(row: Row) -> str:
    who = strands.called(row.strand, row.group)
    if values.flagged(row, "out_of_reach"):
        return f"nothing that the missing could be would turn the finding for {who}"
    return f"the finding for {who} would turn if they were {values.value(row)} of the missing"


def _plain(row: Row) -> str:
    return f"the {row.statistic} for {_whom(row)} is {values.value(row)}"


_SCALES = {kinds.PERCENT: _part, kinds.HUNDRED: _counts, kinds.RATE: _rate}
_STATISTICS = {
    "completeness": _completeness,
    "reports": _reports,
    "tipping point": _tipping,
}
"""The statistics that are said in a way of their own; the others in that of their scale."""

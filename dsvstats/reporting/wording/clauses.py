"""What an estimate is of, compared with and based on: phrases of sentences, notes and captions."""

from __future__ import annotations

from dsvstats import strands
from dsvstats.estimates import kinds
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.wording import nouns, numerals, phrases, values
from dsvstats.terms import units

_REACHED = {HIGHER: "above", LOWER: "below"}
_OF_COUNTS = "ratio of counts"
_NOT_REACHED = "not clearly different from"


def noun(statistic: str) -> str:
    """What does a comparison compare, in one noun?

    >>> noun("rate ratio"), noun("prevalence")
    ('rate', 'prevalence')
    """
    return kinds.kind(statistic).noun or statistic


def measured(row) -> str:
    """What does this comparison compare, in words? A ratio of counts by what is counted for what.

    >>> from dsvstats.counts.tuples import records
    >>> from dsvstats import estimates
    >>> held = estimates.empty().reindex([0]).assign(
    ...     statistic="ratio of ratios", unit="accused", base="victim_records:crime")
    >>> measured(records(held)[0])
    'number accused per victim record'
    """
    if kinds.kind(row.statistic).noun != _OF_COUNTS:
        return noun(row.statistic)
    below = values.unit_of(row.base)
    if row.unit not in units.UNITS or below not in units.UNITS:
        return _OF_COUNTS
    return f"{units.number(row.unit)} per {units.UNITS[below].one}"


def population(row) -> str:
    """Which population's shares is an estimate set against?"""
    if not row.reference:
        return "the population, as printed"
    residents = values.unit_of(row.reference) == "residents"
    return "residents" if residents else nouns.base(row.reference)


def counts(row) -> str:
    """The counts behind the estimate, with what the base is."""
    whole = base(row) if values.known(row.denominator) else ""
    return f"{values.base(row)} {whole}".strip()


def base(row) -> str:
    """What the denominator is, in words."""
    return based(row, row.subject)


def based(row, about: str = "") -> str:
    """What the denominator is, in words, with what it is about where that is wanted."""
    if row.versus == "expected":
        return f"expected at {row.reference}'s rates"
    words = nouns.base(row.base, about)
    return f"{words} whose group was not recorded" if row.statistic in values.TIPPING else words


def happened(row) -> str:
    """What happened to the part of the base that is counted, as a verb."""
    if row.statistic == "prevalence":
        return "were reported two or more times"
    return nouns.outcome(row.measure)


def reference_counts(row) -> str:
    """The counts of what the estimate is compared with; a printed share as a percentage."""
    if not values.known(row.reference_numerator):
        return ""
    if row.versus == "population":
        if not row.reference_denominator > 0:
            return ""
        share = numerals.percent(row.reference_numerator / row.reference_denominator, digits=1)
        return f"{share} of {population(row)}"
    held = row._replace(numerator=row.reference_numerator, denominator=row.reference_denominator)
    return values.base(held)


def than(row) -> str:
    """Whom, or what, is an estimate compared with?"""
    if row.versus == "reference":
        return strands.called(row.strand, row.reference) if row.strand != "all" else row.reference
    return {"rest": "everyone else", "overall": "all together"}.get(row.versus, "what is expected")


def goal(row) -> str:
    """Does an estimate reach its target: is it above it, below it, or can that not be told?"""
    target = numerals.percent(values.target(row))
    return f"{_REACHED.get(row.way, _NOT_REACHED)} the target of {target}"


def goals(rows: list) -> str:
    """How many of these rates are above their targets, how many below, and how many neither?"""
    ways = [_REACHED.get(row.way, _NOT_REACHED) for row in rows]
    found = {each: ways.count(each) for each in (*_REACHED.values(), _NOT_REACHED) if each in ways}
    if len(found) == 1:
        every = "both rates" if len(rows) == 2 else f"all {numerals.word(len(rows))} rates"
        return f"{every} are {ways[0]} the target"
    told = [f"{numerals.word(count)} {text}" for text, count in found.items()]
    return f"of {numerals.counted(len(rows), 'rate')}, {phrases.joined(told)} the target"

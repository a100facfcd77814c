"""Where a difference arises, in words: the largest step, and all steps one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dsvstats import strands
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.wording import nouns, phrases, rounding, values
from dsvstats.terms import measures


def heading(held: Sequence[Any]) -> str:
    """What is the difference in the end, and at which step does most of it arise?

    ``held`` are the rows of one group that `attrition.relative_rate_index` gives, the whole last.
    """
    *steps, whole = held
    who, other = _both(whole)
    largest = max(steps, key=lambda row: abs(math.log(row.estimate)))
    most = f"the largest step is {where(largest)}"
    if whole.way not in (HIGHER, LOWER):
        most = "no clear difference in the end"
    times = rounding.times(whole.estimate)
    return f"{phrases.upper_first(who)}: {times} the rate of {other}, {most}"


def sentence(held: Sequence[Any]) -> str:
    """Each step one after the other, as many times the other group's."""
    told = phrases.joined(f"{rounding.times(row.estimate)} {_onwards(row)}" for row in held[:-1])
    return phrases.closed(f"Step by step: {told}")


def _onwards(row: Any) -> str:
    return where(row) if values.of_residents(row) else f"on to a {measures.one(row.measure)}"


def where(row: Any) -> str:
    """At which step is this?"""
    if values.of_residents(row):
        return "in what is recorded"
    return f"where cases {nouns.outcome(row.measure)}"


def _both(row: Any) -> tuple[str, str]:
    return strands.called(row.strand, row.group), strands.called(row.strand, row.reference)

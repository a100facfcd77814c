"""Comparisons with their limits: who is above and who is below no difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dsvstats import strands
from dsvstats.estimates import flags, verdicts
from dsvstats.reporting.blocks import Figure
from dsvstats.reporting.figures import rows, scale
from dsvstats.reporting.figures.rows import Heads, Row
from dsvstats.reporting.figures.scale import Scale
from dsvstats.reporting.wording import clauses, numerals, phrases, values

_VALUES = {"population": "Times its share", "expected": "Times expected"}


def scaled(held: Sequence[Any]) -> Scale:
    """One scale for all these comparisons: of ratios around 1, or of differences around 0."""
    if held and values.scale(held[0].statistic) != values.TIMES:
        spread = [v for row in held for v in (row.estimate, row.lower, row.upper)]
        return scale.differences(spread, write=lambda value: values.tick(held[0], value))
    limits = [v for row in held for v in (row.lower_together, row.upper_together)]
    return scale.ratios([row.estimate for row in held], limits)


def forest(held: Sequence[Any], *, scale: Scale, heading: str, about: str) -> Figure:
    """Who is above and who below no difference? A pin for each group, its limits beneath.

    ``held`` are the estimates of one section, each with its ``label``. A pin's shape and colour
    say the estimate's ``way``; groups not recorded stand last, and say what they could do.
    """
    recorded = [row for row in held if strands.recorded(row.group)]
    missing = [row for row in held if not strands.recorded(row.group)]
    drawn = [_row(row) for row in recorded] + _missing(recorded, missing)
    population = held[0].versus == "population"
    return rows.figure(
        drawn,
        scale,
        look=rows.PIN,
        kind="Forest plot",
        heading=heading,
        caption=f"{caption(held)}. {about}. Equal = {_equal(held)}.",
        heads=Heads(
            value=_VALUES.get(held[0].versus, phrases.upper_first(held[0].statistic)),
            counts="Number and share" if population else _counted(held),
            base=phrases.upper_first(clauses.population(held[0])) if population else "",
            of_base=f" of {clauses.population(held[0])}" if population else "",
        ),
    )


def _row(row) -> Row:
    if row.withheld:
        return Row(row.label, kind=rows.WITHHELD)
    if values.is_reference(row):
        return Row(row.label, "1", "reference", counts=values.base(row), kind=rows.REFERENCE)
    bounded = values.bounded(row)
    known = not math.isnan(row.estimate) or bounded
    return Row(
        row.label,
        value=values.ends(row) if bounded else values.value(row),
        word=_word(row) if known else "",
        share=_share(row.numerator, row.denominator) if row.versus == "population" else "",
        counts=values.base(row),
        base=_share(row.reference_numerator, row.reference_denominator)
        if row.versus == "population"
        else "",
        way=row.way,
        estimate=row.estimate,
        alone=(row.lower, row.upper),
        together=(row.lower_together, row.upper_together),
    )


def _word(row) -> str:
    """Higher, lower or neither; and whether those not recorded, or who recur, could undo it."""
    undone = any(values.flagged(row, each) for each in verdicts.UNDOING)
    return f"{rows.WORDS.get(row.way, '')}{', not firm' if undone else ''}"


def _share(part: float, whole: float) -> str:
    return numerals.percent(part / whole) if whole > 0 and values.known(part) else ""


def _missing(recorded: Sequence[Any], missing: Sequence[Any]) -> list[Row]:
    """Those whose group was not recorded, and what they could do to the rows above."""
    told = next((flags.of(row.flags).get("missing", "") for row in recorded), "")
    number, _, of = told.partition("/")
    if not number:
        return [
            Row(
                row.label,
                counts=numerals.number(row.numerator),
                kind=rows.MISSING,
                note="in no share",
            )
            for row in missing
            if values.known(row.numerator) and not row.withheld
        ]
    if float(number) == 0:
        return []
    turns = any(values.flagged(row, "could_turn") for row in recorded)
    so = "could undo a row above" if turns else "too few to turn a row above"
    clear = any(row.way in ("higher", "lower") for row in recorded)
    return [
        Row(
            missing[0].label if len(missing) == 1 else "Not recorded",
            share=numerals.percent(float(number) / float(of)),
            counts=f"{numerals.number(float(number))} of {numerals.number(float(of))}",
            kind=rows.MISSING,
            note=f"in no share; {so}" if clear else "in no share",
        )
    ]


def caption(held: Sequence[Any]) -> str:
    """What is compared with what."""
    first = held[0]
    if first.versus == "population":
        return f"Share of {clauses.base(first)}, over share of {clauses.population(first)}"
    return f"{phrases.upper_first(first.statistic)}: {_over(first)}"


def _over(row) -> str:
    return {
        "reference": f"against {phrases.people(row.strand, row.reference)}",
        "rest": "against everyone else",
        "overall": "against the overall figure",
        "expected": f"number counted, over that expected at {row.reference}'s rates",
    }.get(row.versus, "")


def _equal(held: Sequence[Any]) -> str:
    first = held[0]
    if first.versus == "population":
        return f"the same share as among {clauses.population(first)}"
    return "no difference"


def _counted(held: Sequence[Any]) -> str:
    rates = any(values.of_residents(row) and row.versus != "expected" for row in held)
    return "Number in person-years" if rates else "Number and base"

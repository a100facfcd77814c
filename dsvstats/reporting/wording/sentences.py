"""Estimates in a few short sentences: limits stand in figure and table, and are not said."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dsvstats import strands
from dsvstats.estimates import flags, kinds
from dsvstats.estimates.directions import HIGHER, LOWER, TOO_FEW
from dsvstats.reporting.wording import (
    clauses,
    grouping,
    levels,
    nouns,
    numerals,
    phrases,
    remarks,
    rounding,
    unrecorded,
    values,
)
from dsvstats.reporting.wording.statements import nothing
from dsvstats.reporting.wording.text import Words
from dsvstats.terms import units

INDEPENDENT = "some people may have several records, which the limits do not allow for"
MINIMUM = "it is recorded only when someone asks, so that this is the least that it can be"
_SAID = (*remarks.said("assumes_independence"), *remarks.said("minimum_recorded"))
_MOST, _NAMES = 2, 3
Row = Any


def sentence(estimates: pd.DataFrame, *, what: str = "", source: str = "") -> Words:
    """What do these estimates say? A few short sentences, the finding first.

    Nothing where nothing was supplied; ``what`` names it. Synthetic data are named in each.

    >>> from dsvstats import estimates
    >>> sentence(estimates.empty())
    Not supplied.
    """
    return Words(" ".join(sentences(estimates, what=what, source=source)))


def brief(estimates: pd.DataFrame, *, what: str = "", source: str = "") -> Words:
    """What do these estimates say, in one sentence? The first of those that they say.

    >>> from dsvstats import estimates
    >>> brief(estimates.empty())
    Not supplied.
    """
    return Words(sentences(estimates, what=what, source=source)[0])


def sentences(estimates: pd.DataFrame, *, what: str = "", source: str = "") -> list[str]:
    """The same, sentence by sentence, each once."""
    if estimates.empty:
        return [nothing(estimates, what, source)]
    if unrecorded.suppositions(estimates):
        said = unrecorded.told(unrecorded.bands(estimates))
    else:
        many = estimates["area"].nunique() > 1
        said = [text for rows in grouping.families(estimates) for text in _family(rows, many)]
    start = "in synthetic data, " if grouping.synthetic(estimates, source) else ""
    lower = phrases.lower_first if start else str
    told = said or ["no estimate can be given"]
    return list(dict.fromkeys(phrases.closed(start + lower(each)) for each in told))


def _family(rows: pd.DataFrame, many: bool) -> list[str]:
    """What one family says; of ``many`` areas, each row says of which it is."""
    held = list(rows.itertuples(index=False))
    known = [row for row in held if not row.withheld and values.known(row.estimate)]
    shown = [row for row in known if strands.recorded(row.group)] or known
    said: list[str] = []
    if shown and all(values.compared(row) for row in shown):
        said = _compared(shown)
    elif shown:
        said = levels.told(shown, areas=many)
    return said + _bounds(held) + _left_out(held, known)


def _compared(rows: list[Row]) -> list[str]:
    """Who is clearly apart, the furthest first; who is not; who are too few to say."""
    others = [row for row in rows if not values.is_reference(row)] or rows
    clear = sorted(_of_ways(others, HIGHER, LOWER), key=_near, reverse=True)
    few = _of_ways(others, TOO_FEW)
    unclear = [row for row in others if row not in clear and row not in few]
    said = [_apart(row) for row in clear[:_MOST]]
    said += [_apart(row) for row in unclear[:_MOST] if row.versus == "expected"]
    more = len(clear) - _MOST
    if more > 0:
        said.append(f"{numerals.counted(more, 'more group')} in the table stand apart too")
    said += [f"there is no clear difference for {names(unclear)}"] if unclear else []
    return said + ([f"there are too few to say for {names(few)}"] if few else [])


def _of_ways(rows: list[Row], *ways: str) -> list[Row]:
    return [row for row in rows if row.way in ways]


def _near(row: Row) -> float:
    """How far is the estimate from no difference?"""
    if values.null(row) == 1.0:
        return rounding.apart(row.estimate)
    return abs(row.estimate)


def names(rows: list[Row]) -> str:
    """Who the people, or what the things, of these rows are; how many, where they are several."""
    if len(rows) > _NAMES:
        return numerals.counted(len(rows), "group")
    return phrases.joined(name(row) for row in rows)


def name(row: Row) -> str:
    """Who the people of this row are, or what it is about."""
    if row.strand != "all":
        return strands.called(row.strand, row.group)
    if row.label == phrases.place(row.area):
        return row.label
    return nouns.thing(row.unit, row.measure, row.subject)


def _apart(row: Row) -> str:
    """One comparison, as people say it, with its direction where it has one."""
    who, noun, than = name(row), clauses.measured(row), clauses.than(row)
    are = "are" if noun.split()[-1].endswith("s") else "is"
    clear = f"the {noun} {are} {row.way} for {who}" if row.way in (HIGHER, LOWER) else ""
    if row.versus == "population":
        here = _share(row.numerator, row.denominator)
        there = _share(row.reference_numerator, row.reference_denominator)
        return f"{clear}: {here} of those recorded, {there} of {clauses.population(row)}"
    if row.versus == "expected":
        many = f"{numerals.number(row.numerator)} counted, {numerals.number(round(row.denominator, 1))} expected"
        return f"{clear or 'for ' + who}: {many} at {row.reference}'s rates"
    if values.scale(row.statistic) == kinds.TIMES:
        return f"{clear}, {rounding.times(row.estimate)} that of {than}"
    points = " points" if values.scale(row.statistic) == kinds.POINTS else ""
    return f"{clear}, by {values.value(row._replace(estimate=abs(row.estimate)))}{points}"


def _share(part: float, whole: float) -> str:
    return numerals.percent(part / whole) if whole > 0 else "an unknown share"


def _bounds(held: list[Row]) -> list[str]:
    """What lies between bounds, since the unrecorded may belong anywhere."""
    rows = [row for row in held if values.bounded(row) and strands.recorded(row.group)]
    said = [
        f"for {name(row)}, it lies {values.value(row)}, whoever the missing are" for row in rows
    ]
    more = len(rows) - _MOST
    return said[:_MOST] + ([f"the table has bounds for {numerals.word(more)} more"] * (more > 0))


def _left_out(held: list[Row], known: list[Row]) -> list[str]:
    """The groups that are told by no estimate, and why: never silently."""
    hidden = [row for row in held if row.withheld]
    silent = [row for row in held if not row.withheld and row not in known]
    none = [row for row in silent if strands.recorded(row.group) and not values.bounded(row)]
    said = [f"withheld, to protect the people counted: {names(hidden)}"] * bool(hidden)
    said += [text for row in silent if (text := _unrecorded(row))]
    return said + ([_no_estimate(none)] if none else [])


def _unrecorded(row: Row) -> str:
    if strands.recorded(row.group) or not row.numerator > 0:
        return ""
    strand = phrases.joined(phrases.strand_alone(part) for part in strands.parts(row.strand))
    return f"for {numerals.number(row.numerator)}, {strand} was not recorded"


def _no_estimate(rows: list[Row]) -> str:
    if all(not values.known(row.numerator) for row in rows):
        return f"the figure for {names(rows)} was not supplied"
    if len(rows) == 1 and rows[0].numerator > rows[0].denominator:
        top, bottom = map(numerals.number, (rows[0].numerator, rows[0].denominator))
        return f"{top} {name(rows[0])} are more than the {bottom} before them, and not divided"
    if any(flags.of(row.flags).get("starts_at_two") is not None for row in rows):
        return "the list starts at two reports, so that no share can be given"
    return f"no estimate is given for {names(rows)}"


def cautions(estimates: pd.DataFrame) -> list[str]:
    """What must be borne in mind of these estimates? Remarks that hold for all that have limits.

    >>> from dsvstats import estimates
    >>> cautions(estimates.empty())
    []
    """
    said = estimates["estimate"].notna() & ~estimates["statistic"].isin(["completeness", "share"])
    said &= ~flags.has(estimates["flags"], "is_reference")
    rows = estimates[said & estimates["lower"].notna()]
    allowed = flags.has(rows["flags"], "dispersion")
    found = [INDEPENDENT] if (rows["unit"].isin(units.records()) & ~allowed).any() else []
    found += [MINIMUM] if any(map(values.asked, estimates.loc[said, "strand"].unique())) else []
    if not unrecorded.suppositions(estimates):
        found += [each for each in grouping.shared_notes(estimates) if each not in _SAID]
    return [phrases.closed(each) for each in found]

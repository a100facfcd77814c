"""What a figure's title says: the finding, in a line."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.counts import records
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.reporting.wording import (
    clauses,
    grouping,
    nouns,
    numerals,
    phrases,
    rounding,
    values,
)

NOTHING = "Not supplied"
SHARES = ("proportion", "prevalence", "retention")
_NAMES = 3


def headline(estimates: pd.DataFrame, *, source: str = "") -> str:
    """What do these estimates find, as a title? A direction only where the rule allows one.

    >>> from dsvstats import estimates
    >>> headline(estimates.empty())
    'Not supplied'
    """
    families = grouping.families(estimates)
    told = [rows for rows in map(_usable, families) if rows]
    if not families:
        said = NOTHING
    elif not told:
        said = "Withheld" if estimates["withheld"].all() else "No estimate can be given"
    else:
        said = phrases.upper_first(_finding(told))
    return grouping.marked(said, estimates, source)


def _finding(told: list[list]) -> str:
    """What the families that can be told find: comparisons before all else."""
    compared = [rows for rows in told if values.compared(rows[0])]
    if compared:
        return _compared(compared[0]) if len(compared) == 1 else _several(compared)
    every = [row for rows in told for row in rows]
    if all(row.versus == "target" for row in every):
        return _targets(every)
    return _plain(told)


def subtitle(rows: pd.DataFrame, *, source: str = "") -> str:
    """The measure, place, period and source of what is shown."""
    about = phrases.upper_first(grouping.about(rows))
    stated = f"Source: {source}" if source else ""
    return ". ".join(part.rstrip(".") for part in (about, stated) if part)


def _usable(rows: pd.DataFrame) -> list:
    return [
        row
        for row in records(rows)
        if not row.withheld and (values.known(row.estimate) or values.bounded(row))
    ]


def _compared(rows: list) -> str:
    others = [row for row in rows if not values.is_reference(row)] or rows
    clear = {way: [row for row in others if row.way == way] for way in (HIGHER, LOWER)}
    if rows[0].versus == "population":
        return _represented(clear, len(others), clauses.population(rows[0]))
    noun, than = clauses.measured(rows[0]), _than(rows[0])
    found = clear[HIGHER] + clear[LOWER]
    if not found:
        return f"No clear difference in {noun} from {than}"
    if len(found) == 1 and values.scale(found[0].statistic) == values.TIMES:
        row = found[0]
        of = than if _in_time(row) else f"of {than}"
        return f"{_who(row, row.group)}: {rounding.times(row.estimate)} the {noun} {of}"
    said = [f"{way} for {_names(clear[way], len(others))}" for way in (HIGHER, LOWER) if clear[way]]
    apart = than if _in_time(rows[0]) else f"for {than}"
    return f"{noun} {' and '.join(said)} than {apart}"


def _in_time(row) -> bool:
    """Is it compared with itself at another time, and not with another group?"""
    return row.versus == "reference" and row.strand == "all"


def _than(row) -> str:
    """What an estimate is compared with, as a title names it."""
    return {
        "rest": "everyone else",
        "overall": "overall",
        "expected": f"expected at {row.reference}'s rates",
    }.get(row.versus) or (row.reference if _in_time(row) else _who(row, row.reference))


def _names(rows: list, many: int) -> str:
    """The groups of these rows, or, where there are more than a title holds, how many of all."""
    if len(rows) > _NAMES:
        return f"{len(rows)} of {numerals.counted(many, 'group')}"
    return phrases.joined(_within(row) for row in rows)


def _within(row) -> str:
    """Who or what the row is about, as it stands within a line."""
    name = _who(row, row.group)
    thing = row.strand == "all" and row.label != phrases.place(row.area)
    return phrases.lower_first(name) if thing else name


def _represented(clear: dict[str, list], many: int, population: str) -> str:
    """Who is over- and under-represented, against which population."""
    said = [
        f"{_names(clear[way], many)} {word}"
        for way, word in ((HIGHER, "over-represented"), (LOWER, "under-represented"))
        if clear[way]
    ]
    if not said:
        return f"No clear difference from the shares of {population}"
    return f"{' and '.join(said)} against {population}"


def _several(families: list[list]) -> str:
    clear: dict[str, None] = {}
    unclear: dict[str, None] = {}
    for rows in families:
        found = any(row.way in (HIGHER, LOWER) for row in rows)
        (clear if found else unclear)[_family(rows[0])] = None
    if not clear:
        return f"No clear difference by {phrases.joined(unclear, last='or')}"
    none = f"; none clear by {phrases.joined(unclear, last='or')}" if unclear else ""
    return f"Clear differences by {phrases.joined(clear)}{none}"


def _family(row) -> str:
    """What a title calls a family of rows: its strand, or what its section has first."""
    if row.strand != "all":
        return phrases.strand_alone(row.strand)
    return phrases.lower_first(row.section.split(", ")[0] if row.section else row.label)


def _who(row, group: str) -> str:
    return strands.called(row.strand, group) if row.strand != "all" else row.label


def _targets(rows: list) -> str:
    if len(rows) == 1:
        return f"{values.value(rows[0])}, {clauses.goal(rows[0])}"
    return clauses.goals(rows)


def _plain(families: list[list]) -> str:
    rows = [row for family in families for row in family]
    if {row.statistic for row in rows} == {"share"}:
        return _composition(rows) if len(families) == 1 else _compositions(families)
    if len({values.scale(row.statistic) for row in rows}) > 1:
        return _chain(rows)
    alone = _alone(families)
    if alone is not None:
        return _single(alone)
    return _different(rows) if _of_different_things(rows) else _range(rows)


def _alone(families: list[list]):
    """The only row, or the only one of everyone beside rows of strands; else None."""
    rows = [row for family in families for row in family]
    everyone = [row for row in rows if row.strand == "all"]
    if len(everyone) == 1 and len(families) > 1:
        return everyone[0]
    return rows[0] if len(rows) == 1 else None


def _of_different_things(rows: list) -> bool:
    things = {(row.unit, row.measure, row.base) for row in rows}
    return len(things) > 1 and all(row.strand == "all" for row in rows)


def _range(rows: list) -> str:
    """The lowest and the highest, in the words of their statistic."""
    told = [row for row in rows if strands.recorded(row.group)] or rows
    known = [row for row in told if values.known(row.estimate)]
    if not known:
        return "What was not recorded leaves wide bounds"
    ordered = sorted(known, key=lambda row: row.estimate)
    low, high = (f"{values.value(row)} ({_label(row)})" for row in (ordered[0], ordered[-1]))
    names = {row.statistic for row in known}
    said = {clauses.happened(row) for row in known}
    if names == {"completeness"}:
        return f"recorded for {low} to {high}"
    if len(names) == 1 and names <= set(SHARES) and len(said) == 1:
        return f"from {low} to {high} {said.pop()}"
    return f"{_measured(known)} from {low} to {high}"


def _measured(rows: list) -> str:
    names = {f"{row.statistic} {values.unit(row)}".strip() for row in rows}
    return names.pop() if len(names) == 1 else "rates"


def _different(rows: list) -> str:
    """Rates of different things have no range: the largest few are told."""
    known = [row for row in rows if row.statistic in SHARES and values.known(row.estimate)]
    told = [
        f"{values.value(row)} of {nouns.base(row.base)} {clauses.happened(row)}"
        for row in sorted(known, key=lambda row: -row.estimate)
    ]
    return "; ".join(told[:2]) or "No estimate can be given"


def _label(row) -> str:
    if row.statistic == "completeness" and row.strand != "all":
        return phrases.strand_alone(row.strand)
    return _who(row, row.group)


def _single(row) -> str:
    if row.statistic == "reports":
        people = numerals.number(row.denominator)
        return f"{numerals.number(row.numerator)} reports about {people} people"
    if values.unit(row):
        return f"{row.statistic} of {values.value(row)} {values.unit(row)}"
    if row.statistic in SHARES and values.known(row.estimate):
        return share(row)
    return f"{row.statistic}: {values.value(row)}, {clauses.counts(row)}"


def share(row) -> str:
    """What share of its base did what it says? In a line."""
    whole = f"{numerals.number(row.denominator)} {clauses.base(row)}"
    return f"{values.value(row)} of {whole} {clauses.happened(row)}"


def _composition(rows: list) -> str:
    known = [row for row in rows if strands.recorded(row.group)]
    missing = [row for row in rows if not strands.recorded(row.group)]
    if not known:
        return f"Not recorded for {values.value(missing[0])} of {nouns.base(missing[0].base)}"
    top = max(known, key=lambda row: row.estimate)
    first = f"{values.value(top)} are {strands.called(top.strand, top.group)}"
    most = max(missing, key=lambda row: row.estimate, default=None)
    rest = f", {values.value(most)} not recorded" if most is not None else ""
    return f"{first}{rest}, of {numerals.number(top.denominator)} {nouns.base(top.base)}"


def _compositions(families: list[list]) -> str:
    """The largest group of each strand, the unrecorded among them."""
    said = []
    for rows in families[:_NAMES]:
        top = max(rows, key=lambda row: row.estimate)
        said.append(f"{_family(top)}: {values.value(top)} {phrases.member(top.strand, top.group)}")
    return "; ".join(said)


def _chain(rows: list) -> str:
    first, last = rows[0], rows[-1]
    start = f"{numerals.number(first.denominator)} {nouns.base(first.base)}"
    return (
        f"From {start} to {numerals.number(last.numerator)} {nouns.thing(last.unit, last.measure)}"
    )

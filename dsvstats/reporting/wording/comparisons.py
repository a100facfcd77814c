"""A family of estimates in words: who is higher, who is lower, who cannot be told."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.estimates.directions import HIGHER, LOWER, TOO_FEW, UNCLEAR
from dsvstats.reporting.wording import clauses, nouns, numerals, phrases, values

MOST = 3
_FEW = 10
_UNITS = {values.TIMES: " times", values.POINTS: " percentage points"}


def told(rows: pd.DataFrame) -> list[str]:
    """These rows of one family in a sentence or a few: the finding first."""
    held = list(rows.itertuples(index=False))
    if len(held) == 1:
        return [clauses.one(held[0], label=named(held[0]))]
    known = [row for row in held if not row.withheld and values.known(row.estimate)]
    if not known or _apart(known, held):
        return [_each(held)]
    shown = _recorded(known) or known
    if all(values.null(row) is not None for row in known):
        return _directions(shown) + _rest(held)
    if known[0].statistic == "share":
        return [_composition(known), *_rest(held)]
    return [_range(shown), *_rest(held)]


def _apart(known: list, held: list) -> bool:
    """Must each row be told by itself, since they are of several kinds, or few and of areas?"""
    first = known[0]
    if len({values.scale(row.statistic) for row in known}) > 1:
        return True
    if first.versus == "target" or first.statistic == "completeness":
        return True
    if first.strand != "all" or all(values.null(row) is not None for row in known):
        return False
    return len(held) <= MOST or _different(held)


def _different(rows: list) -> bool:
    return len({(row.unit, row.measure, row.base) for row in rows}) > 1


def _recorded(rows: list) -> list:
    return [row for row in rows if strands.recorded(row.group)]


def named(row) -> str:
    """A row as a sentence names it: its people, its area, or what is counted."""
    if row.strand != "all":
        return phrases.people(row.strand, row.group)
    if row.label == phrases.place(row.area):
        return row.label
    alone = row.label == phrases.upper_first(nouns.thing(row.unit, row.measure))
    whole = nouns.thing(row.unit, row.measure, row.subject)
    return whole if alone else phrases.lower_first(row.label)


def _again(row) -> str:
    return phrases.member(row.strand, row.group) if row.strand != "all" else named(row)


def _names(rows: list) -> str:
    if len(rows) > 2 * MOST:
        return numerals.counted(len(rows), "group")
    return phrases.joined(named(row) if n == 0 else _again(row) for n, row in enumerate(rows))


def _each(rows: list) -> str:
    """Every row by itself, each with what sets it apart; the first few of many."""
    apart = len({(row.unit, row.measure) for row in rows}) < len(rows)
    said = [_prefix(row, rows) * apart + clauses.one(row, label=named(row)) for row in rows]
    more = len(said) - 2 * MOST
    rest = [f"{numerals.counted(more, 'more row')} in the table"] if more > 0 else []
    return "; ".join(said[: 2 * MOST] + rest)


def _prefix(row, rows: list) -> str:
    if row.strand != "all":
        return ""
    parts = [
        words
        for column, words in (
            ("area", phrases.place(row.area)),
            ("subject", nouns.subject(row.subject)),
            ("definition", phrases.definition(row.definition)),
        )
        if len({getattr(each, column) for each in rows}) > 1 and words
    ]
    return f"{', '.join(parts)}: " if parts else ""


def _directions(rows: list) -> list[str]:
    others = [row for row in rows if not values.is_reference(row)] or rows
    start = f"compared with {_reference(others[0])}, the {clauses.quantity(others[0])}"
    found = _of_ways(others)
    said = [f"{way} for {_most(found[way])}" for way in (HIGHER, LOWER) if found[way]]
    if said:
        family = any(values.known(row.p_adjusted) for row in others)
        note = ", allowing for the number of comparisons" if family else ""
        ends = [f"{start} is {' and '.join(said)}{note}"]
        if found[UNCLEAR]:
            ends.append(f"There is no clear difference for {_names(found[UNCLEAR])}")
    else:
        ends = [f"{start} shows no clear difference for {_names(found[UNCLEAR])}"]
        ends *= bool(found[UNCLEAR])
    if found[TOO_FEW]:
        few = f"too few to say for {_names(found[TOO_FEW])}"
        ends.append(f"There are {few}" if ends else f"{start} cannot be told: there are {few}")
    return ends


def _of_ways(rows: list) -> dict[str, list]:
    """The rows by the way that they point; the furthest first, all that is not clear together."""
    found: dict[str, list] = {way: [] for way in (HIGHER, LOWER, TOO_FEW, UNCLEAR)}
    for row in rows:
        found[row.way if row.way in found else UNCLEAR].append(row)
    for way in (HIGHER, LOWER):
        found[way].sort(key=lambda row: row.estimate, reverse=way == HIGHER)
    return found


def _reference(row) -> str:
    if row.versus == "reference":
        counts = clauses.reference_counts(row)
        base = f"{counts} {clauses.base(row)}".strip() if counts else ""
        return phrases.people(row.strand, row.reference) + (f" ({base})" if base else "")
    return clauses.against(row)


def _most(rows: list) -> str:
    said = []
    for n, row in enumerate(rows[:MOST]):
        value = f"{values.value(row)}{_UNITS.get(values.scale(row.statistic), '')}"
        limits = f", {values.level(row)} {values.limits(row)}" if values.limits(row) else ""
        name = named(row) if n == 0 else _again(row)
        said.append(f"{name} ({value}{limits}; {values.base(row)})")
    more = len(rows) - MOST
    return phrases.joined(said + ([numerals.counted(more, "other group")] if more > 0 else []))


def _composition(rows: list) -> str:
    known = sorted(_recorded(rows), key=lambda row: -row.estimate)
    shown = known[:MOST] + [row for row in rows if not strands.recorded(row.group)]
    said = [
        f"{numerals.number(row.numerator)}{clauses.limits(row, value=True)} were "
        f"{phrases.member(row.strand, row.group)}"
        for row in shown
    ]
    whole = f"{numerals.number(rows[0].denominator)} {clauses.base(rows[0])}".strip()
    return f"of {whole}, {phrases.joined(said)}"


def _range(rows: list) -> str:
    whole = _whole(rows) if len(rows) > MOST else None
    parts = [row for row in rows if row is not whole]
    large = [row for row in parts if not row.numerator < _FEW]
    ordered = sorted(large if len(large) > 1 else parts, key=lambda row: row.estimate)
    ends = [
        f"{values.value(row)} for {named(row)}{clauses.limits(row, clauses.counts(row))}"
        for row in (ordered[0], ordered[-1])
    ]
    name = f"{ordered[0].statistic} {values.unit(ordered[0])}".strip()
    last = f"; for London it is {values.value(whole)}" if whole is not None else ""
    return f"the {name} runs from {ends[0]} to {ends[1]}{last}"


def _whole(rows: list):
    """The row of the whole that the areas of the others are parts of, if there is one."""
    everyone = [row for row in rows if row.strand == "all"]
    return next((row for row in everyone if phrases.place(row.area) == "London"), None)


def _rest(rows: list) -> list[str]:
    """The groups that a family's sentence leaves out, and why: never silently."""
    hidden = [row for row in rows if row.withheld]
    silent = [row for row in rows if not row.withheld and not values.known(row.estimate)]
    groups = _recorded(silent)
    bounds = [row for row in groups if values.bounded(row)]
    none = [row for row in groups if not values.bounded(row)]
    return [
        *([f"Withheld, to protect the people counted: {_names(hidden)}"] if hidden else []),
        *_unrecorded([row for row in silent if not strands.recorded(row.group)]),
        *(phrases.upper_first(clauses.one(row, label=named(row))) for row in bounds[:MOST]),
        *([f"No estimate is given for {_names(none)}"] if none else []),
    ]


def _unrecorded(rows: list) -> list[str]:
    return [
        f"For {numerals.number(row.numerator)}, {_strand(row)} was not recorded"
        for row in rows
        if values.known(row.numerator)
    ]


def _strand(row) -> str:
    return phrases.joined(phrases.strand_alone(part) for part in strands.parts(row.strand))

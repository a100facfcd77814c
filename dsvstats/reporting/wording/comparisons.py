"""A family of estimates in words: who is higher, who is lower, who cannot be told."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.estimates.directions import HIGHER, LOWER, TOO_FEW
from dsvstats.reporting.wording import clauses, nouns, numerals, phrases, values

MOST = 3
_FEW = 10


def told(rows: pd.DataFrame) -> list[str]:
    """These rows of one family in a sentence or a few: the finding first."""
    held = list(rows.itertuples(index=False))
    if len(held) == 1:
        return [clauses.one(held[0], label=named(held[0]))]
    known = [row for row in held if not row.withheld and values.known(row.estimate)]
    shown = [row for row in known if strands.recorded(row.group)] or known
    if not known or len({values.scale(row.statistic) for row in known}) > 1:
        return [_each(held)]
    if known[0].versus == "target" or known[0].statistic == "completeness":
        return [_each(held)]
    if all(values.null(row) is not None for row in known):
        return _directions(shown) + _rest(held)
    different = len({(row.unit, row.measure, row.base) for row in held}) > 1
    if known[0].strand == "all" and (different or len(held) <= MOST):
        return [_each(held)]
    if known[0].statistic == "share":
        return [_composition(known), *_rest(held)]
    return [_range(shown), *_rest(held)]


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
    first = others[0]
    ways = {way: [r for r in others if r.way == way] for way in (HIGHER, LOWER)}
    said = [
        f"{way} for {_most(ways[way], reverse=way == HIGHER)}"
        for way in (HIGHER, LOWER)
        if ways[way]
    ]
    tiny = [row for row in others if values.small(row)]
    unclear = [r for r in others if r.way not in (HIGHER, LOWER, TOO_FEW)]
    start = f"compared with {_reference(first)}, the {clauses.quantity(first)}"
    ends = []
    if said:
        family = any(values.known(row.p_adjusted) for row in others)
        note = ", allowing for the number of comparisons" if family else ""
        ends.append(f"{start} is {' and '.join(said)}{note}")
        if unclear:
            ends.append(f"There is no clear difference for {_names(unclear)}")
    elif unclear:
        ends.append(f"{start} shows no clear difference for {_names(unclear)}")
    if tiny and ends:
        ends.append(f"There are too few to say for {_names(tiny)}")
    elif tiny:
        ends.append(f"{start} cannot be told: there are too few to say for {_names(tiny)}")
    return ends


def _reference(row) -> str:
    if row.versus == "reference":
        counts = clauses.reference_counts(row)
        base = f"{counts} {clauses.base(row)}".strip() if counts else ""
        return phrases.people(row.strand, row.reference) + (f" ({base})" if base else "")
    return clauses.against(row)


def _most(rows: list, *, reverse: bool) -> str:
    rows = sorted(rows, key=lambda row: row.estimate, reverse=reverse)
    unit = {values.TIMES: " times", values.POINTS: " percentage points"}
    said = []
    for n, row in enumerate(rows[:MOST]):
        value = f"{values.value(row)}{unit.get(values.scale(row.statistic), '')}"
        limits = f", {values.level(row)} {values.limits(row)}" if values.limits(row) else ""
        name = named(row) if n == 0 else _again(row)
        said.append(f"{name} ({value}{limits}; {values.base(row)})")
    more = len(rows) - MOST
    return phrases.joined(said + ([numerals.counted(more, "other group")] if more > 0 else []))


def _composition(rows: list) -> str:
    known = sorted((r for r in rows if strands.recorded(r.group)), key=lambda r: -r.estimate)
    shown = known[:MOST] + [row for row in rows if not strands.recorded(row.group)]
    said = [
        f"{numerals.number(row.numerator)}{clauses.limits(row, value=True)} were "
        f"{phrases.member(row.strand, row.group)}"
        for row in shown
    ]
    whole = f"{numerals.number(rows[0].denominator)} {clauses.base(rows[0])}".strip()
    return f"of {whole}, {phrases.joined(said)}"


def _range(rows: list) -> str:
    areas = [row for row in rows if row.strand == "all" and len(rows) > MOST]
    whole = next((row for row in areas if phrases.place(row.area) == "London"), None)
    large = [row for row in rows if row is not whole and not row.numerator < _FEW]
    ends = large if len(large) > 1 else [row for row in rows if row is not whole]
    ordered = sorted(ends, key=lambda row: row.estimate)
    ends = [
        f"{values.value(row)} for {named(row)}{clauses.limits(row, clauses.counts(row))}"
        for row in (ordered[0], ordered[-1])
    ]
    name = f"{ordered[0].statistic} {values.unit(ordered[0])}".strip()
    last = f"; for London it is {values.value(whole)}" if whole is not None else ""
    return f"the {name} runs from {ends[0]} to {ends[1]}{last}"


def _strand(row) -> str:
    return phrases.joined(phrases.strand(part).split(" (")[0] for part in strands.parts(row.strand))


def _rest(rows: list) -> list[str]:
    """The groups that a family's sentence leaves out, and why: never silently."""
    said = []
    hidden = [row for row in rows if row.withheld]
    if hidden:
        said.append(f"Withheld, to protect the people counted: {_names(hidden)}")
    silent = [row for row in rows if not row.withheld and not values.known(row.estimate)]
    for row in silent:
        if not strands.recorded(row.group) and values.known(row.numerator):
            said.append(f"For {numerals.number(row.numerator)}, {_strand(row)} was not recorded")
    bounds = [row for row in silent if strands.recorded(row.group) and values.bounded(row)]
    said += [phrases.upper_first(clauses.one(row, label=named(row))) for row in bounds[:MOST]]
    none = [row for row in silent if strands.recorded(row.group) and not values.bounded(row)]
    if none:
        said.append(f"No estimate is given for {_names(none)}")
    return said

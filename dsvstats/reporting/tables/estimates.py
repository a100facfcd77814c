"""Estimates as a table: a row for each group, with its counts, its limits and its notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dsvstats.counts import records
from dsvstats.reporting.blocks import Cell, Column, Table
from dsvstats.reporting.tables import notes
from dsvstats.reporting.tables.grids import Grid
from dsvstats.reporting.wording import (
    clauses,
    grouping,
    numerals,
    phrases,
    remarks,
    unrecorded,
    values,
)

_VERSUS = {
    "reference": "against the reference group",
    "rest": "against everyone else",
    "overall": "against the overall figure",
    unrecorded.RANDOM: "missing at random",
}
_KINDS = {values.PERCENT: "percent", values.TIMES: "ratio"}


def table(rows: pd.DataFrame, *, caption: str, source: str = "", along: str = "") -> Table:
    """What are these estimates, as a table? A row for each group, with its counts and limits.

    ``rows`` as `wording.grouping.tidy` gives them. Comparisons with the reference group, everyone
    else and the overall figure stand side by side. Limits alone are followed by those that hold
    for all groups at once where they differ. Remarks on every estimate are notes on the table;
    others are marked in their rows.
    """
    held: list[Any] = records(rows)
    shared = grouping.shared_notes(rows)
    headings, supposed = _headings(held), unrecorded.suppositions(rows)
    first = _first(rows, along)
    together = len(headings) == 1 and any(_apart(row) for row in held)
    grid = Grid(section="section" if rows["section"].nunique() > 1 else "")
    for row in held:
        line = grid.line(_place(row, supposed))
        if grid.section:
            line.put(Column("section", "Section"), row.section)
        line.put(Column("group", first), row.label, row.group if first == "Group" else row.label)
        _counts(line, row)
        _estimate(line, row, headings, together=together)
        line.note(part for part in remarks.said(row.flags) if part not in shared)
    return grid.table(caption=caption, notes=notes.below(rows, shared, source))


def _place(row, supposed: bool) -> tuple:
    """What tells a line from another: suppositions of one group share theirs."""
    counts = () if supposed else (row.base, str(row.numerator), str(row.denominator))
    return row.section, row.label, *counts


def _first(rows: pd.DataFrame, along: str) -> str:
    if along:
        return phrases.upper_first(along)
    if (rows["statistic"] == "completeness").all():
        return "Strand"
    if (rows["strand"] != "all").any():
        return "Group"
    return "Area" if rows["area"].nunique() > 1 else "What"


def _counts(line, row) -> None:
    """The counts behind the estimate: of suppositions those that were recorded, told first."""
    supposed = values.supposing(row) or row.statistic in values.TIPPING
    if supposed and "numerator" in line.words:
        return
    number = phrases.WITHHELD if row.withheld else numerals.whole(row.numerator)
    line.put(Column("numerator", "Number", "count"), number, row.numerator)
    bare = not row.withheld and values.known(row.numerator) and not values.known(row.denominator)
    base = "" if bare or row.withheld else numerals.whole(row.denominator)
    line.put(Column("denominator", "Base", "count"), base, row.denominator)
    if row.versus == "population":
        of = clauses.population(row)
        line.put(Column("share", "Share", "percent", 1), *_share(row.numerator, row.denominator))
        line.put(
            Column("reference_share", f"Share of {of}", "percent", 1),
            *_share(row.reference_numerator, row.reference_denominator),
        )
    elif row.versus == "target":
        target = values.target(row)
        said = numerals.percent(target) if values.known(target) else ""
        line.put(Column("target", "Target", "percent"), said, target)


def _share(part: float, whole: float) -> tuple[str, Cell]:
    if not (whole > 0 and values.known(part)):
        return "", None
    return numerals.percent(part / whole, digits=1), part / whole


def _estimate(line, row, headings: dict[str, str], *, together: bool) -> None:
    which = _column(row)
    name, title = _name(which, headings), headings[which]
    kind, digits = _KINDS.get(values.scale(row.statistic), "number"), _digits(row)
    reference = values.is_reference(row) and not row.withheld
    said = "1 (reference)" if reference else "" if row.withheld else values.value(row)
    line.put(Column(f"{name}estimate", title, kind, digits), said, _scaled(row, row.estimate))
    for ends, of in (("", "alone"), ("_together", "all groups")):
        if ends and not together:
            continue
        pair = (getattr(row, f"lower{ends}"), getattr(row, f"upper{ends}"))
        told = _ends(row, pair) if not reference else ("", "")
        level = values.level(row) if values.known(row.level) else "limits"
        says = f"{level}, {of}" if together else level
        says = f"{says}, {title.lower()}" if len(headings) > 1 else says
        for end, word, value in zip(("lower", "upper"), told, pair, strict=True):
            held = None if reference else _scaled(row, value)
            line.put(Column(f"{name}{end}{ends}", f"{says}: {end}", kind, digits), word, held)


def _ends(row, pair: tuple[float, float]) -> tuple[str, str]:
    if row.withheld or any(map(math.isnan, pair)):
        return "", ""
    said = values.ends(row._replace(lower=pair[0], upper=pair[1]))
    if said.endswith(" and above"):
        return said.removesuffix(" and above"), numerals.NO_LIMIT
    lower, _, upper = said.partition(" to ")
    return lower, upper


def _scaled(row, value: float) -> Cell:
    """The number as it is read: of every 100 and in points, a hundred times the estimate's."""
    hundred = values.scale(row.statistic) in (values.HUNDRED, values.POINTS)
    return None if row.withheld else 100 * value if hundred else value


def _digits(row) -> int:
    if values.scale(row.statistic) == values.PERCENT:
        return 1 if row.denominator >= 200 else 0
    return numerals.digits_for(row.estimate) if values.known(row.estimate) else 2


def _apart(row) -> bool:
    """Do limits that hold for all groups differ from those of this one alone?"""
    known = values.known(row.lower_together)
    return known and (row.lower, row.upper) != (row.lower_together, row.upper_together)


def _column(row) -> str:
    if row.statistic in values.TIPPING:
        return row.statistic
    return values.supposing(row) or row.versus


def _headings(held: Sequence[Any]) -> dict[str, str]:
    there = dict.fromkeys(map(_column, held))
    columns = [each for each in _VERSUS if each in there]
    columns += [each for each in there if each not in _VERSUS]
    if len(columns) == 1:
        return dict.fromkeys(columns, _only(held))
    return {each: phrases.upper_first(_VERSUS.get(each, each)) or "Estimate" for each in columns}


def _only(held: Sequence[Any]) -> str:
    names = {row.statistic for row in held}
    return phrases.upper_first(names.pop()) if len(names) == 1 else "Estimate"


def _name(which: str, headings: dict[str, str]) -> str:
    return "" if len(headings) == 1 else f"{which.replace(' ', '_')}_"

"""Estimates as a table: a row for each group, with its counts, its limits and its remarks."""

from __future__ import annotations

import pandas as pd

from dsvstats.cache import remembered
from dsvstats.reporting.tables import notes
from dsvstats.reporting.tables.html import SECTION, Table, caption, lean, nothing
from dsvstats.reporting.wording import (
    clauses,
    grouping,
    numerals,
    phrases,
    remarks,
    unrecorded,
    values,
)

_NUMERIC = ("Number", "Base", "Share", "Target")


@remembered
def show(estimates: pd.DataFrame, *, title: str = "", source: str = "", along: str = "") -> Table:
    """What are these estimates, as a table? A row for each group, with its counts and limits.

    A section for each strand and whatever else differs; with ``along="period"``, a section for
    each thing counted and a row for each period. Comparisons with the reference group,
    everyone else and the overall figure stand side by side. Remarks on every estimate become
    notes below the table; remarks on one row stay in it.

    >>> from dsvstats import estimates
    >>> show(estimates.empty()).data.to_dict("list")
    {'Estimates': ['not supplied']}
    """
    heading = grouping.marked(title or caption(estimates), estimates, source)
    if estimates.empty:
        return nothing("Estimates", heading)
    rows = grouping.tidy(estimates, along=along)
    held = list(rows.itertuples(index=False))
    headings, supposed = _headings(held), unrecorded.suppositions(rows)
    shared = grouping.shared_notes(rows)
    by_section = _by_section(rows, held, shared)
    own = _own_remarks(held, supposed, shared, by_section)
    lines = _lines(held, supposed, _first(rows, along), headings)
    data = pd.DataFrame([line | {"Note": own[at]} for at, line in lines.items()])
    order = [name for name in data if name not in headings.values() and name != "Note"]
    data = lean(data[[*order, *headings.values(), "Note"]].fillna("").astype("str"))
    return Table(
        data=data,
        caption=heading,
        notes=notes.below(rows, [*shared, *_of_sections(by_section)], source),
        section=SECTION if SECTION in data else "",
        right=tuple(name for name in data if name in {*_NUMERIC, *map(_share_of, held)}),
    )


def _lines(held: list, supposed: bool, first: str, headings: dict[str, str]) -> dict[tuple, dict]:
    """The table's lines, each with its comparisons side by side."""
    lines: dict[tuple, dict[str, str]] = {}
    for row in held:
        line = lines.setdefault(_place(row, supposed), _start(row, first))
        line[headings[_column(row)]] = (
            "1 (reference)" if values.is_reference(row) and not row.withheld else values.short(row)
        )
    return lines


def _by_section(
    rows: pd.DataFrame, held: list, shared: list[str]
) -> dict[tuple[str, str], list[str]]:
    """The remarks that hold for every estimate of a section that stands in one column."""
    columns = [_column(row) for row in held]
    return {
        (str(section), str(column)): [
            part for part in grouping.shared_notes(each) if part not in shared
        ]
        for (section, column), each in rows.groupby([rows["section"], columns], sort=False)
    }


def _own_remarks(held: list, supposed: bool, shared: list[str], by_section: dict) -> dict:
    """The remarks of each line that do not stand below the table, joined."""
    told: dict[str, set[str]] = {}
    for (section, _), parts in by_section.items():
        told.setdefault(section, set(shared)).update(parts)
    own: dict[tuple, dict[str, None]] = {}
    for row in held:
        parts = [part for part in remarks.said(row.flags) if part not in told[row.section]]
        own.setdefault(_place(row, supposed), {}).update(dict.fromkeys(parts))
    return {place: "; ".join(parts) for place, parts in own.items()}


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


def _start(row, first: str) -> dict[str, str]:
    line = {
        SECTION: row.section,
        first: row.label,
        "Number": _count(row, row.numerator),
        "Base": "" if _bare(row) else _count(row, row.denominator),
    }
    if row.versus == "population":
        line["Share"] = _share(row.numerator, row.denominator)
        line[_share_of(row)] = _share(row.reference_numerator, row.reference_denominator)
    elif row.versus == "target":
        target = values.target(row)
        line["Target"] = numerals.percent(target) if values.known(target) else ""
    return line


def _share_of(row) -> str:
    return f"Share of {clauses.population(row)}" if row.versus == "population" else ""


def _share(part: float, whole: float) -> str:
    return numerals.percent(part / whole, digits=1) if whole > 0 and values.known(part) else ""


def _bare(row) -> bool:
    """Is there a count with no base, as of people whose group was not recorded?"""
    return not row.withheld and values.known(row.numerator) and not values.known(row.denominator)


def _column(row) -> str:
    if row.statistic in values.TIPPING:
        return row.statistic
    return values.supposing(row) or row.versus


def _headings(held: list) -> dict[str, str]:
    words = {
        "reference": "Against the reference group",
        "rest": "Against everyone else",
        "overall": "Against the overall figure",
        unrecorded.RANDOM: "Missing at random",
    }
    there = dict.fromkeys(map(_column, held))
    columns = [each for each in words if each in there]
    columns += [each for each in there if each not in words]
    levels = {_column(row): f" ({values.level(row)})" for row in held if values.limits(row)}
    names = {each: words.get(each) or phrases.upper_first(each) or "Estimate" for each in columns}
    if len(columns) == 1:
        names = dict.fromkeys(columns, "Estimate")
    return {each: name + levels.get(each, "") for each, name in names.items()}


def _count(row, value: float) -> str:
    if row.withheld:
        return phrases.WITHHELD
    return numerals.whole(value)


def _of_sections(by_section: dict[tuple[str, str], list[str]]) -> list[str]:
    """The remarks that hold for whole sections, each with the sections that it holds for."""
    found: dict[str, dict[str, None]] = {}
    for (section, _), parts in by_section.items():
        for part in parts:
            found.setdefault(part, {})[section] = None
    return [f"{'; '.join(names)}: {part}" if any(names) else part for part, names in found.items()]

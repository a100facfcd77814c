"""Estimates as a table: a row for each group, with its counts, its limits and its remarks."""

from __future__ import annotations

import pandas as pd

from dsvstats.cache import remembered
from dsvstats.reporting.tables.html import SECTION, Table, caption, lean, nothing
from dsvstats.reporting.wording import (
    clauses,
    grouping,
    nouns,
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
    shared = grouping.shared_notes(rows)
    columns = [_column(row) for row in held]
    by_section = {
        place: [part for part in grouping.shared_notes(each) if part not in shared]
        for place, each in rows.groupby([rows["section"], columns], sort=False)
    }
    headings, supposed, first = _headings(held), unrecorded.suppositions(rows), _first(rows, along)
    lines: dict[tuple, dict[str, str]] = {}
    notes: dict[tuple, dict[str, None]] = {}
    for row in held:
        line = lines.setdefault(_place(row, supposed), _start(row, first))
        line[headings[_column(row)]] = (
            "1 (reference)" if values.is_reference(row) and not row.withheld else values.short(row)
        )
        known = [*shared, *by_section.get((row.section, _column(row)), [])]
        own = [part for part in remarks.said(row.flags) if part not in known]
        notes.setdefault(_place(row, supposed), {}).update(dict.fromkeys(own))
    data = pd.DataFrame([line | {"Note": "; ".join(notes[at])} for at, line in lines.items()])
    order = [name for name in data if name not in headings.values() and name != "Note"]
    data = lean(data[[*order, *headings.values(), "Note"]].fillna("").astype("str"))
    return Table(
        data=data,
        caption=heading,
        notes=_notes(rows, held, [*shared, *_of_sections(by_section)], source),
        section=SECTION if SECTION in data else "",
        right=tuple(name for name in data if name in {*_NUMERIC, *map(_share_of, held)}),
    )


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
        line["Target"] = numerals.percent(values.null(row))
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


def _of_sections(notes: dict[tuple[str, str], list[str]]) -> list[str]:
    """The remarks that hold for whole sections, each with the sections that it holds for."""
    found: dict[str, dict[str, None]] = {}
    for (section, _), parts in notes.items():
        for part in parts:
            found.setdefault(part, {})[section] = None
    return [f"{'; '.join(names)}: {part}" if any(names) else part for part, names in found.items()]


def _base(row, about: str) -> str:
    return clauses.base(row) if row.versus == "expected" else nouns.base(row.base, about)


def _notes(rows: pd.DataFrame, held: list, shared: list[str], source: str) -> tuple[str, ...]:
    killed = "homicide" if rows["subject"].str.endswith("homicide").all() else ""
    bases = list(dict.fromkeys(_base(row, killed) for row in held if row.base))
    said = [f"Base: {'; '.join(bases)}"] if bases else []
    named = {
        f"{phrases.people(row.strand, row.reference)} ({clauses.reference_counts(row)})": None
        for row in held
        if row.versus == "reference" and values.known(row.reference_denominator)
    }
    said += [f"Reference: {'; '.join(named)}"] if named else []
    scales = {values.scale(row.statistic) for row in held}
    if values.POINTS in scales:
        said.append("Differences are in percentage points")
    if values.HUNDRED in scales:
        said.append("Ratios of counts are for every 100 of the base")
    rates = sorted({values.unit(row) for row in held} - {""})
    said += [f"Rates are {phrases.joined(rates)}"] if rates else []
    methods = [phrases.method(each) for each in dict.fromkeys(rows["method"]) if each]
    said += [f"Method of the limits: {'; '.join(methods)}"] if methods else []
    said += [values.OVERRULED] if any(map(values.overruled, held)) else []
    said += [*shared, *([f"Source: {source}"] if source else [])]
    return tuple(phrases.closed(each) for each in said)

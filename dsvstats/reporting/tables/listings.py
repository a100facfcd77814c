"""Tables for a page: few columns and plain headings, of estimates, counts, findings or anything."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dsvstats.counts import KEY
from dsvstats.reporting.tables.estimates import show
from dsvstats.reporting.tables.html import SECTION, Table, caption, lean, listing, nothing
from dsvstats.reporting.wording import grouping, nouns, numerals, phrases

__all__ = ["Table", "counts", "findings", "listing", "show"]

_MOST_SOURCES = 4


def counts(cases: pd.DataFrame, *, title: str = "", source: str = "") -> Table:
    """What was counted, as a table? A row for each group, a column for each thing counted.

    Up to four things stand side by side; more than that are listed one below another. Counts
    from several sources each name theirs.

    >>> from dsvstats import counts as frame
    >>> cases = frame.table("Wandsworth", "victim_records", "crime", "gender",
    ...                     {"Female": 947, "Male": 222, "Not recorded": 18})
    >>> counts(cases).data.values.tolist()
    [['Gender', 'Female', '947'], ['Gender', 'Male', '222'], ['Gender', 'Not recorded', '18']]
    """
    heading = grouping.marked(title or caption(cases), cases, source)
    if cases.empty:
        return nothing("Counts", heading)
    rows = cases.reset_index(drop=True)
    rows = rows.assign(what=_things(rows), said=[_counted(row) for row in rows.itertuples()])
    doubled = rows.duplicated(KEY, keep=False)
    wide = 1 < rows["what"].nunique() <= 4 and not doubled.any() and not _grouped_apart(rows)
    rows = _labelled(rows, doubled, wide=wide)
    first = _first(rows, wide=wide)
    lines: dict[tuple, dict[str, str]] = {}
    held: list[Any] = list(rows.itertuples(index=False))
    for row in held:
        line = lines.setdefault((row.section, row.label), {SECTION: row.section, first: row.label})
        line[row.what if wide else "Count"] = row.said
    data = lean(pd.DataFrame(list(lines.values())).fillna(numerals.NOT_SUPPLIED).astype("str"))
    return Table(
        data=data,
        caption=heading,
        notes=_sources(rows, source),
        section=SECTION if SECTION in data else "",
        right=tuple(str(name) for name in data if name not in (SECTION, first)),
    )


def _labelled(rows: pd.DataFrame, doubled: pd.Series, *, wide: bool) -> pd.DataFrame:
    """The rows with their section and label; where a count is held twice, with its source."""
    alike = rows.assign(unit="", measure="", subject="", definition="") if wide else rows
    rows = rows.join(grouping.labels(alike))
    rows["label"] = rows["label"].mask(doubled, rows["label"] + " (" + rows["source"] + ")")
    if wide and (rows["strand"] == "all").all() and rows["area"].nunique() == 1:
        rows["label"] = rows["area"].map(phrases.place)
    return rows


def _first(rows: pd.DataFrame, *, wide: bool) -> str:
    """The heading of the column that names the rows."""
    if (rows["strand"] != "all").any():
        return "Group"
    return "Area" if wide or rows["area"].nunique() > 1 else "What"


def _grouped_apart(rows: pd.DataFrame) -> bool:
    """Do lists of people by number of reports end in different groups, such as 2+ and 4+?"""
    lists = rows[rows["strand"] == "reports"].groupby("what")["group"]
    return len({group for _, each in lists for group in each if group.endswith("+")}) > 1


def _counted(row) -> str:
    if row.withheld:
        return phrases.WITHHELD
    return numerals.NOT_SUPPLIED if row.count is pd.NA else numerals.number(float(row.count))


def _sources(rows: pd.DataFrame, source: str) -> tuple[str, ...]:
    listed = [source] if source else [each for each in dict.fromkeys(rows["source"]) if each]
    more = len(listed) - _MOST_SOURCES
    listed = listed[:_MOST_SOURCES] + ([f"{numerals.word(more)} more"] if more > 0 else [])
    return (phrases.closed(f"Source: {'; '.join(listed)}"),) if listed else ()


def _things(rows: pd.DataFrame) -> list[str]:
    about = rows["subject"] if rows["subject"].nunique() > 1 else [""] * len(rows)
    return [
        phrases.upper_first(nouns.thing(unit, measure, subject))
        + (f" ({phrases.definition(variant)})" if phrases.definition(variant) else "")
        for unit, measure, subject, variant in zip(
            rows["unit"], rows["measure"], about, rows["definition"], strict=True
        )
    ]


def findings(found: pd.DataFrame, *, title: str = "", source: str = "") -> Table:
    """What contradicts itself, as a table? Where, by which rule, and what would mend it.

    >>> findings(pd.DataFrame(columns=["rule"])).data.to_dict("list")
    {'Findings': ['none']}
    """
    if found.empty:
        heading = grouping.marked(title or "No findings", found, source)
        return Table(pd.DataFrame({"Findings": ["none"]}), heading)
    text = found.fillna("").astype("str")
    data = pd.DataFrame(
        {
            SECTION: _words(text, "area", "doc"),
            "Place": [_brief(each) for each in text["paragraph"]],
            "What it shows": text["detail"].where(
                text["detail"] != "", text["rule"].map(phrases.rule)
            ),
            "Printed": text["printed"],
            "Recomputed": text["recomputed"],
            "Would mend it": text["suggestion"],
        }
    )
    if (data["Would mend it"] == "").all():
        data = data.drop(columns="Would mend it")
    return Table(
        data=data,
        caption=grouping.marked(
            title or phrases.upper_first(numerals.counted(len(found), "finding")), found, source
        ),
        section=SECTION,
        right=("Printed", "Recomputed"),
    )


def _brief(places: str) -> str:
    """The paragraphs that a finding is about; the first few of many."""
    parts = places.split("; ")
    more = len(parts) - 3
    return "; ".join(parts[:3]) + (f" and {numerals.word(more)} more" if more > 0 else "")


def _words(text: pd.DataFrame, *columns: str) -> list[str]:
    return [", ".join(filter(None, each)) for each in zip(*(text[c] for c in columns), strict=True)]

"""Tables of counts, of findings, and of any small frame."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dsvstats.counts import KEY, records
from dsvstats.files import slug
from dsvstats.reporting.blocks import Column, Table
from dsvstats.reporting.tables.grids import Grid
from dsvstats.reporting.wording import grouping, nouns, numerals, phrases

_MOST_SOURCES = 4


def caption(rows: pd.DataFrame, about: str = "") -> str:
    """What do these rows hold, where and when? ``about`` what, if that is known already."""
    if rows.empty:
        return phrases.upper_first(numerals.NOT_SUPPLIED)
    about = about or grouping.about(rows)
    if "statistic" not in rows:
        return phrases.upper_first(about)
    names = dict.fromkeys(rows["statistic"])
    return f"{phrases.upper_first(phrases.joined(list(names)[:3]))}: {about}"


def counts(cases: pd.DataFrame, *, title: str = "", source: str = "") -> Table:
    """What was counted, as a table? A row for each group, a column for each thing counted.

    Up to four things stand side by side; more than that are listed one below another. Counts
    from several sources each name theirs.

    >>> from dsvstats import counts as frame
    >>> cases = frame.table("Wandsworth", "victim_records", "crime", "gender",
    ...                     {"Female": 947, "Male": 222, "Not recorded": 18})
    >>> counts(cases).values
    (('Female', 947), ('Male', 222), ('Not recorded', 18))
    """
    rows = cases.reset_index(drop=True)
    rows = rows.assign(what=_things(rows), said=[_counted(row) for row in rows.itertuples()])
    doubled = rows.duplicated(KEY, keep=False)
    wide = 1 < rows["what"].nunique() <= 4 and not doubled.any() and not _grouped_apart(rows)
    rows = _labelled(rows, doubled, wide=wide)
    first = _first(rows, wide=wide)
    grid = Grid(section="section" if rows["section"].nunique() > 1 else "")
    held: list[Any] = records(rows)
    for row in held:
        line = grid.line((row.section, row.label))
        if grid.section:
            line.put(Column("section", "Section"), row.section)
        line.put(Column("group", first), row.label, row.group if first == "Group" else row.label)
        title_of = row.what if wide else "Count"
        line.put(
            Column(slug(title_of).replace("-", "_"), title_of, "count"),
            row.said,
            None if row.withheld else row.count,
        )
    heading = grouping.marked(title or caption(cases), cases, source)
    return grid.table(caption=heading, notes=_sources(rows, source))


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

    >>> findings(pd.DataFrame(columns=["rule"])).caption
    'No findings'
    """
    if found.empty:
        return Table(grouping.marked(title or "No findings", found, source), (), (), ())
    text = found.fillna("").astype("str")
    shown = text["detail"].where(text["detail"] != "", text["rule"].map(phrases.rule))
    columns = {
        "section": ("Section", _words(text, "area", "doc")),
        "place": ("Place", [_brief(each) for each in text["paragraph"]]),
        "finding": ("What it shows", list(shown)),
        "printed": ("Printed", list(text["printed"])),
        "recomputed": ("Recomputed", list(text["recomputed"])),
        "suggestion": ("Would mend it", list(text["suggestion"])),
    }
    grid = Grid(section="section")
    for n in range(len(text)):
        line = grid.line(n)
        for name, (heading, said) in columns.items():
            line.put(Column(name, heading), said[n])
    told = title or phrases.upper_first(numerals.counted(len(found), "finding"))
    return grid.table(caption=grouping.marked(told, found, source))


def listing(frame: pd.DataFrame, *, caption: str, source: str = "") -> Table:
    """Any small frame as a table for a page: its columns are the headings, its cells text.

    >>> listing(pd.DataFrame({"What": ["Religion"]}), caption="Not supplied").words
    (('Religion',),)
    """
    grid = Grid()
    for n, row in enumerate(frame.to_dict("records")):
        line = grid.line(n)
        for name, cell in row.items():
            text = "" if cell is None or cell is pd.NA else str(cell)
            line.put(Column(slug(str(name)).replace("-", "_"), str(name)), text)
    return grid.table(caption=grouping.marked(caption, frame, source))


def _brief(places: str) -> str:
    """The paragraphs that a finding is about; the first few of many."""
    parts = places.split("; ")
    more = len(parts) - 3
    return "; ".join(parts[:3]) + (f" and {numerals.word(more)} more" if more > 0 else "")


def _words(text: pd.DataFrame, *columns: str) -> list[str]:
    return [", ".join(filter(None, each)) for each in zip(*(text[c] for c in columns), strict=True)]

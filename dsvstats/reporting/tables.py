"""Tables for a page: few columns, plain headings, semantic HTML that reads aloud well."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pandas as pd

from dsvstats.counts import KEY
from dsvstats.reporting import bands, grouping, phrases, reading, sentences

_SECTION = "Section"
_NUMERIC = ("Number", "Base", "Share", "Target")
_MOST_SOURCES, _UNBROKEN = 4, 26


@dataclass(frozen=True, eq=False)
class Table:
    """A table for a page: ``data`` (text, ready to read), its caption and its notes.

    ``section`` names the column of ``data`` whose values head the rows below them. The first
    other column names each row. Columns in ``right`` are numbers, set to the right.
    """

    data: pd.DataFrame
    caption: str
    notes: tuple[str, ...] = ()
    section: str = ""
    right: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        names = [name for name in self.data.columns if name != self.section]
        head = "".join(
            f'<th scope="col"{self._align(name)}>{html.escape(name)}</th>' for name in names
        )
        body, held = [], None
        for row in self.data.to_dict("records"):
            if self.section and row[self.section] != held:
                held = row[self.section]
                if held:
                    body.append(
                        f'<tr><th scope="rowgroup" colspan="{len(names)}" '
                        f'style="text-align:left">{html.escape(held)}</th></tr>'
                    )
            cells = [
                f"<td{self._align(name, row[name])}>{html.escape(row[name])}</td>"
                for name in names[1:]
            ]
            first = f'<th scope="row" style="text-align:left">{html.escape(row[names[0]])}</th>'
            body.append(f"<tr>{first}{''.join(cells)}</tr>")
        groups = "\n".join(body)
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return (
            f'<div class="dsv-table">\n<table>\n<caption>{html.escape(self.caption)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{groups}\n</tbody>\n</table>\n{notes}</div>"
        )

    def _align(self, name: str, cell: str = "") -> str:
        side = "right" if name in self.right else "left"
        unbroken = ";white-space:nowrap" if re.search(r"\d \(.+ to .+\)$", cell) else ""
        return f' style="text-align:{side}{unbroken}"'

    def __repr__(self) -> str:
        def line(cells) -> str:
            return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"

        names = list(self.data.columns)
        rows = [line(row) for row in self.data.itertuples(index=False)]
        parts = [self.caption, "", line(names), line("---" for _ in names), *rows]
        return "\n".join([*parts, *([""] if self.notes else []), *self.notes])


def show(estimates: pd.DataFrame, *, title: str = "", source: str = "") -> Table:
    """What are these estimates, as a table? A row for each group, with its counts and limits.

    A section for each strand and whatever else differs. Comparisons with the reference group,
    everyone else and the overall figure stand side by side. Remarks on every estimate become
    notes below the table; remarks on one row stay in it.

    >>> from dsvstats import estimates
    >>> show(estimates.empty()).data.to_dict("list")
    {'Estimates': ['not supplied']}
    """
    caption = grouping.marked(title or _caption(estimates), estimates, source)
    if estimates.empty:
        return _nothing("Estimates", caption)
    rows = grouping.tidy(estimates)
    held = list(rows.itertuples(index=False))
    shared = grouping.shared_notes(rows)
    by_section = {
        name: [part for part in grouping.shared_notes(each) if part not in shared]
        for name, each in rows.groupby("section", sort=False)
    }
    headings, supposed = _headings(held), bands.suppositions(rows)
    lines: dict[tuple, dict[str, str]] = {}
    for row in held:
        line = lines.setdefault(_place(row, supposed), _start(row, _first(rows)))
        line[headings[_column(row)]] = (
            "1 (reference)"
            if reading.is_reference(row) and not row.withheld
            else reading.short(row)
        )
        known = [*shared, *by_section.get(row.section, [])]
        own = [part for part in phrases.fragments([row.note]) if _worth(part, known)]
        line["Note"] = "; ".join(phrases.fragments([line.pop("Note", ""), *own]))
    data = pd.DataFrame(list(lines.values()))
    order = [name for name in data if name not in headings.values() and name != "Note"]
    data = _lean(data[[*order, *headings.values(), "Note"]].fillna("").astype("str"))
    return Table(
        data=data,
        caption=caption,
        notes=_notes(rows, held, [*shared, *_of_sections(by_section)], source),
        section=_SECTION if _SECTION in data else "",
        right=tuple(name for name in _NUMERIC if name in data),
    )


def _caption(rows: pd.DataFrame) -> str:
    if rows.empty:
        return phrases.upper_first(phrases.NOT_SUPPLIED)
    about = grouping.about(rows)
    if "statistic" not in rows:
        return phrases.upper_first(about)
    names = dict.fromkeys(each.split(",")[0] for each in rows["statistic"])
    return f"{phrases.upper_first(phrases.joined(list(names)[:3]))}: {about}"


def _place(row, supposed: bool) -> tuple:
    """What tells a line from another: suppositions of one group share theirs."""
    counts = () if supposed else (row.base, str(row.numerator), str(row.denominator))
    return row.section, row.label, *counts


def _first(rows: pd.DataFrame) -> str:
    if (rows["statistic"] == "completeness").all():
        return "Strand"
    if (rows["strand"] != "all").any():
        return "Group"
    return "Area" if rows["area"].nunique() > 1 else "What"


def _start(row, first: str) -> dict[str, str]:
    line = {
        _SECTION: row.section,
        first: row.label,
        "Number": _count(row, row.numerator),
        "Base": "" if _bare(row) else _count(row, row.denominator),
    }
    if reading.comparison(row) == "population":
        line["Share"] = _share(row.numerator, row.denominator)
        line[f"Share of {row.reference}"] = _share(
            row.reference_numerator, row.reference_denominator
        )
    elif reading.comparison(row) == "target":
        line["Target"] = phrases.percent(reading.null(row))
    return line


def _share(part: float, whole: float) -> str:
    return phrases.percent(part / whole, digits=1) if whole > 0 and reading.known(part) else ""


def _bare(row) -> bool:
    """Is there a count with no base, as of people whose group was not recorded?"""
    return not row.withheld and reading.known(row.numerator) and not reading.known(row.denominator)


def _column(row) -> str:
    case = row.statistic.partition(", ")[2] or row.statistic * row.statistic.startswith("tipping")
    return case or reading.comparison(row)


def _headings(held: list) -> dict[str, str]:
    words = {
        "group": "Against the reference group",
        "rest": "Against everyone else",
        "overall": "Against the overall figure",
    }
    there = dict.fromkeys(map(_column, held))
    columns = [each for each in words if each in there]
    columns += [each for each in there if each not in words]
    levels = {_column(row): f" ({reading.level(row)})" for row in held if reading.limits(row)}
    names = {each: words.get(each) or phrases.upper_first(each) or "Estimate" for each in columns}
    if len(columns) == 1:
        names = dict.fromkeys(columns, "Estimate")
    return {each: name + levels.get(each, "") for each, name in names.items()}


def _count(row, value: float) -> str:
    if row.withheld:
        return phrases.WITHHELD
    return phrases.whole(value)


def _of_sections(notes: dict[str, list[str]]) -> list[str]:
    """The remarks that hold for whole sections, each with the sections that it holds for."""
    found: dict[str, list[str]] = {}
    for section, parts in notes.items():
        for part in parts:
            found.setdefault(part, []).append(section)
    return [f"{'; '.join(names)}: {part}" if any(names) else part for part, names in found.items()]


def _worth(part: str, shared: list[str]) -> bool:
    said = part.startswith(("per ", reading.OUT_OF_REACH, "the reference group"))
    return part not in shared and not said


def _notes(rows: pd.DataFrame, held: list, shared: list[str], source: str) -> tuple[str, ...]:
    bases = [phrases.base(each) for each in dict.fromkeys(rows["base"]) if each]
    said = [f"Base: {'; '.join(bases)}"] if bases else []
    named = {
        f"{phrases.people(row.strand, row.reference)} ({sentences.reference_counts(row)})": None
        for row in held
        if reading.comparison(row) == "group" and reading.known(row.reference_denominator)
    }
    said += [f"Reference: {'; '.join(named)}"] if named else []
    scales = {reading.scale(row.statistic) for row in held}
    if reading.POINTS in scales:
        said.append("Differences are in percentage points")
    if reading.HUNDRED in scales:
        said.append("Ratios of counts are for every 100 of the base")
    rates = sorted({reading.unit(row) for row in held} - {""})
    said += [f"Rates are {phrases.joined(rates)}"] if rates else []
    methods = [phrases.method(each) for each in dict.fromkeys(rows["method"]) if each]
    said += [f"Method of the limits: {'; '.join(methods)}"] if methods else []
    said += [*shared, *([f"Source: {source}"] if source else [])]
    return tuple(phrases.closed(each) for each in said)


def _lean(data: pd.DataFrame) -> pd.DataFrame:
    """Without section, base and note columns that say nothing."""
    empty = [
        name for name in (_SECTION, "Base", "Note") if name in data and (data[name] == "").all()
    ]
    return data.drop(columns=empty)


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
    caption = grouping.marked(title or _caption(cases), cases, source)
    if cases.empty:
        return _nothing("Counts", caption)
    rows = cases.reset_index(drop=True)
    rows = rows.assign(what=_things(rows), said=[_counted(row) for row in rows.itertuples()])
    doubled = rows.duplicated(KEY, keep=False)
    wide = 1 < rows["what"].nunique() <= 4 and not doubled.any()
    alike = rows.assign(unit="", measure="", subject="", definition="") if wide else rows
    rows = rows.join(grouping.labels(alike))
    rows["label"] = rows["label"].mask(doubled, rows["label"] + " (" + rows["source"] + ")")
    if wide and (rows["strand"] == "all").all() and rows["area"].nunique() == 1:
        rows["label"] = rows["area"].map(phrases.place)
    first = (
        "Group"
        if (rows["strand"] != "all").any()
        else ("Area" if wide or rows["area"].nunique() > 1 else "What")
    )
    lines: dict[tuple, dict[str, str]] = {}
    for row in rows.itertuples(index=False):
        line = lines.setdefault((row.section, row.label), {_SECTION: row.section, first: row.label})
        line[row.what if wide else "Count"] = row.said
    data = _lean(pd.DataFrame(list(lines.values())).fillna(phrases.NOT_SUPPLIED).astype("str"))
    return Table(
        data=data,
        caption=caption,
        notes=_sources(rows, source),
        section=_SECTION if _SECTION in data else "",
        right=tuple(name for name in data if name not in (_SECTION, first)),
    )


def _counted(row) -> str:
    if row.withheld:
        return phrases.WITHHELD
    return phrases.NOT_SUPPLIED if row.count is pd.NA else phrases.number(float(row.count))


def _sources(rows: pd.DataFrame, source: str) -> tuple[str, ...]:
    listed = [source] if source else [each for each in dict.fromkeys(rows["source"]) if each]
    more = len(listed) - _MOST_SOURCES
    listed = listed[:_MOST_SOURCES] + ([f"{phrases.word(more)} more"] if more > 0 else [])
    return (phrases.closed(f"Source: {'; '.join(listed)}"),) if listed else ()


def _things(rows: pd.DataFrame) -> list[str]:
    about = rows["subject"] if rows["subject"].nunique() > 1 else [""] * len(rows)
    return [
        phrases.upper_first(phrases.thing(unit, measure, subject))
        + (f" ({phrases.definition(variant)})" if phrases.definition(variant) else "")
        for unit, measure, subject, variant in zip(
            rows["unit"], rows["measure"], about, rows["definition"], strict=True
        )
    ]


def findings(found: pd.DataFrame, *, title: str = "") -> Table:
    """What did reconciliation find, as a table? Where, by which rule, and what would mend it.

    >>> findings(pd.DataFrame(columns=["rule"])).data.to_dict("list")
    {'Findings': ['none']}
    """
    if found.empty:
        return Table(pd.DataFrame({"Findings": ["none"]}), title or "No findings")
    text = found.fillna("").astype("str")
    data = pd.DataFrame(
        {
            _SECTION: _words(text, "area", "doc"),
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
        caption=title or phrases.upper_first(phrases.counted(len(found), "finding")),
        section=_SECTION,
        right=("Printed", "Recomputed"),
    )


def _brief(places: str) -> str:
    """The paragraphs that a finding is about; the first few of many."""
    parts = places.split("; ")
    more = len(parts) - 3
    return "; ".join(parts[:3]) + (f" and {phrases.word(more)} more" if more > 0 else "")


def _words(text: pd.DataFrame, *columns: str) -> list[str]:
    return [", ".join(filter(None, each)) for each in zip(*(text[c] for c in columns), strict=True)]


def listing(frame: pd.DataFrame, *, caption: str) -> Table:
    """Any small frame as a table for a page: its columns are the headings, its cells text.

    >>> listing(pd.DataFrame({"What": ["Religion"]}), caption="Not supplied").data["What"][0]
    'Religion'
    """
    if frame.empty:
        return _nothing(caption, caption)
    text = frame.map(lambda cell: "" if cell is None or cell is pd.NA else str(cell))
    return Table(text.astype("str"), caption)


class _Nothing(Table):
    """A table of what was not supplied, shown as a line."""

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(phrases.closed(self.caption))}</p>"


def _nothing(heading: str, caption: str) -> Table:
    return _Nothing(pd.DataFrame({heading: [phrases.NOT_SUPPLIED]}), caption)

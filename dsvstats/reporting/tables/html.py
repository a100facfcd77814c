"""A small table as semantic HTML that reads aloud well: a caption, and a scope for each heading."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pandas as pd

from dsvstats.reporting.wording import grouping, numerals, phrases

SECTION = "Section"


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
        unbroken = ";white-space:nowrap" if re.search(r"[\d%] \(.+ to .+\)$", cell) else ""
        return f' style="text-align:{side}{unbroken}"'

    def __repr__(self) -> str:
        def line(cells) -> str:
            return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"

        names = list(self.data.columns)
        rows = [line(row) for row in self.data.itertuples(index=False)]
        parts = [self.caption, "", line(names), line("---" for _ in names), *rows]
        return "\n".join([*parts, *([""] if self.notes else []), *self.notes])


def listing(frame: pd.DataFrame, *, caption: str, source: str = "") -> Table:
    """Any small frame as a table for a page: its columns are the headings, its cells text.

    >>> listing(pd.DataFrame({"What": ["Religion"]}), caption="Not supplied").data["What"][0]
    'Religion'
    """
    caption = grouping.marked(caption, frame, source)
    if frame.empty:
        return nothing(caption, f"{caption}: {numerals.NOT_SUPPLIED}")
    text = frame.map(lambda cell: "" if cell is None or cell is pd.NA else str(cell))
    return Table(text.astype("str"), caption)


class _Nothing(Table):
    """A table of what was not supplied, shown as a line."""

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(phrases.closed(self.caption))}</p>"


def nothing(heading: str, caption: str) -> Table:
    """The table of what was not supplied."""
    return _Nothing(pd.DataFrame({heading: [numerals.NOT_SUPPLIED]}), caption)


def caption(rows: pd.DataFrame) -> str:
    if rows.empty:
        return phrases.upper_first(numerals.NOT_SUPPLIED)
    about = grouping.about(rows)
    if "statistic" not in rows:
        return phrases.upper_first(about)
    names = dict.fromkeys(rows["statistic"])
    return f"{phrases.upper_first(phrases.joined(list(names)[:3]))}: {about}"


def lean(data: pd.DataFrame) -> pd.DataFrame:
    """Without section, base and note columns that say nothing."""
    empty = [
        name for name in (SECTION, "Base", "Note") if name in data and (data[name] == "").all()
    ]
    return data.drop(columns=empty)

"""A page's tables as a workbook, after the Analysis Function's guidance on spreadsheets."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from datetime import date
from typing import TYPE_CHECKING, Any

from dsvstats.reporting import blocks, tags
from dsvstats.reporting.evidence import shorthand, telling
from dsvstats.reporting.evidence.contents import Contents
from dsvstats.reporting.evidence.numbered import Numbered, tables

if TYPE_CHECKING:
    import pandas as pd
    from gptables import Cover, GPTable

_LETTERS, _LINE = 72, 16
"""Letters in a line of the cover, and its height in points."""
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def number_format(column: blocks.Column, words: str) -> str:
    """How a spreadsheet writes a number of this column: with as many digits as its words have.

    >>> number_format(blocks.Column("share", "Share", "percent"), "81.0%")
    '0.0%'
    """
    if column.kind == "date":
        return "d mmmm yyyy"
    written = re.search(r"\d+(?:\.(\d+))?", words.replace(",", ""))
    number = len(written[1] or "") if written else column.digits
    digits = "." + "0" * number if number else ""
    whole = "0" if column.kind in ("percent", "ratio") else "#,##0"
    return f"{whole}{digits}{'%' if column.kind == 'percent' else ''}"


def to_xlsx(held: Contents) -> bytes:
    """The page's tables: cover, contents, notes, and a sheet for each table; b"" without any."""
    from gptables import produce_workbook

    found = tables(held)
    if not found:
        return b""
    notes, cover = _notes(found), _cover(held, found)
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of empty cells, which have their shorthand here
        book = produce_workbook(
            written,
            {f"Table {each.number}": _sheet(each, notes) for each in found},
            cover=cover,
            contentsheet_options={"column_names": ["Sheet", "What it shows"]},
            notes_table=_noted(notes) if notes else None,
            workbook_options=_PLAIN,
        )
    _give_lines_their_height(book.worksheets()[0], cover)
    book.set_properties(
        {
            "title": telling.title(held),
            "created": telling.moment(held),
            "comments": telling.footer(held),
        }
    )
    book.close()
    return written.getvalue()


def _notes(found: list[Numbered]) -> dict[str, str]:
    """Each note once, by what refers to it."""
    told = dict.fromkeys(note for each in found for note in each.table.notes)
    return {note: f"note_{number}" for number, note in enumerate(told, 1)}


def _noted(notes: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"Note": list(notes.values()), "Text": list(map(_safe, notes))})


def _sheet(each: Numbered, notes: dict[str, str]) -> GPTable:
    from gptables import GPTable

    rows = shorthand.rows(each.table, read=True)
    legend = [f"{short} = {meaning}" for short, meaning in shorthand.used(rows)]
    of_all = [note for note in each.table.notes if not _marked(each.table, note)]
    subtitles = [_safe(each.section.heading)] if each.section.heading else []
    return GPTable(
        _frame(each.table, rows, notes),
        f"table_{each.number}",
        title=_safe(each.table.caption) + "".join(f"$${notes[note]}$$" for note in of_all),
        subtitles=subtitles,
        instructions="This worksheet contains one table."
        + (" Notes are on the worksheet Notes." if each.table.notes else "")
        + (" Shorthand is explained below." if legend else " It has no shorthand."),
        legend=legend,
        source=f"Source: {_safe(each.source)}" if each.source else None,
        index_columns={2: 0},
        additional_formatting=_formats(each.table),
    )


def _formats(table: blocks.Table) -> list[dict[str, Any]]:
    """The format of each column, and of its cells that have another."""
    found: list[dict[str, Any]] = []
    for at, column in enumerate(table.columns):
        if not (shorthand.is_number(column) or column.kind == "date"):
            continue
        forms = [number_format(column, words[at]) for words in table.words]
        most = max(set(forms), key=lambda form: (forms.count(form), form))
        found.append({"column": {"columns": [at], "format": {"num_format": most}}})
        found += [
            {"cell": {"cells": [(row, at)], "format": {"num_format": form}}}
            for row, form in enumerate(forms, 1)  # a row of words is one below the headings
            if form != most
        ]
    return found


def _marked(table: blocks.Table, note: str) -> bool:
    """Do rows of the table refer to this note, one by one?"""
    place = table.notes.index(note)
    return any(place in marks for marks in table.marks)


def _frame(table: blocks.Table, rows: list[shorthand.Row], notes: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    titles = _titles(table)
    marks = table.marks or ((),) * len(rows)
    written = []
    for row, own in zip(rows, marks, strict=True):
        cells: list[Any] = [
            _day(cell) if column.kind == "date" else _latin(cell) if isinstance(cell, str) else cell
            for column, cell in zip(table.columns, row, strict=True)
        ]
        cells[0] = str(cells[0]) + "".join(f"$${notes[table.notes[mark]]}$$" for mark in own)
        written.append(cells)
    return pd.DataFrame(written, columns=titles, dtype=object)


def _titles(table: blocks.Table) -> list[str]:
    titles: list[str] = []
    for each in table.columns:
        title = _safe(each.title or each.name)
        titles.append(title if title not in titles else f"{title} ({each.name})")
    return titles


def _day(cell: blocks.Cell) -> Any:
    try:
        return date.fromisoformat(str(cell))
    except ValueError:
        return cell


def _latin(text: str) -> str:
    """A cell's text with a letter that the workbook's maker takes for one."""
    return _safe(text) if re.search("[a-zA-Z0-9]", text) else f"{_safe(text)} (text)"


def _safe(text: str) -> str:
    """Text without what the workbook's maker would read as its own marks."""
    return re.sub(r"\]\(", "] (", text.replace("$$", "$ $"))


def _cover(held: Contents, found: list[Numbered]) -> Cover:
    from gptables import Cover

    opening, answer = held.opening, held.answer
    intro = [telling.dek(held)]
    intro += [answer.headline] if answer else []
    intro += [
        " ".join(filter(None, [_verdict(each.verdict), each.text, each.why]))
        for each in (answer.findings if answer else ())
    ]
    documents = telling.sources(held)
    origin = telling.spelt(opening.source) if opening else ""
    if origin and not any(each.startswith(origin) for each in documents):
        documents = [*documents, origin]
    about = [
        *telling.notices(held),
        f"This workbook has {len(found)} tables, each on a worksheet of its own.",
        *(f"{short} = {meaning}" for short, meaning in shorthand.MEANINGS.items()),
        *(f"Source: {each}" for each in documents),
        telling.citation(held),
        telling.footer(held),
    ]
    return Cover(
        _safe(telling.title(held)),
        intro=[_safe(each) for each in intro if each] or None,
        about=[_safe(each) for each in dict.fromkeys(about) if each],
    )


def _give_lines_their_height(sheet: Any, cover: Cover) -> None:
    """Rows of several lines as tall as these are: not every program works that out on opening."""
    heading = [""]
    for row, text in enumerate([*heading, *heading, *(cover.intro or ()), *heading, *cover.about]):
        lines = len(textwrap.wrap(text, _LETTERS))
        if lines > 1:
            sheet.set_row(row, _LINE * lines)


def _verdict(verdict: str) -> str:
    said = tags.words(verdict)
    return f"{said}:" if said else ""

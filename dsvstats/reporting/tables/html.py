"""A table as HTML that reads aloud well, as CSV, and as plain text."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from urllib.parse import quote

from dsvstats.reporting.blocks import Column, Table

LOWER, UPPER = ": lower", ": upper"


def markup(table: Table, *, name: str) -> str:
    """The table, with its caption, a scope for each heading, and its notes at its foot.

    On a narrow page each row becomes a list of label and value. Two columns of lower and upper
    limits are one cell, "1.50 to 1.62". ``name`` is what its notes' addresses begin with.
    """
    cells = cells_of(table.columns)
    shown = [each for each in cells if each[0].name != table.section]
    head = "".join(
        f'<th scope="col" role="columnheader"{_number(column)}>{html.escape(title)}</th>'
        for column, title, _ in shown
    )
    body, held = [], None
    at = next((n for n, c in enumerate(table.columns) if c.name == table.section), None)
    marks = table.marks or ((),) * len(table.words)
    for words, own in zip(table.words, marks, strict=True):
        if at is not None and words[at] != held:
            held = words[at]
            body.append(
                f'<tr role="row" class="sec"><td role="rowheader" '
                f'colspan="{len(shown)}">{html.escape(held)}</td></tr>'
            )
        body.append(_row(shown, words, own, name))
    return (
        f'<table class="stack" role="table"><caption>{html.escape(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(body)}</tbody></table>{_notes(table, name)}'
    )


def cells_of(columns: Sequence[Column]) -> list[tuple[Column, str, tuple[int, ...]]]:
    """What stands in each cell of a row: one column, or the two of a pair of limits."""
    cells: list[tuple[Column, str, tuple[int, ...]]] = []
    n = 0
    while n < len(columns):
        column = columns[n]
        pair = column.title.endswith(LOWER) and n + 1 < len(columns)
        places = (n, n + 1) if pair else (n,)
        cells.append((column, column.title.removesuffix(LOWER), places))
        n += len(places)
    return cells


def _row(shown, words: Sequence[str], own: Sequence[int], name: str) -> str:
    (_, _, (at, *_)), *rest = shown
    marks = "".join(
        f'<sup><a href="#{name}-note{n + 1}" aria-label="Note {n + 1}">{n + 1}</a></sup>'
        for n in own
    )
    cells = "".join(
        f'<td role="cell"{_number(column)} data-l="{html.escape(title)}">'
        f"<span>{html.escape(joined([words[n] for n in places]))}</span></td>"
        for column, title, places in rest
    )
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{html.escape(words[at])}{marks}</th>'
        f"{cells}</tr>"
    )


def joined(words: Sequence[str]) -> str:
    """What stands in one cell: a word, or two limits.

    >>> joined(["1.50", "1.62"]), joined(["withheld"])
    ('1.50 to 1.62', 'withheld')
    """
    if len(words) == 2 and words[1].startswith("no upper"):
        return f"{words[0]} and above"
    return " to ".join(filter(None, words))


def _number(column: Column) -> str:
    return "" if column.kind == "text" else ' class="num"'


def _notes(table: Table, name: str) -> str:
    if not table.notes:
        return ""
    said = "".join(
        f'<li id="{name}-note{n + 1}">{html.escape(each)}</li>'
        for n, each in enumerate(table.notes)
    )
    return f'<ol class="notes">{said}</ol>'


def comma_separated(table: Table) -> str:
    """The table's values as CSV: a column for each number, proportions as proportions."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(table.values)
    return file.getvalue()


def link(table: Table, *, name: str) -> str:
    """A link that saves the table as CSV, with nothing to be fetched."""
    text = comma_separated(table)
    size = f"{len(text) / 1000:.1f} kB"
    return (
        f'<p class="small noprint"><a download="{name}.csv" '
        f'href="data:text/csv;charset=utf-8,{quote(text)}">Download these rows as CSV</a> ({size})</p>'
    )


def plain(table: Table) -> str:
    """The table as text: its caption, a line for each row, and its notes."""
    cells = cells_of(table.columns)
    lines = [[title for _, title, _ in cells], ["---"] * len(cells)]
    lines += [[joined([words[n] for n in places]) for *_, places in cells] for words in table.words]
    said = [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
    return "\n".join([table.caption, "", *said, *([""] if table.notes else []), *table.notes])

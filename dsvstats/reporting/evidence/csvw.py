"""Tables as CSV, with a CSVW description beside each (W3C, Metadata Vocabulary for Tabular Data)."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from dsvstats.reporting import blocks
from dsvstats.reporting.evidence import shorthand, telling
from dsvstats.reporting.evidence.contents import Contents
from dsvstats.reporting.evidence.numbered import Numbered

DESCRIBED = "-metadata.json"
"""What the name of a description ends in, after that of its CSV: where CSVW looks for it."""


def to_csv(table: blocks.Table) -> str:
    """The table's rows as CSV, its columns by their names for machines."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_names(table))
    writer.writerows(shorthand.rows(table))
    return written.getvalue()


def described(each: Numbered, held: Contents, *, url: str) -> str:
    """What is in this CSV: its columns, their kinds, its notes and its source."""
    told: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dc:title": each.table.caption,
        "dc:description": " ".join(filter(None, [each.section.heading, *each.table.notes])),
        "dc:isPartOf": telling.title(held),
        "dc:source": each.source,
        "null": ["", *shorthand.MEANINGS],
        "notes": [
            {"shorthand": short, "means": text} for short, text in shorthand.MEANINGS.items()
        ],
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tableSchema": {"columns": _columns(each.table)},
    }
    return json.dumps({k: v for k, v in told.items() if v}, indent=1, ensure_ascii=False) + "\n"


def _names(table: blocks.Table) -> list[str]:
    """The columns' names; one that comes twice is told apart by a number."""
    names: list[str] = []
    for each in table.columns:
        times = sum(name == each.name or name.startswith(f"{each.name}_") for name in names)
        names.append(each.name if each.name not in names else f"{each.name}_{times + 1}")
    return names


def _columns(table: blocks.Table) -> list[dict[str, Any]]:
    """Each column: its names, for machines and for people, and the kind of its cells."""
    rows = shorthand.rows(table)
    described = []
    for at, (name, column) in enumerate(zip(_names(table), table.columns, strict=True)):
        told: dict[str, Any] = {
            "name": name,
            "titles": list(dict.fromkeys([name, column.title])),
            "datatype": _kind(column, [row[at] for row in rows]),
        }
        if column.kind == "percent":
            told["dc:description"] = "A proportion, from 0 to 1."
        if called := _called(table, at):
            told["dc:description"] = f"Called on the page: {called}."
        described.append(told)
    return described


def _called(table: blocks.Table, at: int) -> str:
    """Which words of the page stand for which codes of this column, where they are not the same?"""
    pairs = zip(table.values, table.words, strict=True)
    said = dict.fromkeys((values[at], words[at]) for values, words in pairs)
    return "; ".join(
        f"{code} as {words}"
        for code, words in said
        if isinstance(code, str) and code and words and words != code
    )


def _kind(column: blocks.Column, cells: list[blocks.Cell]) -> str:
    """Whole numbers where all of them are; a count that is estimated need not be."""
    if not shorthand.is_number(column):
        return "date" if column.kind == "date" else "string"
    found = [each for each in cells if isinstance(each, int | float)]
    whole = column.kind == "count" and all(float(each).is_integer() for each in found)
    return "integer" if whole else "double"

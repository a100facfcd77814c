"""Rows that are put together cell by cell into a table, whatever columns each of them has."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dsvstats.reporting.blocks import Cell, Column, Table

_TEXT = ("section", "group")


@dataclass
class Line:
    """A row: the words and the value of each of its columns, and what is to be noted of it."""

    words: dict[str, str] = field(default_factory=dict)
    values: dict[str, Cell] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def put(self, column: Column, words: str, value: object = None) -> None:
        """Fill this column's cell; text is its own value."""
        if column.kind == "text" and value is None:
            value = words
        known = not (
            value is None
            or value is pd.NA
            or (isinstance(value, float) and not math.isfinite(value))
        )
        self.columns.setdefault(column.name, column)
        self.words[column.name] = words
        self.values[column.name] = _plain(value) if known else None

    def note(self, said: Iterable[str]) -> None:
        """Note this of the row."""
        self.notes.update(dict.fromkeys(said))


@dataclass
class Grid:
    """Lines by what tells them apart; ``section`` names the column that heads rows below it."""

    section: str = ""
    lines: dict[Hashable, Line] = field(default_factory=dict)

    def line(self, place: Hashable) -> Line:
        """The line of this place, made where there is none yet."""
        return self.lines.setdefault(place, Line())

    def table(self, *, caption: str, notes: Iterable[str] = ()) -> Table:
        """The table: its columns in the order in which they came, but empty ones left out."""
        lines = list(self.lines.values())
        kept = _columns(lines)
        told = list(dict.fromkeys([*notes, *(each for line in lines for each in line.notes)]))
        return Table(
            caption=caption,
            columns=tuple(kept.values()),
            values=tuple(tuple(line.values.get(name) for name in kept) for line in lines),
            words=tuple(tuple(line.words.get(name, "") for name in kept) for line in lines),
            section=self.section if self.section in kept else "",
            notes=tuple(told),
            marks=tuple(tuple(map(told.index, line.notes)) for line in lines),
        )


def _columns(lines: list[Line]) -> dict[str, Column]:
    """The columns of these lines, by their names; those that are empty in all are left out."""
    order: dict[str, Column] = {}
    for line in lines:
        order |= {name: each for name, each in line.columns.items() if name not in order}
    filled = {name for line in lines for name, words in line.words.items() if words}
    return {name: each for name, each in order.items() if name in filled | {*_TEXT}}


def _plain(value: Any) -> Cell:
    if isinstance(value, str):
        return value
    number = float(f"{float(value):.8g}")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number

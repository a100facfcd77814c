"""A table's cells for spreadsheets: numbers as numbers, and shorthand where there is none.

The shorthand is that of the Government Analysis Function ("Symbols in tables").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from dsvstats.reporting import blocks

WITHHELD, NOT_AVAILABLE, NOT_APPLICABLE, ENDLESS = "[c]", "[x]", "[z]", "[inf]"
MEANINGS = {
    WITHHELD: "withheld, since a small count is in it or could be worked out from it",
    NOT_AVAILABLE: "not available: not supplied, or not to be had from what was",
    NOT_APPLICABLE: "not applicable",
    ENDLESS: "without an upper limit",
}
_NUMBERS = ("count", "percent", "ratio", "rate", "number")
Row: TypeAlias = tuple[blocks.Cell, ...]


def is_number(column: blocks.Column) -> bool:
    """Are this column's cells numbers?"""
    return column.kind in _NUMBERS


def rows(table: blocks.Table, *, read: bool = False) -> list[Row]:
    """The table's rows: numbers, text, and shorthand for what is neither.

    Text is as machines know it, or, to be ``read``, as people do.

    >>> kinds = (blocks.Column("group", "Group"), blocks.Column("n", "Count", "count"))
    >>> rows(blocks.Table("", kinds, (("A", 1), ("B", None)), (("A", "1"), ("B", "withheld"))))
    [('A', 1), ('B', '[c]')]
    """
    return [
        tuple(
            _cell(column, said if read and isinstance(value, str) and said else value, said)
            for column, value, said in zip(table.columns, values, words, strict=True)
        )
        for values, words in zip(table.values, table.words, strict=True)
    ]


def _cell(column: blocks.Column, value: blocks.Cell, words: str) -> blocks.Cell:
    if isinstance(value, str):
        return value if any(map(str.isalnum, value)) else NOT_APPLICABLE
    said = words.strip().casefold()
    if value is not None and math.isinf(value):
        return ENDLESS
    if value is not None and not math.isnan(value) and re.search(r"\d", said):
        return value
    if "withheld" in said:
        return WITHHELD
    if not is_number(column):
        return words.strip() if any(map(str.isalnum, said)) else NOT_APPLICABLE
    return NOT_APPLICABLE if "reference" in said else NOT_AVAILABLE


def used(found: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """The shorthand in these rows, each with its meaning."""
    there = {cell for row in found for cell in row if isinstance(cell, str)}
    yield from ((short, meaning) for short, meaning in MEANINGS.items() if short in there)

"""Printed numbers in their tables: which rows can be set against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from dsvstats.sources.published.figures import AMOUNTS, Figure

_OF_A_CATEGORY = ("component", "stated_rate")


@dataclass(frozen=True)
class Table:
    """The rows of one printed breakdown or relation, or one strand of them."""

    figures: tuple[Figure, ...]

    @property
    def form(self) -> str:
        return self.figures[0].table_id.partition(":")[0]

    def of(self, kind: str, units: Iterable[str]) -> list[Figure]:
        return [
            each for each in self.figures if each.kind == kind and each.unit in units and each.text
        ]

    @property
    def parts(self) -> list[Figure]:
        return self.of("component", AMOUNTS)

    @property
    def totals(self) -> list[Figure]:
        return self.of("stated_total", AMOUNTS)

    @property
    def rates(self) -> list[Figure]:
        """Its rates of a whole: not its changes."""
        return [
            each for each in self.figures if each.kind == "stated_rate" and each.scale and each.text
        ]


def tables(found: list[Figure]) -> list[Table]:
    """Which tables do these numbers make up? One for each document, table id and area.

    Where one table id repeats a breakdown, by period or measure say, each with its own stated
    total or all without one, each is a table of its own.
    """
    grouped = defaultdict(list)
    for figure in found:
        if figure.table_id:
            grouped[figure.doc, figure.table_id, figure.area].append(figure)
    return [Table(tuple(part)) for group in grouped.values() for part in _split(group)]


def _split(group: list[Figure]) -> list[list[Figure]]:
    """The tables that one id holds, with the rates that may be of each."""
    parts = [each for each in group if each.kind == "component"]
    by = _repeated_by(group, parts)
    apart: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for each in group:
        if each.kind != "stated_rate":
            apart[tuple(getattr(each, field) for field in by)].append(each)
    for each in group:
        if each.kind == "stated_rate":
            own = [field for field in by if getattr(each, field) in _values(parts, field)]
            for held in list(apart.values()) or [apart[()]]:
                if all(getattr(held[0], field) == getattr(each, field) for field in own):
                    held.append(each)
    return list(apart.values())


def _repeated_by(group: list[Figure], parts: list[Figure]) -> list[str]:
    """The columns by which a breakdown is repeated, each time with its total or all without."""
    totals = [each for each in group if each.kind == "stated_total"]
    repeats = not totals and len({(each.strand, each.label) for each in parts}) < len(parts)
    return [
        field
        for field in ("period_start", "period_end", "subject", "population", "measure")
        if len(_values(parts, field)) > 1
        and (repeats or _values(parts, field) == _values(totals, field))
    ]


def _values(rows: list[Figure], field: str) -> set[str]:
    return {getattr(each, field) for each in rows}


def by_strand(table: Table) -> list[Table]:
    """Which strands does this table hold? One table each, with the totals that are for it."""
    strands = sorted({each.strand for each in table.figures if each.kind in _OF_A_CATEGORY})
    split = []
    for strand in strands:
        own = [each for each in table.figures if each.strand == strand]
        if not any(each.kind == "stated_total" for each in own):
            own += [
                each
                for each in table.figures
                if each.kind == "stated_total" and (each.strand == "none" or len(strands) == 1)
            ]
        split.append(Table(tuple(own)))
    return split


def parted(table: Table) -> list[Table]:
    """The tables within which numbers can be set against each other: a breakdown's strands."""
    if table.form == "cmp":
        return []
    return by_strand(table) if table.form == "brk" else [table]

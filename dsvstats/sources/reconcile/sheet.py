"""All printed numbers that are checked together, and what belongs beside what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from dsvstats.sources.published.figures import Figure, is_total
from dsvstats.sources.published.tables import Table, by_strand, tables
from dsvstats.sources.reconcile.totals import Sum, sums

Key = Callable[[Figure], tuple]
_OF_A_BASE = ("period_start", "period_end", "subject", "population", "measure")


@dataclass(frozen=True)
class Sheet:
    """The numbers that the rules are asked of, in the order of their places."""

    figures: list[Figure]

    @cached_property
    def tables(self) -> list[Table]:
        return tables(self.figures)

    @cached_property
    def parts(self) -> list[Table]:
        """The breakdowns and relations, each strand of them alone."""
        listed = [table for table in self.tables if table.form in ("brk", "rel")]
        return [part for table in listed for part in by_strand(table)]

    @cached_property
    def siblings(self) -> list[list[Table]]:
        """The breakdowns that are of one base."""
        bases = defaultdict(list)
        for part in self.parts:
            bases[base(part)].append(part)
        return list(bases.values())

    @cached_property
    def quantities(self) -> dict[tuple, list[Figure]]:
        """The printed numbers of each quantity: what should be one."""
        found = defaultdict(list)
        for each in self.figures:
            if each.text:
                group = (each.strand, each.label) if each in self.subtotals else ()
                found[(*quantity(each), *group)].append(each)
        return found

    @cached_property
    def subtotals(self) -> set[Figure]:
        """The stated totals of some of a table, which states one of all of it too."""
        return {
            each
            for table in self.tables
            if len(table.totals) > 1 and any(is_total(one.label) for one in table.totals)
            for each in table.totals
            if not is_total(each.label)
        }

    @cached_property
    def without_subtotals(self) -> list[Figure]:
        return [each for each in self.figures if each not in self.subtotals]

    def near(self, figure: Figure) -> Sheet:
        """The numbers that a change of this one may break, by themselves."""
        keys = (_table, _of_one_base, quantity)
        return Sheet(sorted({each for key in keys for each in self.alike(figure, key)}))

    def in_table(self, figure: Figure) -> list[Figure]:
        """The numbers of the same table of one area."""
        return self.alike(figure, _table)

    def beside(self, figure: Figure) -> list[Figure]:
        """What the same document says of the same subject in the same area."""
        return self.alike(figure, _of_one_subject)

    def alike(self, figure: Figure, key: Key) -> list[Figure]:
        """The numbers that have the same key, in order."""
        if key not in self._by:
            self._by[key] = _grouped(self.figures, key)
        return self._by[key][key(figure)]

    @cached_property
    def _by(self) -> dict[Key, dict[tuple, list[Figure]]]:
        return {}

    def sums(self, part: Table) -> list[Sum]:
        """What each stated total of this breakdown adds up, worked out once."""
        if id(part) not in self._sums:
            self._sums[id(part)] = (part, sums(part))
        return self._sums[id(part)][1]

    @cached_property
    def _sums(self) -> dict[int, tuple[Table, list[Sum]]]:
        return {}

    def wholes(self, part: Table) -> list[Figure]:
        """Which stated totals are of the whole breakdown?"""
        if not part.parts:
            return part.totals
        return [each.total for each in self.sums(part) if each.whole]

    def changed(self, figure: Figure, other: Figure) -> Sheet:
        """The same numbers with another in the place of one of them."""
        return Sheet(sorted(other if each == figure else each for each in self.figures))


def base(part: Table) -> tuple:
    """Of which base is this breakdown? Equal for those that should hold the same people."""
    parts = [each for each in part.figures if each.kind == "component"] or list(part.figures)
    first = part.figures[0]
    values = (tuple(sorted({getattr(each, field) for each in parts})) for field in _OF_A_BASE)
    return (first.doc, first.area, *values)


def quantity(figure: Figure) -> tuple:
    """Which quantity is this? Numbers of one should be one, whatever word their unit has."""
    where = "" if figure.period_end else (figure.doc, figure.table_id)
    group = ("none", "") if figure.is_whole else (figure.strand, figure.label)
    return (
        where,
        figure.area,
        figure.period_start,
        figure.period_end,
        figure.subject,
        figure.population,
        figure.measure,
        _KINDS_OF_UNIT.get(figure.unit, figure.unit),
        *group,
    )


_KINDS_OF_UNIT = {"count": "number", "other": "number", "ratio": "share", "percent": "share"}


def _table(figure: Figure) -> tuple:
    return figure.doc, figure.table_id, figure.area


def _of_one_subject(figure: Figure) -> tuple:
    return figure.doc, figure.area, figure.subject


def _of_one_base(figure: Figure) -> tuple:
    return (figure.doc, figure.area, *(getattr(figure, field) for field in _OF_A_BASE))


def _grouped(figures: list[Figure], key: Key) -> dict[tuple, list[Figure]]:
    found = defaultdict(list)
    for each in figures:
        found[key(each)].append(each)
    return found

"""A researcher's own counts, as the rules are asked of them, and what these found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dsvstats import strands
from dsvstats.sources.reconcile.findings import COLUMNS, CONTRADICTION, number
from dsvstats.terms import measures, units
from dsvstats.terms.schemes import ALL

_OF_PEOPLE = ["area", "start", "end", "subject", "unit", "measure", "definition"]


@dataclass(frozen=True)
class Told:
    """One finding of one rule about some rows of the counts."""

    rows: pd.DataFrame
    detail: str
    severity: str = CONTRADICTION
    printed: str = ""
    recomputed: str = ""
    over_time: bool = False


@dataclass(frozen=True)
class Strand:
    """The rows of one strand of the same people, and how many they are."""

    name: str
    rows: pd.DataFrame

    @cached_property
    def size(self) -> int:
        """How many do they hold, at least?"""
        return int(self.rows["count"].sum())

    @cached_property
    def is_known(self) -> bool:
        return bool(self.rows["count"].notna().all())

    @cached_property
    def groups(self) -> list[str]:
        return self.rows["group"].tolist()

    @cached_property
    def has_unrecorded(self) -> bool:
        return any(not strands.recorded(each) for each in self.groups)

    @property
    def is_whole(self) -> bool:
        """Is it of everybody, as far as it says? A list from one report on is."""
        everybody = self.name == "all" or (self.name == "reports" and "1" in self.groups)
        return everybody or self.has_unrecorded

    @property
    def is_part(self) -> bool:
        """Are they some of the people by what they are: one group alone, or those who recur?"""
        if self.name == "reports":
            return "1" not in self.groups
        return self.name != "all" and len(self.groups) == 1 and not self.has_unrecorded

    @property
    def says(self) -> str:
        return f"{strands.title(self.name).lower()} {'is' if self.name == 'all' else 'adds up to'} {number(self.size)}"


@dataclass(frozen=True)
class Held:
    """The counts that the rules are asked of, and who lives where they are counted."""

    cases: pd.DataFrame
    residents: pd.DataFrame

    @cached_property
    def families(self) -> list[list[Strand]]:
        """The strands of the same people, or of the same cases."""
        grouped = self.cases.groupby(_OF_PEOPLE, sort=False)
        return [
            [Strand(str(name), own) for name, own in rows.groupby("strand", sort=False)]
            for _, rows in grouped
        ]


def frame(found: list[tuple[str, Told]]) -> pd.DataFrame:
    """The findings in the columns of those on printed tables: the file, and what it is of.

    >>> frame([]).shape
    (0, 12)
    """
    return pd.DataFrame([_line(*each) for each in found], columns=COLUMNS, dtype="str")


def _line(rule: str, told: Told) -> dict[str, Any]:
    first = told.rows.iloc[0]
    named = list(dict.fromkeys(told.rows["strand"]))
    groups = list(dict.fromkeys(told.rows["group"]))
    what = f"{units.many(first['unit'])} {measures.words(first['measure'])}"
    when = f"{first['start']:%-d %B %Y} to {first['end']:%-d %B %Y}"
    several = told.over_time or len(groups) > 2
    return {
        "doc": "; ".join(dict.fromkeys(each for each in told.rows["source"] if each)),
        "paragraph": units.many(first["unit"]) if told.over_time else f"{what}, {when}",
        "area": first["area"],
        "table_id": " ".join(filter(None, (first["subject"], first["unit"], first["measure"]))),
        "strand": "; ".join(named),
        "category": "" if several or groups == [ALL] else "; ".join(groups),
        "rule": rule,
        "severity": told.severity,
        "printed": told.printed,
        "recomputed": told.recomputed,
        "suggestion": "",
        "detail": told.detail,
    }

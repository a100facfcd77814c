"""What a page found, sorted by what it is: estimates, counts, and findings of the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.estimates import flags
from dsvstats.estimates.verdicts import verdicts

Row = Any
FEWEST = 10
"""Smaller counts are not told."""


@dataclass(frozen=True)
class Found:
    """Everything that a page found, to choose from: each frame known by its columns."""

    estimates: pd.DataFrame
    counts: pd.DataFrame
    checks: pd.DataFrame | None

    def rows(self, statistic: str | Sequence[str], **wanted: object) -> list[Row]:
        """The estimates of this statistic, with these values, each with its verdict.

        A value may be a list of those that do.
        """
        names = [statistic] if isinstance(statistic, str) else list(statistic)
        return counts.records(_where(self.estimates, {"statistic": names} | wanted))

    def counted(self, **wanted: object) -> pd.DataFrame:
        """The counts with these values, that are known."""
        held = _where(self.counts, wanted)
        return held[held["count"].notna() & ~held["withheld"].astype(bool)]


def _where(held: pd.DataFrame, wanted: Mapping[str, object]) -> pd.DataFrame:
    """The rows that have these values; a value may be a list of those that do."""
    for column, value in wanted.items():
        held = held[held[column].isin(value if isinstance(value, list) else [value])]
    return held


def sort(frames: Sequence[pd.DataFrame]) -> Found:
    """These frames by what they are."""
    told = [each for each in frames if "statistic" in each and len(each)]
    counted = [each for each in frames if "measure" in each and "statistic" not in each]
    checks = [each for each in frames if "rule" in each]
    held = estimates.join(told)
    every = held.drop_duplicates([*held.columns.difference(["source"])], ignore_index=True)
    return Found(
        estimates=every.assign(verdict=verdicts(every)),
        counts=pd.concat(counted, ignore_index=True) if counted else counts.empty(),
        checks=checks[0] if checks else None,
    )


def flag(row: Row, code: str) -> str | None:
    """The value of this flag of the row; None where it does not have it."""
    return flags.of(row.flags).get(code)


def missing(row: Row) -> tuple[int, int] | None:
    """How many, of how many, have no group of the row's strand? None where it is not told."""
    value = flag(row, "missing")
    if not value:
        return None
    out, whole = value.split("/")
    return int(out), int(whole)


def told(row: Row) -> bool:
    """Is there an estimate to tell, of people whose group is known?"""
    known = not row.withheld and row.estimate == row.estimate
    return bool(known and strands.recorded(row.group))


def period(row: Row) -> tuple:
    """The days that the row is about."""
    return row.start, row.end

"""Which counts are wanted of an extract: periods, units, strands and age bands, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dsvstats import strands as schemes
from dsvstats.errors import InputError, near
from dsvstats.sources.extract.schema import MOST_PARTS, STRANDS, SUBJECTS
from dsvstats.terms.places import Place
from dsvstats.terms.schemes import EXACT

AGES = ("0-17", "18-29", "30-39", "40-49", "50-59", "60-69", "70+")
COARSER = tuple(to for fine, to in EXACT if fine == "ethnicity_self_defined")
UNITS = ("calls", "incidents", "offences", "victims", "suspects", "accused")
RECORD_UNITS = ("victim_records", "offenders")
WHOLE = MOST_PARTS
"""The number of the whole place, after those of its parts."""
_MONTHS = 12

Period = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True)
class Wanted:
    """Which counts are wanted, as checked."""

    periods: list[Period]
    subjects: list[str]
    units: list[str]
    strands: list[str]
    bands: list[str]
    areas: list[str]
    place: Place

    @property
    def numbers(self) -> dict[str, int]:
        """Each area's number: the parts of the place in order, then the whole."""
        return {name: number for number, name in enumerate(self.place.parts)} | {
            self.place.whole: WHOLE
        }

    @property
    def days(self) -> list[tuple[int, int]]:
        """The periods' first and last days since 1970."""
        return [(day_number(start), day_number(end)) for start, end in self.periods]

    @property
    def lows(self) -> list[int]:
        """The ages that the bands start at."""
        return [int(ages[0]) for band in self.bands if (ages := schemes.band(band))]


def day_number(day: pd.Timestamp) -> int:
    """How many days after the first of 1970?"""
    return (day - pd.Timestamp("1970-01-01")).days


def rolling(first: str, last: str, *, months: int = _MONTHS) -> list[tuple[str, str]]:
    """Which periods of so many months end with these months and those between?

    >>> rolling("2009-08", "2009-09")
    [('2008-09-01', '2009-08-31'), ('2008-10-01', '2009-09-30')]
    """
    try:
        ends = pd.period_range(first, last, freq="M")
    except ValueError:
        ends = []
    if not len(ends) or not 1 <= months <= 120:
        raise InputError(
            where="rolling",
            rule="two months, the first one first, and 1 to 120 months",
            value=(first, last, months),
            mend='for example rolling("2009-03", "2009-09")',
        )
    return [(str((end - months + 1).start_time.date()), str(end.end_time.date())) for end in ends]


def periods(wanted, first: pd.Timestamp, last: pd.Timestamp, *, told: bool) -> list[Period]:
    """Which periods are counted? Those wanted; else the last twelve months.

    An extract covers the months of its first and last report, or the days it is ``told`` to. A
    period that reaches further is refused: its counts would be too small.
    """
    if not told:
        first, last = first.replace(day=1), last + pd.offsets.MonthEnd(0)
    if wanted is None:
        start = (last + pd.Timedelta(days=1) - pd.DateOffset(months=_MONTHS)).normalize()
        return [(max(start, first), last)]
    found = [_period(each) for each in wanted] if _listed(wanted) else [_period(wanted)]
    for start, end in found:
        if start < first or end > last:
            raise InputError(
                where="periods",
                rule=f"inside what the extract covers, {first.date()} to {last.date()}",
                value=f"{start.date()} to {end.date()}",
                mend="choose other days, or say what it covers in covers=(first, last)",
            )
    return list(dict.fromkeys(found))


def _listed(wanted) -> bool:
    return isinstance(wanted, Sequence) and not (
        len(wanted) == 2 and all(isinstance(each, (str, pd.Timestamp)) for each in wanted)
    )


def _period(wanted) -> Period:
    """One period: its first and last day, both of them inside."""
    try:
        start, end = (pd.Timestamp(each).normalize() for each in wanted)
        if start <= end:
            return start, end
    except (ValueError, TypeError):
        pass
    raise InputError(
        where="periods",
        rule="a first and a last day",
        value=wanted,
        mend='for example ("2008-10-01", "2009-09-30"), or rolling("2009-03", "2009-09")',
    )


def units(wanted: Sequence[str] | None, *, linked: bool) -> list[str]:
    """Which units are counted? People where they can be told apart, else their records."""
    if wanted is None:
        return [*UNITS] if linked else [*UNITS[:3], *RECORD_UNITS]
    return _chosen("units", wanted, [*UNITS, *RECORD_UNITS])


def strands(wanted: Sequence[str] | None) -> list[str]:
    """Which strands are counted? Those of the people's columns; crossed and coarser if named."""
    single = ["all", *STRANDS, *COARSER, "reports"]
    if wanted is None:
        return ["all", *STRANDS, "reports"]
    found = _chosen("strands", wanted, single, parts=schemes.parts)
    for strand in found:
        parts = schemes.parts(strand)
        if len(parts) > 1 and (len(set(parts)) < len(parts) or {"all", "reports"} & set(parts)):
            raise InputError(
                where="strands",
                rule="different strands of people, crossed",
                value=strand,
                mend="for example age x gender",
            )
    return found


def subjects(wanted: Sequence[str] | None) -> list[str]:
    """Which subjects are counted? All whose flags were supplied, or those of these."""
    return list(SUBJECTS) if wanted is None else _chosen("subjects", wanted, list(SUBJECTS))


def _chosen(where: str, wanted, known: list[str], *, parts=lambda each: [each]) -> list[str]:
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    for each in wanted:
        for part in parts(each):
            if part not in known:
                raise InputError(
                    where=where,
                    rule="what an extract can be counted by",
                    value=each,
                    mend=near(part, known),
                )
    return list(dict.fromkeys(wanted))


def bands(wanted: Sequence[str]) -> list[str]:
    """Which age bands are counted? From 0 up, without gaps, the last one open.

    >>> bands(["0-17", "18+"])
    ['0-17', '18+']
    """
    low = 0.0
    for each in wanted:
        edge = schemes.band(str(each))
        low = edge[1] + 1 if edge and edge[0] == low else float("nan")
    if low != float("inf"):
        raise InputError(
            where="ages",
            rule="age bands from 0 up without gaps, the last one open",
            value=list(wanted),
            mend=f"for example {', '.join(AGES)}",
        )
    return list(map(str, wanted))

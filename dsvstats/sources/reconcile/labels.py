"""Do the printed words hold: age bands that meet, a period as long as it says?"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from dsvstats.sources.published.figures import Figure
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.ages import RANGE, age_band, ages_named
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, Finding
from dsvstats.sources.reconcile.sheet import Sheet

_STATED_LENGTH = re.compile(r"(?:^|_)period_(days|weeks|months|years)$")
_NEAR_A_YEAR = 3
_A_MONTH = 31


def age_bands(sheet: Sheet) -> Iterator[Finding]:
    """Which age bands of a table overlap, leave gaps if complete, or hold no range of ages?"""
    for part in sheet.parts:
        if part.figures[0].strand == "age":
            yield from _age_bands(part)


def _age_bands(part: Table) -> Iterator[Finding]:
    bands: dict[tuple[int, int], Figure] = {}
    for figure in part.figures:
        ages = age_band(figure.category) if figure.kind in ("component", "stated_rate") else None
        if ages is None:
            continue
        if RANGE.search(figure.category) and ages[0] >= ages[1]:
            held = f"age {ages[0]} only" if ages[0] == ages[1] else "no ages"
            yield _band_finding((figure,), f"{figure.category} holds {held}", held)
        if ages[0] <= ages[1]:
            bands.setdefault(ages, figure)
    yield from _between_bands(bands, complete=part.form == "brk")


def _between_bands(bands: dict[tuple[int, int], Figure], *, complete: bool) -> Iterator[Finding]:
    """Where does a band begin before the ages reached are over, or, if complete, after a gap?"""
    reached, last = -1, None
    for (low, high), figure in sorted(bands.items()):
        if last and low <= reached:
            both = ages_named(low, min(reached, high))
            where = f"in both {last.category} and {figure.category}"
            yield _band_finding((last, figure), f"{both} {_be(both)} {where}", both)
        elif last and low > reached + 1 and complete:
            none = ages_named(reached + 1, low - 1)
            where = f"in no band, between {last.category} and {figure.category}"
            yield _band_finding((last, figure), f"{none} {_be(none)} {where}", none)
        if last is None or high > reached:
            reached, last = high, figure


def _be(ages: str) -> str:
    return "are" if ages.startswith("ages") else "is"


def _band_finding(figures: tuple[Figure, ...], sentence: str, ages: str) -> Finding:
    return Finding(
        figures,
        f"{sentence[0].upper()}{sentence[1:]}.",
        severity=CAUTION,
        printed="; ".join(each.category for each in figures),
        recomputed=ages,
    )


def period_length(sheet: Sheet) -> Iterator[Finding]:
    """Which periods are not as long as they are said to be, or else nearly whole years?

    A length is stated by a figure whose measure ends in period_days, _weeks, _months or _years;
    it speaks for the periods of its document and area that end on the same day, if they are
    within a month of it.
    """
    periods: dict[tuple, list[Figure]] = defaultdict(list)
    for each in sheet.figures:
        if each.period_start and each.period_end:
            periods[each.doc, each.area, each.period_start, each.period_end].append(each)
    lengths = _stated_lengths(sheet.figures)
    for (doc, area, first, last), held in periods.items():
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        days = (end - start).days + 1
        if days < 1:
            said, fault = f"{first} to {last}", f"ends on {last}, before it begins"
        else:
            said, fault = _length_fault(start, end, lengths.get((doc, area, last), set()))
        if not fault:
            continue
        yield Finding(
            tuple(held),
            f"The period from {first} to {last}, both days included, {fault}.",
            severity=CAUTION if days > 0 else CONTRADICTION,
            printed=said,
            recomputed=f"{days:,} days",
            whole_table=True,
        )


def _stated_lengths(figures: list[Figure]) -> dict[tuple, set[tuple[int, str]]]:
    """The lengths stated, as 12 and "months", by document, area and last day."""
    lengths: dict[tuple, set[tuple[int, str]]] = defaultdict(set)
    for each in figures:
        stated = _STATED_LENGTH.search(each.measure)
        if stated and each.text and each.value.denominator == 1 and 0 < each.value < 1000:
            lengths[each.doc, each.area, each.period_end].add((int(each.value), stated[1]))
    return lengths


def _length_fault(start: date, end: date, stated: set[tuple[int, str]]) -> tuple[str, str]:
    """How long is this period said to be, and what is wrong with that? Nothing: two empty texts."""
    days = (end - start).days + 1
    if stated:
        off = min(abs((end - _ends(start, *length)).days) for length in stated)
        said = " or ".join(f"{count} {what}" for count, what in sorted(stated))
        return (said, f"has {days:,} days, not {said}") if 0 < off <= _A_MONTH else ("", "")
    years = max(1, round(days / 365.25))
    off = abs((end - _ends(start, years, "years")).days)
    said = "1 year" if years == 1 else f"{years} years"
    near = 0 < off <= _NEAR_A_YEAR and days % 7
    return (said, f"has {days:,} days, {off} off {said}") if near else ("", "")


def _ends(start: date, count: int, what: str) -> date:
    """On which day does a period end that begins on this one and lasts so long?"""
    if what in ("days", "weeks"):
        return start + timedelta(days=count * (7 if what == "weeks" else 1) - 1)
    months = start.month - 1 + count * (12 if what == "years" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    short = timedelta(days=1) if day == start.day else timedelta(0)
    return date(year, month, day) - short

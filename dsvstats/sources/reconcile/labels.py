"""Do the printed words hold: age bands that meet, a period as long as it says?"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from dsvstats.sources.published.figures import Figure
from dsvstats.sources.published.tables import Table
from dsvstats.sources.reconcile.findings import CAUTION, CONTRADICTION, Finding

_RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|—|_|to|and)\s*(\d{1,3})")
_AND_OVER = re.compile(
    r"(\d{1,3})\s*(?:years?)?\s*(?:old|of age)?\s*"
    r"(?:\+|plus\b|(?:and|or)\s+(?:over|above|older|more)\b)"
)
_OVER = re.compile(r"\b(?:over|above|older than)\s+(?:the age of\s+)?(\d{1,3})")
_UP_TO = re.compile(r"\bup to\s+(\d{1,3})|(\d{1,3})\s*(?:years?)?\s*(?:and|or)\s+(?:under|younger)")
_UNDER = re.compile(r"\b(?:under|below|less than|younger than)\s+(?:the age of\s+)?(\d{1,3})")
_ONE_YEAR = re.compile(r"(\d{1,3})(?:\s*years?)?(?:\s*old)?")
_OLDEST = 999
_STATED_LENGTH = re.compile(r"(?:^|_)period_(days|weeks|months|years)$")
_NEAR_A_YEAR = 3
_A_MONTH = 31


def age_band(label: str) -> tuple[int, int] | None:
    """Which ages does this label cover, the first and the last? None if it names no ages.

    >>> age_band("between 20 and 29"), age_band("60+ years old"), age_band("under 20")
    ((20, 29), (60, 999), (0, 19))
    """
    text = label.casefold()
    for pattern, ages in (
        (_RANGE, lambda found: (int(found[1]), int(found[2]))),
        (_AND_OVER, lambda found: (int(found[1]), _OLDEST)),
        (_OVER, lambda found: (int(found[1]) + 1, _OLDEST)),
        (_UP_TO, lambda found: (0, int(found[1] or found[2]))),
        (_UNDER, lambda found: (0, int(found[1]) - 1)),
    ):
        if found := pattern.search(text):
            return ages(found)
    found = _ONE_YEAR.fullmatch(text.strip())
    return (int(found[1]), int(found[1])) if found else None


def age_bands(part: Table) -> Iterator[Finding]:
    """Do the age bands of this table overlap, leave gaps if complete, or hold no range of ages?"""
    if part.figures[0].strand != "age":
        return
    bands = {}
    for figure in part.figures:
        if figure.kind in ("component", "stated_rate"):
            ages = age_band(figure.category)
            if ages and _RANGE.search(figure.category) and ages[0] >= ages[1]:
                held = f"age {ages[0]} only" if ages[0] == ages[1] else "no ages"
                yield _band_finding((figure,), f"{figure.category} holds {held}", held)
            if ages and ages[0] <= ages[1]:
                bands.setdefault(ages, figure)
    reached, last = None, None
    for ages, figure in sorted(bands.items()):
        if last and ages[0] <= reached:
            end = min(reached, ages[1])
            both = f"age {ages[0]}" if end == ages[0] else f"ages {ages[0]} to {end}"
            both = f"ages {ages[0]} and over" if end == _OLDEST else both
            verb = "is" if both == f"age {ages[0]}" else "are"
            yield _band_finding(
                (last, figure), f"{both} {verb} in both {last.category} and {figure.category}", both
            )
        elif last and ages[0] > reached + 1 and part.form == "brk":
            start, end = reached + 1, ages[0] - 1
            none = f"age {start}" if start == end else f"ages {start} to {end}"
            yield _band_finding(
                (last, figure),
                f"{none} {'is' if start == end else 'are'} in no band, between {last.category} "
                f"and {figure.category}",
                none,
            )
        if reached is None or ages[1] > reached:
            reached, last = ages[1], figure


def _band_finding(figures: tuple[Figure, ...], sentence: str, ages: str) -> Finding:
    return Finding(
        "age_bands",
        figures,
        f"{sentence[0].upper()}{sentence[1:]}.",
        severity=CAUTION,
        printed="; ".join(each.category for each in figures),
        recomputed=ages,
    )


def period_length(figures: list[Figure]) -> Iterator[Finding]:
    """Is each period as long as it is said to be, or else, if nearly so, whole years?

    A length is stated by a figure whose measure ends in period_days, _weeks, _months or _years;
    it speaks for the periods of its document and area that end on the same day, if they are
    within a month of it.
    """
    periods, lengths = defaultdict(list), defaultdict(set)
    for each in figures:
        if each.period_start and each.period_end:
            periods[each.doc, each.area, each.period_start, each.period_end].append(each)
        stated = _STATED_LENGTH.search(each.measure)
        if stated and each.text and each.value.denominator == 1 and 0 < each.value < 1000:
            lengths[each.doc, each.area, each.period_end].add((int(each.value), stated[1]))
    for (doc, area, first, last), held in periods.items():
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        days = (end - start).days + 1
        stated = lengths.get((doc, area, last), set())
        if days < 1:
            said, fault = "", f"ends on {last}, before it begins"
        elif stated:
            off = min(abs((end - _ends(start, *length)).days) for length in stated)
            if not off or off > _A_MONTH:
                continue
            said = " or ".join(f"{count} {what}" for count, what in sorted(stated))
            fault = f"has {days:,} days, not {said}"
        else:
            years = max(1, round(days / 365.25))
            off = abs((end - _ends(start, years, "years")).days)
            if not off or off > _NEAR_A_YEAR or not days % 7:
                continue
            said = "1 year" if years == 1 else f"{years} years"
            fault = f"has {days:,} days, {off} off {said}"
        yield Finding(
            "period_length",
            tuple(held),
            f"The period from {first} to {last}, both days included, {fault}.",
            severity=CAUTION if days > 0 else CONTRADICTION,
            printed=said or f"{first} to {last}",
            recomputed=f"{days:,} days",
            whole_table=True,
        )


def _ends(start: date, count: int, what: str) -> date:
    """On which day does a period end that begins on this one and lasts so long?"""
    if what in ("days", "weeks"):
        return start + timedelta(days=count * (7 if what == "weeks" else 1) - 1)
    months = start.month - 1 + count * (12 if what == "years" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    short = timedelta(days=1) if day == start.day else timedelta(0)
    return date(year, month, day) - short

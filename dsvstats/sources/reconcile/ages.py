"""Which ages do printed words name?"""

from __future__ import annotations

import re

RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|—|_|to|and)\s*(\d{1,3})")
_AND_OVER = re.compile(
    r"(\d{1,3})\s*(?:years?)?\s*(?:old|of age)?\s*"
    r"(?:\+|plus\b|(?:and|or)\s+(?:over|above|older|more)\b)"
)
_OVER = re.compile(r"\b(?:over|above|older than)\s+(?:the age of\s+)?(\d{1,3})")
_UP_TO = re.compile(r"\bup to\s+(\d{1,3})|(\d{1,3})\s*(?:years?)?\s*(?:and|or)\s+(?:under|younger)")
_UNDER = re.compile(r"\b(?:under|below|less than|younger than)\s+(?:the age of\s+)?(\d{1,3})")
_ONE_YEAR = re.compile(r"(\d{1,3})(?:\s*years?)?(?:\s*old)?")
_OLDEST = 999


def age_band(label: str) -> tuple[int, int] | None:
    """Which ages does this label cover, the first and the last? None if it names no ages.

    >>> age_band("between 20 and 29"), age_band("60+ years old"), age_band("under 20")
    ((20, 29), (60, 999), (0, 19))
    """
    text = label.casefold()
    for pattern, ages in (
        (RANGE, lambda found: (int(found[1]), int(found[2]))),
        (_AND_OVER, lambda found: (int(found[1]), _OLDEST)),
        (_OVER, lambda found: (int(found[1]) + 1, _OLDEST)),
        (_UP_TO, lambda found: (0, int(found[1] or found[2]))),
        (_UNDER, lambda found: (0, int(found[1]) - 1)),
    ):
        if found := pattern.search(text):
            return ages(found)
    found = _ONE_YEAR.fullmatch(text.strip())
    return (int(found[1]), int(found[1])) if found else None


def ages_named(low: int, high: int) -> str:
    """What are these ages called?

    >>> ages_named(18, 29), ages_named(60, 999)
    ('ages 18 to 29', 'ages 60 and over')
    """
    if high == _OLDEST:
        return f"ages {low} and over"
    return f"age {low}" if low == high else f"ages {low} to {high}"

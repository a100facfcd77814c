"""Numbers as a page gives them: counts, percentages, ratios, small numbers in words."""

from __future__ import annotations

import math

import pandas as pd

NOT_SUPPLIED = "not supplied"
NO_LIMIT = "no upper limit"
_FINEST = 6
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(value: float | None) -> str:
    """A count, or a number of any size, in figures.

    >>> number(50986), number(12.5), number(float("nan"))
    ('50,986', '12.5', 'not supplied')
    """
    if value is None or _missing(value):
        return NOT_SUPPLIED
    if math.isinf(value):
        return NO_LIMIT if value > 0 else "no lower limit"
    return rounded(value, digits=0 if float(value).is_integer() else digits_for(value))


def whole(value: float) -> str:
    """A number in figures, to the nearest whole one where it is 100 or more.

    >>> whole(32400.7), whole(15.04)
    ('32,401', '15.0')
    """
    if _missing(value) or math.isinf(value) or abs(value) < 100:
        return number(value)
    return number(round(value))


def digits_for(value: float) -> int:
    """How many decimal places does a number of this size need? Three figures, two places at most.

    >>> digits_for(3.14), digits_for(31.4), digits_for(314)
    (2, 1, 0)
    """
    size = abs(value)
    return 2 if size < 9.995 else 1 if size < 99.95 else 0


def rounded(value: float, *, digits: int, never: tuple[float, ...] = (0,)) -> str:
    """The number to so many places, or to more where it would seem to be one that it is not.

    >>> rounded(1.002, digits=2, never=(0, 1)), rounded(0.0004, digits=2), rounded(0.0, digits=2)
    ('1.002', '0.0004', '0.00')
    """
    if math.isinf(value):
        return NO_LIMIT if value > 0 else "no lower limit"
    value = float(value)
    if round(value, _FINEST) not in never:
        while round(value, digits) in never:
            digits += 1
    return minus(f"{value:,.{digits}f}")


def minus(text: str) -> str:
    """A negative number with a minus sign, not a hyphen.

    >>> minus("-3") == chr(0x2212) + "3"
    True
    """
    return "\N{MINUS SIGN}" + text[1:] if text.startswith("-") else text


def word(value: int) -> str:
    """A small number in words.

    >>> word(3), word(12)
    ('three', '12')
    """
    return _WORDS[value] if 0 <= value < len(_WORDS) else f"{value:,}"


def counted(value: int, noun: str, plural: str = "") -> str:
    """A number of things, the noun in step.

    >>> counted(1, "group"), counted(12, "category", "categories")
    ('one group', '12 categories')
    """
    return f"{word(value)} {noun if value == 1 else plural or noun + 's'}"


def percent(value: float | None, *, digits: int = 0) -> str:
    """A proportion as a percentage, never rounded to 0% or 100% if it is not.

    >>> percent(0.4583), percent(0.4583, digits=1), percent(0.0003), percent(0.9997)
    ('46%', '45.8%', '0.03%', '99.97%')
    """
    if value is None or _missing(value) or math.isinf(value):
        return number(value)
    share = 100 * float(value)
    return f"{rounded(share, digits=0 if share in (0, 100) else digits, never=(0, 100))}%"


def _missing(value) -> bool:
    return value is pd.NA or math.isnan(value)

"""Could a value be printed so: rounded, or cut off?"""

from __future__ import annotations

from fractions import Fraction

from dsvstats.sources.published.figures import amount, step


def rounds_to(value: Fraction | int, printed: str) -> bool:
    """Could this value, rounded either way at a half, be printed so?

    >>> rounds_to(Fraction(397, 10), "40"), rounds_to(Fraction(397, 10), "39")
    (True, False)
    """
    return 2 * abs(Fraction(value) - amount(printed)) <= step(printed)


def cut_to(value: Fraction | int, printed: str) -> bool:
    """Could this value, cut off after the last printed place, be printed so?

    >>> cut_to(Fraction(397, 10), "39"), cut_to(Fraction(397, 10), "40")
    (True, False)
    """
    return 0 <= value - amount(printed) < step(printed)


def printed_so(value: Fraction | int, printed: str) -> bool:
    """Could this value be printed so, rounded or cut off?

    >>> printed_so(Fraction(397, 10), "39"), printed_so(Fraction(397, 10), "41")
    (True, False)
    """
    return rounds_to(value, printed) or cut_to(value, printed)

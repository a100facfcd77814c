"""Which single misprinted digit would explain a table that does not add up?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

Key = TypeVar("Key")
_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")


def misprints(number: str) -> set[str]:
    """Which numbers differ from this one by one digit changed, dropped or added?

    The decimal point stays where it is; a number does not begin with a needless 0.

    >>> sorted(misprints("7"))[:4], "3649" in misprints("13649"), "0649" in misprints("10649")
    (['0', '1', '17', '2'], True, False)
    """
    if not _NUMBER.fullmatch(number):
        return set()
    found: set[str] = set()
    for at in range(len(number) + 1):
        before, after = number[:at], number[at:]
        found.update(f"{before}{digit}{after}" for digit in "0123456789")
        if after and after[0] != ".":
            found.add((before + after[1:]).removesuffix("."))
            found.update(f"{before}{digit}{after[1:]}" for digit in "0123456789")
    return {each for each in found - {number} if _NUMBER.fullmatch(each)}


def only_repair(
    numbers: Iterable[tuple[Key, str]], mends: Callable[[Key, str], bool]
) -> tuple[Key, str] | None:
    """Which one change of one digit in one number mends the table, if only one does?

    `numbers` are the printed numbers that may be wrong, each with a key; `mends` is given a key
    and what its number might have been, and says whether the table then holds. The result is
    the key and that number, or None where no change mends the table or more than one does.

    >>> parts = [("a", "13649"), ("b", "51")]
    >>> others = {"a": 51, "b": 13649}
    >>> only_repair(parts, lambda key, new: int(new) + others[key] == 3700)
    ('a', '3649')
    """
    found = None
    for key, printed in numbers:
        for new in sorted(misprints(printed)):
            if mends(key, new):
                if found is not None:
                    return None
                found = (key, new)
    return found

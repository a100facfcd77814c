"""Ratios and shares as people say them."""

from __future__ import annotations

import math

from dsvstats.reporting.wording import numerals

_NEAR, _EXACT = 0.1, 0.02
_PLAIN, _ALMOST = 0.03, 0.002
_PARTS = {
    1 / 4: "a quarter",
    1 / 3: "a third",
    2 / 3: "two thirds",
    3 / 4: "three quarters",
}
_TENTHS = {
    1: "one in ten",
    2: "one in five",
    3: "three in ten",
    4: "four in ten",
    5: "half",
    6: "six in ten",
    7: "seven in ten",
    8: "four in five",
    9: "nine in ten",
}
_TIMES = {1: "once", 2: "twice"}
_FRACTIONS = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth"}
_LARGEST, _TWICE = 20, 1.8


def often(ratio: float) -> str:
    """How often is it, as one says it before whom or what it is compared with?

    A whole number within a tenth of it; a quarter or a third more; nearer 1 a percentage; below 1
    the other way about.

    >>> often(3.98), often(2.13), often(1.27), often(1.15)
    ('four times as often as', 'about twice as often as', 'a quarter more often than', '15% more often than')
    >>> often(2.5), often(0.49), often(0.64), often(1.6)
    ('2.5 times as often as', 'about half as often as', '36% less often than', '60% more often than')
    """
    if ratio >= _TWICE:
        return f"{_whole(ratio)} as often as"
    if ratio >= 1:
        return f"{more(ratio)} more often than"
    turned = 1 / ratio if ratio > 0 else float("inf")
    number = round(turned) if turned < _LARGEST else 0
    if number in _FRACTIONS and abs(turned - number) <= _NEAR * number:
        about = "about " if abs(turned - number) > _EXACT * number else ""
        return f"{about}{_FRACTIONS[number]} as often as"
    return f"{100 * (1 - ratio):.0f}% less often than"


def apart(ratio: float) -> float:
    """How far is this ratio from 1, either way? Twice and half are equally far.

    >>> round(apart(2), 2), round(apart(0.5), 2), apart(0)
    (0.69, 0.69, inf)
    """
    return abs(math.log(ratio)) if 0 < ratio < math.inf else math.inf


def more(ratio: float) -> str:
    """How much more, of a ratio between 1 and 2?

    >>> more(1.27), more(1.33), more(1.15), more(1.52)
    ('a quarter', 'a third', '15%', '52%')
    """
    over = ratio - 1
    if 0.2 <= over <= 0.3:
        return "a quarter"
    if 0.3 < over <= 0.36:
        return "a third"
    return f"{100 * over:.0f}%"


def _whole(ratio: float) -> str:
    number = round(ratio)
    off = abs(ratio - number)
    if off > _NEAR * number:
        return f"{ratio:.1f} times"
    words = _TIMES.get(number) or f"{numerals.word(number)} times"
    return f"about {words}" if off > _EXACT * number else words


def times(ratio: float) -> str:
    """The ratio as a headline figure.

    >>> times(3.98), times(2.13), times(1.27), times(1.15), times(0.39), times(2.5)
    ('4 times', '2 times', '1.3 times', '1.15 times', '0.4 times', '2.5 times')
    """
    if not math.isfinite(ratio):
        return "many times"
    number = round(ratio)
    if number > 1 and abs(ratio - number) <= _NEAR * number:
        return f"{number} times"
    if 0.8 < ratio < 1.2:
        return f"{ratio:.2f} times"
    return f"{ratio:.1f} times" if ratio >= 0.1 else f"{ratio:.2f} times"


def share(value: float) -> str:
    """A share as one says it: the nearest simple one, with "almost" or "over" where it is further.

    >>> share(0.81), share(0.836), share(0.458), share(0.518), share(0.925)
    ('four in five', 'over four in five', 'almost half', 'half', 'nine in ten')
    >>> share(0.985), share(0.02), share(0.25)
    ('98 in 100', '2 in 100', 'a quarter')
    """
    if value < 0.07 or value > 0.95:
        return hundred(value)
    simple = {n / 10: words for n, words in _TENTHS.items()}
    near = min(_PARTS, key=lambda each: abs(each - value))
    if abs(near - value) <= 0.015:
        return _PARTS[near]
    near = min(simple, key=lambda each: abs(each - value))
    off = value - near
    if abs(off) <= _PLAIN + 1e-9:
        return simple[near]
    return f"{'over' if off > 0 else 'almost'} {simple[near]}"


def share_of(value: float) -> str:
    """The same, as it stands before what it is a share of.

    >>> share_of(0.5), share_of(0.8), share_of(0.33)
    ('half of', 'four in five', 'a third of')
    """
    words = share(value)
    return f"{words} of" if words.endswith(("half", *_PARTS.values())) else words


def hundred(value: float) -> str:
    """So many in 100, never none or all of them where it is not.

    >>> hundred(0.985), hundred(0.9999), hundred(0.197), hundred(0.0001)
    ('98 in 100', 'almost 100 in 100', '20 in 100', 'fewer than 1 in 100')
    """
    number = round(100 * value)
    if number == 100 and value < 1:
        return "almost 100 in 100"
    if number == 0 and value > 0:
        return "fewer than 1 in 100"
    return f"{number} in 100"


def percent(value: float) -> str:
    """A share as a whole percentage, from its counts.

    >>> percent(864 / 2033), percent(0.998), percent(1.0)
    ('42%', 'over 99%', '100%')
    """
    number = round(100 * value)
    if number == 100 and value < 1:
        return "over 99%"
    return "under 1%" if number == 0 and value > 0 else f"{number}%"

"""Where a number stands in a figure of rows: a scale whose ticks are words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

_RANGES = {4: 2, 8: 2, 16: 4, 64: 4}
"""How far a scale of ratios may reach, and by what its ticks are apart."""
_FRACTIONS = {2: "½", 4: "¼", 8: "⅛", 16: "1/16", 64: "1/64"}
_STEPS = (1, 2, 4, 5, 10)


@dataclass(frozen=True)
class Scale:
    """From ``low`` to ``high``; evenly spaced ``ticks`` in words; ``null`` is no difference."""

    low: float
    high: float
    ticks: tuple[str, ...]
    log: bool = False
    null: float | None = None

    def at(self, value: float) -> float:
        """Where does this value stand, in per cent of the width? At an end if it is beyond it.

        >>> ratios([0.5, 2.0]).at(1.0), shares([]).at(0.25), shares([]).at(7.0)
        (50.0, 25.0, 100.0)
        """
        low, high = self.low, self.high
        if self.log:
            value = math.log(max(value, 1e-300))
            low, high = math.log(low), math.log(high)
        return 100 * min(max((value - low) / (high - low), 0.0), 1.0)

    def beyond(self, value: float) -> int:
        """Is this value off the scale: -1 below it, 1 above it, 0 on it?"""
        return (value > self.high) - (value < self.low)


def ratios(values: Iterable[float], limits: Iterable[float] = ()) -> Scale:
    """A log scale around 1 that holds these values: from a quarter to four times, or wider.

    It grows to eight times for ``limits``, and no further: those that run off it end in arrows.

    >>> ratios([0.4, 1.6]).ticks
    ('¼', '½', 'equal', '2×', '4×')
    >>> ratios([1.5], limits=[30.0]).high
    8.0
    """
    reach = _reach(values)
    if reach == min(_RANGES):
        reach = min(_reach(limits), 8)
    step = _RANGES[reach]
    above = [step**n for n in range(1, round(math.log(reach, step)) + 1)]
    ticks = [*(_FRACTIONS[each] for each in reversed(above)), "equal", *(f"{n}×" for n in above)]
    return Scale(1 / reach, float(reach), tuple(ticks), log=True, null=1.0)


def _reach(values: Iterable[float]) -> int:
    known = [abs(math.log(each)) for each in values if each > 0 and math.isfinite(each)]
    widest = math.exp(max(known, default=0.0))
    return next((each for each in _RANGES if widest <= each), max(_RANGES))


def shares(values: Iterable[float], *, null: float | None = None) -> Scale:
    """A scale of proportions from 0: to 1, or less far where all are small.

    >>> shares([0.03]).ticks, shares([0.6]).high
    (('0%', '1%', '2%', '3%', '4%'), 1.0)
    """
    known = [each for each in values if math.isfinite(each)]
    top = max(known, default=1.0)
    high = next((each for each in (0.04, 0.08, 0.2, 0.4) if top <= each), 1.0)
    ticks = tuple(f"{100 * high * n / 4:.10g}%" for n in range(5))
    return Scale(0.0, high, ticks, null=null)


def amounts(
    values: Iterable[float],
    *,
    whole: bool = False,
    write: Callable[[float], str] = "{:,.10g}".format,
) -> Scale:
    """A scale of amounts from 0, to a round number above them all; of ``whole`` numbers, or any.

    >>> amounts([2801, 1187]).ticks
    ('0', '1,000', '2,000', '3,000', '4,000')
    """
    top = max((each for each in values if math.isfinite(each)), default=1.0)
    step = _step(max(top / 4, 1.0 if whole else 0.0) or 0.25)
    return Scale(0.0, 4 * step, tuple(write(step * n) for n in range(5)))


def differences(values: Iterable[float], *, write: Callable[[float], str]) -> Scale:
    """A scale of differences, as far below 0 as above it.

    >>> differences([-0.03, 0.1], write="{:g}".format).ticks
    ('-0.1', '-0.05', 'equal', '0.05', '0.1')
    """
    top = max((abs(each) for each in values if math.isfinite(each)), default=1.0)
    step = _step(top / 2 or 0.5)
    numbers = [step * n for n in range(-2, 3)]
    ticks = tuple("equal" if number == 0 else write(number) for number in numbers)
    return Scale(-2 * step, 2 * step, ticks, null=0.0)


def _step(least: float) -> float:
    """The smallest round step that is not below this one."""
    power = 10 ** math.floor(math.log10(least))
    rounded = next(each for _, each in pairwise((0, *_STEPS)) if each * power >= least * (1 - 1e-9))
    return rounded * power

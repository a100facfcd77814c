"""The one axis that a chart's rows share: its range, its ticks and their words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.ticker import MaxNLocator

from dsvstats.reporting.figures import theme

_BEYOND, _ROOM = 2.5, 0.08
_ROUND = [1, 2, 2.5, 5, 10]
_STEPS = (
    (1,),
    (1, 3),
    (1, 2, 5),
    (1, 1.5, 2, 3, 5, 7),
    (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8),
    tuple(n / 10 for n in range(10, 100)),
)


@dataclass(frozen=True)
class Axis:
    """A range on a linear or log scale, the line of no difference, and how a tick reads."""

    low: float
    high: float
    log: bool = False
    line: float | None = None
    label: str = ""
    write: Callable[[float], str] = "{:,.10g}".format
    whole: bool = False

    def ticks(self, room: float) -> list[float]:
        """Round numbers along an axis this many inches long, no closer than their words."""
        fitting = [each for each in self._candidates() if each and self._fits(each, room)]
        return max(fitting, key=len, default=[])

    def _fits(self, ticks: list[float], room: float) -> bool:
        ends = [room * self._along(tick) for tick in ticks]
        gaps = [b - a for a, b in pairwise(ends)]
        return min(gaps, default=room) >= self._room(ticks)

    def _candidates(self) -> list[list[float]]:
        if self.log:
            found = [_powers(self.low, self.high, apart) for apart in (4, 3, 2)]
            found += [_round_numbers(self.low, self.high, steps) for steps in _STEPS]
            pairs = [[1 / side, 1.0, side] for side in (5.0, 4.0, 2.0)]
            return found + [each for each in pairs if self.low <= each[0] and each[2] <= self.high]
        inside = 1e-9 * (self.high - self.low)
        return [
            [
                float(tick)
                for tick in MaxNLocator(most, steps=_ROUND, integer=self.whole).tick_values(
                    self.low, self.high
                )
                if self.low - inside <= tick <= self.high + inside
            ]
            for most in range(1, 7)
        ]

    def _along(self, value: float) -> float:
        low, high = (math.log(each) if self.log else each for each in (self.low, self.high))
        return ((math.log(value) if self.log else value) - low) / (high - low)

    def _room(self, ticks: list[float]) -> float:
        return max(theme.width_of(self.write(tick), theme.SMALL) for tick in ticks) + 0.1

    def inside(self, value: float) -> float:
        """The value, or the end of the axis that it lies beyond."""
        return min(max(value, self.low), self.high)


def ratios(values: Iterable[tuple[float, float, float]], **words) -> Axis:
    """A log axis for ratios with their limits, that holds 1 and every estimate above 0.

    Limits further from the estimates than four times are left to run off the axis.
    """
    held = [each for each in values if _usable(each[0])]
    points = [each[0] for each in held] or [1.0]
    low = min(points + [max(v[1], min(points) / _BEYOND) for v in held if _usable(v[1])])
    high = max(points + [min(v[2], max(points) * _BEYOND) for v in held if _usable(v[2])])
    low, high = min(low, 0.8), max(high, 1.25)
    room = (high / low) ** _ROOM
    return Axis(low / room, high * room, log=True, line=1.0, **words)


def amounts(values: Iterable[float], *, label: str) -> Axis:
    """An axis of whole numbers from 0 that holds these counts.

    >>> amounts([3, 250], label="People").high
    255.0
    """
    most = max((value for value in values if math.isfinite(value)), default=0.0)
    return Axis(0.0, 1.02 * most if most > 0 else 1.0, label=label, whole=True)


def linear(values: Iterable[float], *, within: tuple[float, float], **words) -> Axis:
    """A linear axis that holds these values, with room, inside the values that can be."""
    held = [value for value in values if not math.isnan(value) and math.isfinite(value)]
    low, high = (min(held), max(held)) if held else within
    room = _ROOM * (high - low or abs(high) or 1.0)
    return Axis(max(low - room, within[0]), min(high + room, within[1]), **words)


def _powers(low: float, high: float, apart: int) -> list[float]:
    powers = range(
        apart * math.floor(math.log10(low) / apart), math.ceil(math.log10(high)) + 1, apart
    )
    return [10.0**power for power in powers if low <= 10.0**power <= high]


def _round_numbers(low: float, high: float, steps: tuple[float, ...]) -> list[float]:
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    found = [step * 10.0**power for power in powers for step in steps]
    return [value for value in found if low <= value <= high]


def _usable(value: float) -> bool:
    return math.isfinite(value) and value > 0

"""Limits of a weighted sum of rates from the limits of each: never of no width at no events."""

from __future__ import annotations

import numpy as np

from dsvstats.statistics import common, intervals
from dsvstats.statistics.disproportionality.mantel_haenszel import Strata


def rate_limits(
    count: np.ndarray,
    base: np.ndarray,
    *,
    rates: np.ndarray | bool,
    spread: np.ndarray,
    level: float | np.ndarray,
) -> list[np.ndarray]:
    """Each rate with its own limits: Byar's (exact below 10) of a rate, Wilson's of a share."""

    def limit(count, base, rates, *, level):
        rates = rates.astype(bool)
        nobs = np.where(rates, np.nan, base)
        shares = intervals.proportion(np.where(rates, np.nan, count), nobs, level=level)
        events = intervals.count(np.where(rates, count, np.nan), level=level)
        return [np.where(rates, a / base, b) for a, b in zip(events, shares, strict=True)]

    are_rates = np.broadcast_to(np.asarray(rates, dtype=float), count.shape)
    return common.dispersed(limit, [count, base, are_rates], spread=spread, level=level)


def combined(
    weights: list[np.ndarray], limits: list[list[np.ndarray]], add
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a sum of weighted estimates by variance recovered from their limits.

    On the side of a limit, each term adds the square of its weight times the distance to its own
    limit there; the root of the sum is the distance to the limit of the whole (Zou and Donner
    2008). ``add`` adds up within each family.
    """
    down, up = 0.0, 0.0
    centre = 0.0
    for weight, (estimate, lower, upper) in zip(weights, limits, strict=True):
        below, above = weight * (estimate - lower), weight * (upper - estimate)
        centre = centre + add(weight * estimate)
        down = down + add(np.where(weight > 0, below, above) ** 2)
        up = up + add(np.where(weight > 0, above, below) ** 2)
    return centre - np.sqrt(down), centre + np.sqrt(up)


def strata_limits(
    held: Strata,
    weight: np.ndarray,
    *,
    rates: bool,
    spread: np.ndarray,
    level: float | np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the weighted difference of two arms over strata."""
    wide = spread[held.family]
    levels = np.broadcast_to(np.asarray(level, dtype=float), spread.shape)[held.family]
    arms = [
        rate_limits(count, base, rates=rates, spread=wide, level=levels)
        for count, base in ((held.count, held.base), (held.count_ref, held.base_ref))
    ]
    return combined([weight, -weight], arms, held.sum)

"""A ratio of two rates by what they are of: its name, its limits and its test."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dsvstats.statistics import common, intervals
from dsvstats.terms import units

_LOG = {"proportion": "log", "rate": "log", "ratio": "woolf"}


_LIMITS = {
    "rate": intervals.rate_ratio,
    "proportion": intervals.risk_ratio,
    "ratio": intervals.odds_ratio,
}
_TESTS = {
    "rate": intervals.rate_ratio_p,
    "proportion": intervals.risk_ratio_p,
    "ratio": intervals.odds_ratio_p,
}


def ratios(
    kind: pd.Series,
    sides: list[np.ndarray],
    *,
    level: float | np.ndarray,
    method: str,
    spread: np.ndarray,
) -> list[np.ndarray]:
    """The ratio of a group's rate to another's, and its limits.

    ``sides`` are the group's count and base and the other's; what ``kind`` says of them decides
    which ratio it is: of rates, of proportions, or of ratios of counts (an odds ratio). ``level``
    is one for all or one for each row.
    """
    levels = np.broadcast_to(np.asarray(level, dtype=float), spread.shape)
    limits = [np.full(len(spread), np.nan) for _ in range(3)]
    for each, at, arrays, named in _by_kind(kind, sides, method):

        def limit(*arrays, level, ratio=_LIMITS[each], named=named):
            return ratio(*arrays, level=level, method=named)

        found = common.dispersed(limit, arrays, spread=spread[at], level=levels[at])
        for values, value in zip(limits, found, strict=True):
            values[at] = value
    return limits


def ratios_p(
    kind: pd.Series, sides: list[np.ndarray], *, method: str, spread: np.ndarray
) -> np.ndarray:
    """The p-value of no difference between a group's rate and another's, as for ``ratios``."""
    p = np.full(len(spread), np.nan)
    for each, at, arrays, named in _by_kind(kind, sides, method):
        p[at] = common.softened(_TESTS[each](*arrays, method=named), spread[at])
    return p


def _by_kind(kind: pd.Series, sides: list[np.ndarray], method: str) -> Iterator[tuple]:
    """Each kind, its rows, what its ratio is made from, and the method's name for it."""
    of_kind = kind.to_numpy(dtype=object)
    for each in dict.fromkeys(of_kind):
        at = of_kind == each
        arrays = [side[at] for side in sides]
        if each == "ratio":
            arrays = [arrays[0], arrays[0] + arrays[1], arrays[2], arrays[2] + arrays[3]]
        yield each, at, arrays, _LOG[each] if method == "log" else method


def of_shares(
    sides: list[np.ndarray], *, level: float | np.ndarray, method: str, spread: np.ndarray
) -> list[np.ndarray]:
    """The ratio of a group's share of one count to its share of another, both of them random.

    With its limits; ``sides`` are the group's and everyone's, of the one and of the other.
    """

    def limit(*arrays, level):
        return intervals.risk_ratio(*arrays, level=level, method=method)

    return common.dispersed(limit, sides, spread=spread, level=level)


def of_shares_p(sides: list[np.ndarray], *, method: str, spread: np.ndarray) -> np.ndarray:
    """The p-value of no difference between these two shares."""
    return common.softened(intervals.risk_ratio_p(*sides, method=method), spread)


def part_of_whole(ratio: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A ratio to everyone else, as a ratio to the whole of which the part is this share."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 / (share + (1 - share) / ratio)


def statistic(rows: pd.DataFrame) -> np.ndarray:
    """What is each row's ratio called, truthfully?"""
    nested = np.where(rows["unit"].isin(units.people()), "risk ratio", "ratio of proportions")
    kind = rows["kind"].to_numpy(dtype=object)
    return np.where(
        kind == "rate", "rate ratio", np.where(kind == "proportion", nested, "ratio of ratios")
    )

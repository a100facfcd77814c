"""How often do limits at a nominal 95% hold the truth, and how wide are they?

Every count that a truth can give is enumerated with its probability, so the coverages are exact
but for the compositions, which are drawn. The grid is meant to be hard: tiny, unequal, extreme.

    python -m benchmarks.coverage
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.stats import binom, poisson

from dsvstats.statistics import intervals
from dsvstats.statistics.intervals import methods as _methods
from dsvstats.statistics.intervals.cautions import FEWEST

BASES = (1, 2, 5, 10, 13, 20, 30, 50, 100, 500)
SHARES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99)
MEANS = (0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 8, 10, 12, 15, 20, 50, 100, 1000)
PAIRS = ((1, 100), (5, 5), (5, 50), (10, 10), (10, 400), (13, 200), (20, 20), (30, 100), (100, 100))
REFERENCES = (0.01, 0.05, 0.1, 0.3, 0.5, 0.8)
RATIOS = (0.2, 0.5, 1.0, 1.5, 3.0)
EXPOSURES = ((1, 1), (1, 10), (5, 1), (1, 100))
COMPOSITIONS = ((0.7, 0.2, 0.1), (0.6, 0.2, 0.1, 0.06, 0.04), (0.96, 0.02, 0.01, 0.01), (0.2,) * 5)
DRAWS = 20_000


class Cell(NamedTuple):
    """One truth under one method."""

    where: str
    smallest: float  # cell expected
    coverage: float
    width: float  # mean, where bounded; of ratios, how many times apart the limits are
    unbounded: float  # chance


def cell(
    interval: intervals.Interval, chance: np.ndarray, truth: float, ratio: bool = False
) -> tuple[float, float, float]:
    """Coverage, mean width and chance of unbounded limits over all counts."""
    lower, upper = interval.lower, interval.upper
    covers = (lower <= truth) & (truth <= upper)
    bounded = np.isfinite(upper) & ((lower > 0) | (not ratio))
    with np.errstate(all="ignore"):
        apart = np.where(bounded, np.log(upper / lower) if ratio else upper - lower, 0)
    width = np.average(apart, weights=chance * bounded + 1e-300)
    return chance[covers].sum(), np.exp(width) if ratio else width, chance[~bounded].sum()


def proportions(method: str) -> Iterator[Cell]:
    for nobs in BASES:
        count = np.arange(nobs + 1)
        interval = intervals.proportion(count, nobs, method=method)
        for share in SHARES:
            chance = binom.pmf(count, nobs, share)
            smallest = nobs * min(share, 1 - share)
            yield Cell(f"n={nobs}, p={share}", smallest, *cell(interval, chance, share))


def counts(method: str) -> Iterator[Cell]:
    for mean in MEANS:
        count = np.arange(int(mean + 12 * np.sqrt(mean) + 40))
        interval = intervals.count(count, method=method)
        yield Cell(f"mean={mean}", mean, *cell(interval, poisson.pmf(count, mean), mean))


def tables(function: Callable, truth: Callable, is_ratio: bool) -> Callable:
    """Cells of a contrast of two shares."""

    def cells(method: str) -> Iterator[Cell]:
        for nobs, nobs_ref in PAIRS:
            count, count_ref = np.arange(nobs + 1)[:, None], np.arange(nobs_ref + 1)
            interval = function(count, nobs, count_ref, nobs_ref, method=method)
            for share_ref, ratio in itertools.product(REFERENCES, RATIOS):
                share = ratio * share_ref
                if share < 1:
                    chance = binom.pmf(count, nobs, share) * binom.pmf(
                        count_ref, nobs_ref, share_ref
                    )
                    where = f"n1={nobs}, n0={nobs_ref}, p1={share:.3g}, p0={share_ref}"
                    here = nobs * min(share, 1 - share)
                    there = nobs_ref * min(share_ref, 1 - share_ref)
                    found = cell(interval, chance, truth(share, share_ref), is_ratio)
                    yield Cell(where, min(here, there), *found)

    return cells


def rate_ratios(method: str) -> Iterator[Cell]:
    for mean_ref, (exposure, exposure_ref) in itertools.product((0.2, 1, 2, 5, 10, 50), EXPOSURES):
        for ratio in RATIOS:
            mean = mean_ref * ratio * exposure / exposure_ref
            count = np.arange(int(mean + 9 * np.sqrt(mean) + 25))[:, None]
            count_ref = np.arange(int(mean_ref + 9 * np.sqrt(mean_ref) + 25))
            interval = intervals.rate_ratio(count, exposure, count_ref, exposure_ref, method=method)
            chance = poisson.pmf(count, mean) * poisson.pmf(count_ref, mean_ref)
            where = f"expected {mean:.3g} against {mean_ref:.3g}, ratio {ratio}"
            found = cell(interval, chance, ratio, True)
            yield Cell(where, min(mean, mean_ref), *found)


def compositions(method: str) -> Iterator[Cell]:
    rng = np.random.default_rng(2)
    for shares, total in itertools.product(COMPOSITIONS, (20, 100, 1000)):
        drawn = rng.multinomial(total, shares, DRAWS)
        _, lower, upper = intervals.shares(drawn, method=method)
        covers = ((lower <= shares) & (shares <= upper)).all(axis=1)
        smallest = total * min(*shares, 1 - max(shares))
        where = f"n={total}, {shares}"
        yield Cell(where, smallest, covers.mean(), (upper - lower).mean(), 0.0)


FAMILIES = {
    "proportion": (_methods.PROPORTION, proportions),
    "count": (_methods.COUNT, counts),
    "risk_ratio": (
        _methods.RISK_RATIO,
        tables(intervals.risk_ratio, lambda p, q: p / q, True),
    ),
    "risk_difference": (
        _methods.RISK_DIFFERENCE,
        tables(intervals.risk_difference, lambda p, q: p - q, False),
    ),
    "odds_ratio": (
        _methods.ODDS_RATIO,
        tables(intervals.odds_ratio, lambda p, q: p / (1 - p) / (q / (1 - q)), True),
    ),
    "rate_ratio": (_methods.RATE_RATIO, rate_ratios),
    "shares": (_methods.SHARES, compositions),
}


def report() -> None:
    """Print a line for each method, the default of each statistic first.

    `beyond` is the worst coverage where no cell expected is so small that the default has a note.
    """
    print(f"{'':<36} {'average':>8} {'beyond':>7} {'width':>7} {'unbounded':>9}  worst")
    for name, (methods, cells) in FAMILIES.items():
        for method in methods:
            found = list(cells(method))
            worst = min(found, key=lambda each: each.coverage)
            beyond = min(c.coverage for c in found if c.smallest >= FEWEST.get(name, 0))
            coverage, width, unbounded = np.mean([each[2:] for each in found], axis=0)
            print(
                f"{name + ' ' + method:<36} {coverage:>8.2%} {beyond:>7.1%} {width:>7.3g} "
                f"{unbounded:>9.1%}  {worst.coverage:.1%} at {worst.where}"
            )
    print("Widths of ratios: how many times apart the limits are, where both are bounded.")


if __name__ == "__main__":
    report()

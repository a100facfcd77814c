"""What each area's proportion or rate is, given that it is one of many: estimates and ranks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common
from dsvstats.statistics.comparison import areas
from dsvstats.statistics.comparison.areas import Areas
from dsvstats.statistics.intervals.inputs import tail

_LEAST_AREAS = 3
_SPREADS, _MEANS, _DRAWS, _SEED, _UNLIKELY = 31, 21, 2000, 1, 1e-5
_MOST_SPREAD = {True: 0.7, False: 1.5}
"""The largest root of the correlation within areas, and coefficient of variation between rates."""


@remembered
def shrunken(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure | None = None,
    per: Measure | None = None,
    whole: str = "",
    multiplier: float = 1000,
    level: float = 0.95,
) -> pd.DataFrame:
    """What is each area's proportion or rate, given how all areas vary?

    Small areas are the highest and the lowest by luck. Each is drawn towards the mean of all, the
    more the less it rests on: beta-binomial for parts of a base, gamma-Poisson for counts.
    What is not known of the mean and of the spread between areas is averaged over (a flat prior
    on the spread), so that the limits allow for it.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, of every area.
    measure : str or (unit, measure)
        What was counted.
    of : str or (unit, measure), optional
        The base that it is a part of.
    per : str or (unit, measure), optional
        The base that it is set against, such as "residents", in place of ``of``.
    whole : str, default ""
        The area that holds the others, and is none of them.
    multiplier : float, default 1000
        Rates per resident are for so many; others are not multiplied.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "proportion, partially pooled" or "rate, partially pooled", with
        the posterior mean and quantiles.

    Examples
    --------
    >>> from dsvstats import counts
    >>> numbers = {"Barnet": (1, 10), "Brent": (40, 150), "Camden": (60, 210), "Ealing": (80, 300)}
    >>> cases = pd.concat([
    ...     counts.table(area, "offences", measure, "all", {"All": number})
    ...     for area, both in numbers.items()
    ...     for measure, number in zip(("arrest", "crime"), both)])
    >>> shrunken(cases, "arrest", of="crime")[["area", "estimate"]].round(2)
         area  estimate
    0  Barnet      0.25
    1   Brent      0.27
    2  Camden      0.28
    3  Ealing      0.27
    """
    tail(level)
    held = areas.of(cases, measure, of=of, per=per, whole=whole)
    if held.rows.empty:
        return estimates.empty()
    size = len(held.rows)
    found = {each: np.full(size, np.nan) for each in ("estimate", "lower", "upper")}
    for at, posterior in _posteriors(held):
        low, high = (posterior.quantile(q) for q in ((1 - level) / 2, (1 + level) / 2))
        found["estimate"][at], found["lower"][at], found["upper"][at] = posterior.mean, low, high
    found = {end: held.back(values) for end, values in found.items()}
    rate = (held.rows["kind"] == "rate").to_numpy()
    times = np.where(rate, multiplier, 1.0)
    few = held.usable & np.isnan(found["estimate"])
    pooled = np.where(held.binomial, "beta_binomial", "gamma_poisson")
    return estimates.order(
        estimates.frame(
            held.rows,
            statistic=np.where(
                held.rows["kind"] == "proportion",
                "proportion, partially pooled",
                "rate, partially pooled",
            ),
            **{end: values * times for end, values in found.items()},
            per=times,
            level=level,
            method=np.where(held.usable & ~few, pooled, ""),
            flags=flagged(
                held.rows["flags"],
                (few, "too_few_to_pool"),
                (held.usable, common.independence(held.rows, np.ones(size))),
            ),
        )
    )


@remembered
def ranks(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure | None = None,
    per: Measure | None = None,
    whole: str = "",
    level: float = 0.95,
) -> pd.DataFrame:
    """Which place in order can each area have, 1 the highest?

    A league table's order is mostly luck (Goldstein and Spiegelhalter 1996): these are the ranks
    that the areas' proportions or rates have, drawn together from what is known of them.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, of every area.
    measure : str or (unit, measure)
        What was counted.
    of : str or (unit, measure), optional
        The base that it is a part of.
    per : str or (unit, measure), optional
        The base that it is set against, such as "residents", in place of ``of``.
    whole : str, default ""
        The area that holds the others, and is none of them.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "rank", the middle one and its limits, from the same fit as
        `shrunken`.

    Examples
    --------
    >>> from dsvstats import counts
    >>> numbers = {"Barnet": (1, 10), "Brent": (40, 150), "Camden": (90, 210), "Ealing": (80, 300)}
    >>> cases = pd.concat([
    ...     counts.table(area, "offences", measure, "all", {"All": number})
    ...     for area, both in numbers.items()
    ...     for measure, number in zip(("arrest", "crime"), both)])
    >>> ranks(cases, "arrest", of="crime")[["area", "estimate", "lower", "upper"]]
         area  estimate  lower  upper
    0  Barnet       4.0    1.0    4.0
    1   Brent       3.0    2.0    4.0
    2  Camden       1.0    1.0    2.0
    3  Ealing       3.0    2.0    4.0
    """
    tail(level)
    held = areas.of(cases, measure, of=of, per=per, whole=whole)
    if held.rows.empty:
        return estimates.empty()
    found = {each: np.full(len(held.rows), np.nan) for each in ("estimate", "lower", "upper")}
    for at, posterior in _posteriors(held):
        drawn = posterior.draws(_DRAWS, _SEED)
        order = drawn.shape[1] - np.argsort(np.argsort(drawn, axis=1), axis=1)
        ends = [0.5, (1 - level) / 2, (1 + level) / 2]
        for name, values in zip(
            found, np.quantile(order, ends, axis=0, method="nearest"), strict=True
        ):
            found[name][at] = values
    known = ~np.isnan(found["estimate"])
    method = np.where(held.binomial, "beta_binomial", "gamma_poisson")
    return estimates.order(
        estimates.frame(
            held.rows,
            statistic="rank",
            **found,
            level=level,
            method=np.where(known, method, ""),
            flags=flagged(held.rows["flags"], (held.usable & ~known, "too_few_to_pool")),
        )
    )


def _posteriors(held: Areas) -> Iterator[tuple[np.ndarray, Posterior]]:
    """Which areas are pooled with each other, and what is known of them then."""
    for each in np.unique(held.indicator):
        at = np.flatnonzero((held.indicator == each) & held.usable)
        if len(at) >= _LEAST_AREAS:
            yield at, _fitted(held.count[at], held.trials[at], bool(held.binomial[at[0]]))


@dataclass(frozen=True)
class Posterior:
    """A mixture: at each point of a grid, how likely it is, and each area's beta or gamma there."""

    weight: np.ndarray
    first: np.ndarray
    second: np.ndarray
    part: bool

    @property
    def mean(self) -> np.ndarray:
        """The posterior mean of each area."""
        whole = self.first + self.second if self.part else self.second
        return (self.weight[:, None] * self.first / whole).sum(axis=0)

    def below(self, value: np.ndarray) -> np.ndarray:
        """How likely is each area below this value?"""
        if self.part:
            chance = special.betainc(self.first, self.second, value)
        else:
            chance = special.gammainc(self.first, self.second * value)
        return (self.weight[:, None] * chance).sum(axis=0)

    def quantile(self, q: float) -> np.ndarray:
        """Below which value is each area with this chance? By halving: 30 times."""
        low = np.zeros(self.first.shape[1])
        high = np.ones_like(low)
        if not self.part:
            high = (special.gammaincinv(self.first, 0.9999) / self.second).max(axis=0)
        for _ in range(30):
            middle = (low + high) / 2
            above = self.below(middle) < q
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return (low + high) / 2

    def draws(self, many: int, seed: int) -> np.ndarray:
        """So many draws of all areas."""
        draw = np.random.default_rng(seed)
        at = draw.choice(len(self.weight), many, p=self.weight)
        if self.part:
            return draw.beta(self.first[at], self.second[at])
        return draw.gamma(self.first[at]) / self.second[at]


def _fitted(count: np.ndarray, base: np.ndarray, part: bool) -> Posterior:
    """How likely is each mean and each spread, and what is each area then?"""
    spreads = np.linspace(0.002, _MOST_SPREAD[part], _SPREADS)
    overall = (count.sum() + 0.5) / (base.sum() + 1)
    wide = np.sqrt(np.var(np.log((count + 0.5) / (base + 1))) / len(count) + 1 / (count.sum() + 1))
    steps = np.linspace(-5, 5, _MEANS) * max(float(wide), 1e-3)
    if part:
        means = special.expit(special.logit(min(overall, 1 - 1e-9)) + steps)
    else:
        means = overall * np.exp(steps)
    m, s = (each.ravel()[:, None] for each in np.meshgrid(means, spreads))
    if part:
        size = 1 / s**2 - 1
        a, b = m * size, (1 - m) * size
        log = special.betaln(a + count, b + base - count) - special.betaln(a, b)
        first, second = a + count, b + base - count
    else:
        a, b = 1 / s**2, 1 / (s**2 * m)
        log = special.gammaln(a + count) - special.gammaln(a) + a * np.log(b)
        log = log - (a + count) * np.log(b + base)
        first, second = a + count, b + base
    log = log.sum(axis=1)
    weight = np.exp(log - log.max())
    likely = weight > _UNLIKELY
    weight, first, second = weight[likely], first[likely], second[likely]
    return Posterior(weight / weight.sum(), first, second, part)

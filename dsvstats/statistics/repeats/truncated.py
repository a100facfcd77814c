"""Counts of which 0 is never seen: zero-truncated distributions of reports per person, fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special

_SMALL = 1e-3
"""A size of the negative binomial below this is its boundary, the logarithmic series."""


@dataclass(frozen=True)
class Fit:
    """A fitted distribution: mean before truncation, what else it has, and how the fit ended.

    ``mean`` is λ of the Poisson or the mean of the negative binomial; ``size`` its size;
    ``inflated`` the share of people of whom one report is all that there can be. ``boundary``: the
    likelihood rises to the end of what the parameters can be, so that there is no estimate.
    """

    mean: float
    loglik: float
    size: float = float("inf")
    inflated: float = 0.0
    boundary: bool = False
    error: float = float("nan")

    @property
    def seen(self) -> float:
        """The chance of being seen at all."""
        if self.boundary:
            return float("nan")
        if np.isinf(self.size):
            return float(-np.expm1(-self.mean))
        return float(-np.expm1(self.size * np.log(self.size / (self.size + self.mean))))


def poisson(people: np.ndarray) -> Fit:
    """The zero-truncated Poisson distribution by maximum likelihood.

    ``people[k - 1]`` were reported k times.

    >>> found = poisson([5, 2, 1])
    >>> round(found.mean, 4), round(found.loglik, 4)
    (0.8742, -7.4658)
    """
    people, number = _listed(people)
    size, mean = people.sum(), (people * number).sum() / people.sum()
    if mean <= 1:
        return Fit(0.0, 0.0, boundary=True)
    rate = float(optimize.brentq(lambda x: x / -np.expm1(-x) - mean, 1e-9, mean, xtol=1e-14))
    log = people * (number * np.log(rate) - rate - special.gammaln(number + 1))
    seen = -np.expm1(-rate)
    information = size * (1 / (rate * seen) - np.exp(-rate) / seen**2)
    return Fit(rate, float(log.sum() - size * np.log(seen)), error=float(information**-0.5))


def one_inflated(people: np.ndarray) -> Fit:
    """The same, where for some people one report is all that there can be (Godwin and Böhning 2017).

    What is reported twice or more tells the rate; what is reported once beyond it is the rest.

    >>> found = one_inflated([900, 210, 90, 30])
    >>> round(found.mean, 3), round(found.inflated, 3)
    (1.135, 0.42)
    """
    people, number = _listed(people)
    again = people[number > 1]
    several = number[number > 1]
    if again.sum() == 0 or (several * again).sum() / again.sum() <= 2:
        return Fit(0.0, 0.0, boundary=True)
    mean = (several * again).sum() / again.sum()

    def above(rate: float) -> float:
        return rate * -np.expm1(-rate) / (1 - np.exp(-rate) * (1 + rate)) - mean

    rate = float(optimize.brentq(above, 1e-6, mean, xtol=1e-14))
    seen = -np.expm1(-rate)
    once = rate * np.exp(-rate) / seen
    share = people[number == 1].sum() / people.sum()
    inflated = float((share - once) / (1 - once))
    if inflated <= 0:
        return poisson(people)
    chance = (
        (1 - inflated) * np.exp(number * np.log(rate) - rate - special.gammaln(number + 1)) / seen
    )
    chance = np.where(number == 1, chance + inflated, chance)
    return Fit(rate, float((people * np.log(chance)).sum()), inflated=inflated)


def negative_binomial(people: np.ndarray) -> Fit:
    """The zero-truncated negative binomial; flagged where its likelihood rises to the boundary.

    There it is the logarithmic series, which says nothing of those never seen, and its fit would
    be reported as one with almost everybody unseen.

    >>> negative_binomial([900, 210, 90, 50, 30, 20, 12, 9, 6, 5, 4, 3, 2, 2, 1, 1, 1, 0, 0, 1]).boundary
    True
    """
    people, number = _listed(people)

    def minus(parameters: np.ndarray) -> float:
        mean, size = np.exp(parameters)
        log = special.gammaln(number + size) - special.gammaln(size) - special.gammaln(number + 1)
        log += size * np.log(size / (size + mean)) + number * np.log(mean / (size + mean))
        return -(people * (log - np.log(-np.expm1(size * np.log(size / (size + mean)))))).sum()

    mean = (people * number).sum() / people.sum()
    best = min(
        (
            optimize.minimize(
                minus,
                np.log([mean * part, size]),
                method="Nelder-Mead",
                options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000},
            )
            for part in (0.5, 1.0)
            for size in (0.1, 1.0, 10.0)
        ),
        key=lambda found: found.fun,
    )
    fitted, size = np.exp(best.x)
    series = logarithmic(people)
    if size < _SMALL or series.loglik >= -best.fun - 1e-6:
        return series
    if size > 1e6:
        return poisson(people)
    return Fit(float(fitted), float(-best.fun), size=float(size))


def logarithmic(people: np.ndarray) -> Fit:
    """The logarithmic series: the boundary of the negative binomial. ``mean`` is its p.

    >>> round(logarithmic([900, 210, 90, 50]).mean, 3)
    0.493
    """
    people, number = _listed(people)
    mean = (people * number).sum() / people.sum()
    if mean <= 1:
        return Fit(0.0, 0.0, boundary=True)
    p = float(
        optimize.brentq(
            lambda x: -x / ((1 - x) * np.log1p(-x)) - mean, 1e-12, 1 - 1e-12, xtol=1e-14
        )
    )
    log = number * np.log(p) - np.log(number) - np.log(-np.log1p(-p))
    return Fit(p, float((people * log).sum()), size=0.0, boundary=True)


def regression(reports: pd.Series, columns: pd.DataFrame):
    """The zero-truncated Poisson regression: coefficients with errors, and each person's rate.

    statsmodels' fit by its default method does not converge on real data and says another
    population (11,061 for 12,690): Newton's does.
    """
    from statsmodels.discrete.truncated_model import TruncatedLFPoisson

    return TruncatedLFPoisson(reports.to_numpy(), columns).fit(method="newton", disp=0, maxiter=100)


def _listed(people) -> tuple[np.ndarray, np.ndarray]:
    people = np.asarray(people, dtype=float)
    return people, np.arange(1, len(people) + 1, dtype=float)

"""Exact and mid-P limits from the binomial and the Poisson distribution.

A lower limit is where the probability of this many events or more is the tail; the mid-P form
counts only half the probability of exactly this many.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from dsvstats.statistics._roots import increasing_root


def binomial(count: np.ndarray, nobs: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Clopper and Pearson's limits."""
    rest = nobs - count
    lower = np.where(count == 0, 0.0, special.betaincinv(count, rest + 1, tail))
    upper = np.where(rest == 0, 1.0, special.betainccinv(count + 1, rest, tail))
    return lower, upper


def binomial_mid_p(
    count: np.ndarray, nobs: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    """Mid-P limits of a proportion."""
    rest = nobs - count
    return binomial_mid_p_lower(count, rest, tail), _binomial_mid_p_upper(count, rest, tail)


def binomial_mid_p_lower(count: np.ndarray, rest: np.ndarray, tail: float) -> np.ndarray:
    """The share at which the mid-P probability of this count or more is the tail."""

    def excess(log_p):
        p = np.exp(log_p)
        reached = special.betainc(count, rest + 1, p)
        passed = special.betainc(count + 1, rest, p)
        both = reached + passed
        slope = (reached - passed) * (count + rest * p / (1 - p)) / both
        return np.log(both / (2 * tail)), slope

    inner = (count > 0) & (rest > 0)
    bounds = [
        np.log(np.where(inner, special.betaincinv(a, b, tail), 0.5))
        for a, b in ((count, rest + 1), (count + 1, rest))
    ]
    root = np.exp(increasing_root(excess, *_only(inner, bounds)))
    return np.where(inner, root, np.where(count == 0, 0.0, (2 * tail) ** (1 / (count + rest))))


def _binomial_mid_p_upper(count: np.ndarray, rest: np.ndarray, tail: float) -> np.ndarray:
    def excess(log_p):
        p = np.exp(log_p)
        passed = special.betaincc(count, rest + 1, p)
        reached = special.betaincc(count + 1, rest, p)
        both = reached + passed
        slope = (reached - passed) * (count + rest * p / (1 - p)) / both
        return -np.log(both / (2 * tail)), slope

    inner = (count > 0) & (rest > 0)
    bounds = [
        np.log(np.where(inner, special.betainccinv(a, b, tail), 0.5))
        for a, b in ((count, rest + 1), (count + 1, rest))
    ]
    root = np.exp(increasing_root(excess, *_only(inner, bounds)))
    none = -np.expm1(np.log(2 * tail) / (count + rest))
    return np.where(inner, root, np.where(count == 0, none, 1.0))


def poisson(count: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Garwood's limits of a Poisson mean."""
    lower = np.where(count == 0, 0.0, special.gammaincinv(count, tail))
    return lower, special.gammainccinv(count + 1, tail)


def poisson_mid_p(count: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Mid-P limits of a Poisson mean."""
    some = count > 0

    def excess(log_mean, beyond, sign):
        mean = np.exp(log_mean)
        one, other = beyond(count, mean), beyond(count + 1, mean)
        slope = np.abs(one - other) * (count + mean) / (one + other)
        return sign * np.log((one + other) / (2 * tail)), slope

    def root(inverse, beyond, sign):
        bounds = [np.log(np.where(some, inverse(a, tail), 1.0)) for a in (count, count + 1)]
        return np.exp(increasing_root(lambda t: excess(t, beyond, sign), *_only(some, bounds)))

    lower = np.where(some, root(special.gammaincinv, special.gammainc, 1), 0.0)
    upper = root(special.gammainccinv, special.gammaincc, -1)
    return lower, np.where(some, upper, -np.log(2 * tail))


def _only(inner: np.ndarray, bounds: list[np.ndarray]) -> list[np.ndarray]:
    """Brackets that are missing, and so left alone, where the limit is known already."""
    return [np.where(inner, bound, np.nan) for bound in bounds]

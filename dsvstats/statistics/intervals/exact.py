"""Exact and mid-P limits from the binomial and the Poisson distribution.

A lower limit is where the probability of this many events or more is the tail; the mid-P form
counts only half the probability of exactly this many.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from dsvstats.statistics.intervals.roots import increasing_root

LARGE = 10_000


def binomial(count: np.ndarray, nobs: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Clopper and Pearson's limits."""
    rest = nobs - count
    lower = np.where(count == 0, 0.0, special.betaincinv(*_whole(count, rest + 1), tail))
    upper = np.where(rest == 0, 1.0, special.betainccinv(*_whole(count + 1, rest), tail))
    return lower, upper


def binomial_mid_p(
    count: np.ndarray, nobs: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    """Mid-P limits of a proportion."""
    rest = nobs - count
    upper = _mid_p_share(count, rest, tail, special.betainccinv, special.betaincc, -1)
    none = -np.expm1(np.log(2 * tail) / nobs)
    upper = np.where(count == 0, none, np.where(rest == 0, 1.0, upper))
    return binomial_mid_p_lower(count, rest, tail), upper


def binomial_mid_p_lower(count: np.ndarray, rest: np.ndarray, tail: float) -> np.ndarray:
    """The share at which the mid-P probability of this count or more is the tail."""
    lower = _mid_p_share(count, rest, tail, special.betaincinv, special.betainc, 1)
    full = (2 * tail) ** (1 / (count + rest))
    return np.where(count == 0, 0.0, np.where(rest == 0, full, lower))


def _mid_p_share(count, rest, tail: float, inverse: Callable, beyond: Callable, sign: int):
    """The share at which half the chances with and without the count itself are the tail."""
    inner = (count > 0) & (rest > 0)
    ends = _whole(count, rest + 1), _whole(count + 1, rest)
    bounds = [np.where(inner, np.log(inverse(*end, tail)), np.nan) for end in ends]

    def excess(log_share):
        share = np.exp(log_share)
        one, other = (beyond(*end, share) for end in ends)
        slope = np.abs(one - other) * (count + rest * share / (1 - share)) / (one + other)
        return sign * np.log((one + other) / (2 * tail)), slope

    return np.exp(increasing_root(excess, *bounds))


def poisson(count: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Garwood's limits of a Poisson mean."""
    lower = np.where(count == 0, 0.0, special.gammaincinv(count, tail))
    return lower, special.gammainccinv(count + 1, tail)


def poisson_mid_p(count: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Mid-P limits of a Poisson mean."""
    lower = _mid_p_mean(count, tail, special.gammaincinv, special.gammainc, 1)
    upper = _mid_p_mean(count, tail, special.gammainccinv, special.gammaincc, -1)
    none = count == 0
    return np.where(none, 0.0, lower), np.where(none, -np.log(2 * tail), upper)


def _mid_p_mean(count, tail: float, inverse: Callable, beyond: Callable, sign: int):
    bounds = [
        np.where(count > 0, np.log(inverse(shape, tail)), np.nan) for shape in (count, count + 1)
    ]

    def excess(log_mean):
        mean = np.exp(log_mean)
        one, other = beyond(count, mean), beyond(count + 1, mean)
        slope = np.abs(one - other) * (count + mean) / (one + other)
        return sign * np.log((one + other) / (2 * tail)), slope

    return np.exp(increasing_root(excess, *bounds))


def _whole(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both, moved by the last digit where large: for whole numbers, scipy's inverse of the
    incomplete beta function then loses digits, and is wrong altogether at 1000."""
    large = a + b > LARGE
    if not large.any():
        return a, b
    moved = [np.where(large, np.nextafter(each, np.inf), each) for each in (a, b)]
    return moved[0], moved[1]

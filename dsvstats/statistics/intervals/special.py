"""Parts of factorials that stay exact when counts are large."""

from __future__ import annotations

import numpy as np

_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680)
_ATANH = tuple(1 / (2 * k + 1) for k in range(1, 9))


def growth(u: np.ndarray) -> np.ndarray:
    """(1 + u) log(1 + u) - u without cancellation at small u."""
    r = u / (2 + u)
    square = r * r
    series = np.zeros_like(r)
    for coefficient in reversed(_ATANH):
        series = series * square + coefficient
    near = u * r + 2 * (1 + u) * r * square * series
    return np.where(np.abs(u) < 0.25, near, (1 + u) * np.log1p(u) - u)


def stirling(a: np.ndarray) -> np.ndarray:
    """What Stirling's formula lacks of log gamma(a), for a of 15 or more."""
    series, inverse = np.zeros_like(a), 1 / (a * a)
    for coefficient in reversed(_STIRLING):
        series = series * inverse + coefficient
    return series / a


def log_gamma_growth(a: np.ndarray, d: np.ndarray) -> np.ndarray:
    """log gamma(a + d) - log gamma(a) - d log(a), for a and a + d of 15 or more."""
    u = d / a
    return a * growth(u) - np.log1p(u) / 2 + stirling(a + d) - stirling(a)


def poisson_pmf(count: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """The Poisson probability of a count, to full precision at large means."""
    from scipy.special import gammaln, xlogy

    small = np.exp(xlogy(count, mean) - gammaln(count + 1) - mean)
    u = (count - mean) / mean
    large = np.exp(-mean * growth(u) - stirling(count)) / np.sqrt(2 * np.pi * count)
    return np.where((count < 50) | (mean < 50), small, large)

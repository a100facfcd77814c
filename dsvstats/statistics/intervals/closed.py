"""Limits with a closed form."""

from __future__ import annotations

import functools

import numpy as np

from dsvstats.statistics.intervals.exact import poisson
from dsvstats.statistics.intervals.score import wilson

FEW = 10  # below this count, byar_exact is exact


def wilson_cc(count, nobs, share, z):
    """Wilson's limits with continuity correction, in Newcombe's closed form."""
    rest = nobs - count
    twice, z2 = 2 * count + z * z, z * z
    low = np.sqrt(z2 - 2 - 1 / nobs + 4 * share * (rest + 1))
    high = np.sqrt(z2 + 2 - 1 / nobs + 4 * share * (rest - 1))
    lower = (twice - 1 - z * low) / (2 * (nobs + z2))
    upper = (twice + 1 + z * high) / (2 * (nobs + z2))
    lower = np.where(count == 0, 0.0, np.maximum(lower, 0))
    return lower, np.where(rest == 0, 1.0, np.minimum(upper, 1))


def agresti_coull(count, nobs, z):
    """The plain normal limits of z²/2 more events and as many more non-events."""
    nobs = nobs + z * z
    share = (count + z * z / 2) / nobs
    reach = z * np.sqrt(share * (1 - share) / nobs)
    return np.maximum(share - reach, 0), np.minimum(share + reach, 1)


def byar(count, z):
    """Byar's approximation to the exact limits of a Poisson mean."""
    inverse = 1 / np.sqrt(count)
    root = 1 - inverse * (inverse / 9 + z / 3)
    lower = np.maximum(root, 0) * root * root * count
    np.copyto(lower, 0.0, where=count == 0)
    more = count + 1
    inverse = 1 / np.sqrt(more)
    root = 1 - inverse * (inverse / 9 - z / 3)
    return lower, root * root * root * more


def byar_exact(count, z, tail):
    """Exact limits of counts below 10, Byar's from 10."""
    lower, upper = byar(count, z)
    few = count < FEW
    if few.any():
        exact_lower, exact_upper = _few_exact(tail)
        at = count[few].astype(int)
        lower[few], upper[few] = exact_lower[at], exact_upper[at]
    return lower, upper


@functools.lru_cache
def _few_exact(tail):
    return poisson(np.arange(float(FEW)), tail)


def newcombe(count, rest, count_ref, rest_ref, z):
    """The distances to the Wilson limits of both shares, added as squares."""
    nobs, nobs_ref = count + rest, count_ref + rest_ref
    share, share_ref = count / nobs, count_ref / nobs_ref
    lower, upper = wilson(count, nobs, share, z)
    lower_ref, upper_ref = wilson(count_ref, nobs_ref, share_ref, z)
    difference = share - share_ref
    return (
        np.maximum(difference - np.hypot(share - lower, upper_ref - share_ref), -1),
        np.minimum(difference + np.hypot(upper - share, share_ref - lower_ref), 1),
    )


def agresti_caffo(count, rest, count_ref, rest_ref, z):
    """The plain normal limits of one event and one non-event more in each group."""
    nobs, nobs_ref = count + rest + 2, count_ref + rest_ref + 2
    share, share_ref = (count + 1) / nobs, (count_ref + 1) / nobs_ref
    variance = share * (rest + 1) / nobs**2 + share_ref * (rest_ref + 1) / nobs_ref**2
    difference, reach = share - share_ref, z * np.sqrt(variance)
    return np.maximum(difference - reach, -1), np.minimum(difference + reach, 1)


def katz_variance(count, rest):
    """The variance of the log of a share."""
    return rest / ((count + rest) * count)


def log_limits(estimate, variance, informed, z):
    """Limits on the log scale; 0 and infinity without information."""
    informed = informed & (variance > 0)
    reach = np.exp(z * np.sqrt(variance))
    return np.where(informed, estimate / reach, 0.0), np.where(informed, estimate * reach, np.inf)


def ratio_difference(count, base, count_ref, base_ref, z):
    """The distances to the limits of both ratios of Poisson counts, added as squares."""
    ratio, ratio_ref = count / base, count_ref / base_ref
    lower, upper = share_odds(count, base, z)
    lower_ref, upper_ref = share_odds(count_ref, base_ref, z)
    difference = ratio - ratio_ref
    return (
        difference - np.hypot(ratio - lower, upper_ref - ratio_ref),
        difference + np.hypot(upper - ratio, ratio_ref - lower_ref),
    )


def share_odds(count, count_ref, z):
    """Wilson's limits of the odds that an event is the group's."""
    total = count + count_ref
    reach = z * np.sqrt(count / total * count_ref + z * z / 4)
    top, top_ref = count + z * z / 2 + reach, count_ref + z * z / 2 + reach
    both = (total + z * z) / total
    lower = count * both / top * (count / top_ref)
    return lower, top / (count_ref * both) * (top_ref / count_ref)

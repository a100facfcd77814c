"""Mantel-Haenszel estimates, their variances and tests, for any number of families of strata.

Every function takes one number per stratum (events and bases of the group and of the reference)
and the number of the family that the stratum belongs to; it returns one number per family.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special


@dataclass(frozen=True)
class Strata:
    """Two arms in strata: events and base of the group, of the reference, and the family."""

    count: np.ndarray
    base: np.ndarray
    count_ref: np.ndarray
    base_ref: np.ndarray
    family: np.ndarray
    families: int

    def sum(self, values: np.ndarray) -> np.ndarray:
        """The values added up within each family."""
        return np.bincount(self.family, weights=values, minlength=self.families)


def ratio(held: Strata, *, rates: bool) -> tuple[np.ndarray, np.ndarray]:
    """The pooled ratio of risks or rates, and the variance of its log (Greenland, Robins 1985)."""
    a, n1, c, n0 = held.count, held.base, held.count_ref, held.base_ref
    n = n1 + n0
    top, bottom = held.sum(a * n0 / n), held.sum(c * n1 / n)
    shared = n1 * n0 * (a + c) - (0 if rates else a * c * n)
    return top / bottom, held.sum(shared / n**2) / (top * bottom)


def difference(held: Strata, *, rates: bool) -> tuple[np.ndarray, np.ndarray]:
    """The pooled difference of risks (variance of Sato 1989) or of rates, and its variance."""
    a, n1, c, n0 = held.count, held.base, held.count_ref, held.base_ref
    n = n1 + n0
    weight = held.sum(n1 * n0 / n)
    pooled = held.sum((a * n0 - c * n1) / n) / weight
    if rates:
        return pooled, held.sum((a * n0**2 + c * n1**2) / n**2) / weight**2
    p = held.sum((n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2)
    q = held.sum((a * (n0 - c) + c * (n1 - a)) / (2 * n))
    return pooled, (pooled * p + q) / weight**2


def odds(held: Strata) -> tuple[np.ndarray, np.ndarray]:
    """The pooled odds ratio and the variance of its log (Robins, Breslow, Greenland 1986)."""
    a, c = held.count, held.count_ref
    b, d = held.base - a, held.base_ref - c
    n = a + b + c + d
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    top, bottom = held.sum(r), held.sum(s)
    variance = (
        held.sum(p * r) / (2 * top**2)
        + held.sum(p * s + q * r) / (2 * top * bottom)
        + held.sum(q * s) / (2 * bottom**2)
    )
    return top / bottom, variance


def no_association(held: Strata) -> np.ndarray:
    """The chi-squared of Cochran, Mantel and Haenszel, uncorrected, of one degree of freedom."""
    a, n1, n0 = held.count, held.base, held.base_ref
    n, events = n1 + n0, held.count + held.count_ref
    wide = np.where(n > 1, n1 * n0 * events * (n - events) / (n**2 * (n - 1)), 0.0)
    return held.sum(a - n1 * events / n) ** 2 / held.sum(wide)


def equal_odds(held: Strata, pooled: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Breslow and Day's chi-squared, Tarone's correction of it, and the degrees of freedom."""
    n1, n0, events = held.base, held.base_ref, held.count + held.count_ref
    informed = (n1 > 0) & (n0 > 0) & (events > 0) & (events < n1 + n0)
    fitted, variance = _fitted(held, pooled)
    off = np.where(informed, held.count - fitted, 0.0)
    variance = np.where(informed, variance, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = held.sum(np.where(informed, off**2 / variance, 0.0))
        corrected = plain - held.sum(off) ** 2 / held.sum(variance)
    return plain, corrected, held.sum(informed.astype(float)) - 1


def _fitted(held: Strata, odds_ratio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The group's events in each stratum at this common odds ratio, and their variance."""
    n1, n0, events = held.base, held.base_ref, held.count + held.count_ref
    psi = odds_ratio[held.family]
    linear = n0 - events + psi * (n1 + events)
    root = np.sqrt(np.maximum(linear**2 + 4 * (1 - psi) * psi * n1 * events, 0))
    fitted = 2 * psi * n1 * events / (linear + root)
    cells = fitted, n1 - fitted, events - fitted, n0 - events + fitted
    return fitted, 1 / sum(1 / each for each in cells)


def heterogeneity(
    held: Strata, each: np.ndarray, variance: np.ndarray, pooled: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cochran's Q of the strata's estimates around the pooled one, and its degrees of freedom."""
    informed = np.isfinite(each) & np.isfinite(variance) & (variance > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.where(informed, (each - pooled[held.family]) ** 2 / variance, 0.0)
    return held.sum(off), held.sum(informed.astype(float)) - 1


def chi_squared_p(statistic: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """The chance of a chi-squared as large as this; missing without degrees of freedom."""
    return np.where(freedom > 0, special.chdtrc(np.maximum(freedom, 1), statistic), np.nan)


def ratio_limits(held: Strata, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a common ratio by the score of the events given their total in each stratum.

    For few or no events, where the log has no variance: given m events of both arms, the group's
    are binomial with the share r n1/(r n1 + n0); the limits are where the score, summed over the
    strata, is z standard errors from 0. Poisson variances: for proportions the limits are wide.
    """
    none = held.sum(held.count) == 0, held.sum(held.count_ref) == 0
    return _where_score_is(_ratio_score, held, z, none)


def odds_limits(held: Strata, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a common odds ratio by the score of the events given each stratum's margins."""
    events = held.count + held.count_ref
    fewest, most = np.maximum(events - held.base_ref, 0), np.minimum(events, held.base)
    total = held.sum(held.count)
    none = total <= held.sum(fewest), total >= held.sum(most)
    return _where_score_is(_odds_score, held, z, none)


def ratio_p(held: Strata, spread: np.ndarray) -> np.ndarray:
    """The two-sided p of a common ratio of 1 by the score of ``ratio_limits``."""
    return _score_p(_ratio_score, held, spread)


def odds_p(held: Strata, spread: np.ndarray) -> np.ndarray:
    """The two-sided p of a common odds ratio of 1 by the score of ``odds_limits``."""
    return _score_p(_odds_score, held, spread)


def _score_p(score, held: Strata, spread: np.ndarray) -> np.ndarray:
    value = score(held, np.zeros(held.families)) / np.sqrt(spread)
    return np.where(np.isnan(value), 1.0, 2 * special.ndtr(-np.abs(value)))


def _where_score_is(score, held: Strata, z: np.ndarray, none: tuple) -> tuple:
    limits = []
    for sign, ends, end in ((1, none[0], 0.0), (-1, none[1], np.inf)):
        low, high = np.full(held.families, -60.0), np.full(held.families, 60.0)
        for _ in range(80):
            middle = (low + high) / 2
            above = score(held, middle) > sign * z
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        limits.append(np.where(ends, end, np.exp(high)))
    return limits[0], limits[1]


def _ratio_score(held: Strata, log_ratio: np.ndarray) -> np.ndarray:
    both = held.count + held.count_ref
    share = special.expit(log_ratio[held.family] + np.log(held.base / held.base_ref))
    return held.sum(held.count - both * share) / np.sqrt(held.sum(both * share * (1 - share)))


def _odds_score(held: Strata, log_ratio: np.ndarray) -> np.ndarray:
    fitted, variance = _fitted(held, np.exp(log_ratio))
    events = held.count + held.count_ref
    informed = (events > 0) & (events < held.base + held.base_ref)
    off = held.sum(np.where(informed, held.count - fitted, 0.0))
    return off / np.sqrt(held.sum(np.where(informed, variance, 0.0)))

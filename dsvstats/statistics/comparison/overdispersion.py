"""How much more do areas differ than by chance? Where the variance of each does not hang on it."""

from __future__ import annotations

import numpy as np
from scipy import special

from dsvstats.statistics.comparison.areas import Areas

_LEAST_AREAS = 5
"""Of fewer areas nobody can tell how much more they vary than chance."""


def z_scores(held: Areas) -> np.ndarray:
    """How many standard errors is each area from the whole, where its variance is stable?

    Of proportions on the arcsine scale, of counts on the square-root scale.
    """
    target, trials = held.target, held.trials
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(held.count / trials, 0, 1)
        middle = np.arcsin(np.sqrt(np.clip(held.share(target), 0, 1)))
        of_part = (np.arcsin(np.sqrt(share)) - middle) * 2 * np.sqrt(trials)
        of_count = 2 * (np.sqrt(held.count) - np.sqrt(target * held.base))
    return np.where(held.usable, np.where(held.binomial, of_part, of_count), np.nan)


def weights(held: Areas) -> np.ndarray:
    """One over each area's variance by chance, on the scale of its z score."""
    return np.where(held.binomial, 4 * held.trials, 4 * held.target * held.base)


def around(value, target, away, binomial) -> tuple[np.ndarray, np.ndarray]:
    """So far below and above this proportion or rate, on the scale where its variance is stable."""
    with np.errstate(invalid="ignore"):
        angle = np.arcsin(np.sqrt(np.clip(value, 0, 1)))
        root = np.sqrt(value / target)
        low, high = (
            np.where(
                binomial,
                np.sin(np.clip(angle + step, 0, np.pi / 2)) ** 2,
                target * np.maximum(root + step, 0) ** 2,
            )
            for step in (-away, away)
        )
    return low, high


def dispersion(held: Areas, winsorise: float = 0.1) -> np.ndarray:
    """How many times as variable as by chance are the areas of each row's indicator?

    The mean square of z scores, those beyond the quantiles drawn in to them.
    """
    z, found = z_scores(held), np.full(len(held.rows), np.nan)
    for each in np.unique(held.indicator):
        at = (held.indicator == each) & ~np.isnan(z)
        if at.any():
            ends = np.quantile(z[at], [winsorise, 1 - winsorise])
            found[held.indicator == each] = np.mean(np.clip(z[at], *ends) ** 2)
    return found


def spread(held: Areas, winsorise: float = 0.1, *, consistent: bool = True) -> np.ndarray:
    """The standard deviation between areas beyond chance, on the scale of their z scores.

    The method of moments (DerSimonian and Laird 1986, as Spiegelhalter and others 2012 use it);
    0 where areas differ by less than chance, or are too few to tell. Drawing in the furthest
    takes variance even where none is unlike the others, so that 10 in 100 lay outside their 95%
    limits: unless ``consistent`` is False, the mean square is divided by what is left of a normal
    distribution's.
    """
    phi, w, found = dispersion(held, winsorise), weights(held), np.zeros(len(held.rows))
    phi = phi / (_left_of_a_normal(winsorise) if consistent else 1.0)
    z = z_scores(held)
    for each in np.unique(held.indicator):
        rows = held.indicator == each
        at = rows & ~np.isnan(z)
        many = int(at.sum())
        if many < _LEAST_AREAS:
            continue
        left = w[at].sum() - (w[at] ** 2).sum() / w[at].sum()
        found[rows] = np.sqrt(max(0.0, (many * phi[at][0] - (many - 1)) / left))
    return found


def _left_of_a_normal(winsorise: float) -> float:
    """The variance of a standard normal whose furthest values are drawn in to these quantiles."""
    if not winsorise:
        return 1.0
    far = -special.ndtri(winsorise)
    density = np.exp(-(far**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 - 2 * winsorise - 2 * far * density + 2 * winsorise * far**2)

"""Limits of all the shares of a composition at once."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, pdtr

from dsvstats.statistics.intervals.score import wilson
from dsvstats.statistics.intervals.special import poisson_pmf

STRIDE = 1.1  # the coverage may fall again far above the first c that is enough
NARROW = 0.1  # widths, in standard deviations, at which the moments would cancel


def goodman(counts: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Goodman's limits: Wilson's, the error shared out over the categories."""
    total = counts.sum(axis=1, keepdims=True)
    return wilson(counts, total, counts / total, -ndtri(tail / counts.shape[1]))


def sison_glaz(counts: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Sison and Glaz's limits: the smallest c for which all counts lie within c, refined."""
    total = counts.sum(axis=1, keepdims=True)
    level = 1 - 2 * tail
    share = counts / total
    spread = np.sqrt(total * (share * (1 - share)).max(axis=1, keepdims=True))
    short, enough = np.zeros_like(total), np.maximum(np.floor(-ndtri(tail) * spread / 2), 1)
    ahead = _coverage(counts, total, enough) <= level
    while ahead.any():
        short = np.where(ahead, enough, short)
        enough = np.where(ahead, np.maximum(enough + 1, np.floor(enough * STRIDE)), enough)
        ahead &= _coverage(counts, total, enough) <= level
    while (enough - short > 1).any():
        middle = np.floor((short + enough) / 2)
        covers = _coverage(counts, total, middle) > level
        enough = np.where(covers, middle, enough)
        short = np.where(covers, short, middle)
    before, after = _coverage(counts, total, short), _coverage(counts, total, enough)
    refined = short + 2 * (level - before) / (after - before)
    return np.maximum(counts - short, 0) / total, np.minimum(counts + refined, total) / total


def _coverage(counts: np.ndarray, total: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The probability that every count is within c of its mean: Edgeworth's approximation."""
    low, high = np.minimum(counts, c), np.minimum(c, total - counts)
    inside, mean, square, cube, fourth = _truncated(counts, low, high)
    variance = square - mean**2
    skew = cube - 3 * mean * square + 2 * mean**3
    tailed = fourth - 4 * mean * cube + 6 * mean**2 * square - 3 * mean**4
    spread = variance.sum(axis=1, keepdims=True)
    g1 = skew.sum(axis=1, keepdims=True) / spread**1.5
    g2 = (tailed - 3 * variance**2).sum(axis=1, keepdims=True) / spread**2
    x = -mean.sum(axis=1, keepdims=True) / np.sqrt(spread)
    hermite3, hermite4 = x**3 - 3 * x, x**4 - 6 * x**2 + 3
    hermite6 = x**6 - 15 * x**4 + 45 * x**2 - 15
    correction = 1 + g1 * hermite3 / 6 + g2 * hermite4 / 24 + g1**2 * hermite6 / 72
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi * spread) * correction
    together = np.prod(inside, axis=1, keepdims=True) * density / poisson_pmf(total, total)
    together = np.where(np.isnan(together) | (c == 0), 0.0, together)
    return np.where(c >= total, 1.0, together)


def _truncated(mean: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[np.ndarray]:
    """A Poisson count from mean - low to mean + high: its probability, and its moments about
    the mean up to the fourth, from the probabilities at the two ends."""
    cut = mean > low
    below = np.where(cut, mean - low - 1, 0)
    inside = pdtr(mean + high, mean) - np.where(cut, pdtr(below, mean), 0)
    at_high = mean * poisson_pmf(mean + high, mean) / inside
    at_low = np.where(cut, mean * poisson_pmf(below, mean) / inside, 0)
    ends = [at_high * (high + 1) ** power - at_low * (-low) ** power for power in range(4)]
    first = -ends[0]
    square = mean - ends[1]
    cube = mean * (2 * first + 1) - ends[2]
    fourth = mean * (3 * square + 3 * first + 1) - ends[3]
    results = [inside, first, square, cube, fourth]
    narrow = (low + high < NARROW * np.sqrt(mean)) & (mean > 0)
    if narrow.any():
        d = np.arange(-low[narrow].max(), high[narrow].max() + 1)
        at = mean[narrow][:, None]
        chance = poisson_pmf(at + d, at)
        chance[(d < -low[narrow][:, None]) | (d > high[narrow][:, None])] = 0
        whole = chance.sum(axis=1)
        results[0][narrow] = whole
        for power in range(1, 5):
            results[power][narrow] = (chance * d**power).sum(axis=1) / whole
    sure = mean == 0
    return [np.where(sure, float(power == 0), each) for power, each in enumerate(results)]

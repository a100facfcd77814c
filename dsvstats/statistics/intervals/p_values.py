"""Two-sided p-values that agree with the limits: below 1 - level where they exclude no effect.

Where the data hold no information the limits exclude nothing, and p is 1.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from dsvstats.statistics.intervals.closed import katz_variance
from dsvstats.statistics.intervals.conditional import tails
from dsvstats.statistics.intervals.inputs import choose, two_shares
from dsvstats.statistics.intervals.methods import RISK_DIFFERENCE

_FURTHEST, _HALVINGS = 37.0, 60


def risk_ratio_p(count, nobs, count_ref, nobs_ref, *, method="score"):
    """How surprising is a ratio as far from 1 as this, were the proportions equal?

    Parameters
    ----------
    count : array of numbers
        Events in the group.
    nobs : array of numbers
        Cases in the group, of which the events are a part.
    count_ref : array of numbers
        Events in the reference.
    nobs_ref : array of numbers
        Cases in the reference.
    method : str, default "score"
        `score`: Pearson's test without correction, which goes with the score limits of the
        difference (`mee`) and of the odds ratio too.
        `log`: Wald's test of the log ratio (Katz and others 1978).

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `risk_ratio` with the
        same method leave out 1; 1 where they are 0 and infinity.

    Examples
    --------
    >>> round(float(risk_ratio_p(0, 16, 15, 72)), 4)
    0.045
    """
    tests = {"score": _pearson, "log": _katz}
    test = tests[choose(method, tuple(tests))]
    return two_shares(test, count, nobs, count_ref, nobs_ref, outputs=1)[0]


def odds_ratio_p(count, nobs, count_ref, nobs_ref, *, method="mid_p"):
    """How surprising is an odds ratio as far from 1 as this, were the odds equal?

    Parameters
    ----------
    count : array of numbers
        Events in the group.
    nobs : array of numbers
        Cases in the group, of which the events are a part.
    count_ref : array of numbers
        Events in the reference.
    nobs_ref : array of numbers
        Cases in the reference.
    method : str, default "mid_p"
        `score`, `exact`, `mid_p` or `woolf`, as for `odds_ratio`; of `exact` and `mid_p` it is
        twice the smaller tail given the margins, as their limits are central.

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `odds_ratio` with the
        same method leave out 1; 1 where they are 0 and infinity.

    Examples
    --------
    >>> round(float(odds_ratio_p(3, 5, 2, 7)), 4)
    0.3561
    """
    tests = {"score": _pearson, "exact": _fisher, "mid_p": _fisher_mid_p, "woolf": _woolf}
    test = tests[choose(method, tuple(tests))]
    return two_shares(test, count, nobs, count_ref, nobs_ref, outputs=1)[0]


def risk_difference_p(count, nobs, count_ref, nobs_ref, *, method="newcombe"):
    """How surprising is a difference as far from 0 as this, were the proportions equal?

    Parameters
    ----------
    count : array of numbers
        Events in the group.
    nobs : array of numbers
        Cases in the group, of which the events are a part.
    count_ref : array of numbers
        Events in the reference.
    nobs_ref : array of numbers
        Cases in the reference.
    method : str, default "newcombe"
        Any of those of `risk_difference`.

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `risk_difference` with
        the same method leave out 0: of `mee` it is Pearson's, of the others that of the level
        whose nearer limit is 0.

    Examples
    --------
    >>> round(float(risk_difference_p(30, 60, 10, 40)), 4)
    0.0122
    """
    kernel = RISK_DIFFERENCE[choose(method, tuple(RISK_DIFFERENCE))]

    def surprise(count, nobs, count_ref, nobs_ref):
        cells = (count, nobs - count, count_ref, nobs_ref - count_ref)
        return (inverted(lambda z: kernel(*cells, ndtr(-z))[1:], count.shape),)

    test = _pearson if method == "mee" else surprise
    return two_shares(test, count, nobs, count_ref, nobs_ref, outputs=1)[0]


def _pearson(count, nobs, count_ref, nobs_ref):
    both = count + count_ref
    rest = nobs + nobs_ref - both
    variance = both / (nobs + nobs_ref) * (rest / nobs) / nobs_ref
    return (normal((count / nobs - count_ref / nobs_ref) / np.sqrt(variance)),)


def _katz(count, nobs, count_ref, nobs_ref):
    ratio = np.log(count / nobs) - np.log(count_ref / nobs_ref)
    variance = katz_variance(count, nobs - count) + katz_variance(count_ref, nobs_ref - count_ref)
    return (wald(ratio, variance, (count > 0) & (count_ref > 0)),)


def _woolf(count, nobs, count_ref, nobs_ref):
    cells = (count, nobs - count, count_ref, nobs_ref - count_ref)
    odds = np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3])
    return (wald(odds, sum(1 / each for each in cells), np.minimum.reduce(cells) > 0),)


def _fisher(count, nobs, count_ref, nobs_ref):
    upper, _, lower, _ = tails(count, nobs - count, count_ref, nobs_ref - count_ref)
    return (np.minimum(2 * np.minimum(upper, lower), 1.0),)


def _fisher_mid_p(count, nobs, count_ref, nobs_ref):
    upper, above, lower, below = tails(count, nobs - count, count_ref, nobs_ref - count_ref)
    return (np.minimum(np.minimum(upper + above, lower + below), 1.0),)


def inverted(limits, shape):
    """The p at which the nearer limit is 0, from limits as a function of their quantile."""
    low, high = np.zeros(shape), np.full(shape, _FURTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        lower, upper = limits(middle)
        out = (lower > 0) | (upper < 0)
        low, high = np.where(out, middle, low), np.where(out, high, middle)
    return 2 * ndtr(-high)


def normal(z):
    """The two-sided p-value of a normal deviate, 1 where there is none."""
    return np.where(np.isnan(z), 1.0, 2 * ndtr(-np.abs(z)))


def wald(log_ratio, variance, informed):
    return normal(np.where(informed & (variance > 0), log_ratio / np.sqrt(variance), np.nan))

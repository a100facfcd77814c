"""Two-sided p-values of counts, rates and ratios of counts, which agree with their limits."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, gammainc, gammaincc, ndtr

from dsvstats.statistics.intervals.closed import FEW, ratio_difference
from dsvstats.statistics.intervals.inputs import (
    choose,
    evaluate,
    four_counts,
    part_of_whole,
    two_rates,
)
from dsvstats.statistics.intervals.p_values import inverted, normal, wald


def proportion_p(count, nobs, share, *, method="wilson"):
    """How surprising is a proportion as far from this share, were it so?

    Parameters
    ----------
    count : array of numbers
        How many have it.
    nobs : array of numbers
        Of how many.
    share : array of numbers
        The proportion that is supposed, between 0 and 1.
    method : str, default "wilson"
        `wilson`, `clopper_pearson` or `mid_p`, as for `proportion`.

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `proportion` with the
        same method leave out the share.

    Examples
    --------
    >>> round(float(proportion_p(8, 70, 0.245)), 4)
    0.011
    """
    tests = {"wilson": _score, "clopper_pearson": _exact, "mid_p": _mid_p}
    test = tests[choose(method, tuple(tests))]
    return evaluate(
        lambda *sides: (test(*sides),),
        {"count": count, "nobs": nobs, "share": share},
        inside=[("count", "nobs")],
        whole=("count",),
        divisors=("nobs",),
        outputs=1,
    )[0]


def count_p(count, expected, *, method="byar_exact"):
    """How surprising is a count as far from this, were so many expected?

    A two-sided p-value that is below 1 - level exactly where the limits of `count` with the same
    method (`byar_exact`, `byar`, `exact` or `mid_p`) leave out what was expected.

    >>> round(float(count_p(30, 20)), 4)
    0.0438
    """
    tests = {
        "byar_exact": lambda count, mean: np.where(
            count < FEW, _garwood(count, mean), _byar(count, mean)
        ),
        "byar": _byar,
        "exact": _garwood,
        "mid_p": _garwood_mid_p,
    }
    test = tests[choose(method, tuple(tests))]
    named = {"count": count, "expected": expected}
    return evaluate(lambda *sides: (test(*sides),), named, whole=("count",), outputs=1)[0]


def rate_ratio_p(count, exposure, count_ref, exposure_ref, *, method="score"):
    """How surprising is a ratio as far from 1 as this, were the rates equal?

    Parameters
    ----------
    count : array of numbers
        Events in the group.
    exposure : array of numbers
        The group's exposure in any one unit, such as person-years; it need not be whole.
    count_ref : array of numbers
        Events in the reference.
    exposure_ref : array of numbers
        The reference's exposure, in the same unit.
    method : str, default "score"
        `score`, `exact`, `mid_p` or `log`, as for `rate_ratio`; of `exact` and `mid_p` it is
        twice the smaller tail, as their limits are central.

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `rate_ratio` with the
        same method leave out 1; 1 where there are no events at all.

    Examples
    --------
    >>> round(float(rate_ratio_p(41, 28010, 15, 19017)), 4)
    0.0374
    """
    tests = {"score": _score, "exact": _exact, "mid_p": _mid_p}
    choose(method, (*tests, "log"))

    def test(count, exposure, count_ref, exposure_ref):
        if method == "log":
            ratio = np.log(count / exposure) - np.log(count_ref / exposure_ref)
            variance = 1 / count + 1 / count_ref
            return (wald(ratio, variance, (count > 0) & (count_ref > 0)),)
        share = exposure / (exposure + exposure_ref)
        return (tests[method](count, count + count_ref, share),)

    return two_rates(test, count, exposure, count_ref, exposure_ref, outputs=1)[0]


def ratio_difference_p(count, base, count_ref, base_ref):
    """How surprising is a difference as far from 0 as this, were the ratios of counts equal?

    Parameters
    ----------
    count : array of numbers
        Events of the group.
    base : array of numbers
        What they are set against: a count too, but not one that holds them.
    count_ref : array of numbers
        Events of the reference.
    base_ref : array of numbers
        What those are set against.

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `ratio_difference` leave
        out 0: that of the level whose nearer limit is 0.

    Examples
    --------
    >>> round(float(ratio_difference_p(150, 100, 90, 100)), 4)
    0.0084
    """

    def surprise(count, base, count_ref, base_ref):
        def limits(z):
            return ratio_difference(count, base, count_ref, base_ref, z)

        return (inverted(limits, count.shape),)

    return four_counts(surprise, count, base, count_ref, base_ref, outputs=1)[0]


def part_to_whole_p(count, exposure, count_all, exposure_all, *, method="wilson"):
    """How surprising is this share of the events, were it the group's share of the exposure?

    Parameters
    ----------
    count : array of numbers
        Events in the group.
    exposure : array of numbers
        The group's exposure, such as its residents; it need not be whole.
    count_all : array of numbers
        Events of everyone, the group included.
    exposure_all : array of numbers
        Exposure of everyone, in the same unit.
    method : str, default "wilson"
        `wilson`, `clopper_pearson` or `mid_p`, as for `part_to_whole`.

    Returns
    -------
    array
        A two-sided p-value, below 1 - level exactly where the limits of `part_to_whole` with the
        same method leave out 1.

    Examples
    --------
    >>> round(float(part_to_whole_p(5, 98000, 30, 687000)), 3)
    0.707
    """
    tests = {"wilson": _score, "clopper_pearson": _exact, "mid_p": _mid_p}
    test = tests[choose(method, tuple(tests))]

    def surprise(count, exposure, count_all, exposure_all):
        return (test(count, count_all, exposure / exposure_all),)

    return part_of_whole(surprise, count, exposure, count_all, exposure_all, outputs=1)[0]


def _garwood(count, mean):
    upper, lower = _poisson_tails(count, mean)[::2]
    return np.minimum(2 * np.minimum(upper, lower), 1.0)


def _garwood_mid_p(count, mean):
    upper, above, lower, below = _poisson_tails(count, mean)
    return np.minimum(np.minimum(upper + above, lower + below), 1.0)


def _poisson_tails(count, mean):
    """The chances of this many or more, of more, of this many or fewer, and of fewer."""
    return (
        np.where(count > 0, gammainc(count, mean), 1.0),
        gammainc(count + 1, mean),
        gammaincc(count + 1, mean),
        np.where(count > 0, gammaincc(count, mean), 0.0),
    )


def _byar(count, mean):
    """From the normal quantile at which Byar's nearer limit is the mean."""
    more = count + 1
    above = 3 * np.sqrt(count) * (1 - 1 / (9 * count) - np.cbrt(mean / count))
    below = 3 * np.sqrt(more) * (np.cbrt(mean / more) - 1 + 1 / (9 * more))
    return 2 * ndtr(-np.maximum(np.fmax(above, below), 0))


def _score(count, total, share):
    return normal((count - total * share) / np.sqrt(total * share * (1 - share)))


def _exact(count, total, share):
    upper, _, lower, _ = _tails(count, total - count, share)
    return np.minimum(2 * np.minimum(upper, lower), 1.0)


def _mid_p(count, total, share):
    upper, above, lower, below = _tails(count, total - count, share)
    return np.minimum(np.minimum(upper + above, lower + below), 1.0)


def _tails(count, rest, share):
    """The chances of this many or more, of more, of this many or fewer, and of fewer."""
    return (
        np.where(count > 0, betainc(count, rest + 1, share), 1.0),
        np.where(rest > 0, betainc(count + 1, rest, share), 0.0),
        np.where(rest > 0, betaincc(count + 1, rest, share), 1.0),
        np.where(count > 0, betaincc(count, rest + 1, share), 0.0),
    )

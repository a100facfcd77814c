"""Limits for one group's rate over another's, or over everyone's."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from dsvstats.statistics.intervals import methods as _methods
from dsvstats.statistics.intervals.closed import ratio_difference as ratio_difference_limits
from dsvstats.statistics.intervals.inputs import (
    Interval,
    chosen,
    four_counts,
    part_of_whole,
    tail,
    two_rates,
)


def rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    count_ref: ArrayLike,
    exposure_ref: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "score",
) -> Interval:
    """How many times the reference's rate is this group's?

    Given the total of two Poisson counts, the share that is the group's is binomial, and the
    ratio is the share's odds times exposure_ref/exposure. The groups must not share events: for
    a group against everyone use `part_to_whole`.

    With fewer than 3 events in a group, the score method's 95% limits can hold the truth less
    often than 93% of the time (84% where 0.18 are expected against very many): there use
    `exact`, which never does, or `mid_p`; `caution_rate_ratio` says so.

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
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        `score`: from Wilson's limits of the share.
        `exact`: from Clopper and Pearson's.
        `mid_p`: from the mid-P limits, with the median-unbiased estimate.
        `log`: Wald's, 0 and infinity where a count is 0.

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.
        Other than for `mid_p`, the estimate is (count/exposure)/(count_ref/exposure_ref).

    Raises
    ------
    InputError
        A count that is negative or fractional, an exposure that is negative or infinite, a level
        outside 0 to 1, an unknown method.

    Examples
    --------
    >>> [round(float(each), 3) for each in rate_ratio(41, 28010, 15, 19017)]
    [1.856, 1.036, 3.325]
    """
    kernel = chosen(method, _methods.RATE_RATIO)
    beyond = tail(level)

    def ratio(count, exposure, count_ref, exposure_ref):
        estimate, lower, upper = kernel(count, count_ref, beyond)
        none = (count == 0) & (count_ref == 0)
        times = exposure_ref / exposure
        lower, upper = np.where(none, 0.0, lower), np.where(none, np.inf, upper)
        return estimate * times, lower * times, upper * times

    return Interval(*two_rates(ratio, count, exposure, count_ref, exposure_ref))


def ratio_difference(
    count: ArrayLike,
    base: ArrayLike,
    count_ref: ArrayLike,
    base_ref: ArrayLike,
    *,
    level: float = 0.95,
) -> Interval:
    """By how much is this ratio of two counts above the reference's?

    All four are Poisson counts. The score limits of both ratios are put together by variance
    recovered from them (Zou and Donner 2008).

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
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.
        The estimate is count/base - count_ref/base_ref.

    Raises
    ------
    InputError
        A count that is negative or fractional, a level outside 0 to 1.

    Examples
    --------
    >>> [round(float(each), 3) for each in ratio_difference(150, 100, 90, 100)]
    [0.6, 0.154, 1.085]
    """
    z = -ndtri(tail(level))

    def difference(count, base, count_ref, base_ref):
        limits = ratio_difference_limits(count, base, count_ref, base_ref, z)
        return count / base - count_ref / base_ref, *limits

    return Interval(*four_counts(difference, count, base, count_ref, base_ref))


def part_to_whole(
    count: ArrayLike,
    exposure: ArrayLike,
    count_all: ArrayLike,
    exposure_all: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "wilson",
) -> Interval:
    """How many times the rate of everyone, this group included, is this group's rate?

    The ratio is the group's share of all events over its share of all exposure; given the total,
    the share of events is binomial, so its limits divided by the share of exposure are those of
    the ratio.

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
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "wilson"
        Any of those of `proportion`, for the share of events.

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.

    Raises
    ------
    InputError
        A part that is not inside its whole, and as `proportion` does.

    Examples
    --------
    >>> [round(float(each), 3) for each in part_to_whole(640, 98000, 2285, 687000)]
    [1.963, 1.837, 2.095]
    """
    kernel = chosen(method, _methods.PROPORTION)
    beyond = tail(level)

    def ratio(count, exposure, count_all, exposure_all):
        estimate = count / count_all
        lower, upper = kernel(count, count_all, estimate, tail=beyond)
        none = count_all == 0
        lower, upper = np.where(none, 0.0, lower), np.where(none, np.inf, upper)
        times = exposure_all / exposure
        return estimate * times, lower * times, upper * times

    return Interval(*part_of_whole(ratio, count, exposure, count_all, exposure_all))

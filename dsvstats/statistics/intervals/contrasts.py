"""Limits for one group against another, or against everyone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from dsvstats.statistics.intervals import methods as _methods
from dsvstats.statistics.intervals.inputs import (
    Interval,
    chosen,
    part_of_whole,
    tail,
    two_rates,
    two_shares,
)


def risk_ratio(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "score",
) -> Interval:
    """How many times the reference's proportion is this group's?

    The estimate is (count/nobs)/(count_ref/nobs_ref). Methods: `score` (Koopman 1984); `log`
    (Katz and others 1978), which without events in either group, or with nothing but events in
    both, knows nothing and gives 0 and infinity. The groups must not share people: for a group
    against everyone use `part_to_whole`.

    With fewer than 5 events or non-events in a group, Koopman's 95% limits can hold the truth less
    often than 93% of the time (80% for a group of one): there use `odds_ratio`, `exact` or `mid_p`;
    `caution_risk_ratio` says so.

    Raises InputError for a count that is negative, fractional or above its base, a level outside
    0 to 1 and an unknown method.

    >>> estimate, lower, upper = risk_ratio(0, 16, 15, 72)
    >>> round(float(lower), 3), round(float(upper), 3)
    (0.0, 0.962)
    """
    kernel = chosen(method, _methods.RISK_RATIO)
    return _contrast(kernel, count, nobs, count_ref, nobs_ref, level)


def risk_difference(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "newcombe",
) -> Interval:
    """By how much is this group's proportion above the reference's?

    The estimate is count/nobs - count_ref/nobs_ref. Methods: `newcombe`, from the Wilson limits
    of both (Newcombe 1998, method 10); `mee`, the score limits (Mee 1984);
    `miettinen_nurminen`, the same with variances times N/(N - 1) (Miettinen and Nurminen 1985);
    `agresti_caffo`, one event and one non-event added to each group (Agresti and Caffo 2000).

    With fewer than 10 events or non-events in a group, Newcombe's 95% limits can hold the truth
    less often than 93% of the time (81% for a group of one): there ask `odds_ratio`, `exact` or
    `mid_p`, whether the groups differ; `caution_risk_difference` says so.

    Raises InputError as `risk_ratio` does.

    >>> [round(float(each), 3) for each in risk_difference(0, 10, 0, 20)]
    [0.0, -0.161, 0.278]
    """
    kernel = chosen(method, _methods.RISK_DIFFERENCE)
    return _contrast(kernel, count, nobs, count_ref, nobs_ref, level)


def odds_ratio(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    level: float = 0.95,
    method: str = "mid_p",
) -> Interval:
    """How many times the reference's odds of the event are this group's?

    Methods, with their estimates: `mid_p`, the median-unbiased estimate and mid-P limits given
    the margins (Lancaster 1961); `exact`, the conditional maximum likelihood estimate and the
    central exact limits (Fisher 1935; Cornfield 1956); `woolf`, the cross-product with limits on
    the log scale (Woolf 1955), 0 and infinity with any empty cell; `score`, the cross-product
    with uncorrected score limits (Cornfield 1956). Margins of millions cost no more than small
    ones.

    With fewer than 10 in one cell and over 1,000 in every other, the mid-P 95% limits can hold the
    truth a little less often than 93% of the time (92%): there use `exact`; `caution_odds_ratio` says
    so.

    Raises InputError as `risk_ratio` does.

    >>> [round(float(each), 3) for each in odds_ratio(3, 5, 2, 7)]
    [3.257, 0.282, 50.112]
    """
    kernel = chosen(method, _methods.ODDS_RATIO)
    return _contrast(kernel, count, nobs, count_ref, nobs_ref, level)


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
    ratio is the share's odds times exposure_ref/exposure. Exposures are in any one unit, such as
    person-years, and need not be whole. Methods: `score`, from Wilson's limits of the share;
    `exact`, from Clopper and Pearson's; `mid_p`, from the mid-P limits, with the median-unbiased
    estimate; `log` (Wald), 0 and infinity where a count is 0. Else the estimate is
    (count/exposure)/(count_ref/exposure_ref). The groups must not share events: for a group
    against everyone use `part_to_whole`.

    With fewer than 3 events in a group, the score method's 95% limits can hold the truth less
    often than 93% of the time (84% where 0.18 are expected against very many): there use `exact`,
    which never does, or `mid_p`; `caution_rate_ratio` says so.

    Raises InputError for a count that is negative or fractional, an exposure that is negative or
    infinite, a level outside 0 to 1 and an unknown method.

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
    the share of events is binomial, so its limits (`method`, as for `proportion`) divided by the
    share of exposure are those of the ratio. Exposures need not be whole.

    Raises InputError where the part is not inside the whole, and as `proportion` does.

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


def _contrast(kernel: Callable, count, nobs, count_ref, nobs_ref, level: float) -> Interval:
    beyond = tail(level)

    def contrast(count, nobs, count_ref, nobs_ref):
        return kernel(count, nobs - count, count_ref, nobs_ref - count_ref, beyond)

    return Interval(*two_shares(contrast, count, nobs, count_ref, nobs_ref))

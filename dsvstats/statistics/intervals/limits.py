"""Limits for proportions, counts, differences, ratios and compositions: arrays in, arrays out.

Every function takes numpy arrays or scalars that broadcast together (scalars in, scalars out) and
returns `Interval(estimate, lower, upper)`. Limits are two-sided with (1 - level)/2 in each tail
and stay inside what the quantity can be. A missing input (NaN) or a denominator of 0 gives three
NaN; a ratio of 0 events to 0 events gives an estimate of NaN and limits of 0 and infinity. Input
that cannot be a count raises `InputError`. Limits assume independent events: where people are
counted once per record, the caller widens them by a stated dispersion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dsvstats.statistics.intervals import methods as _methods
from dsvstats.statistics.intervals.cautions import (
    caution_odds_ratio,
    caution_proportion,
    caution_rate_ratio,
    caution_risk_difference,
    caution_risk_ratio,
    caution_shares,
)
from dsvstats.statistics.intervals.inputs import (
    choose,
    evaluate,
    numbers,
    part_of_whole,
    tail,
    two_rates,
    two_shares,
)
from dsvstats.statistics.intervals.p_values import part_to_whole_p, rate_ratio_p, risk_ratio_p

__all__ = [
    "Interval",
    "caution_odds_ratio",
    "caution_proportion",
    "caution_rate_ratio",
    "caution_risk_difference",
    "caution_risk_ratio",
    "caution_shares",
    "count",
    "odds_ratio",
    "part_to_whole",
    "part_to_whole_p",
    "proportion",
    "rate_ratio",
    "rate_ratio_p",
    "risk_difference",
    "risk_ratio",
    "risk_ratio_p",
    "shares",
]


class Interval(NamedTuple):
    """An estimate with its lower and upper limit."""

    estimate: np.ndarray | np.floating
    lower: np.ndarray | np.floating
    upper: np.ndarray | np.floating


def proportion(
    count: ArrayLike, nobs: ArrayLike, *, level: float = 0.95, method: str = "wilson"
) -> Interval:
    """What share of `nobs` cases is `count`, and between which limits?

    The estimate is count/nobs. Methods: `wilson`, the score limits (Wilson 1927); `wilson_cc`,
    with continuity correction (Newcombe 1998, method 4); `clopper_pearson`, exact and central
    (Clopper and Pearson 1934); `mid_p`, exact with half the probability of the count itself
    (Lancaster 1961); `jeffreys`, the quantiles of beta(count + 1/2, nobs - count + 1/2), at 0 and
    nobs too; `agresti_coull` (Agresti and Coull 1998), cut to 0 and 1.

    With fewer than 10 events or non-events, Wilson's 95% limits can hold the truth less often
    than 93% of the time (84% where 0.18 events are expected, 79% for one case): there use
    `clopper_pearson`, which never does, or `mid_p`, which stays above 91%; `caution_proportion` says
    so.

    Raises InputError for a count that is negative, fractional or above nobs, a level outside 0
    to 1 and an unknown method.

    >>> estimate, lower, upper = proportion(544, 1187)
    >>> round(estimate, 3), round(lower, 3), round(upper, 3)
    (np.float64(0.458), np.float64(0.43), np.float64(0.487))
    """
    kernel = _chosen(method, _methods.PROPORTION)
    beyond = tail(level)

    def share(count, nobs):
        estimate = count / nobs
        return estimate, *kernel(count, nobs, estimate, tail=beyond)

    return Interval(
        *evaluate(
            share,
            {"count": count, "nobs": nobs},
            whole=("count", "nobs"),
            inside=(("count", "nobs"),),
            divisors=("nobs",),
        )
    )


def count(count: ArrayLike, *, level: float = 0.95, method: str = "byar_exact") -> Interval:
    """Between which limits lies the Poisson mean behind a count?

    The estimate is the count; for a rate, divide all three by the exposure. Methods: `byar`,
    Byar's approximation (Breslow and Day 1987); `exact`, central (Garwood 1936); `byar_exact`,
    exact below 10 and Byar from 10; `mid_p`.

    Raises InputError for a count that is negative or fractional, a level outside 0 to 1 and an
    unknown method.

    >>> [round(float(each), 2) for each in count(0)]
    [0.0, 0.0, 3.69]
    """
    kernel = _chosen(method, _methods.COUNT)
    beyond = tail(level)
    return Interval(
        *evaluate(lambda count: (count, *kernel(count, beyond)), {"count": count}, whole=("count",))
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
    kernel = _chosen(method, _methods.RISK_RATIO)
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
    kernel = _chosen(method, _methods.RISK_DIFFERENCE)
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
    kernel = _chosen(method, _methods.ODDS_RATIO)
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
    kernel = _chosen(method, _methods.RATE_RATIO)
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
    kernel = _chosen(method, _methods.PROPORTION)
    beyond = tail(level)

    def ratio(count, exposure, count_all, exposure_all):
        estimate = count / count_all
        lower, upper = kernel(count, count_all, estimate, tail=beyond)
        none = count_all == 0
        lower, upper = np.where(none, 0.0, lower), np.where(none, np.inf, upper)
        times = exposure_all / exposure
        return estimate * times, lower * times, upper * times

    return Interval(*part_of_whole(ratio, count, exposure, count_all, exposure_all))


def shares(counts: ArrayLike, *, level: float = 0.95, method: str = "goodman") -> Interval:
    """What are the shares of a composition, with limits that hold for all of them at once?

    `counts` has the categories of one composition on its last axis; estimates are count/total.
    Methods: `goodman`, Wilson's limits at a level shared out over the categories (Goodman 1965);
    `sison_glaz`, for many categories of like size (Sison and Glaz 1995, Edgeworth form), which
    can hold half as often as it should where a category is rare. A missing count makes the total,
    and so the whole composition, missing.

    Where a category has fewer than 10 cases, Goodman's 95% limits can all hold less often than 93%
    of the time: there use `proportion` with `clopper_pearson` at level 1 - 0.05/categories;
    `caution_shares` says so.

    Raises InputError for a count that is negative or fractional, a level outside 0 to 1 and an
    unknown method.

    >>> [round(float(each), 3) for each in shares([220, 90, 60, 25]).lower]
    [0.494, 0.18, 0.112, 0.039]
    """
    kernel = _chosen(method, _methods.SHARES)
    beyond = tail(level)
    counts = np.atleast_1d(numbers("counts", counts))
    (counts,) = evaluate(lambda counts: (counts,), {"counts": counts}, whole=("counts",), outputs=1)
    rows = counts.reshape(-1, max(counts.shape[-1], 1))
    results = np.full((3, *rows.shape), np.nan)
    known = rows.sum(axis=1) > 0
    with np.errstate(all="ignore"):
        results[0, known] = rows[known] / rows[known].sum(axis=1, keepdims=True)
        results[1, known], results[2, known] = kernel(rows[known], beyond)
    return Interval(*results.reshape(3, *counts.shape))


def _chosen(method: str, methods: dict[str, Callable]) -> Callable:
    return methods[choose(method, tuple(methods))]


def _contrast(kernel: Callable, count, nobs, count_ref, nobs_ref, level: float) -> Interval:
    beyond = tail(level)

    def contrast(count, nobs, count_ref, nobs_ref):
        return kernel(count, nobs - count, count_ref, nobs_ref - count_ref, beyond)

    return Interval(*two_shares(contrast, count, nobs, count_ref, nobs_ref))

"""Limits for one group's proportion or odds against another's."""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import ArrayLike

from dsvstats.statistics.intervals import methods as _methods
from dsvstats.statistics.intervals.inputs import Interval, chosen, tail, two_shares


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

    The groups must not share people: for a group against everyone use `part_to_whole`. With
    fewer than 5 events or non-events in a group, Koopman's 95% limits can hold the truth less
    often than 93% of the time (80% for a group of one): there use `odds_ratio`, `exact` or
    `mid_p`; `caution_risk_ratio` says so.

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
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        `score`: score limits (Koopman 1984).
        `log`: on the log scale (Katz and others 1978); without events in either group, or with
        nothing but events in both, it knows nothing and gives 0 and infinity.

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.
        The estimate is (count/nobs)/(count_ref/nobs_ref).

    Raises
    ------
    InputError
        A count that is negative, fractional or above its base, a level outside 0 to 1, an
        unknown method.

    Examples
    --------
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

    With fewer than 10 events or non-events in a group, Newcombe's 95% limits can hold the truth
    less often than 93% of the time (81% for a group of one): there ask `odds_ratio`, `exact` or
    `mid_p`, whether the groups differ; `caution_risk_difference` says so.

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
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "newcombe"
        `newcombe`: from the Wilson limits of both (Newcombe 1998, method 10).
        `mee`: score limits (Mee 1984).
        `miettinen_nurminen`: the same with variances times N/(N - 1) (Miettinen and Nurminen
        1985).
        `agresti_caffo`: one event and one non-event added to each group (Agresti and Caffo 2000).

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.
        The estimate is count/nobs - count_ref/nobs_ref.

    Raises
    ------
    InputError
        As `risk_ratio` does.

    Examples
    --------
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

    Margins of millions cost no more than small ones. With fewer than 10 in one cell and over
    1,000 in every other, the mid-P 95% limits can hold the truth a little less often than 93% of
    the time (92%): there use `exact`; `caution_odds_ratio` says so.

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
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "mid_p"
        `mid_p`: mid-P limits given the margins, with the median-unbiased estimate (Lancaster
        1961).
        `exact`: central exact limits, with the conditional maximum likelihood estimate (Fisher
        1935; Cornfield 1956).
        `woolf`: on the log scale, with the cross-product (Woolf 1955); 0 and infinity with any
        empty cell.
        `score`: uncorrected score limits, with the cross-product (Cornfield 1956).

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.

    Raises
    ------
    InputError
        As `risk_ratio` does.

    Examples
    --------
    >>> [round(float(each), 3) for each in odds_ratio(3, 5, 2, 7)]
    [3.257, 0.282, 50.112]
    """
    kernel = chosen(method, _methods.ODDS_RATIO)
    return _contrast(kernel, count, nobs, count_ref, nobs_ref, level)


def _contrast(kernel: Callable, count, nobs, count_ref, nobs_ref, level: float) -> Interval:
    beyond = tail(level)

    def contrast(count, nobs, count_ref, nobs_ref):
        return kernel(count, nobs - count, count_ref, nobs_ref - count_ref, beyond)

    return Interval(*two_shares(contrast, count, nobs, count_ref, nobs_ref))

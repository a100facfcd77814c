"""Where the default limits are known to be too narrow, as a flag that names the better method.

A default is flagged where it can hold the truth less often than 93% of the time at a nominal 95%:
the smallest cell, of events or of non-events in any group, is below the number given here.
`python -m benchmarks.coverage` tabulates what is left beyond.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dsvstats.statistics.intervals.inputs import numbers

FEWEST = {
    "proportion": 10,
    "risk_ratio": 5,
    "risk_difference": 10,
    "odds_ratio": 10,
    "rate_ratio": 3,
    "shares": 10,
}
MANY = 1000


def caution_proportion(
    count: ArrayLike, nobs: ArrayLike, *, method: str = "wilson"
) -> np.ndarray | str:
    """Does this proportion lie where Wilson's limits may be too narrow?

    A flag that names the better method where there are fewer than 10 events or fewer than 10
    non-events, else "" (and for any other method). For `part_to_whole`, give count and count_all.

    >>> caution_proportion([2, 20], 100).tolist()
    ['narrow=clopper_pearson', '']
    """
    count, nobs = numbers("count", count), numbers("nobs", nobs)
    few = np.minimum(count, nobs - count) < FEWEST["proportion"]
    return _flag(
        few & (method == "wilson"),
        "narrow=clopper_pearson",
    )


def caution_risk_ratio(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    method: str = "score",
) -> np.ndarray | str:
    """Does this risk ratio lie where the score limits may be too narrow?

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
        The method of the limits: only `score` is cautioned against.

    Returns
    -------
    str, or array of str
        A flag that names the better method where either group has fewer than 5 events or fewer
        than 5 non-events, else "".

    Examples
    --------
    >>> caution_risk_ratio(1, 13, 40, 200)
    'narrow=exact_odds_ratio'
    >>> caution_risk_ratio(10, 130, 40, 200)
    ''
    """
    few = _smallest(count, nobs, count_ref, nobs_ref) < FEWEST["risk_ratio"]
    return _flag(
        few & (method == "score"),
        "narrow=exact_odds_ratio",
    )


def caution_risk_difference(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    method: str = "newcombe",
) -> np.ndarray | str:
    """Does this risk difference lie where Newcombe's limits may be too narrow?

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
        The method of the limits: only `newcombe` is cautioned against.

    Returns
    -------
    str, or array of str
        A flag that names the better method where either group has fewer than 10 events or fewer
        than 10 non-events, else "".

    Examples
    --------
    >>> caution_risk_difference(20, 40, 30, 90)
    ''
    """
    few = _smallest(count, nobs, count_ref, nobs_ref) < FEWEST["risk_difference"]
    return _flag(
        few & (method == "newcombe"),
        "narrow=exact_odds_ratio",
    )


def caution_odds_ratio(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    method: str = "mid_p",
) -> np.ndarray | str:
    """Does this odds ratio lie where the mid-P limits may be a little too narrow?

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
        The method of the limits: only `mid_p` is cautioned against.

    Returns
    -------
    str, or array of str
        A flag that names the better method where one cell of the table has fewer than 10 and
        every other more than 1,000, else "".

    Examples
    --------
    >>> caution_odds_ratio(5, 20, 30, 90)
    ''
    """
    cells = np.sort(np.stack(_cells(count, nobs, count_ref, nobs_ref)), axis=0)
    return _flag(
        (cells[0] < FEWEST["odds_ratio"]) & (cells[1] > MANY) & (method == "mid_p"),
        "narrow=exact",
    )


def caution_rate_ratio(
    count: ArrayLike, count_ref: ArrayLike, *, method: str = "score"
) -> np.ndarray | str:
    """Does this rate ratio lie where the score limits may be too narrow?

    A flag that names the better methods where either count is below 3, else "".

    >>> caution_rate_ratio(2, 40)
    'narrow=exact'
    """
    few = np.minimum(numbers("count", count), numbers("count_ref", count_ref))
    return _flag(
        (few < FEWEST["rate_ratio"]) & (method == "score"),
        "narrow=exact",
    )


def caution_shares(counts: ArrayLike, *, method: str = "goodman") -> np.ndarray | str:
    """Which shares of a composition lie where Goodman's limits may be too narrow?

    A flag for each category with fewer than 10 cases, or all but fewer than 10, else "".

    >>> caution_shares([40, 50, 3])[2]
    np.str_('narrow=clopper_pearson')
    """
    counts = np.atleast_1d(numbers("counts", counts))
    few = np.minimum(counts, counts.sum(axis=-1, keepdims=True) - counts) < FEWEST["shares"]
    return _flag(
        few & (method == "goodman"),
        "narrow=clopper_pearson",
    )


def _cells(count, nobs, count_ref, nobs_ref) -> tuple[np.ndarray, ...]:
    named = {"count": count, "nobs": nobs, "count_ref": count_ref, "nobs_ref": nobs_ref}
    arrays = (numbers(name, values).astype(float) for name, values in named.items())
    count, nobs, count_ref, nobs_ref = np.broadcast_arrays(*arrays)
    return count, nobs - count, count_ref, nobs_ref - count_ref


def _smallest(count, nobs, count_ref, nobs_ref) -> np.ndarray:
    return np.minimum.reduce(_cells(count, nobs, count_ref, nobs_ref))


def _flag(where: np.ndarray, code: str) -> np.ndarray | str:
    words = np.where(where, code, "")
    return words if words.ndim else str(words)

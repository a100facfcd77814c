"""Where the default limits are known to be too narrow, in words for an estimate's note.

A default is noted where it can hold the truth less often than 93% of the time at a nominal 95%:
the smallest cell, of events or of non-events in any group, is below the number given here.
`python -m benchmarks.coverage` tabulates what is left beyond.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dsvstats.statistics._inputs import numbers

FEWEST = {"proportion": 10, "risk_ratio": 5, "risk_difference": 10, "rate_ratio": 3, "shares": 10}


def note_proportion(
    count: ArrayLike, nobs: ArrayLike, *, method: str = "wilson"
) -> np.ndarray | str:
    """Does this proportion lie where Wilson's limits may be too narrow?

    A phrase that names the better method where there are fewer than 10 events or fewer than 10
    non-events, else "" (and for any other method). For `part_to_whole`, give count and count_all.

    >>> note_proportion([2, 20], 100)
    array(['fewer than 10 events or non-events: limits may be too narrow, clopper_pearson is exact',
           ''], dtype='<U86')
    """
    count, nobs = numbers("count", count), numbers("nobs", nobs)
    few = np.minimum(count, nobs - count) < FEWEST["proportion"]
    return _phrase(
        few & (method == "wilson"),
        "fewer than 10 events or non-events: limits may be too narrow, clopper_pearson is exact",
    )


def note_risk_ratio(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    method: str = "score",
) -> np.ndarray | str:
    """Does this risk ratio lie where the score limits may be too narrow?

    A phrase where either group has fewer than 5 events or fewer than 5 non-events, else "".

    >>> note_risk_ratio(1, 13, 40, 200)[:48]
    'fewer than 5 events or non-events in a group: li'
    >>> note_risk_ratio(10, 130, 40, 200)
    ''
    """
    few = _smallest(count, nobs, count_ref, nobs_ref) < FEWEST["risk_ratio"]
    return _phrase(
        few & (method == "score"),
        "fewer than 5 events or non-events in a group: limits may be too narrow, "
        "mid_p of odds_ratio holds",
    )


def note_risk_difference(
    count: ArrayLike,
    nobs: ArrayLike,
    count_ref: ArrayLike,
    nobs_ref: ArrayLike,
    *,
    method: str = "newcombe",
) -> np.ndarray | str:
    """Does this risk difference lie where Newcombe's limits may be too narrow?

    A phrase where either group has fewer than 10 events or fewer than 10 non-events, else "".

    >>> note_risk_difference(20, 40, 30, 90)
    ''
    """
    few = _smallest(count, nobs, count_ref, nobs_ref) < FEWEST["risk_difference"]
    return _phrase(
        few & (method == "newcombe"),
        "fewer than 10 events or non-events in a group: limits may be too narrow, "
        "mid_p of odds_ratio holds",
    )


def note_rate_ratio(
    count: ArrayLike, count_ref: ArrayLike, *, method: str = "score"
) -> np.ndarray | str:
    """Does this rate ratio lie where the score limits may be too narrow?

    A phrase that names the better methods where either count is below 3, else "".

    >>> note_rate_ratio(2, 40)
    'fewer than 3 events in a group: limits may be too narrow, exact and mid_p hold'
    """
    few = np.minimum(numbers("count", count), numbers("count_ref", count_ref))
    return _phrase(
        (few < FEWEST["rate_ratio"]) & (method == "score"),
        "fewer than 3 events in a group: limits may be too narrow, exact and mid_p hold",
    )


def note_shares(counts: ArrayLike, *, method: str = "goodman") -> np.ndarray:
    """Which shares of a composition lie where Goodman's limits may be too narrow?

    A phrase for each category with fewer than 10 cases, or all but fewer than 10, else "".

    >>> note_shares([40, 50, 3])[2]
    np.str_('fewer than 10 inside or outside: limits may be too narrow, clopper_pearson is exact')
    """
    counts = np.atleast_1d(numbers("counts", counts))
    few = np.minimum(counts, counts.sum(axis=-1, keepdims=True) - counts) < FEWEST["shares"]
    return _phrase(
        few & (method == "goodman"),
        "fewer than 10 inside or outside: limits may be too narrow, clopper_pearson is exact",
    )


def _smallest(count, nobs, count_ref, nobs_ref) -> np.ndarray:
    count, nobs = numbers("count", count), numbers("nobs", nobs)
    count_ref, nobs_ref = numbers("count_ref", count_ref), numbers("nobs_ref", nobs_ref)
    here, there = np.minimum(count, nobs - count), np.minimum(count_ref, nobs_ref - count_ref)
    return np.minimum(here, there)


def _phrase(where: np.ndarray, phrase: str) -> np.ndarray | str:
    words = np.where(where, phrase, "")
    return words if words.ndim else str(words)

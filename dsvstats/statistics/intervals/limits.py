"""Limits for one proportion, one count, one composition."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dsvstats.statistics.intervals import methods as _methods
from dsvstats.statistics.intervals.inputs import Interval, chosen, evaluate, numbers, tail


def proportion(
    count: ArrayLike, nobs: ArrayLike, *, level: float = 0.95, method: str = "wilson"
) -> Interval:
    """What share of `nobs` cases is `count`, and between which limits?

    With fewer than 10 events or non-events, Wilson's 95% limits can hold the truth less often
    than 93% of the time (84% where 0.18 events are expected, 79% for one case): there use
    `clopper_pearson`, which never does, or `mid_p`, which stays above 91%; `caution_proportion`
    says so.

    Parameters
    ----------
    count : array of numbers
        Events.
    nobs : array of numbers
        Cases, of which the events are a part.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "wilson"
        `wilson`: score limits (Wilson 1927).
        `wilson_cc`: the same with continuity correction (Newcombe 1998, method 4).
        `clopper_pearson`: exact and central (Clopper and Pearson 1934).
        `mid_p`: exact with half the probability of the count itself (Lancaster 1961).
        `jeffreys`: quantiles of beta(count + 1/2, nobs - count + 1/2), at 0 and nobs too.
        `agresti_coull`: cut to 0 and 1 (Agresti and Coull 1998).

    Returns
    -------
    Interval
        ``estimate``, ``lower`` and ``upper``, in the shape that the arguments broadcast to.
        The estimate is count/nobs.

    Raises
    ------
    InputError
        A count that is negative, fractional or above nobs, a level outside 0 to 1, an unknown
        method.

    Examples
    --------
    >>> estimate, lower, upper = proportion(544, 1187)
    >>> round(estimate, 3), round(lower, 3), round(upper, 3)
    (np.float64(0.458), np.float64(0.43), np.float64(0.487))
    """
    kernel = chosen(method, _methods.PROPORTION)
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
    kernel = chosen(method, _methods.COUNT)
    beyond = tail(level)
    return Interval(
        *evaluate(lambda count: (count, *kernel(count, beyond)), {"count": count}, whole=("count",))
    )


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
    kernel = chosen(method, _methods.SHARES)
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

"""What will the share of an outcome be, when cases too young for it have had their time?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import estimates
from dsvstats.errors import InputError
from dsvstats.statistics import intervals
from dsvstats.statistics.durations import Table, by_group
from dsvstats.statistics.intervals.inputs import tail

_ENOUGH = 20
"""Open cases that were followed so far: of fewer, one outcome more or less decides."""


def matured(
    cases: pd.DataFrame,
    *,
    time: str = "days",
    outcome: str = "outcome",
    by: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """What share of cases will have had each outcome, once all have had the same time?

    The share so far is too low where cases are young. Those still open are taken to go on, from
    their age, as older cases did from that age: that is assumed, and it is wrong where the police
    have become faster or slower, or where open cases were left open for a reason.

    Parameters
    ----------
    cases : DataFrame
        A row for each case, or for ``count`` alike, as for `cumulative_incidence`. Cases that
        differ in area, subject, strand or group are matured apart; those of several periods
        (``start`` and ``end``) learn from each other.
    time : str, default "days"
        The column of days from report to outcome, or to the last day known of an open case.
    outcome : str, default "outcome"
        The column of outcomes; blank or missing while the case is open.
    by : float, optional
        By how many days after the report, at most the longest that any case was followed; else
        by the last day on which 20 cases of each group were still open and followed.
    level : float, default 0.95
        How often limits of this kind hold the later share.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "matured proportion"; ``numerator`` had the outcome so far, of
        ``denominator``; flags ``by_day`` and ``open``, how many are open. The limits are of what
        will be counted, not of a mean: they allow for what was learned and for the luck of the
        open cases (as Mack's of claims reserves, 1993, in continuous time).

    Examples
    --------
    >>> cases = pd.DataFrame({"days": [5, 30, 30, 40, 3], "outcome": ["charge", "charge", "", "", ""]})
    >>> matured(cases)[["numerator", "denominator", "estimate"]].round(2)
       numerator  denominator  estimate
    0        2.0          5.0       0.5
    """
    tail(level)
    pooled = cases.drop(columns=["start", "end"], errors="ignore")
    found = []
    groups = list(by_group(pooled, time, outcome))
    last = min((_horizon(each.table, by) for each in groups), default=0.0)
    for group in groups:
        days, codes, weights = group.days, group.codes, group.weights
        periods = [each for each in ("start", "end") if each in cases]
        own = cases.iloc[group.rows]
        cohorts = own.groupby(periods, sort=True).indices if periods else {(): np.arange(len(own))}
        for period, at in cohorts.items():
            told = dict(zip(periods, period, strict=True))
            open_days = np.where((codes == 0) & (days < last), days, np.nan)[at]
            for n, name in enumerate(group.names):
                had = weights[at][(codes[at] == n + 1) & (days[at] <= last)].sum()
                size, still = weights[at].sum(), ~np.isnan(open_days)
                open_now = weights[at][still].sum()
                coming = _coming(group.table, n, open_days[still], weights[at][still], last, level)
                found.append(
                    {
                        **group.key,
                        **told,
                        "measure": name,
                        "numerator": had,
                        "denominator": size,
                        **{end: (had + more) / size for end, more in coming.items()},
                        "flags": f"by_day={last:g} open={open_now:g}",
                    }
                )
    if not found:
        return estimates.empty()
    rows = pd.DataFrame(found)
    return estimates.frame(
        rows,
        statistic="matured proportion",
        base=rows["unit"] + ":recorded",
        level=level,
        method="matured",
    )


def _horizon(held: Table, by: float | None) -> float:
    longest, all_gone = float(held.times[-1]), held.any_happened[-1] == held.at_risk[-1]
    if by is not None and not (0 < by <= longest or (by > longest and all_gone)):
        raise InputError(
            where="by",
            rule=f"days that some case was followed for, at most {longest:g}",
            value=by,
            mend="ask for fewer days: nothing is known of later ones",
        )
    if by is not None:
        return float(by)
    enough = held.times[held.at_risk >= _ENOUGH]
    return float(enough[-1]) if len(enough) else longest


def _coming(
    held: Table, outcome: int, open_days: np.ndarray, weights: np.ndarray, last: float, level: float
) -> dict[str, float]:
    """How many of the open cases will have the outcome by the last day, with limits.

    Backwards through the days: the chance of the outcome from each day on. Forwards: how many of
    the cases now open get as far. At each day both what was learned there and what will happen
    there vary as draws of those at risk.
    """
    if not len(open_days):
        return {"estimate": 0.0, "lower": 0.0, "upper": 0.0}
    used = (held.any_happened > 0) & (held.times <= last)
    times, at_risk = held.times[used], held.at_risk[used]
    own, any_way = (each[used] / at_risk for each in (held.happened[:, outcome], held.any_happened))
    later = np.zeros(len(times) + 1)
    for t in range(len(times) - 1, -1, -1):
        later[t] = own[t] + (1 - any_way[t]) * later[t + 1]
    arriving = np.bincount(
        np.searchsorted(times, open_days, side="right"), weights=weights, minlength=len(times) + 1
    )
    reached = np.zeros(len(times))
    there = 0.0
    for t in range(len(times)):
        there = there * (1 - any_way[t - 1]) if t else 0.0
        there += arriving[t]
        reached[t] = there
    expected = float(arriving @ later)
    after, other = later[1:], any_way - own
    spread = own * (1 - after) ** 2 + other * after**2 - (own * (1 - after) - other * after) ** 2
    error = np.sqrt(((reached**2 / at_risk + reached) * spread).sum())
    whole = float(weights.sum())
    lower, upper = _limits(expected, error, whole, at_risk, level)
    return {"estimate": expected, "lower": lower, "upper": upper}


def _limits(
    expected: float, error: float, whole: float, at_risk: np.ndarray, level: float
) -> tuple[float, float]:
    """Between none and all of the open cases, symmetrical on the logit scale.

    What is to come is a whole number, and the limits those of a continuous one: so half a case
    further either way.
    """
    share = expected / whole
    if 0 < share < 1 and error > 0:
        away = special.ndtri((1 + level) / 2) * error / (whole * share * (1 - share))
        low, high = (
            whole * float(special.expit(special.logit(share) + each)) for each in (-away, away)
        )
        return max(low - 0.5, 0.0), min(high + 0.5, whole)
    followed = max(at_risk[-1] if len(at_risk) else 1.0, 1.0)
    found = intervals.proportion(0, followed, level=level, method="clopper_pearson")
    end = float(found.upper)
    return (expected, whole * end) if share < 1 else (whole * (1 - end), expected)

"""Areas side by side, and against what they were asked to reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals
from dsvstats.statistics.multiplicity import family_size, sidak

YEAR = pd.Timedelta(days=366)
_INDICATOR = [each for each in common.FAMILY if each != "area"]


def against_target(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure,
    target: float | pd.DataFrame,
    level: float = 0.95,
) -> pd.DataFrame:
    """Is a proportion above or below its target, given how many cases it rests on?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    of : str or (unit, measure)
        The base that it is a part of.
    target : float or DataFrame
        A proportion between 0 and 1, or a frame of targets with the columns ``subject``, ``end``
        (the day by which it was to be reached) and ``target``: each count is then set against the
        target of its subject that ends nearest to its own period, within a year of it, and counts
        without one are left out.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "proportion" with Wilson limits (1927), ``versus`` "target", the
        target in ``reference_numerator`` over a ``reference_denominator`` of 1. ``p`` is the
        two-sided score test of the target, which agrees with the limits. All areas of one
        indicator are one family.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 2400}, subject="rape"),
    ...     counts.table("London", "offences", "sanction_detection", "all", {"All": 752},
    ...                  subject="rape")])
    >>> row = against_target(cases, "sanction_detection", of="crime", target=0.32).iloc[0]
    >>> round(row["estimate"], 3), round(row["lower"], 3), round(row["p"], 2)
    (np.float64(0.313), np.float64(0.295), np.float64(0.48))
    """
    rows = counts.pair(cases, measure, of=of)
    rows = rows[rows["kind"] == "proportion"].reset_index(drop=True)
    if isinstance(target, pd.DataFrame):
        nearest = _nearest(rows, target)
        there = nearest >= 0
        rows, found = rows[there].reset_index(drop=True), target.iloc[nearest[there]]
        day = pd.to_datetime(found["end"]).dt.strftime("target_day=%Y-%m-%d")
        rows = rows.assign(
            goal=found["target"].to_numpy(),
            flags=flagged(rows["flags"], (np.full(len(rows), True), day)),
            source=counts.sources_of(rows["source"], found.get("source", [""] * len(rows))),
        )
    else:
        rows = rows.assign(goal=float(target))
    wrong = ~((rows["goal"] > 0) & (rows["goal"] < 1))
    if wrong.any():
        raise InputError(
            where="target",
            rule="a proportion between 0 and 1",
            value=float(rows["goal"][wrong].iloc[0]),
            mend="write 47% as 0.47",
        )
    share = intervals.proportion(rows["numerator"], rows["denominator"], level=level)
    goal, base = rows["goal"].to_numpy(), rows["denominator"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * special.ndtr(-np.abs(share.estimate - goal) / np.sqrt(goal * (1 - goal) / base))
    tests = family_size(p, common.codes_of(rows, _INDICATOR))
    at = common.together(level, tests)
    together = common.dispersed(
        intervals.proportion,
        [rows["numerator"].to_numpy(), base],
        spread=np.ones(len(rows)),
        level=at,
    )
    return estimates.order(
        estimates.frame(
            rows,
            statistic="proportion",
            versus="target",
            reference="target",
            reference_numerator=rows["goal"],
            reference_denominator=1.0,
            estimate=share.estimate,
            lower=share.lower,
            upper=share.upper,
            level=level,
            method="wilson",
            lower_together=together[1],
            upper_together=together[2],
            p=p,
            p_adjusted=sidak(p, tests),
        )
    )


def _nearest(rows: pd.DataFrame, targets: pd.DataFrame) -> np.ndarray:
    """The place of each row's target; -1 where it has none."""
    ends = pd.to_datetime(targets["end"]).reset_index(drop=True)
    subject = targets["subject"].to_numpy()
    found = np.full(len(rows), -1)
    for n, row in enumerate(rows.itertuples()):
        away = (ends - row.end).abs()[subject == row.subject].dropna()
        away = away[away <= YEAR]
        if len(away):
            found[n] = away.idxmin()
    return found

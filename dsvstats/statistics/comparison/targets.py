"""Areas side by side, and against what they were asked to reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals
from dsvstats.statistics.multiplicity import family_size, sidak

YEAR, MONTH = pd.Timedelta(days=366), pd.Timedelta(days=31)
_ANY = ("", "as_printed")
"""Definitions that say no more than the subject, and so fit any."""
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
        (the day by which it was to be reached), ``target`` and, where targets are of one, the
        ``definition`` of what is counted: each count is then set against the target of its
        subject and definition whose day is that of its period's end, within a month. One whose
        nearest target is for another day, within a year, is shown and not judged (flag
        ``other_target``: the target and its day); counts without any are left out.
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
    ...     counts.table("London", "offences", "crime", "all", {"All": 52212}),
    ...     counts.table("London", "offences", "arrest", "all", {"All": 33559})])
    >>> row = against_target(cases, "arrest", of="crime", target=0.64).iloc[0]
    >>> round(row["estimate"], 3), round(row["lower"], 3), round(row["p"], 2)
    (np.float64(0.643), np.float64(0.639), np.float64(0.19))
    """
    rows = counts.pair(cases, measure, of=of)
    rows = rows[rows["kind"] == "proportion"].reset_index(drop=True)
    if isinstance(target, pd.DataFrame):
        rows = _with_targets(rows, target)
    else:
        rows = rows.assign(goal=float(target), judged=True)
    wrong = ~((rows["goal"] > 0) & (rows["goal"] < 1))
    if wrong.any():
        raise InputError(
            where="target",
            rule="a proportion between 0 and 1",
            value=float(rows["goal"][wrong].iloc[0]),
            mend="write 47% as 0.47",
        )
    share = intervals.proportion(rows["numerator"], rows["denominator"], level=level)
    judged, base = rows["judged"].to_numpy(dtype=bool), rows["denominator"].to_numpy()
    goal = np.where(judged, rows["goal"], np.nan)
    p = intervals.proportion_p(rows["numerator"].to_numpy(), base, goal)
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
            versus=np.where(judged, "target", "none"),
            reference=np.where(judged, "target", ""),
            reference_numerator=goal,
            reference_denominator=np.where(judged, 1.0, np.nan),
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


def _with_targets(rows: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The rows that have a target, with it, and whether it is for the period that they are of."""
    nearest = _nearest(rows, targets)
    there = nearest >= 0
    rows, found = rows[there].reset_index(drop=True), targets.iloc[nearest[there]]
    end = pd.to_datetime(found["end"]).reset_index(drop=True)
    goal = found["target"].to_numpy(dtype=float)
    judged = ((end - rows["end"]).abs() <= MONTH).to_numpy(dtype=bool)
    day = end.dt.strftime("%Y-%m-%d").to_numpy(dtype=object)
    own = np.array([f"target_day={each}" for each in day], dtype=object)
    other = [f"other_target={value:g}/{each}" for value, each in zip(goal, day, strict=True)]
    return rows.assign(
        goal=goal,
        judged=judged,
        flags=flagged(rows["flags"], (judged, own), (~judged, np.array(other, dtype=object))),
        source=counts.sources_of(rows["source"], found.get("source", [""] * len(rows))),
    )


def _nearest(rows: pd.DataFrame, targets: pd.DataFrame) -> np.ndarray:
    """The place of each row's target; -1 where it has none."""
    targets = targets.reset_index(drop=True)
    ends = pd.to_datetime(targets["end"])
    defined = targets["definition"] if "definition" in targets else pd.Series("", targets.index)
    found = np.full(len(rows), -1)
    for n, row in enumerate(rows.itertuples()):
        fits = targets["subject"] == row.subject
        if row.definition not in _ANY:
            fits &= defined.isin([*_ANY, row.definition])
        away = (ends - row.end).abs()[fits].dropna()
        away = away[away <= YEAR]
        if len(away):
            found[n] = away.idxmin()
    return found

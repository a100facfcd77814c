"""Areas side by side, and against what they were asked to reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.statistics import intervals


def against_target(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure,
    target: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """Is a proportion above or below its target, given how many cases it rests on?

    ``target`` is a proportion from 0 to 1. Wilson limits for the proportion, and the two-sided
    score test of the target, which agrees with them. Returns estimates: ``statistic``
    "proportion", ``reference`` "target", the target in ``reference_numerator`` over a
    ``reference_denominator`` of 1.

    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 2400}, subject="rape"),
    ...     counts.table("London", "offences", "sanction_detection", "all", {"All": 752},
    ...                  subject="rape")])
    >>> row = against_target(cases, "sanction_detection", of="crime", target=0.32).iloc[0]
    >>> round(row["estimate"], 3), round(row["lower"], 3), round(row["p"], 2)
    (np.float64(0.313), np.float64(0.295), np.float64(0.48))
    """
    if not 0 < target < 1:
        raise InputError(
            where="target",
            rule="a proportion between 0 and 1",
            value=target,
            mend="write 47% as 0.47",
        )
    rows = counts.pair(cases, measure, of=of)
    rows = rows[rows["kind"] == "proportion"].reset_index(drop=True)
    share = intervals.proportion(rows["numerator"], rows["denominator"], level=level)
    spread = np.sqrt(target * (1 - target) / rows["denominator"].where(rows["denominator"] > 0))
    p = 2 * stats.norm.sf(np.abs((share.estimate - target) / spread))
    return estimates.order(
        estimates.frame(
            rows,
            statistic="proportion",
            reference="target",
            reference_numerator=target,
            reference_denominator=1.0,
            estimate=share.estimate,
            lower=share.lower,
            upper=share.upper,
            level=level,
            method="wilson",
            p=p,
        )
    )

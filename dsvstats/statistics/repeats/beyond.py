"""What does counting within one area miss of the people who are reported again?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.counts import KEY
from dsvstats.statistics import intervals

_WITHIN, _ANYWHERE = "repeat_within", "repeat_anywhere"


def across_areas(cases: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Of the people reported again, how many does an area not know of, since it was elsewhere?

    The documents ask for repeat victims "across London irrespective of borough": those reported
    again within the area are a part of those reported again anywhere.

    Parameters
    ----------
    cases : DataFrame
        Counts of people (victims or suspects) reported again within the area and anywhere.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates, a row for each area, strand and group: ``statistic`` "share missed within the
        area", with Wilson limits (1927).

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("Lambeth", "victims", "repeat_within", "all", {"All": 700}),
    ...     counts.table("Lambeth", "victims", "repeat_anywhere", "all", {"All": 939})])
    >>> across_areas(cases)[["numerator", "estimate"]].round(3)
       numerator  estimate
    0      239.0     0.255
    """
    units = sorted(set(cases.loc[cases["measure"] == _ANYWHERE, "unit"]))
    found = [
        counts.pair(cases, (unit, _WITHIN), of=(unit, _ANYWHERE))
        for unit in units
        if counts.resolve(cases, (unit, _WITHIN), name="cases") is not None
    ]
    rows = pd.concat([each for each in found if len(each)], ignore_index=True) if found else None
    if rows is None or rows.empty:
        return estimates.empty()
    whole = rows["denominator"].to_numpy(dtype=float)
    missed = whole - rows["numerator"].to_numpy(dtype=float)
    share = intervals.proportion(missed, np.where(whole > 0, whole, np.nan), level=level)
    return estimates.order(
        estimates.frame(
            rows.assign(numerator=missed, measure=_ANYWHERE)[
                [*KEY, "numerator", "denominator", "base", "withheld", "source", "flags"]
            ],
            statistic="share missed within the area",
            estimate=share.estimate,
            lower=share.lower,
            upper=share.upper,
            level=level,
            method="wilson",
        )
    )

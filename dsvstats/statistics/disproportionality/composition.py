"""What share of those counted is each group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators, intervals
from dsvstats.statistics.intervals.inputs import tail


def shares(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: str = "recorded",
    level: float = 0.95,
    method: str = "goodman",
    dispersion: common.Dispersion = 1.0,
) -> pd.DataFrame:
    """What share of those counted is each group?

    Counts over their sum in each strand. Groups that are withheld or not supplied are left out of
    the sum.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    of : str, default "recorded"
        "recorded": the unrecorded are shown and left out of the sum. "everyone": they are a group
        among the others, as they always are in strands recorded only when someone asks, where a
        share is a minimum.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "goodman"
        Limits that hold for all groups of the strand at once: "goodman" (Goodman 1965), or
        "sison_glaz" (Sison and Glaz 1995), for many groups.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens Goodman's limits for people who recur; the others take records as independent.

    Returns
    -------
    DataFrame
        Estimates, a row for each group: ``statistic`` "share", ``denominator`` the sum.

    Examples
    --------
    >>> cases = counts.table("Wandsworth", "victim_records", "crime", "gender",
    ...                      {"Female": 947, "Male": 222, "Not recorded": 18})
    >>> shares(cases, "crime")[["group", "denominator", "estimate", "lower", "upper"]].round(2)
              group  denominator  estimate  lower  upper
    0        Female       1169.0      0.81   0.78   0.83
    1          Male       1169.0      0.19   0.17   0.22
    2  Not recorded          NaN       NaN    NaN    NaN
    """
    tail(level)
    common.chosen(of, ("recorded", "everyone"), where="of")
    methods = ("goodman", "sison_glaz") if dispersion == 1 else ("goodman",)
    common.chosen(method, methods, where="method")
    found = counts.resolve(cases, measure, name="measure")
    rows = counts.choose(cases, unit=list(found or [])[:1], measure=list(found or [])[1:])
    counts.refuse_doubles(rows)
    rows = counts.in_order(rows[~rows["strand"].isin(comparators.UNGROUPED)])
    if rows.empty:
        return estimates.empty()
    size = rows["count"].to_numpy(dtype=float, na_value=np.nan)
    known, asked = common.recorded(rows), common.asked(rows)
    given = ~np.isnan(size) & ~rows["withheld"].to_numpy(dtype=bool)
    (family,) = counts.codes([rows], common.STRAND)
    alone = _alone(rows, known, family)
    counted = given & (known | asked | (of == "everyone")) & ~alone
    many = common.total(counted.astype(float), family)
    spread = common.spread(rows, dispersion, level)
    limits = [np.full(len(rows), np.nan) for _ in range(3)]
    narrow = np.full(len(rows), "", dtype=object)
    for each, wide in sorted(set(zip(many[counted], spread[counted], strict=True))):
        here = np.flatnonzero(counted & (many == each) & (spread == wide))
        at = here[np.argsort(family[here], kind="stable")].reshape(-1, int(each))
        result = intervals.shares(
            size[at], level=common.widened(level, wide, of=int(each)), method=method
        )
        narrow[at] = intervals.caution_shares(size[at], method=method)
        for values, value in zip(limits, result, strict=True):
            values[at] = value
    whole = np.where(counted, common.total(np.where(counted, size, 0.0), family), np.nan)
    partial = common.total(((known | asked | (of == "everyone")) & ~given).astype(float), family)
    flags = flagged(
        np.full(len(rows), "", dtype=object),
        (~known & ~counted, "left_out"),
        (known & alone, "unrecorded_unknown"),
        (counted & (partial > 0), "partial"),
        (counted & asked & known, "minimum_recorded"),
        (counted, common.independence(rows, spread)),
        (counted, narrow),
    )
    return estimates.frame(
        rows,
        statistic="share",
        numerator=size,
        denominator=whole,
        base=rows["unit"] + ":" + rows["measure"],
        estimate=limits[0],
        lower=limits[1],
        upper=limits[2],
        level=level,
        method=np.where(counted, method, ""),
        flags=flags,
    )


def _alone(rows: pd.DataFrame, known: np.ndarray, family: np.ndarray) -> np.ndarray:
    """Is one group told, of people of whom the others' number was not supplied?"""
    missing = rows["count"].isna().to_numpy() & ~rows["withheld"].to_numpy(dtype=bool)
    one = common.total(known.astype(float), family) == 1
    return one & (common.total((~known & missing).astype(float), family) > 0)

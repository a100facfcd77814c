"""One count over another: proportions and rates, and what else is asked of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators, intervals
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.recording import completeness, dispersion
from dsvstats.statistics.standardisation import directly_standardised, indirectly_standardised

__all__ = [
    "completeness",
    "directly_standardised",
    "dispersion",
    "indirectly_standardised",
    "proportion",
    "proportions",
    "rate",
]


@remembered
def proportion(
    cases: pd.DataFrame,
    measure: Measure | list[Measure],
    *,
    of: Measure,
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
    method: str = "wilson",
) -> pd.DataFrame:
    """What share of one count is another?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), or a list of them
        What was counted.
    of : str or (unit, measure)
        What it is a part of. A count above its base is an error.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "wilson"
        Limits, as for ``intervals.proportion`` (Wilson 1927).

    Returns
    -------
    DataFrame
        Estimates, a row for each numerator that has a base. ``statistic`` is "proportion" where
        both count one unit and the one is inside the other, else "ratio of counts", with score
        limits of the ratio of two Poisson counts.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 52212}),
    ...     counts.table("London", "offences", "arrest", "all", {"All": 33559})])
    >>> share = proportion(cases, "arrest", of="crime")
    >>> share[["statistic", "estimate", "lower", "upper"]].round(3)
        statistic  estimate  lower  upper
    0  proportion     0.643  0.639  0.647
    """
    rows = counts.pair(cases, measure, of=of)
    return _divided(rows, 1, dispersion, level, {"proportion": method})


def proportions(
    cases: pd.DataFrame, bases: dict[Measure, Measure], *, level: float = 0.95
) -> pd.DataFrame:
    """How large a part of its base is each of several measures?

    ``bases`` gives the measure that each is a part of, both as ``(unit, measure)``; what was not
    supplied is passed over. Wilson limits. Returns estimates, in the order of ``bases``.

    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 200}),
    ...     counts.table("London", "offences", "withdrawn", "all", {"All": 30})])
    >>> bases = {("offences", "withdrawn"): ("offences", "crime")}
    >>> proportions(cases, bases)["estimate"].tolist()
    [0.15]
    """
    held = set(zip(cases["unit"], cases["measure"], strict=True))
    there = {each: of for each, of in bases.items() if isinstance(each, str) or each in held}
    found = [proportion(cases, each, of=of, level=level) for each, of in there.items()]
    return estimates.join(found)


def rate(
    cases: pd.DataFrame,
    measure: Measure | list[Measure],
    *,
    per: Measure,
    multiplier: float = 1000,
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
    method: str = "byar_exact",
) -> pd.DataFrame:
    """How many were counted for every thousand of the base?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), or a list of them
        What was counted.
    per : str or (unit, measure)
        The base: "residents", as person-years, or another count.
    multiplier : float, default 1000
        Rates per resident are for so many; others are not multiplied.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "byar_exact"
        Limits of the count, as for ``intervals.count``: Byar's, exact below 10 (Breslow and Day
        1987; Garwood 1936).

    Returns
    -------
    DataFrame
        Estimates; ``per`` says per how many. Over residents ``statistic`` is "rate"; over another
        count "proportion" with Wilson limits where the one is inside the other, else "ratio of
        counts" with score limits. Unrecorded people have no residents: they are shown with their
        count and no rate.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "offences", "crime", "all", {"All": 1187}),
    ...     counts.table("Wandsworth", "residents", "usual_residents", "all", {"All": 307_000},
    ...                  subject="population", start="2011-03-27", end="2011-03-27")])
    >>> rate(cases, "crime", per="residents")[["estimate", "lower", "upper"]].round(2)
       estimate  lower  upper
    0      3.87   3.65   4.09
    """
    if isinstance(multiplier, bool) or not 0 < multiplier < np.inf:
        raise InputError(
            where="multiplier",
            rule="a number above 0",
            value=multiplier,
            mend="use 1000 for a rate per 1,000",
        )
    rows = counts.pair(cases, measure, per=per, unpaired=True)
    return _divided(rows, multiplier, dispersion, level, {"rate": method})


def _divided(
    rows: pd.DataFrame, multiplier: float, dispersion, level: float, methods: dict
) -> pd.DataFrame:
    tail(level)
    spread = common.spread(rows, dispersion, level)
    comparators.refuse_excess(rows)
    if rows.empty:
        return estimates.empty()
    methods = {"proportion": "wilson", "rate": "byar_exact", "ratio": "score"} | methods
    kind = rows["kind"].to_numpy(dtype=object)
    limits = [np.full(len(rows), np.nan) for _ in range(3)]
    for each in dict.fromkeys(kind):
        at = kind == each
        sides = [rows[side].to_numpy(dtype=float)[at] for side in ("numerator", "denominator")]

        def limit(count, base, *, level, kind=each):
            if kind == "proportion":
                return intervals.proportion(count, base, level=level, method=methods[kind])
            if kind == "ratio":
                return intervals.rate_ratio(count, 1.0, base, 1.0, level=level)
            with np.errstate(divide="ignore", invalid="ignore"):
                return [
                    np.where(base > 0, value / base, np.nan)
                    for value in intervals.count(count, level=level, method=methods[kind])
                ]

        for values, value in zip(
            limits, common.dispersed(limit, sides, spread=spread[at], level=level), strict=True
        ):
            values[at] = value * (multiplier if each == "rate" else 1)
    based = rows["denominator"].notna().to_numpy()
    known = common.recorded(rows)
    flags = flagged(
        np.where(based, rows["flags"].to_numpy(dtype=object), ""),
        (~based & known, "no_base"),
        (~based & ~known, "unrecorded"),
        (based & common.asked(rows) & known, "minimum_recorded"),
        (based, common.independence(rows, spread)),
        (based & (kind == "proportion"), _narrow(rows, kind, methods["proportion"])),
    )
    statistic = {"proportion": "proportion", "rate": "rate", "ratio": "ratio of counts"}
    names = np.array([methods[each] for each in kind], dtype=object)
    return estimates.order(
        estimates.frame(
            rows,
            statistic=[statistic[each] for each in kind],
            estimate=limits[0],
            lower=limits[1],
            upper=limits[2],
            level=level,
            per=np.where(kind == "rate", multiplier, 1.0),
            method=np.where(based, names, ""),
            flags=flags,
        )
    )


def _narrow(rows: pd.DataFrame, kind: np.ndarray, method: str) -> np.ndarray:
    sides = [
        np.where(kind == "proportion", rows[side], np.nan) for side in ("numerator", "denominator")
    ]
    return np.asarray(intervals.caution_proportion(*sides, method=method), dtype=object)

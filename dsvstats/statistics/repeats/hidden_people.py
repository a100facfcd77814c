"""How many people were there, if those never reported are counted in? What must be assumed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, estimates, strands
from dsvstats.statistics import common
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.repeats import persons, truncated
from dsvstats.statistics.repeats.listed import LIST, people_by_reports, whole_list

METHODS = ("chao", "zelterman", "poisson", "negative_binomial", "one_inflated")


def unseen(
    cases: pd.DataFrame,
    *,
    method: str = "chao",
    by: Sequence[str] = (),
    reports: str = "reports",
    level: float = 0.95,
) -> pd.DataFrame:
    """How many people were there, those who were never reported among them?

    From how many were reported once, twice, and so on. That supposes that each report of a person
    comes independently of those before, from people who could all have been reported: a victim
    who is helped, moves away or is put off by the first report breaks it.

    Parameters
    ----------
    cases : DataFrame
        Counts of people by number of reports (strand "reports"); or, with ``by``, a row for each
        person (or for ``count`` alike) with the number of reports and these columns.
    method : str, default "chao"
        "chao" (1987), a lower bound whatever the spread of rates; "zelterman" (1988), which looks
        at those with one and two alone; or a zero-truncated distribution by maximum likelihood:
        "poisson", "negative_binomial", "one_inflated" (Godwin and Böhning 2017).
    by : sequence of str, default ()
        Columns that the rate may differ by: the zero-truncated Poisson regression, with the
        Horvitz-Thompson estimate of van der Heijden and others (2003).
    reports : str, default "reports"
        The column of each person's number of reports, where ``by`` is given.
    level : float, default 0.95
        How often limits of this kind hold the truth, if what is assumed is true.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "people, unseen among them", ``numerator`` those seen. A fit at
        the boundary of its parameters has no estimate (flag ``boundary``).

    Examples
    --------
    >>> cases = counts.table("W", "victims", "crime", "reports", {"1": 5, "2": 2, "3": 1})
    >>> unseen(cases)[["numerator", "estimate"]]
       numerator  estimate
    0        8.0     14.25
    """
    tail(level)
    common.chosen(method, METHODS, where="method")
    if len(by):
        return _of_people(cases, list(by), reports, level)
    found = []
    for place, people in people_by_reports(cases).groupby(LIST, sort=False):
        key = dict(zip(LIST, place, strict=True))
        row = {
            **key,
            "strand": "all",
            "group": strands.ALL,
            "numerator": people["count"].astype(float).sum(skipna=False),
            "withheld": people["withheld"].any(),
            "source": counts.sources_by(people["source"], np.zeros(len(people)))[0],
        }
        listed = whole_list(people)
        if listed is None:
            cut = "at_least" if people["open"].any() else ""
            found.append({**row, "flags": "starts_at_two" if people["reports"].min() > 1 else cut})
            continue
        estimate, lower, upper = _ASKED[method](listed, level)
        told = {"estimate": estimate, "lower": lower, "upper": upper}
        found.append({**row, **told, "flags": "" if np.isfinite(estimate) else "boundary"})
    if not found:
        return estimates.empty()
    rows = pd.DataFrame(found)
    base = rows["unit"] + ":" + rows["measure"]
    return estimates.frame(rows, statistic=_STATISTIC, base=base, level=level, method=method)


_STATISTIC = "people, unseen among them"


def _of_people(people: pd.DataFrame, by: list[str], reports: str, level: float) -> pd.DataFrame:
    people, columns, _ = persons.design(people, by, reports)
    fit = truncated.regression(people[reports], columns)
    rate = np.exp(columns @ fit.params)
    seen = -np.expm1(-rate)
    whole = (1 / seen).sum()
    slope = -(columns * (rate * np.exp(-rate) / seen**2)[:, None]).sum(axis=0)
    error = np.sqrt(((1 - seen) / seen**2).sum() + slope @ fit.cov_params() @ slope)
    away = common.quantile(level) * error
    row = {
        **dict.fromkeys(LIST, ""),
        "start": pd.NaT,
        "end": pd.NaT,
        "strand": "all",
        "group": strands.ALL,
        "numerator": float(len(people)),
    }
    done = bool(fit.mle_retvals["converged"])
    return estimates.frame(
        pd.DataFrame([row]),
        statistic=_STATISTIC,
        estimate=whole if done else np.nan,
        lower=max(whole - away, len(people)) if done else np.nan,
        upper=whole + away if done else np.nan,
        level=level,
        method="poisson_regression",
        flags="" if done else "boundary",
    )


def _above(seen: float, missed: float, variance: float, level: float) -> tuple[float, float, float]:
    """The estimate with limits above those seen, symmetrical in the logarithm of those missed."""
    if not missed > 0:
        return seen, seen, seen
    factor = np.exp(common.quantile(level) * np.sqrt(np.log1p(variance / missed**2)))
    return seen + missed, seen + missed / factor, seen + missed * factor


def _chao(people: np.ndarray, level: float) -> tuple[float, float, float]:
    once, twice = people[0], people[1] if len(people) > 1 else 0.0
    if not twice:
        return np.nan, np.nan, np.nan
    ratio = once / twice
    variance = twice * (ratio**4 / 4 + ratio**3 + ratio**2 / 2)
    return _above(people.sum(), once**2 / (2 * twice), variance, level)


def _zelterman(people: np.ndarray, level: float) -> tuple[float, float, float]:
    once, twice, seen = people[0], people[1] if len(people) > 1 else 0.0, people.sum()
    if not twice or not once:
        return np.nan, np.nan, np.nan
    rate = 2 * twice / once
    part = np.exp(-rate) / special.expm1(-rate) ** 2
    variance = seen * part * (1 + seen * part * rate**2 * (1 / once + 1 / twice))
    return _above(seen, seen / -np.expm1(-rate) - seen, variance, level)


def _poisson(people: np.ndarray, level: float) -> tuple[float, float, float]:
    fit, seen = truncated.poisson(people), people.sum()
    if fit.boundary:
        return np.nan, np.nan, np.nan
    slope = seen * np.exp(-fit.mean) / fit.seen**2
    variance = seen * (1 - fit.seen) / fit.seen**2 + (slope * fit.error) ** 2
    return _above(seen, seen / fit.seen - seen, variance, level)


def _jackknifed(fitted):
    """Limits of those missed by leaving out one person of each number of reports in turn."""

    def ask(people: np.ndarray, level: float) -> tuple[float, float, float]:
        fit, seen = fitted(people), people.sum()
        if fit.boundary:
            return np.nan, np.nan, np.nan
        jack, number = [], np.flatnonzero(people)
        for each in number:
            fewer = people.copy()
            fewer[each] -= 1
            other = fitted(fewer)
            jack.append(np.nan if other.boundary else fewer.sum() / other.seen)
        whole = seen / fit.seen
        change = np.array(jack) - whole
        variance = float((people[number] * change**2).sum())
        return _above(seen, whole - seen, variance, level)

    return ask


_ASKED = {
    "chao": _chao,
    "zelterman": _zelterman,
    "poisson": _poisson,
    "negative_binomial": _jackknifed(truncated.negative_binomial),
    "one_inflated": _jackknifed(truncated.one_inflated),
}

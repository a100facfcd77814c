"""How often is a person reported, by the distribution that their numbers of reports follow?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.statistics import common
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.repeats import persons, truncated
from dsvstats.statistics.repeats.listed import LIST, people_by_reports, whole_list

MODELS = {
    "poisson": truncated.poisson,
    "negative_binomial": truncated.negative_binomial,
    "one_inflated": truncated.one_inflated,
}


def frequency_model(
    cases: pd.DataFrame,
    *,
    model: str = "poisson",
    by: Sequence[str] = (),
    reports: str = "reports",
    level: float = 0.95,
) -> pd.DataFrame:
    """How often is a person reported, and for whom more often, if people with none are never seen?

    Parameters
    ----------
    cases : DataFrame
        Counts of people by number of reports (strand "reports"); or, with ``by``, a row for each
        person (or for ``count`` alike) with the number of reports and these columns.
    model : str, default "poisson"
        The zero-truncated distribution: "poisson", "negative_binomial" or "one_inflated". With
        ``by`` the zero-truncated Poisson regression.
    by : sequence of str, default ()
        Columns that the rate may differ by: the first of their values, in order, is the
        reference.
    reports : str, default "reports"
        The column of each person's number of reports, where ``by`` is given.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: "reports a person, unseen among them", the mean before truncation; for
        "one_inflated" also "share with one report at most"; with ``by`` "ratio of reports", over
        the reference. A fit at the boundary of its parameters has no estimate (flag ``boundary``).

    Examples
    --------
    >>> cases = counts.table("W", "victims", "crime", "reports", {"1": 5, "2": 2, "3": 1})
    >>> frequency_model(cases)["estimate"].round(3).tolist()
    [0.874]
    """
    tail(level)
    common.chosen(model, tuple(MODELS), where="model")
    if len(by):
        return _regressed(cases, list(by), reports, level)
    found = []
    for place, people in people_by_reports(cases).groupby(LIST, sort=False):
        listed = whole_list(people)
        if listed is None:
            continue
        fit = MODELS[model](listed)
        key = {
            **dict(zip(LIST, place, strict=True)),
            "strand": "all",
            "group": strands.ALL,
            "numerator": float((listed * np.arange(1, len(listed) + 1)).sum()),
            "denominator": float(listed.sum()),
            "source": counts.sources_by(people["source"], np.zeros(len(people)))[0],
            "flags": "boundary" if fit.boundary else "",
        }
        away = common.quantile(level) * fit.error
        mean = np.nan if fit.boundary else fit.mean
        found.append(
            {
                **key,
                "statistic": "reports a person, unseen among them",
                "estimate": mean,
                "lower": max(mean - away, 0) if np.isfinite(away) else np.nan,
                "upper": mean + away,
            }
        )
        if model == "one_inflated" and not fit.boundary:
            told = {"statistic": "share with one report at most", "estimate": fit.inflated}
            found.append({**key, **told})
    if not found:
        return estimates.empty()
    rows = pd.DataFrame(found)
    base = rows["unit"] + ":" + rows["measure"]
    return estimates.frame(rows, base=base, level=level, method=model)


def _regressed(people: pd.DataFrame, by: list[str], reports: str, level: float) -> pd.DataFrame:
    people, columns, names = persons.design(people, by, reports)
    held = people[by].astype(str)
    fit = truncated.regression(people[reports], columns)
    done = bool(fit.mle_retvals["converged"])
    away = common.quantile(level) * np.asarray(fit.bse)
    rows = pd.DataFrame(
        [
            {
                **dict.fromkeys(LIST, ""),
                "start": pd.NaT,
                "end": pd.NaT,
                "strand": strand,
                "group": value,
                "reference": held[strand].min(),
                "numerator": float(people.loc[held[strand] == value, reports].sum()),
                "denominator": float((held[strand] == value).sum()),
                "estimate": np.exp(fit.params[n]) if done else np.nan,
                "lower": np.exp(fit.params[n] - away[n]) if done else np.nan,
                "upper": np.exp(fit.params[n] + away[n]) if done else np.nan,
                "p": float(fit.pvalues[n]) if done else np.nan,
            }
            for n, (strand, value) in enumerate(names, 1)
        ]
    )
    return estimates.frame(
        rows,
        statistic="ratio of reports",
        versus="reference",
        level=level,
        method="poisson_regression",
        p_adjusted=rows["p"],
        flags="" if done else "boundary",
    )

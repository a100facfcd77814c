"""Groups compared as if they were alike in everything else that was recorded: a regression."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.counts import KEY, Measure
from dsvstats.errors import InputError
from dsvstats.statistics import common, comparators
from dsvstats.statistics.disproportionality import regression
from dsvstats.statistics.disproportionality.crossing import crossed, refuse_nested_areas
from dsvstats.statistics.disproportionality.standardised_rows import fitted, limited
from dsvstats.statistics.disproportionality.stratification import stratified
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.terms import places

METHODS = {"logit": "model", "modified_poisson": "robust"}
"""Each method, and the covariance that it takes where none is asked for."""
_LIMITS = ("lower", "upper", "lower_together", "upper_together")
_INSTEAD = {
    f"Mantel-Haenszel {each}": f"standardised {each}"
    for each in (
        "risk ratio",
        "ratio of proportions",
        "risk difference",
        "difference of proportions",
    )
}


def adjusted(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure,
    strand: str,
    by: str,
    reference: dict[str, str] | None = None,
    method: str = "logit",
    covariance: str | None = None,
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """How would groups compare if they were alike in the other things recorded?

    The cells are fitted with their counts as frequency weights: ten million people cost no more
    than their distinct patterns, and every covariance equals that of one row a person.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    per : str or (unit, measure)
        The base that it is a part of.
    strand : str
        The strand whose groups are compared, crossed in ``cases`` with what ``by`` names.
    by : str
        What groups are made alike in, such as "age x ethnicity_two". It may end in " x area", or
        be "area": then all areas are fitted together, each with a level of its own.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    method : str, default "logit"
        "logit": a logistic regression of the event on the strand and each part of ``by``; each
        group's standardised risk is the mean of everyone's predicted risk, were all of that group
        (marginal standardisation), with limits by the delta method, the risk's on the scale of
        its logit and the ratio's on that of its logarithm.
        "modified_poisson": the risk ratio of a log-linear regression (Zou 2004).
    covariance : str, optional
        "model": the model's, as the logit takes where none is given. "robust": whether or not the
        model holds (White 1980, HC0), as the modified Poisson regression takes, since events that
        happen once to a person vary less than Poisson's. "hc1": the same times n/(n - p).
        "clustered": by area, all areas together (Liang and Zeger 1986, with the usual correction
        for few clusters).
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    place : str, Path or Place, default ""
        Of which place the areas are, "" being the one built in: its whole holds its parts.

    Returns
    -------
    DataFrame
        Estimates: "standardised risk" of each group, and "standardised risk ratio" and
        "standardised risk difference" to the reference ("proportion" for risk where the units are
        not people). Strata in which all or none have the event count as they are; where that is
        so of a group itself, the model has no limits: ``stratified``'s estimates are given, with
        the flag ``all_or_none``.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("London", "victims", measure, "age x gender",
    ...                  {f"{age} x {sex}": n for (age, sex), n in zip(cells, numbers)})
    ...     for cells in [[(a, s) for a in ("18-29", "30+") for s in ("Female", "Male")]]
    ...     for measure, numbers in (("crime", (100, 50, 200, 100)), ("arrest", (50, 20, 60, 24)))])
    >>> found = adjusted(cases, "arrest", per="crime", strand="gender", by="age")
    >>> found[["group", "statistic", "estimate"]].round(2)
        group                     statistic  estimate
    0  Female             standardised risk      0.37
    1  Female       standardised risk ratio      1.25
    2  Female  standardised risk difference      0.07
    3    Male             standardised risk      0.29
    """
    tail(level)
    common.chosen(method, tuple(METHODS), where="method")
    covariance = METHODS[method] if covariance is None else covariance
    common.chosen(covariance, tuple(regression.COVARIANCES), where="covariance")
    parts = strands.parts(by)
    rows = crossed(counts.pair(cases, measure, per=per), strand, by)
    if rows.empty:
        return estimates.empty()
    pooled = "area" in parts or covariance == "clustered"
    _refuse_unfit(rows, per, covariance)
    if pooled:
        where = "by" if "area" in parts else "covariance"
        refuse_nested_areas(rows, places.place(place), where=where)
    key = [each for each in common.FAMILY if not (pooled and each == "area")]
    group = strands.reference(strand, rows["group"].unique(), chosen=reference)
    if group is None:
        return estimates.empty()
    rows = counts.in_order(rows)
    family = common.codes_of(rows, key)
    fits = [
        fitted(rows[family == each], group, parts, method, covariance)
        for each in range(family.max() + 1)
    ]
    found = pd.concat(fits, ignore_index=True)
    if pooled:
        found = found.assign(area="all areas")
    spread = common.spread(found, dispersion, level)
    result = counts.in_order(limited(found, spread, level))
    names = np.where(result["estimate"].notna(), f"{method}, {covariance}", "")
    result = result.assign(method=names)
    if result["_stuck"].any():
        within = by if not pooled or "area" in parts else f"{by}{strands.CROSSED}area"
        instead = stratified(
            cases,
            measure,
            per=per,
            strand=strand,
            strata=within,
            reference={strand: group},
            dispersion=dispersion,
            level=level,
            place=place,
        )
        result = _without_model(result, instead)
    tests = family_size(
        result["p"].to_numpy(dtype=float), common.codes_of(result, [*common.FAMILY, "statistic"])
    )
    return estimates.frame(
        result.assign(**_together(result, level, tests)),
        level=level,
        versus=np.where(result["reference"] == "", "none", "reference"),
        p_adjusted=sidak(result["p"].to_numpy(dtype=float), tests),
    )


def _refuse_unfit(rows: pd.DataFrame, per: Measure, covariance: str) -> None:
    """An error for rows that no regression is of, or not with this covariance."""
    if (rows["kind"] != "proportion").any():
        raise InputError(
            where="per",
            rule="a base that the measure is a part of",
            value=per,
            mend="for residents use directly_standardised or stratified",
        )
    comparators.refuse_excess(rows)
    if covariance == "clustered" and rows["area"].nunique() < 2:
        raise InputError(
            where="covariance",
            rule="model, robust or hc1 where there is one area",
            value=covariance,
            mend="give the counts of several areas, or covariance='robust'",
        )


def _together(result: pd.DataFrame, level: float, tests: np.ndarray) -> dict[str, np.ndarray]:
    """Limits that hold for the whole family: the model's own, or those of the strata."""
    estimate, lower, upper = (result[each].to_numpy() for each in ("estimate", "lower", "upper"))
    wide = {
        each: common.wald_together(estimate, (lower, upper), level=level, tests=tests, scale=each)
        for each in common.SCALES
    }
    scale, floor = result["_scale"], result["_floor"].to_numpy()
    own = result["_stuck"].to_numpy()
    found = {}
    for n, (end, limits) in enumerate((("lower_together", lower), ("upper_together", upper))):
        apart = np.select([scale == each for each in wide], [each[n] for each in wide.values()])
        apart = np.where(scale == "log", apart, np.clip(apart, floor, 1.0))
        found[end] = np.where(own, result.get(end, limits), apart)
    return found


def _without_model(result: pd.DataFrame, instead: pd.DataFrame) -> pd.DataFrame:
    """The Mantel-Haenszel estimates in place of those that the model has no limits for."""
    instead = instead.assign(statistic=instead["statistic"].map(_INSTEAD)).dropna(
        subset=["statistic"]
    )
    at, among = counts.codes([result, instead], [*KEY, "statistic"])
    place = pd.Index(among).get_indexer(at)
    taken = result["_stuck"].to_numpy() & (place >= 0)
    result = result.assign(lower_together=result["lower"], upper_together=result["upper"])
    for column in (*_LIMITS, "estimate", "p", "method"):
        values = instead[column].to_numpy()[np.maximum(place, 0)]
        result[column] = np.where(taken, values, result[column])
    return result

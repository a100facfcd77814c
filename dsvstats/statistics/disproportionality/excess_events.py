"""How many more than at another's rate, and how strong a hidden cause would have to be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import estimates
from dsvstats.counts import Measure
from dsvstats.estimates.flags import has
from dsvstats.statistics import common, comparators, intervals
from dsvstats.statistics.disproportionality import mover
from dsvstats.statistics.disproportionality.relative import relative_rates
from dsvstats.statistics.multiplicity import family_size, sidak

EXCESS, E_VALUE = "excess events", "E-value"


def excess(
    cases: pd.DataFrame,
    measure: Measure | list[Measure],
    *,
    per: Measure,
    reference: dict[str, str] | None = None,
    versus: str = "reference",
    level: float = 0.95,
    method: str = "score",
    dispersion: common.Dispersion = 1.0,
) -> pd.DataFrame:
    """How many more were counted than if the group had the reference's rate?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), or a list of them
        What was counted.
    per : str or (unit, measure)
        What it is set against, such as "residents" or "crime".
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    versus : str, default "reference"
        Whose rate: the "reference" group's, or that of everyone else, the "rest".
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        Limits of the ratio behind the E-value, as for ``relative_rates``.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.

    Returns
    -------
    DataFrame
        Estimates, two rows for each group but the reference:

        - "excess events": the count less its base times the other's rate; below 0 where there
          were fewer. Limits are the base times those of the difference of the two rates (Newcombe
          1998 for proportions; for rates the same from Byar's limits), so that they are there at
          zero events too. ``p``, ``p_adjusted`` and flags are those of ``relative_rates``;
        - "E-value": how many times as common in the group, and as likely to lead to the event,
          something that was not measured would have to be to account for the whole ratio: R +
          sqrt(R (R - 1)), of the inverse where the ratio is below 1 (VanderWeele and Ding 2017);
          ``lower`` is that of the limit nearer to 1, and is 1 where the limits hold 1. Not given
          for ratios of ratios, nor where the ratio is the least that it can be and below 1: what
          was not recorded would account for it.

    Examples
    --------
    >>> from dsvstats import counts
    >>> cases = pd.concat([
    ...     counts.table("London", "victims", measure, "gender", {"Female": a, "Male": b})
    ...     for measure, a, b in (("crime", 120, 400), ("arrest", 25, 60))])
    >>> excess(cases, "arrest", per="crime")[["statistic", "estimate", "lower", "upper"]].round(2)
           statistic  estimate  lower  upper
    0  excess events      7.00  -1.85  17.45
    1        E-value      2.12   1.00   3.59
    """
    common.chosen(versus, ("reference", "rest"), where="versus")
    rates = relative_rates(
        cases,
        measure,
        per=per,
        reference=reference,
        versus=versus,
        level=level,
        method=method,
        dispersion=dispersion,
    )
    apart = (rates["group"] != rates["reference"]).to_numpy()
    if not apart.any():
        return estimates.empty()
    usable = rates["reference_denominator"].notna().to_numpy()
    test = comparators.hypotheses(usable, common.codes_of(rates, common.STRAND), versus)[apart]
    rates = rates[apart].reset_index(drop=True)
    spread = common.spread(rates, dispersion, level)
    known = (rates["estimate"].notna() | (rates["upper"] == np.inf)).to_numpy()
    known = known & (rates["method"] != "bounds").to_numpy()
    sides = [
        np.where(known, rates[each], np.nan)
        for each in ("numerator", "denominator", "reference_numerator", "reference_denominator")
    ]
    nested = rates["statistic"].isin(["risk ratio", "ratio of proportions"]).to_numpy()
    p = rates["p"].to_numpy(dtype=float)
    tests = family_size(p, common.codes_of(rates, common.FAMILY), test=test)
    limits = _differences(sides, nested, spread, level)
    wide = _differences(sides, nested, spread, common.together(level, tests))
    names = np.where(nested, "newcombe", "mover")
    events = rates.assign(
        statistic=EXCESS,
        estimate=sides[0] - sides[1] * sides[2] / sides[3],
        lower=sides[1] * limits[0],
        upper=sides[1] * limits[1],
        lower_together=sides[1] * wide[0],
        upper_together=sides[1] * wide[1],
        p_adjusted=sidak(p, tests),
        method=np.where(known, names, ""),
    )
    least = has(rates["flags"], "minimum_recorded") & np.isnan(p)
    ratio = (rates["statistic"] != "ratio of ratios").to_numpy() & known & ~least
    values = [np.where(ratio, rates[each], np.nan) for each in ("estimate", "lower", "upper")]
    hidden = [_e_value(each) for each in values]
    holds = (values[1] <= 1) & (values[2] >= 1)
    causes = rates.assign(
        statistic=E_VALUE,
        estimate=hidden[0],
        lower=np.where(holds, 1.0, np.fmin(hidden[1], hidden[2])),
        upper=np.fmax(hidden[1], hidden[2]),
        versus="none",
        lower_together=np.nan,
        upper_together=np.nan,
        p=np.nan,
        p_adjusted=np.nan,
        method=np.where(ratio, rates["method"], ""),
    )
    size = len(rates)
    order = np.arange(2 * size).reshape(2, size).T.ravel()
    return estimates.frame(pd.concat([events, causes], ignore_index=True).take(order))


def _differences(
    sides: list[np.ndarray], nested, spread, level: float | np.ndarray
) -> list[np.ndarray]:
    def newcombe(*arrays, level):
        return intervals.risk_difference(*arrays, level=level)

    inside = [np.where(nested, each, np.nan) for each in sides]
    proportions = common.dispersed(newcombe, inside, spread=spread, level=level)
    outside = [np.where(nested, np.nan, each) for each in sides]
    arms = [
        mover.rate_limits(count, base, rates=True, spread=spread, level=level)
        for count, base in (outside[:2], outside[2:])
    ]
    one = np.ones(len(spread))
    rates = mover.combined([one, -one], arms, lambda each: each)
    return [np.where(nested, a, b) for a, b in zip(proportions[1:], rates, strict=True)]


def _e_value(ratio: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(ratio < 1, 1 / ratio, ratio)
        return np.where(np.isinf(up), np.inf, up + np.sqrt(up * (up - 1)))

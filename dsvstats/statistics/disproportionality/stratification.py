"""Groups compared within strata, and whether the strata agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators
from dsvstats.statistics.disproportionality.crossing import crossed, refuse_nested_areas
from dsvstats.statistics.disproportionality.strata_rows import arms, pooled
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.terms import places


def stratified(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure,
    strand: str,
    strata: str,
    reference: dict[str, str] | None = None,
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """How do groups compare with the reference among people of the same stratum?

    Mantel-Haenszel estimates over the strata: the ratio and the difference of risks, or of rates
    per resident, and the odds ratio.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    per : str or (unit, measure)
        The base: "residents", or counts that the measure is a part of.
    strand : str
        The strand whose groups are compared, such as "gender".
    strata : str
        What ``strand`` is crossed with in ``cases`` ("age x gender" for gender within ages), or
        "area", or both ("age x area").
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
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
        Estimates: for each group three rows with limits ("Mantel-Haenszel risk ratio" and so on):
        of the ratio by Greenland and Robins (1985), of the risk difference by Sato (1989), of the
        odds ratio by Robins, Breslow and Greenland (1986). Where a group or its reference has no
        events at all, ratios have "score_within_strata" limits, from the events given the total
        in each stratum, and differences those of the strata's own limits put together (Zou and
        Donner 2008), so that there always are limits. Then the tests, whose chi-squared is the
        ``estimate`` and whose degrees of freedom the ``denominator``: no association, and
        heterogeneity of the strata (Cochran's Q; Breslow and Day 1980, with Tarone 1985): a small
        p says that one pooled number hides differences.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("London", "victims", measure, "age x gender",
    ...                  {f"{age} x {sex}": n for (age, sex), n in zip(cells, numbers)})
    ...     for cells in [[(a, s) for a in ("18-29", "30+") for s in ("Female", "Male")]]
    ...     for measure, numbers in (("crime", (100, 50, 200, 100)), ("arrest", (50, 20, 60, 24)))])
    >>> found = stratified(cases, "arrest", per="crime", strand="gender", strata="age")
    >>> found[["statistic", "estimate"]].head(1).round(2)
                         statistic  estimate
    0  Mantel-Haenszel risk ratio      1.25
    """
    tail(level)
    rows = crossed(counts.pair(cases, measure, per=per), strand, strata)
    if rows.empty:
        return estimates.empty()
    comparators.refuse_excess(rows)
    by_area = "area" in strands.parts(strata)
    if by_area:
        refuse_nested_areas(rows, places.place(place), where="strata")
    key = [each for each in common.FAMILY if not (by_area and each == "area")]
    found, held = arms(rows, strand, key, reference)
    if found.empty:
        return estimates.empty()
    if by_area:
        found = found.assign(area="all areas")
    spread = common.spread(found, dispersion, level)
    result = pooled(found, held, spread, level)
    shown = result["p"].where(~result["withheld"] & result["_pooled"]).to_numpy(dtype=float)
    tests = family_size(shown, common.codes_of(result, [*common.FAMILY, "statistic"]))
    wide = pooled(found, held, spread, common.together(level, _of_groups(result, tests, found)))
    flags = flagged(
        np.full(len(result), "within=" + "/".join(strands.parts(strata)), dtype=object),
        (result["_left_out"].to_numpy(), "strata_left_out"),
        (
            result["lower"].notna().to_numpy(),
            common.independence(result, result["_spread"].to_numpy()),
        ),
    )
    return estimates.frame(
        result,
        level=level,
        versus=np.where(result["_pooled"], "reference", "none"),
        lower_together=wide["lower"],
        upper_together=wide["upper"],
        p_adjusted=np.where(np.isnan(shown), np.nan, sidak(shown, tests)),
        flags=flags,
    )


def _of_groups(result: pd.DataFrame, tests: np.ndarray, found: pd.DataFrame) -> np.ndarray:
    """The most tests that any statistic of each group is one of."""
    return tests.reshape(len(found), -1).max(axis=1)

"""Crossed strands: every intersection with its own effect, drawn towards what it shares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.statistics import common, comparators
from dsvstats.statistics.disproportionality.pooled_cells import BEYOND, MAIN, pooled
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak

MODELS = ("additive", "null")


def intersections(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure,
    strand: str,
    model: str = "additive",
    reference: dict[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """What is each intersection's proportion, and is there more to it than the sum of its parts?

    A logistic regression gives every intersection a random effect of its own, so that small ones
    are drawn towards what is known of them otherwise (MAIHDA: Evans and others 2018; Merlo 2018),
    by maximum likelihood with adaptive Gauss-Hermite quadrature. Limits and p, of main effects
    too, hold whatever the standard deviation between intersections may be: it is integrated over,
    with a prior that avoids 0 (Chung, Rabe-Hesketh, Dorie, Gelman and Liu 2013), so that they have
    a width where it is estimated as 0; "odds ratio beyond" is the median of that. Where fewer than
    two intersections are left over from the main effects, or none or all have the event, nothing
    can be told of them (flag ``deviation_unknown``). Fewer than three cannot be pooled.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    per : str or (unit, measure)
        The base that it is a part of.
    strand : str
        Crossed strands, such as "age x gender x ethnicity_two".
    model : str, default "additive"
        "additive": intersections are drawn towards the main effects of the strands. "null":
        towards one typical intersection.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates:

        - for each intersection "proportion, partially pooled", and, from the additive model,
          "odds ratio beyond" the main effects: above 1, more than its parts explain;
        - for each group of each strand "odds ratio, main effect" against its reference;
        - for all intersections together "typical odds" (in the additive model, of the reference
          groups), "standard deviation of log odds" between intersections and "variance partition
          coefficient": the share of the variance, on the scale of the log odds, that lies between
          intersections (the logistic distribution's within being pi² / 3), both with
          profile-likelihood limits; and "proportional change in variance": the share of the
          variance between intersections that the main effects explain.

    Examples
    --------
    >>> cells = [f"{sex} x {two}" for sex in ("Female", "Male")
    ...          for two in ("White", "Black and minority ethnic")]
    >>> cases = pd.concat([
    ...     counts.table("London", "victims", measure, "gender x ethnicity_two",
    ...                  dict(zip(cells, numbers)))
    ...     for measure, numbers in (("crime", (500, 300, 200, 5)), ("arrest", (250, 90, 80, 5)))])
    >>> found = intersections(cases, "arrest", per="crime", strand="gender x ethnicity_two",
    ...                       model="null")
    >>> pooled = found[found["statistic"] == "proportion, partially pooled"]
    >>> pooled[["group", "numerator", "denominator", "estimate"]].round(2)
                                    group  numerator  denominator  estimate
    3                      Female x White      250.0        500.0      0.50
    4  Female x Black and minority ethnic       90.0        300.0      0.31
    5                        Male x White       80.0        200.0      0.40
    6    Male x Black and minority ethnic        5.0          5.0      0.55
    """
    tail(level)
    common.chosen(model, MODELS, where="model")
    parts = strands.parts(strand)
    for part in parts:
        strands.scheme(part)
    if len(parts) < 2:
        raise InputError(
            where="strand",
            rule="at least two strands, crossed",
            value=strand,
            mend="for example 'age x gender'",
        )
    rows = counts.pair(cases, measure, per=per)
    rows = rows[rows["strand"] == strand]
    rows = counts.in_order(rows[common.recorded(rows)])
    if rows.empty:
        return estimates.empty()
    if (rows["kind"] != "proportion").any():
        raise InputError(
            where="per",
            rule="a base that the measure is a part of",
            value=per,
            mend="intersections are compared by the proportion with the event",
        )
    comparators.refuse_excess(rows)
    members = pd.DataFrame([each.split(strands.CROSSED) for each in rows["group"]], columns=parts)
    usual = {
        part: strands.reference(part, members[part].unique(), chosen=reference) for part in parts
    }
    family = common.codes_of(rows, common.FAMILY)
    found = [
        pooled(rows[family == each], members[family == each], usual, model, level)
        for each in range(family.max() + 1)
    ]
    result = pd.concat(found, ignore_index=True).fillna({"reference": ""})
    p = result["p"].to_numpy(dtype=float)
    tests = family_size(p, common.codes_of(result, [*common.FAMILY, "statistic"]))
    return estimates.frame(
        result,
        level=level,
        versus=np.where(result["statistic"].isin([BEYOND, MAIN]), "reference", "none"),
        p_adjusted=sidak(p, tests),
    )

"""At which decision does a disparity arise? Each stage's relative rate, from residents to court."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged, has
from dsvstats.statistics import common, comparing
from dsvstats.statistics.attrition.contrasted import ODDS
from dsvstats.statistics.attrition.contrasts import contrasted, stage_ratios

_POINTS = ["area", "start", "end", "subject", "unit", "definition"]


def relative_rate_index(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    per: Measure = "residents",
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    method: str = "log",
    dispersion: common.Dispersion = 1.0,
) -> pd.DataFrame:
    """At which decision does a group's rate part from the reference group's, and by how much?

    The matrix of youth justice's relative rate index: of those who came to each decision, how
    many went on, beside the reference group's. The first is the rate per resident. The relative
    rates of nested stages multiply to the relative rate from residents to the last stage, which
    is given too: so one can say where it arises.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    stages : list of str or (unit, measure)
        The decisions, from first to last; one that was not supplied is passed over.
    per : str or (unit, measure), default "residents"
        Whom the people of the first stage live among, among ``cases``.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "log"
        Limits and p: "log" (Katz and others 1978), as the index is published, or "score".
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.

    Returns
    -------
    DataFrame
        Estimates, a row for each group and decision: of residents "rate ratio", then as
        `stage_ratios` has them; last, where all stages are nested, "rate ratio" from residents to
        the last stage, flag ``whole_chain``.

    Examples
    --------
    >>> table = counts.table
    >>> lives = {"subject": "population", "start": "2011-03-27", "end": "2011-03-27"}
    >>> cases = pd.concat([
    ...     table("A", "accused", "charge", "gender", {"Female": 100, "Male": 400}),
    ...     table("A", "accused", "convicted", "gender", {"Female": 40, "Male": 200}),
    ...     table("A", "residents", "usual_residents", "gender",
    ...           {"Female": 50_000, "Male": 50_000}, **lives)])
    >>> relative_rate_index(cases, stages=["charge", "convicted"],
    ...                     reference={"gender": "Male"})[["measure", "base", "estimate"]]
         measure                       base  estimate
    0     charge  residents:usual_residents      0.25
    1  convicted             accused:charge      0.80
    2  convicted  residents:usual_residents      0.20
    """
    common.chosen(method, ("log", "score"), where="method")
    by: dict[str, Any] = {
        "reference": reference,
        "level": level,
        "method": method,
        "dispersion": dispersion,
    }
    chain: list[Measure] = [*counts.supplied(cases, stages, name="stages")]
    if not chain:
        return estimates.empty()
    between = stage_ratios(cases, stages=chain, **by)
    whole = has(between["flags"], "whole_chain")
    first, last = (
        _told(comparing.relative(cases, each, per, versus=("reference",), **by))
        for each in (chain[0], chain[-1])
    )
    last = last[_keys(last).isin(_keys(between[whole]))]
    last = last.assign(flags=flagged(last["flags"], (np.full(len(last), True), "whole_chain")))
    told = pd.concat([first, between[~whole], last], ignore_index=True)
    order = _keys(told).factorize(sort=False)[0]
    return told.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[[*_POINTS, "strand", "group"]])


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """The groups that are compared with another, or are withheld."""
    compared = rows["estimate"].notna() & ~has(rows["flags"], "is_reference")
    return rows[compared | rows["withheld"]]


def continuation_ratio(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    dispersion: common.Dispersion = 1.0,
) -> pd.DataFrame:
    """At each stage, what are a group's odds of going on, over the reference group's?

    The continuation-ratio (sequential) logit: what happens at one stage does not depend on how a
    case came there, so that its likelihood falls apart into one logistic model a stage, whose
    odds ratio is the cross product (Fienberg and Mason 1979). Only of stages that are parts of
    the one before. Limits by Woolf (1955).

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    stages : list of str or (unit, measure)
        The chain, from first to last; a stage that was not supplied is passed over.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.

    Returns
    -------
    DataFrame
        Estimates, a row for each group and stage: ``statistic`` "odds ratio", with p, families
        and flags as `stage_ratios` has them.

    Examples
    --------
    >>> table = counts.table
    >>> cases = pd.concat([
    ...     table("A", "accused", "charge", "gender", {"Female": 100, "Male": 400}),
    ...     table("A", "accused", "convicted", "gender", {"Female": 40, "Male": 200})])
    >>> continuation_ratio(cases, stages=["charge", "convicted"],
    ...                    reference={"gender": "Male"})[["measure", "estimate"]].round(3)
         measure  estimate
    0  convicted     0.667
    """
    found = contrasted(cases, stages, reference, level, "woolf", dispersion, ODDS)
    return found[found["statistic"] == ODDS.names[0]].reset_index(drop=True)

"""At each stage, one group's retention beside the reference group's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import intervals
from dsvstats.statistics.attrition.stages import retention

_WHERE = ["area", "start", "end", "subject", "unit", "definition", "strand"]


def stage_ratios(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    method: str = "score",
) -> pd.DataFrame:
    """At each stage, how does a group's retention compare with the reference group's?

    The ratios of a chain of nested stages multiply to the ratio over the whole chain, which is
    the last row of each group (flag ``whole_chain``). Groups whose retention is not a comparable
    proportion are left with a missing estimate and its reason.

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
    method : str, default "score"
        Limits, as for ``intervals.risk_ratio``.

    Returns
    -------
    DataFrame
        Estimates, a row for each group and stage: ``statistic`` "ratio of retentions".

    Examples
    --------
    >>> table, chain = counts.table, ["recorded", "crime"]
    >>> cases = pd.concat([
    ...     table("A", "victim_records", "recorded", "gender", {"Female": 400, "Male": 1000}),
    ...     table("A", "victim_records", "crime", "gender", {"Female": 260, "Male": 620})])
    >>> stage_ratios(cases, stages=chain)[["group", "flags", "estimate"]].round(3)
        group        flags  estimate
    0  Female                  1.048
    1  Female  whole_chain     1.048
    """
    kept = retention(cases, stages=stages, level=level)
    kept = kept[kept["strand"] != "all"].drop(
        columns=["reference_numerator", "reference_denominator"]
    )
    return _against_reference(kept, stages, reference, level, method, difference=False)


def gap(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    method: str = "newcombe",
) -> pd.DataFrame:
    """At each stage, how far apart are a group's retention and the reference group's?

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
    method : str, default "newcombe"
        Limits, as for ``intervals.risk_difference``.

    Returns
    -------
    DataFrame
        Estimates, a row for each group and stage: ``statistic`` "difference of retentions", the
        group's less the reference's.

    Examples
    --------
    >>> gap(counts.empty(), stages=["recorded", "crime"]).empty
    True
    """
    kept = retention(cases, stages=stages, level=level)
    kept = kept[kept["strand"] != "all"].drop(
        columns=["reference_numerator", "reference_denominator"]
    )
    return _against_reference(kept, stages, reference, level, method, difference=True)


def _against_reference(kept, stages, chosen, level, method, *, difference) -> pd.DataFrame:
    compare = intervals.risk_difference if difference else intervals.risk_ratio
    both = _beside_reference(kept, chosen)
    if both.empty:
        return estimates.empty()
    if not difference:
        both = _with_whole_chain(both)
    usable = both["estimate"].notna() & both["estimate_reference"].notna()
    sides = ["numerator", "denominator", "reference_numerator", "reference_denominator"]
    result = compare(
        *[both[side].where(usable).to_numpy() for side in sides], level=level, method=method
    )
    return estimates.frame(
        both.drop(columns="estimate_reference"),
        statistic="difference of retentions" if difference else "ratio of retentions",
        estimate=result.estimate,
        lower=result.lower,
        upper=result.upper,
        level=level,
        versus="reference",
        method=np.where(usable, method, ""),
    )


def _beside_reference(kept: pd.DataFrame, chosen) -> pd.DataFrame:
    """Each group's stages beside those of its reference group, the groups in their order."""
    found = {}
    for place, rows in kept.groupby(_WHERE, sort=False):
        found[place] = strands.reference(place[-1], rows["group"], chosen=chosen)
    places = pd.MultiIndex.from_frame(kept[_WHERE])
    rows = kept.assign(reference=[found[place] for place in places])
    columns = ["numerator", "denominator", "estimate", "source"]
    standard = rows.loc[rows["group"] == rows["reference"], [*_WHERE, "measure", *columns]]
    known = rows["group"].map(strands.recorded).astype(bool)
    rows = rows[known & rows["reference"].notna() & (rows["group"] != rows["reference"])]
    both = rows.merge(standard, on=[*_WHERE, "measure"], suffixes=("", "_reference"))
    both = both.rename(columns={f"{c}_reference": f"reference_{c}" for c in columns[:2]})
    both["source"] = counts.sources_of(both["source"], both.pop("source_reference"))
    (place,), (group,) = counts.codes([both], _WHERE), counts.codes([both], [*_WHERE, "group"])
    return both.take(np.lexsort([np.arange(len(both)), group, place])).reset_index(drop=True)


def _with_whole_chain(both: pd.DataFrame) -> pd.DataFrame:
    """After the stages of each group, the first against the last, if each went on to the next."""
    (group,) = counts.codes([both], [*_WHERE, "group"])
    first, last = np.unique(group, return_index=True)[1], _last(group)
    told = both[["estimate", "estimate_reference"]].notna().all(axis=1).to_numpy()
    goes_on = both["numerator"].to_numpy() == both["denominator"].shift(-1).to_numpy()
    goes_on[last] = True
    whole = np.bincount(group, weights=~(told & goes_on)) == 0
    value = np.where(whole, 1.0, np.nan)
    chain = both.iloc[last].assign(
        denominator=both["denominator"].to_numpy()[first],
        reference_denominator=both["reference_denominator"].to_numpy()[first],
        base=both["base"].to_numpy()[first],
        flags=flagged(both["flags"].iloc[last], (np.full(len(last), True), "whole_chain")),
        estimate=value,
        estimate_reference=value,
    )
    after = np.argsort(np.concatenate([group, group[last]]), kind="stable")
    return pd.concat([both, chain], ignore_index=True).take(after).reset_index(drop=True)


def _last(group: np.ndarray) -> np.ndarray:
    return len(group) - 1 - np.unique(group[::-1], return_index=True)[1]

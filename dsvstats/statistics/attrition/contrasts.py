"""At each stage, one group's retention beside the reference group's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged, has
from dsvstats.statistics import common, unrecorded
from dsvstats.statistics.attrition.contrasted import GAP, RATIO
from dsvstats.statistics.attrition.stages import retention
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.statistics.undoing import facing, undone

_CHAIN = ["area", "start", "end", "subject", "definition", "strand"]
_COUNTS = ["numerator", "denominator", "reference_numerator", "reference_denominator"]


def stage_ratios(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    method: str = "score",
    dispersion: common.Dispersion = 1.0,
) -> pd.DataFrame:
    """At each stage, how does a group's retention compare with the reference group's?

    The ratios of a chain of nested stages multiply to the ratio over the whole chain, which is
    the last row of each group (flag ``whole_chain``). Groups that cannot be compared at a stage
    are left with a missing estimate and its reason.

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
        Limits and p: "score" (Koopman 1984; of ratios of counts those of the odds ratio, which
        their ratio is) or "log" (Katz and others 1978; Woolf 1955).
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.

    Returns
    -------
    DataFrame
        Estimates, a row for each group and stage. ``statistic`` is "ratio of retentions" where
        the stage is a part of the one before, else "ratio of ratios", which is no part of a whole
        chain. ``p`` tests no difference; ``p_adjusted`` and the limits together hold for all
        strands of one area at one stage.

    Examples
    --------
    >>> table, chain = counts.table, ["recorded", "crime"]
    >>> cases = pd.concat([
    ...     table("A", "victim_records", "recorded", "gender", {"Female": 400, "Male": 1000}),
    ...     table("A", "victim_records", "crime", "gender", {"Female": 260, "Male": 620})])
    >>> stage_ratios(cases, stages=chain)[["group", "base", "estimate", "p"]].round(3)
        group                     base  estimate      p
    0  Female  victim_records:recorded     1.048  0.294
    1  Female  victim_records:recorded     1.048  0.294
    """
    return contrasted(cases, stages, reference, level, method, dispersion, RATIO)


def gap(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    method: str = "newcombe",
    dispersion: common.Dispersion = 1.0,
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
        Limits and p of retentions, as for ``intervals.risk_difference``; those of ratios of
        counts are ``intervals.ratio_difference``'s (Zou and Donner 2008).
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.

    Returns
    -------
    DataFrame
        Estimates, a row for each group and stage, the group's less the reference's. ``statistic``
        is "difference of retentions" where the stage is a part of the one before, else
        "difference of ratios". ``p`` tests no difference; ``p_adjusted`` and the limits together
        hold for all strands of one area at one stage.

    Examples
    --------
    >>> table, chain = counts.table, ["recorded", "crime"]
    >>> cases = pd.concat([
    ...     table("A", "victim_records", "recorded", "gender", {"Female": 400, "Male": 1000}),
    ...     table("A", "victim_records", "crime", "gender", {"Female": 260, "Male": 620})])
    >>> gap(cases, stages=chain)[["group", "estimate", "lower", "upper"]].round(3)
        group  estimate  lower  upper
    0  Female      0.03 -0.026  0.084
    """
    return contrasted(cases, stages, reference, level, method, dispersion, GAP)


def contrasted(cases, stages, reference, level, method, dispersion, how) -> pd.DataFrame:
    """At each stage, each group beside its reference group, set against it in this way."""
    tail(level)
    common.chosen(method, how.methods, where="method")
    kept = retention(cases, stages=stages, level=level)
    both = _beside_reference(kept[kept["strand"] != "all"], cases, stages, reference)
    spread = common.spread(both, dispersion, level)
    if both.empty:
        return estimates.empty()
    if how is RATIO:
        both = _with_whole_chain(both)
        spread = common.spread(both, dispersion, level)
    nested = (both["statistic"] == "retention").to_numpy()
    usable = both["comparable"].to_numpy()
    sides = [np.where(usable, both[side], np.nan) for side in _COUNTS]
    by = {"method": method, "spread": spread}
    p = how.chance(nested, sides, **by)
    whole = has(both["flags"], "whole_chain")
    family = common.codes_of(both.assign(_whole=whole), [*common.FAMILY, "_whole"])
    strand = both["strand"].to_numpy(dtype=object)
    tests = family_size(np.where(both["withheld"], np.nan, p), family, strand=strand)
    at = common.together(level, tests)
    alone, together = (how.between(nested, sides, level=each, **by) for each in (level, at))
    narrow = how.caution(*[np.where(nested, side, np.nan) for side in sides], method=method)
    named = np.where(nested, method, how.of_ratios or method)
    result = estimates.frame(
        both.drop(columns="comparable"),
        statistic=np.where(nested, *how.names),
        versus="reference",
        estimate=alone[0],
        lower=alone[1],
        upper=alone[2],
        level=level,
        lower_together=together[1],
        upper_together=together[2],
        method=np.where(usable, named, ""),
        p=p,
        p_adjusted=sidak(p, tests),
        flags=flagged(
            both["flags"],
            (usable, common.independence(both, spread)),
            (usable, np.asarray(narrow, dtype=object)),
        ),
    )
    unknown = _unrecorded(cases, both, nested, stages)
    more = unknown[["count_unrecorded", "base_unrecorded"]].to_numpy()

    def holds(rows, above, spread) -> np.ndarray:
        four, of = [each[rows] for each in sides], nested[rows]
        low, high = unrecorded.extremes(of, four[:2], four[2:], tuple(more[rows].T))
        ends = [np.where(above, a, b) for a, b in zip(low, high, strict=True)]
        _, lower, upper = how.between(of, ends, level=at[rows], method=method, spread=spread)
        return facing(lower, upper, above, how.null)

    return undone(result, unknown, holds, spread=spread)


def _unrecorded(
    cases: pd.DataFrame, both: pd.DataFrame, nested: np.ndarray, stages
) -> pd.DataFrame:
    """How many have no group, at each row's stage and in its base?"""
    rows = both.assign(kind=np.where(nested, "proportion", "ratio"))
    of_each = [
        unrecorded.unrecorded(cases, rows[rows["base"] == counts.base_of(*each)], each)
        for each in counts.supplied(cases, stages, name="stages")
    ]
    return pd.concat(of_each).loc[both.index]


def _beside_reference(kept: pd.DataFrame, cases, stages, chosen) -> pd.DataFrame:
    """Each group's stages beside those of its reference group, in the order of the chain."""
    found = {}
    for place, rows in kept.groupby(_CHAIN, sort=False):
        strand = rows["strand"].iloc[0]
        found[place] = strands.reference(strand, rows["group"], chosen=chosen)
    places = pd.MultiIndex.from_frame(kept[_CHAIN])
    rows = kept.drop(columns=["reference_numerator", "reference_denominator"])
    rows = rows.assign(reference=pd.array([found[each] for each in places], dtype="object"))
    stage = [*_CHAIN, "unit", "measure"]
    columns = ["numerator", "denominator", "estimate", "base", "source"]
    standard = rows.loc[rows["group"] == rows["reference"], [*stage, *columns]]
    known = rows["group"].map(strands.recorded).astype(bool)
    rows = rows[known & rows["reference"].notna() & (rows["group"] != rows["reference"])]
    both = rows.merge(standard, on=stage, suffixes=("", "_reference"))
    both = both.rename(columns={f"{c}_reference": f"reference_{c}" for c in columns[:2]})
    both["source"] = counts.sources_of(both["source"], both.pop("source_reference"))
    both["comparable"] = (
        both["estimate"].notna()
        & both.pop("estimate_reference").notna()
        & (both["base"] == both.pop("base_reference"))
    )
    chain = counts.supplied(cases, stages, name="stages")
    held = zip(both["unit"], both["measure"], strict=True)
    position = np.array([chain.index(each) for each in held], dtype=int)
    by = common.codes_of(both, _CHAIN), common.codes_of(both, [*_CHAIN, "group"])
    return both.take(np.lexsort([position, *by[::-1]])).reset_index(drop=True)


def _with_whole_chain(both: pd.DataFrame) -> pd.DataFrame:
    """After the stages of each group, the first against the last, if each went on to the next.

    Only where every stage is a part of the one before: ratios of counts are not.
    """
    (group,) = counts.codes([both], [*_CHAIN, "group"])
    first, last = np.unique(group, return_index=True)[1], _last(group)
    goes_on = np.ones(len(both), dtype=bool)
    for part, base in zip(_COUNTS[::2], _COUNTS[1::2], strict=True):
        goes_on &= both[part].to_numpy() == both[base].shift(-1).to_numpy()
    goes_on[last] = True
    told = both["comparable"].to_numpy() & goes_on
    whole = np.bincount(group, weights=~told) == 0
    nested = np.bincount(group, weights=both["statistic"] != "retention") == 0
    chain = both.iloc[last].assign(
        **{side: both[side].to_numpy()[first] for side in [*_COUNTS[1::2], "base"]},
        flags=flagged(both["flags"].iloc[last], (np.full(len(last), True), "whole_chain")),
        comparable=whole,
    )
    after = np.argsort(np.concatenate([group, group[last[nested]]]), kind="stable")
    return pd.concat([both, chain[nested]], ignore_index=True).take(after).reset_index(drop=True)


def _last(group: np.ndarray) -> np.ndarray:
    return len(group) - 1 - np.unique(group[::-1], return_index=True)[1]

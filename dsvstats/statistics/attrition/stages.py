"""Where cases fall away: each stage against the one before, and how cases leave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.cache import remembered
from dsvstats.counts import KEY, Measure
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals

_STAGE = ["area", "start", "end", "subject", "definition", "strand"]
_WHERE = ["area", "start", "end", "subject", "unit", "definition", "strand"]


@remembered
def retention(cases: pd.DataFrame, *, stages: list[Measure], level: float = 0.95) -> pd.DataFrame:
    """How many cases reach each stage, of those that reached the one before?

    ``stages`` is a chain of measures, or ``(unit, measure)``, from first to last; a stage that
    was not supplied is passed over, and the next one is set against the last that was. Where
    both stages count one unit and the later is inside the earlier, the retention is a proportion
    with Wilson limits; else a ratio of counts, with score limits that take both for independent
    Poisson counts.

    Groups of a strand are compared only where both stages record the strand about as completely
    (the one for at least 95% of the share that the other does); otherwise the estimate is
    missing, the limits are bounds that hold wherever the unrecorded belong, and the flag
    ``completeness`` gives the two shares. A stage larger than the one before is shown, never divided.

    Returns estimates with one row per stage and group: ``statistic`` "retention" or "ratio of
    counts", ``base`` the stage before. The first stage has no row.

    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 53726}),
    ...     counts.table("London", "offences", "sanction_detection", "all", {"All": 24757})])
    >>> retention(cases, stages=["crime", "sanction_detection"])[["estimate", "method"]].round(3)
       estimate  method
    0     0.461  wilson
    """
    chain = [counts.resolve(cases, each, name="stages") for each in stages]
    chain = [each for each in chain if each is not None]
    steps = [_step(cases, chain[n], chain[:n][::-1], level) for n in range(1, len(chain))]
    return estimates.order(pd.concat(steps, ignore_index=True)) if steps else estimates.empty()


def _step(cases, now: tuple, earlier: list[tuple], level: float) -> pd.DataFrame:
    """One stage, each row against the last of the earlier stages that was supplied for it."""
    steps = []
    for before in earlier:
        rows = counts.pair(cases, now, per=before)
        taken = pd.concat([each[KEY] for each in steps]) if steps else rows[KEY].iloc[:0]
        fresh = ~pd.MultiIndex.from_frame(rows[KEY]).isin(pd.MultiIndex.from_frame(taken))
        steps.append(_divided(cases, rows[fresh].reset_index(drop=True), now, before, level))
    return estimates.frame(pd.concat(steps, ignore_index=True))


def _divided(cases, rows, now: tuple, before: tuple, level: float) -> pd.DataFrame:
    nested = (rows["kind"] == "proportion").to_numpy()
    larger = (rows["numerator"] > rows["denominator"]).to_numpy() & nested
    n, base = rows["numerator"].to_numpy(), np.where(larger, np.nan, rows["denominator"])
    share = intervals.proportion(np.where(nested & ~larger, n, np.nan), base, level=level)
    ratio = intervals.rate_ratio(n, np.ones(len(n)), base, np.ones(len(n)), level=level)
    limits = [np.where(nested, a, b) for a, b in zip(share, ratio, strict=True)]
    method = np.where(nested, "wilson", "score").astype(object)
    method[larger] = ""
    rows = rows.assign(
        statistic=np.where(nested, "retention", "ratio of counts"),
        estimate=limits[0],
        lower=limits[1],
        upper=limits[2],
        level=level,
        method=method,
        flags=flagged(rows["flags"], (larger, "exceeds_base")),
    )
    return _bounded(cases, rows, now, before, larger)


def _bounded(cases, rows, now, before, larger) -> pd.DataFrame:
    """Bounds instead of an estimate where two stages record the strand unequally."""
    rows = rows.copy()
    of_people = (rows["strand"] != "all").to_numpy()
    known = {stage: _completeness(cases, stage) for stage in (now, before)}
    for place, group in rows[of_people].groupby(_STAGE, sort=False).groups.items():
        share_now, out_now, veiled_now = known[now][place]
        share_before, out_before, veiled_before = known[before][place]
        if common.as_completely(share_now, share_before):
            continue
        inside = rows.index.isin(group) & rows["group"].map(strands.recorded).to_numpy() & ~larger
        n, base = rows.loc[inside, "numerator"], rows.loc[inside, "denominator"]
        with np.errstate(divide="ignore", invalid="ignore"):
            rows.loc[inside, "lower"] = n / (base + out_before)
            rows.loc[inside, "upper"] = ((n + out_now) / base).clip(upper=1.0)
        shares = f"completeness={share_before:.4f}/{share_now:.4f}"
        rows.loc[inside, ["estimate", "method"]] = [np.nan, "bounds"]
        rows["flags"] = flagged(rows["flags"], (inside, f"bounds {shares}"))
        rest = rows.index.isin(group) & ~inside
        rows.loc[inside | rest, "withheld"] |= veiled_now | veiled_before
        rows.loc[rest, ["estimate", "lower", "upper"]] = np.nan
        rows.loc[rest & ~larger, "method"] = ""
        rows["flags"] = flagged(rows["flags"], (rest & ~larger, shares))
    return rows


def _completeness(
    cases: pd.DataFrame, stage: tuple[str, str]
) -> dict[tuple, tuple[float, float, bool]]:
    """For what share was each strand recorded, for how many not, and would that tell too much?"""
    rows = counts.choose(cases, unit=stage[0], measure=stage[1])
    held = rows["group"].map(strands.recorded).astype(bool)
    sizes = rows["count"].astype(float)
    total = sizes.groupby([rows[each] for each in _STAGE]).sum()
    out = sizes.where(~held, 0.0).groupby([rows[each] for each in _STAGE]).sum()
    by = [rows[each] for each in _STAGE]
    veiled = (rows["withheld"] & ~held).groupby(by).any() | (
        held.groupby(by).any() & ~(held & ~rows["withheld"]).groupby(by).any()
    )
    return {
        place: (
            1 - out[place] / total[place] if total[place] else 1.0,
            float(out[place]),
            bool(veiled[place]),
        )
        for place in total.index
    }


def stage_ratios(
    cases: pd.DataFrame,
    *,
    stages: list[Measure],
    reference: dict[str, str] | None = None,
    level: float = 0.95,
    method: str = "score",
) -> pd.DataFrame:
    """At each stage, how does a group's retention compare with the reference group's?

    The ratio of the two retentions, with the named risk-ratio limits; the ratios of a chain of
    nested stages multiply to the ratio over the whole chain, which is the last row of each group
    (flag ``whole_chain``). Groups whose retention is not a comparable proportion are left with
    a missing estimate and its reason.

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

    The difference of the two retentions (group minus reference), with the named
    risk-difference limits (Newcombe's hybrid score by default).

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


def exits(
    cases: pd.DataFrame, *, of: Measure, ways: list[Measure], level: float = 0.95
) -> pd.DataFrame:
    """How do cases leave at one stage? Each way out as a share of those at the stage.

    ``of`` is the stage and ``ways`` the ways out of it, of the same unit and inside it; ways
    that were not supplied are left out, and what the ways do not account for is not filled in.
    Wilson limits. Ways that together exceed the stage are an error, since they then overlap.

    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "allegations", m, "all", {"All": n})
    ...     for m, n in (("recorded", 103), ("no_crime", 13), ("crime_related_incident", 13))])
    >>> ways = ["no_crime", "crime_related_incident"]
    >>> exits(cases, of="recorded", ways=ways)["estimate"].round(3)
    0    0.126
    1    0.126
    Name: estimate, dtype: float64
    """
    held = [way for way in ways if counts.resolve(cases, way, name="ways") is not None]
    if not held or counts.resolve(cases, of, name="of") is None:
        return estimates.empty()
    pairs = [counts.pair(cases, way, of=of) for way in held]
    rows = pd.concat([each[each["kind"] == "proportion"] for each in pairs], ignore_index=True)
    together = rows.groupby([k for k in KEY if k != "measure"])["numerator"].sum(min_count=1)
    limit = rows.groupby([k for k in KEY if k != "measure"])["denominator"].first()
    if (together > limit).any():
        worst = (together - limit).idxmax()
        raise InputError(
            where="ways",
            rule="ways out that do not overlap",
            value=f"{together[worst]:.0f} of {limit[worst]:.0f} in {worst[0]}",
            mend="name ways that exclude each other",
        )
    share = intervals.proportion(rows["numerator"], rows["denominator"], level=level)
    return estimates.frame(
        rows,
        statistic="proportion",
        estimate=share.estimate,
        lower=share.lower,
        upper=share.upper,
        level=level,
        method="wilson",
    )


@remembered
def not_crimed(cases: pd.DataFrame, *, subject: str, level: float = 0.95) -> pd.DataFrame:
    """What part of the reports were no-crimed, or recorded as crime-related incidents?

    Of the allegations, or of the incidents, whichever the area counts. Wilson limits.

    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "allegations", m, "all", {"All": n})
    ...     for m, n in (("recorded", 103), ("no_crime_or_crime_related_incident", 26))])
    >>> not_crimed(cases, subject="domestic_violence")["estimate"].round(3).tolist()
    [0.252]
    """
    held = cases[(cases["subject"] == subject) & (cases["strand"] == "all")]
    both = "no_crime_or_crime_related_incident"
    found = [
        exits(held, of=(unit, "recorded"), ways=[(unit, both)], level=level)
        for unit in ("allegations", "incidents")
    ]
    return estimates.order(pd.concat(found, ignore_index=True))

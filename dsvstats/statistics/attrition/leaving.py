"""How cases leave at one stage: each way out as a share of those at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dsvstats import counts, estimates
from dsvstats.cache import remembered
from dsvstats.counts import KEY, Measure
from dsvstats.errors import InputError
from dsvstats.statistics import intervals


def exits(
    cases: pd.DataFrame, *, of: Measure, ways: list[Measure], level: float = 0.95
) -> pd.DataFrame:
    """How do cases leave at one stage? Each way out as a share of those at the stage.

    What the ways do not account for is not filled in. Ways that together exceed the stage are an
    error, since they then overlap.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    of : str or (unit, measure)
        The stage.
    ways : list of str or (unit, measure)
        The ways out of it, of the same unit and inside it; those that were not supplied are left
        out.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates, a row for each way: ``statistic`` "proportion", with Wilson limits (1927).

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "allegations", m, "all", {"All": n})
    ...     for m, n in (("recorded", 103), ("no_crime", 13), ("crime_related_incident", 13))])
    >>> ways = ["no_crime", "crime_related_incident"]
    >>> exits(cases, of="recorded", ways=ways)["estimate"].round(3)
    0    0.126
    1    0.126
    Name: estimate, dtype: float64
    """
    held: list[Measure] = [*counts.supplied(cases, ways, name="ways")]
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


def exits_by_stage(
    cases: pd.DataFrame, stages: Mapping[Measure, Sequence[str]], *, level: float = 0.95
) -> pd.DataFrame:
    """How do cases leave at each of these stages? ``exits``, of one after the other.

    ``stages`` holds for each stage, a ``(unit, measure)``, the measures by which cases leave.

    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "offences", m, "all", {"All": n})
    ...     for m, n in (("prosecuted", 40), ("discontinued", 20))])
    >>> stages = {("offences", "prosecuted"): ["discontinued"]}
    >>> exits_by_stage(cases, stages)["estimate"].tolist()
    [0.5]
    """
    return estimates.join(
        exits(cases, of=stage, ways=[(stage[0], way) for way in ways], level=level)
        for stage, ways in stages.items()
    )


def arrested_in_no_crime(cases: pd.DataFrame, *, subject: str, level: float = 0.95) -> pd.DataFrame:
    """What part of the incidents had an arrest though they were not recorded as crimes?

    As records count it; of printed counts, arrests in incidents less arrests in offences, where
    both are told of one period and definition. Wilson limits.

    >>> cases = pd.concat([
    ...     counts.table("London", unit, measure, "all", {"All": n})
    ...     for unit, measure, n in (("incidents", "recorded", 84026),
    ...         ("incidents", "arrest_recorded", 35355), ("offences", "arrest", 33559))])
    >>> arrested_in_no_crime(cases, subject="domestic_violence")["numerator"].tolist()
    [1796.0]
    """
    held = counts.choose(cases, subject=subject, strand="all")
    of, both = ("incidents", "recorded"), ("incidents", "arrest_recorded")
    told = exits(held, of=of, ways=[("incidents", "arrest_no_crime")], level=level)
    if len(told) or counts.resolve(held, both, name="of") is None:
        return told
    pairs = counts.pair(held, ("offences", "arrest"), per=both)
    more = pairs[pairs["numerator"] <= pairs["denominator"]]
    left = (more["denominator"] - more["numerator"]).astype("Int64")
    rest = more.assign(unit="incidents", measure="arrest_no_crime", count=left)
    return exits(
        counts.join(held, rest[counts.COLUMNS]), of=of, ways=["arrest_no_crime"], level=level
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

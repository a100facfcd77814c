"""People counted by how often they were reported."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import intervals

LIST = ["area", "start", "end", "subject", "unit", "measure", "definition"]


def people_by_reports(cases: pd.DataFrame) -> pd.DataFrame:
    """Who is counted by number of reports? The rows of the strand "reports".

    Returns counts with ``reports`` (the number, or where the group is open, its lowest) and
    ``open`` (whether the group says "or more").

    >>> cases = counts.table("W", "victims", "crime", "reports", {"1": 5, "2+": 3})
    >>> people_by_reports(cases)[["group", "reports", "open"]]
      group  reports   open
    0     1        1  False
    1    2+        2   True
    """
    people = cases[
        (cases["strand"] == "reports") & cases["group"].map(strands.recorded).astype(bool)
    ]
    number = people["group"].str.removesuffix("+").astype(int)
    people = people.assign(reports=number, open=people["group"].str.endswith("+"))
    return people.sort_values([*LIST, "reports"], kind="stable").reset_index(drop=True)


def whole_list(people: pd.DataFrame) -> np.ndarray | None:
    """How many had one report, two, three and so on; None where that is not all known."""
    known = people["reports"].min() == 1 and not people["open"].any()
    if not known or people["count"].isna().any() or people["withheld"].any():
        return None
    listed = np.zeros(int(people["reports"].max()))
    listed[people["reports"].to_numpy() - 1] = people["count"].to_numpy(dtype=float)
    return listed


def prevalence(cases: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Of the people reported, how many were reported two or more times?

    From people by number of reports: those with two or more over all of them, a proportion of
    people with Wilson limits. A list that starts at two says how many were repeated, of nobody
    knows how many: its estimate is missing, with the flag ``starts_at_two``. ``base``
    says whether they were reported in incidents or in crimes.

    >>> cases = counts.table("London", "victims", "recorded", "reports",
    ...                      {"1": 53755, "2+": 23633})
    >>> prevalence(cases)[["numerator", "denominator", "estimate"]].round(4)
       numerator  denominator  estimate
    0    23633.0      77388.0    0.3054
    """
    found = []
    for place, people in people_by_reports(cases).groupby(LIST, sort=False):
        once = people["reports"].min() <= 1
        size = people["count"].astype(float)
        found.append(
            dict(zip(LIST, place, strict=True))
            | {
                "numerator": size[people["reports"] >= 2].sum(skipna=False),
                "denominator": size.sum(skipna=False) if once else np.nan,
                "withheld": people["withheld"].any(),
                "flags": "" if once else "starts_at_two",
                "source": counts.sources_by(people["source"], np.zeros(len(people)))[0],
            }
        )
    if not found:
        return estimates.empty()
    rows = pd.DataFrame(found).assign(strand="all", group=strands.ALL)
    share = intervals.proportion(rows["numerator"], rows["denominator"], level=level)
    return estimates.frame(
        rows,
        statistic="prevalence",
        base=rows["unit"] + ":" + rows["measure"],
        estimate=share.estimate,
        lower=share.lower,
        upper=share.upper,
        level=level,
        method="wilson",
    )


def reports(cases: pd.DataFrame) -> pd.DataFrame:
    """How many reports do these people stand for? People times reports, at least.

    Returns estimates with ``statistic`` "reports", ``numerator`` the reports (the lowest number
    where the last group is open: flag ``at_least``), ``denominator`` the people and
    ``estimate`` the reports per person. Complete counts: no limits.

    >>> people = {"2": 146, "3": 37, "4": 12, "5": 5, "6": 2, "7": 2, "13": 1}
    >>> cases = counts.table("Wandsworth", "victims", "crime", "reports", people)
    >>> reports(cases)[["numerator", "denominator"]].astype(int).values.tolist()
    [[515, 205]]
    """
    people = people_by_reports(cases)
    if people.empty:
        return estimates.empty()
    size = people["count"].astype(float)
    listed = people.assign(people=size, events=size * people["reports"])
    rows = (
        listed.groupby(LIST, sort=False)
        .agg(
            numerator=("events", lambda each: each.sum(skipna=False)),
            denominator=("people", lambda each: each.sum(skipna=False)),
            open=("open", "any"),
            withheld=("withheld", "any"),
            source=("source", lambda each: counts.sources_by(each, np.zeros(len(each)))[0]),
        )
        .reset_index()
    )
    return estimates.frame(
        rows.assign(strand="all", group=strands.ALL),
        statistic="reports",
        base=rows["unit"] + ":" + rows["measure"],
        estimate=rows["numerator"] / rows["denominator"].where(rows["denominator"] > 0),
        flags=np.where(rows["open"], "at_least", ""),
    )


def share_of_records(cases: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """What part of the offences are the reports of the victims listed as reported again?

    The reports of victims with two or more, over the offences of the same area, period, subject
    and definition. The two are counted apart, so this is a ratio of counts, and a share only if
    every one of those reports is among the offences. People recur, so that their reports are
    not independent: no limits are given.

    >>> people = {"2": 146, "3": 37, "4": 12, "5": 5, "6": 2, "7": 2, "13": 1}
    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "victims", "crime", "reports", people),
    ...     counts.table("Wandsworth", "offences", "crime", "all", {"All": 1187})])
    >>> share_of_records(cases)["estimate"].round(3).tolist()
    [0.434]
    """
    people = people_by_reports(counts.choose(cases, unit="victims"))
    again = reports(people[people["reports"] >= 2][counts.COLUMNS])
    offences = counts.choose(cases, unit="offences", measure="crime", strand="all")
    counts.refuse_doubles(offences)
    shared = [each for each in LIST if each not in ("unit", "measure")]
    bases = offences[[*shared, "count", "withheld", "source"]]
    bases = bases.rename(columns={"count": "offences"})
    rows = again[again["measure"] == "crime"].merge(
        bases, on=shared, how="inner", suffixes=("", "_base")
    )
    base = rows["offences"].astype(float)
    flags = flagged(rows["flags"], (np.full(len(rows), True), "side_by_side"))
    return estimates.frame(
        rows.assign(unit="victim_records", withheld=rows["withheld"] | rows["withheld_base"]),
        statistic="ratio of counts",
        denominator=base,
        base=counts.base_of("offences", "crime"),
        source=counts.sources_of(rows["source"], rows["source_base"]),
        estimate=rows["numerator"] / base.where(base > 0),
        level=level,
        flags=flags,
    )

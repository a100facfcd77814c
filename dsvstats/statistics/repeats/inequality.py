"""How unequally the reports are spread over the people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.statistics.repeats.listed import LIST, people_by_reports, reports


def concentration(cases: pd.DataFrame) -> pd.DataFrame:
    """How unequally are the reports spread over the people? Points of the Lorenz curve.

    People are ordered from most reports to fewest. Returns one row per group of people with the
    list's key, ``reports``, ``people``, and cumulative ``share_of_people`` and
    ``share_of_reports`` (both from 0 to 1, starting at 0), and the list's ``gini`` (population
    form) and ``gini_generalised`` (Bernasco and Steenbeek 2017: for more people than reports).
    A list whose last group is open, or with a missing or withheld count, has no curve.

    >>> cases = counts.table("W", "victims", "crime", "reports", {"1": 2, "3": 1})
    >>> concentration(cases)[["reports", "share_of_people", "share_of_reports"]].round(2)
       reports  share_of_people  share_of_reports
    0        3             0.33               0.6
    1        1             1.00               1.0
    """
    columns = [
        *LIST,
        "reports",
        "people",
        "share_of_people",
        "share_of_reports",
        "gini",
        "gini_generalised",
    ]
    found = []
    for place, people in people_by_reports(cases).groupby(LIST, sort=False):
        unusable = people["open"] | people["count"].isna() | people["withheld"]
        people = people[::-1]
        n, k = people["count"].to_numpy(dtype=float, na_value=0), people["reports"].to_numpy()
        if unusable.any() or not (n * k).sum():
            continue
        x, y = np.cumsum(n) / n.sum(), np.cumsum(n * k) / (n * k).sum()
        gini = 2 * np.trapezoid(np.r_[0, y], np.r_[0, x]) - 1
        found.append(
            pd.DataFrame(
                {
                    **dict(zip(LIST, place, strict=True)),
                    "reports": k,
                    "people": n,
                    "share_of_people": x,
                    "share_of_reports": y,
                    "gini": gini,
                    "gini_generalised": max(1, n.sum() / (n * k).sum()) * (gini - 1) + 1,
                }
            )
        )
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def top_share(points: pd.DataFrame, *, of_people: float = 0.1) -> float:
    """What share of the reports do the most reported people have? From one Lorenz curve.

    Linear between its points. ``of_people`` is a share of the people, such as 0.1 for a tenth.

    >>> cases = counts.table("W", "victims", "crime", "reports", {"1": 2, "3": 1})
    >>> round(top_share(concentration(cases), of_people=1 / 3), 3)
    0.6
    """
    if points.empty:
        return float("nan")
    x, y = np.r_[0, points["share_of_people"]], np.r_[0, points["share_of_reports"]]
    return float(np.interp(of_people, x, y))


def capped(cases: pd.DataFrame, *, cap: int) -> pd.DataFrame:
    """How many reports are there when no person counts more than ``cap`` times?

    As ``reports``, with each person's number cut at ``cap``; an open group that starts at or
    above the cap is then exact.

    >>> cases = counts.table("W", "victims", "crime", "reports", {"2": 146, "13": 1})
    >>> capped(cases, cap=5)["numerator"].tolist()
    [297.0]
    """
    people = people_by_reports(cases)
    cut = people.assign(
        group=people["reports"].clip(upper=cap).astype("str")
        + np.where(people["open"] & (people["reports"] < cap), "+", "")
    )
    summed = cut.groupby([*LIST, "strand", "group", "source"], sort=False).agg(
        count=("count", lambda each: each.sum(skipna=False)), withheld=("withheld", "any")
    )
    return reports(counts.check(summed.reset_index())) if len(cut) else estimates.empty()

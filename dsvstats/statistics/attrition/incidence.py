"""By when has a case left the system, and by which way out? Competing outcomes over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import estimates, strands
from dsvstats.statistics import common, durations
from dsvstats.statistics.durations import Group, Table, by_group
from dsvstats.statistics.intervals.inputs import tail

METHODS = ("jackknife", "aalen")
_GROUPED = ["area", "start", "end", "subject", "unit", "definition", "strand"]


def cumulative_incidence(
    cases: pd.DataFrame,
    *,
    time: str = "days",
    outcome: str = "outcome",
    at: Sequence[float] | None = None,
    level: float = 0.95,
    method: str = "jackknife",
) -> pd.DataFrame:
    """What share of cases has had each outcome by each day, the others being in the way of it?

    Outcomes compete: a case that was withdrawn cannot be charged any more, and is not taken for
    one that might be. One minus Kaplan-Meier would do that, and say too much.

    Parameters
    ----------
    cases : DataFrame
        A row for each case, or for ``count`` alike: days from its report to its outcome or to
        the day until which it was followed, and its outcome. Columns of the counts' key (area,
        subject, strand, group, …) tell them apart; without them they are one group.
    time : str, default "days"
        The column of days, whole or not.
    outcome : str, default "outcome"
        The column of outcomes; blank or missing while there is none (censored).
    at : sequence of numbers, optional
        The days that are asked for; else every day on which something happens.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "jackknife"
        Variances: "jackknife" (infinitesimal, as R's survival has it) or "aalen" (as R's cmprsk
        has it, with ties as draws without replacement).

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "cumulative incidence", ``measure`` the outcome, the day in the
        flag ``by_day``; ``numerator`` how many had it by then, of ``denominator`` cases that
        began. Aalen and Johansen (1978); limits on the complementary log-log scale.

    Examples
    --------
    >>> cases = pd.DataFrame({"days": [3, 8, 8, 20], "outcome": ["charge", "withdrawn", "", ""]})
    >>> cumulative_incidence(cases, at=[10])[["measure", "estimate", "flags"]]
         measure  estimate      flags
    0     charge      0.25  by_day=10
    1  withdrawn      0.25  by_day=10
    """
    tail(level)
    common.chosen(method, METHODS, where="method")
    found = []
    for group in by_group(cases, time, outcome):
        held = group.table
        asked = held.times[held.any_happened > 0] if at is None else np.asarray(at, dtype=float)
        for n, name in enumerate(group.names):
            share, error = incidence(held, n, method=method)
            told = durations.at(held.times, share, asked, start=0.0)
            wide = durations.at(held.times, error, asked, start=0.0)
            lower, upper = durations.log_log(told, wide, level)
            so_far = durations.at(held.times, held.happened[:, n].cumsum(), asked, start=0.0)
            found.append(
                pd.DataFrame(
                    {
                        **group.key,
                        "measure": name,
                        "numerator": so_far,
                        "denominator": held.at_risk[0],
                        "estimate": told,
                        "lower": lower,
                        "upper": upper,
                        "flags": [f"by_day={day:g}" for day in asked],
                    }
                )
            )
    if not found:
        return estimates.empty()
    rows = pd.concat(found, ignore_index=True)
    return estimates.frame(
        rows,
        statistic="cumulative incidence",
        base=rows["unit"] + ":recorded",
        level=level,
        method=method,
    )


def gray(cases: pd.DataFrame, *, time: str = "days", outcome: str = "outcome") -> pd.DataFrame:
    """Do the groups of a strand have each outcome as early and as often as each other?

    Gray's test (1988) of equal cumulative incidence over all of the time, for each outcome; exact
    with ties, as R's cmprsk has it. ``cases`` as for `cumulative_incidence`; those whose group
    was not recorded are left out. Returns estimates, a row for each strand and outcome:
    ``statistic`` "Gray's chi-squared", whose degrees of freedom are in the flag ``degrees``.

    >>> cases = pd.DataFrame({
    ...     "strand": "gender", "group": ["Female", "Male"] * 4, "days": [1, 2, 3, 4, 5, 6, 7, 8],
    ...     "outcome": ["charge", "", "charge", "withdrawn", "charge", "withdrawn", "", "charge"]})
    >>> gray(cases)[["measure", "estimate", "p"]].round(3)
         measure  estimate      p
    0     charge     3.418  0.064
    1  withdrawn     2.493  0.114
    """
    from scipy.stats import chi2

    from dsvstats.statistics.attrition.gray_test import score

    held: dict[tuple, list[Group]] = {}
    for group in by_group(cases, time, outcome):
        if group.key["strand"] == "all" or strands.recorded(group.key["group"]):
            held.setdefault(tuple(group.key[each] for each in _GROUPED), []).append(group)
    rows = []
    for place, groups in held.items():
        if len(groups) < 2:
            continue
        for n, name in enumerate(groups[0].names):
            statistic, degrees = score([each.table for each in groups], n)
            rows.append(
                {
                    **dict(zip(_GROUPED, place, strict=True)),
                    "group": strands.ALL,
                    "measure": name,
                    "estimate": statistic,
                    "p": chi2.sf(statistic, degrees) if degrees else np.nan,
                    "flags": f"degrees={degrees}",
                }
            )
    if not rows:
        return estimates.empty()
    return estimates.frame(
        pd.DataFrame(rows), statistic="Gray's chi-squared", method="gray", p_adjusted=np.nan
    )


def incidence(held: Table, outcome: int, *, method: str) -> tuple[np.ndarray, np.ndarray]:
    """The share that has had this outcome by each time, with its standard error."""
    free = durations.before(durations.survival(held)[0])
    share = np.cumsum(free * held.happened[:, outcome] / held.at_risk)
    variance = {"jackknife": _jackknife, "aalen": _aalen}[method](held, outcome, share, free)
    return share, np.sqrt(np.maximum(variance, 0))


def _jackknife(held: Table, outcome: int, share: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The infinitesimal jackknife: what each case's leaving would do, squared and summed.

    statsmodels' CumIncidenceRight is the same, but missing once everything has happened to all.
    """
    n, d = held.at_risk, held.happened[:, outcome]
    left = n - held.any_happened
    with np.errstate(divide="ignore", invalid="ignore"):
        any_way = np.where(left > 0, held.any_happened / (n * left), 0.0)
    own = free / n
    found = share**2 * np.cumsum(any_way) - 2 * share * np.cumsum(share * any_way)
    found += np.cumsum(share**2 * any_way) + np.cumsum(own**2 * (n - d) * d / n)
    own = own * d / n
    return found - 2 * share * np.cumsum(own) + 2 * np.cumsum(share * own)


def _aalen(held: Table, outcome: int, share: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Aalen's (1978), where cases that leave at one time are drawn without replacement."""
    n, own = held.at_risk, held.happened[:, outcome]
    others = held.any_happened - own
    after = free * (n - held.any_happened) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(after > 0, 1 / after, 0.0)
    parts = []
    for d, reach in ((others, share * inverse), (own, 1 + share * inverse)):
        with np.errstate(divide="ignore", invalid="ignore"):
            tied = np.where(d > 1, 1 - (d - 1) / np.maximum(n - 1, 1), 1.0)
        weight = free**2 * tied * d / n**2
        weight = np.where(after > 0, weight, weight * (d is own))
        parts.append((reach**2 * weight, inverse * reach * weight, inverse**2 * weight))
    first, second, third = (np.cumsum(a + b) for a, b in zip(*parts, strict=True))
    return first + share**2 * third - 2 * share * second

"""When is a person reported again, how often by then, and for whom sooner?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import estimates, strands
from dsvstats.statistics import common, durations
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.statistics.repeats import hazards
from dsvstats.statistics.repeats.hazards import Intervals

MODELS = ("andersen_gill", "gap_time")
_COLUMNS = ("person", "start_day", "end_day", "again")
_KEY = {
    "area": "",
    "subject": "",
    "unit": "victims",
    "definition": "",
    "start": pd.NaT,
    "end": pd.NaT,
}


def time_to_repeat(
    people: pd.DataFrame,
    *,
    time: str = "days",
    again: str = "again",
    at: Sequence[float] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """What share of people has been reported again by each day, those not followed so long allowed for?

    Parameters
    ----------
    people : DataFrame
        A row for each person and report, or for ``count`` alike: days to the next report, or to
        the last day of what is held. Columns of the counts' key tell groups apart; a strand
        "reports" whose groups are the number of reports so far tells those of first, second and
        later ones.
    time : str, default "days"
        The column of days.
    again : str, default "again"
        The column that says whether a report came then: True or False.
    at : sequence of numbers, optional
        The days that are asked for; else every day on which a report came.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "reported again", the day in the flag ``by_day``; one less
        Kaplan and Meier (1958), with Greenwood's variance and limits on the complementary log-log
        scale.

    Examples
    --------
    >>> people = pd.DataFrame({"days": [20, 90, 200, 365], "again": [True, True, False, False]})
    >>> time_to_repeat(people, at=[28, 365])["estimate"].tolist()
    [0.25, 0.5]
    """
    tail(level)
    if people.empty:
        return estimates.empty()
    mend = f"name the columns: time={time!r}, again={again!r}"
    common.needs(people, [time, again], where="people", mend=mend)
    common.known(people, again, where="people")
    held = people.assign(_outcome=np.where(people[again].astype(bool), "again", ""))
    found = []
    for group in durations.by_group(held, time, "_outcome"):
        steps = group.table
        asked = steps.times[steps.any_happened > 0] if at is None else np.asarray(at, dtype=float)
        left, error = durations.survival(steps)
        left = durations.at(steps.times, left, asked, start=1.0)
        error = durations.at(steps.times, error, asked, start=0.0)
        lower, upper = durations.log_log(left, error, level)
        so_far = durations.at(steps.times, steps.any_happened.cumsum(), asked, start=0.0)
        found.append(
            pd.DataFrame(
                {
                    **group.key,
                    "measure": "repeat_anywhere",
                    "numerator": so_far,
                    "denominator": steps.at_risk[0],
                    "estimate": 1 - left,
                    "lower": 1 - upper,
                    "upper": 1 - lower,
                    "flags": [f"by_day={day:g}" for day in asked],
                }
            )
        )
    rows = pd.concat(found, ignore_index=True)
    return estimates.frame(
        rows,
        statistic="reported again",
        base=rows["unit"] + ":recorded",
        level=level,
        method="kaplan_meier",
    )


def recurrence(
    people: pd.DataFrame,
    *,
    model: str = "andersen_gill",
    at: Sequence[float] = (),
    reference: dict[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """How many reports has a person had by each day, and is one group reported again sooner?

    Parameters
    ----------
    people : DataFrame
        A row for each time that a person is at risk of a report: ``person`` (any key),
        ``start_day`` and ``end_day`` (days since the first report), ``again`` (does it end in a
        report?) and, to compare groups, ``strand`` and ``group``.
    model : str, default "andersen_gill"
        "andersen_gill" (1982): the rate of reports by the days since the first; "gap_time"
        (Prentice, Williams and Peterson 1981): by the days since the last, first, second and
        later gaps each with a rate of their own.
    at : sequence of numbers, default ()
        Days at which the mean number of reports a person is given, for each group.
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates: "hazard ratio" of each group against the reference, with the robust variance
        that people's reports hang together by (Lin and Wei 1989), Efron's for ties; and "reports
        by a day", the mean cumulative function (Nelson 1988), with the day in ``by_day``.

    Examples
    --------
    >>> people = pd.DataFrame({
    ...     "person": [1, 1, 2, 3, 3, 4], "start_day": [0, 30, 0, 0, 80, 0],
    ...     "end_day": [30, 365, 365, 80, 365, 365],
    ...     "again": [True, False, False, True, False, False]})
    >>> recurrence(people, at=[365])[["statistic", "estimate"]]
            statistic  estimate
    0  reports by a day       0.5
    """
    tail(level)
    common.chosen(model, MODELS, where="model")
    mend = "a row for each time at risk: " + ", ".join(_COLUMNS)
    common.needs(people, _COLUMNS, where="people", mend=mend)
    for column in _COLUMNS:
        common.known(people, column, where="people")
    if people.empty:
        return estimates.empty()
    held = people.assign(**{k: v for k, v in _KEY.items() if k not in people})
    for name, value in (("strand", "all"), ("group", strands.ALL)):
        held = held if name in held else held.assign(**{name: value})
    key = [*_KEY, "strand"]
    found = []
    for place, rows in held.groupby(key, sort=False, dropna=False):
        named = dict(zip(key, place, strict=True))
        found += _by_days(rows, named, at, level)
        found += _compared(rows, named, model, reference, level)
    if not found:
        return estimates.empty()
    told = pd.DataFrame(found).assign(measure="repeat_anywhere")
    p = told["p"].to_numpy(dtype=float)
    tests = family_size(
        p, common.codes_of(told, common.FAMILY), strand=told["strand"].to_numpy(object)
    )
    wide = common.wald_together(
        told["estimate"].to_numpy(),
        [told["lower"].to_numpy(), told["upper"].to_numpy()],
        level=level,
        tests=tests,
        scale="log",
    )
    return estimates.frame(
        told,
        base=told["unit"] + ":recorded",
        level=level,
        lower_together=wide[0],
        upper_together=wide[1],
        p_adjusted=sidak(p, tests),
    )


def _intervals(rows: pd.DataFrame, columns: np.ndarray, *, gaps: bool) -> Intervals:
    start = rows["start_day"].to_numpy(dtype=float)
    stop = rows["end_day"].to_numpy(dtype=float)
    order = rows.sort_values("start_day", kind="stable").groupby("person").cumcount()
    return Intervals(
        start=np.zeros(len(start)) if gaps else start,
        stop=stop - start if gaps else stop,
        happened=rows["again"].to_numpy(dtype=bool),
        columns=columns,
        person=rows["person"].to_numpy(),
        stratum=order.reindex(rows.index).to_numpy() if gaps else np.zeros(len(start)),
    )


def _by_days(rows: pd.DataFrame, named: dict, at: Sequence[float], level: float) -> list[dict]:
    found = []
    for group, own in rows.groupby("group", sort=False):
        held = _intervals(own, np.zeros((len(own), 0)), gaps=False)
        times, mean, error = hazards.mean_cumulative(held)
        people = own["person"].nunique()
        for day in at:
            value, wide = (
                float(durations.at(times, each, [day], start=0.0)[0]) for each in (mean, error)
            )
            factor = np.exp(common.quantile(level) * wide / value) if value > 0 else np.nan
            so_far = float((held.happened & (held.stop <= day)).sum())
            found.append(
                {
                    **named,
                    "group": group,
                    "statistic": "reports by a day",
                    "numerator": so_far,
                    "denominator": float(people),
                    "estimate": value,
                    "lower": value / factor,
                    "upper": value * factor,
                    "p": np.nan,
                    "method": "nelson",
                    "flags": f"by_day={day:g}",
                }
            )
    return found


def _compared(
    rows: pd.DataFrame, named: dict, model: str, reference: dict[str, str] | None, level: float
) -> list[dict]:
    strand = named["strand"]
    known = rows[rows["group"].map(strands.recorded).astype(bool)]
    first = None if strand == "all" else strands.reference(strand, known["group"], chosen=reference)
    groups = [each for each in known["group"].unique() if each != first]
    if first is None or not groups:
        return []
    columns = np.column_stack([(known["group"] == each).astype(float) for each in groups])
    slope, covariance, done = hazards.fitted(_intervals(known, columns, gaps=model == "gap_time"))
    reports = known[known["again"].astype(bool)]["group"].value_counts()
    people = known.groupby("group")["person"].nunique()
    found = []
    for n, group in enumerate(groups):
        error = float(np.sqrt(covariance[n, n])) if done else np.nan
        value = float(slope[n]) if done else np.nan
        away = common.quantile(level) * error
        found.append(
            {
                **named,
                "group": group,
                "statistic": "hazard ratio",
                "versus": "reference",
                "reference": first,
                "numerator": float(reports.get(group, 0)),
                "denominator": float(people[group]),
                "reference_numerator": float(reports.get(first, 0)),
                "reference_denominator": float(people[first]),
                "estimate": np.exp(value),
                "lower": np.exp(value - away),
                "upper": np.exp(value + away),
                "p": 2 * special.ndtr(-abs(value) / error),
                "method": model,
                "flags": "" if done else "boundary",
            }
        )
    return found

"""How shares of those counted compare with shares of another population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators, comparing, intervals
from dsvstats.statistics.disproportionality import printed_shares
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.undoing import facing
from dsvstats.statistics.unrecorded import unrecorded

_EXACTLY = {"score": "wilson", "exact": "clopper_pearson", "mid_p": "mid_p"}
Percentages: TypeAlias = Mapping[str, float] | pd.Series | pd.DataFrame


@remembered
def representation(
    cases: pd.DataFrame,
    measure: Measure | None = None,
    *,
    against: Measure | Percentages,
    decimals: int | None = None,
    level: float = 0.95,
    method: str = "score",
    dispersion: common.Dispersion = 1.0,
    small: int = 10,
) -> pd.DataFrame:
    """How many times its share of the population is each group's share of those counted?

    The group's share of the recorded counts over its share of ``against``. In strands recorded
    only when someone asks, the unrecorded count as everyone else: the index is a minimum, and
    below 1 there is no p.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), optional
        What was counted. May be left out where ``cases`` hold one.
    against : str, (unit, measure), DataFrame, Series or mapping
        The population. "residents": shares of the person-years, known; Wilson limits of the
        group's share. Other counts, as a measure or a frame of them: Koopman's limits of the
        ratio of two random shares, or, where the one count is a part of the other, those of the
        risk ratio against everyone else, carried over to the whole. Printed percentages by group
        (a series, a mapping, or a frame with ``group``, ``percent`` and, where they differ,
        ``area`` and ``strand``): each stands for anything that rounds to it, so that the limits
        are divided by the most and the least that it may be, and p is the largest among those.
        Percentages of one strand that cannot be of one whole are an error.
    decimals : int, optional
        Decimals of printed percentages, else those that they are written with.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        Limits, as for ``relative_rates``; against printed percentages "score", "exact" or
        "mid_p".
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    small : int, default 10
        A group with fewer counted and fewer expected, and no clear difference, is "too_few".

    Returns
    -------
    DataFrame
        Estimates: ``statistic`` "representation index"; ``denominator`` is everyone recorded of
        those counted, ``reference_numerator`` over ``reference_denominator`` the group's share of
        ``against``. p, limits together and way are as those of ``relative_rates``.

    Examples
    --------
    >>> cases = counts.table("Wandsworth", "victim_records", "crime", "gender",
    ...                      {"Female": 947, "Male": 222, "Not recorded": 18})
    >>> index = representation(cases, against={"Female": 53, "Male": 47})
    >>> index[["group", "estimate", "lower", "upper"]].round(2)
              group  estimate  lower  upper
    0        Female      1.53   1.47   1.58
    1          Male      0.40   0.35   0.46
    2  Not recorded       NaN    NaN    NaN
    """
    tail(level)
    counts.require(cases)
    known = None
    if isinstance(against, (str, tuple)) or "unit" in getattr(against, "columns", ()):
        cases, wanted, known = comparators.beside(cases, measure, against, name="against")
    else:
        cases, wanted, _ = comparators.beside(cases, measure, comparators.RESIDENTS, name="against")
    if wanted is None:
        return estimates.empty()
    if known is None:
        table = printed_shares.table(against, decimals=decimals)
        held, found, unknown = _against_printed(
            cases,
            cast("Measure", wanted),
            table,
            level=level,
            method=method,
            dispersion=dispersion,
            small=small,
        )
        name = ""
    else:
        held = comparators.groups(cases, wanted, known)
        spread = common.spread(held.rows, dispersion, level)
        unknown = unrecorded(cases, held.rows, known)
        found = comparing.compared(
            held,
            "overall",
            reference=None,
            spread=spread,
            level=level,
            method=method,
            small=small,
            unknown=unknown,
            independent=common.independence(held.rows, spread),
        )
        name = counts.base_of(*(counts.resolve(cases, known, name="against") or ("", "")))
    if held.rows.empty:
        return estimates.empty()
    result, limits, worst = found
    everyone = held.usable & ~held.partial
    if known is not None:
        result["reference_numerator"] = np.where(everyone, held.base, np.nan)
        result["reference_denominator"] = np.where(everyone, held.all_base, np.nan)
    result["versus"] = np.full(len(held.rows), "population", dtype=object)
    result["reference"] = np.full(len(held.rows), name, dtype=object)
    return comparing.judged(
        held,
        [(result, limits, worst)],
        level=level,
        unknown=unknown,
        spread=common.spread(held.rows, dispersion, level),
        statistic=np.full(len(held.rows), "representation index", dtype=object),
        denominator=np.where(everyone, held.all_count, np.nan),
        base=(held.rows["unit"] + ":" + held.rows["measure"]).to_numpy(dtype=object),
    )


def _against_printed(
    cases: pd.DataFrame, measure: Measure, table: pd.DataFrame, *, level, method, dispersion, small
) -> tuple[comparators.Groups, comparing.Compared, pd.DataFrame]:
    common.chosen(method, tuple(_EXACTLY), where="method")
    found = counts.resolve(cases, measure, name="measure")
    unit, what = found or ("", "")
    rows = cases[(cases["unit"] == unit) & (cases["measure"] == what)]
    counts.refuse_doubles(rows)
    held = comparators.arranged(printed_shares.joined(rows, table))
    spread = common.spread(held.rows, dispersion, level)
    printed, low, high = (
        held.rows[each].to_numpy(dtype=float) for each in ("share", "low", "high")
    )
    based = held.usable & (held.all_count > 0) & ~np.isnan(printed) & ~held.partial
    sides = [np.where(based, each, np.nan) for each in (held.count, held.all_count)]

    def limit(count, whole, *, level):
        return intervals.proportion(count, whole, level=level, method=_EXACTLY[method])

    def limits(at: float | np.ndarray) -> list[np.ndarray]:
        share, lower, upper = common.dispersed(limit, sides, spread=spread, level=at)
        with np.errstate(divide="ignore", invalid="ignore"):
            return [share / printed, lower / high, upper / low]

    unknown = unrecorded(rows, held.rows, comparators.RESIDENTS)
    out = np.where(held.asked, 0.0, unknown["count_unrecorded"])

    def worst(rows, above, spread, at) -> np.ndarray:
        more = out[rows]
        ends = [sides[0][rows] + np.where(above, 0.0, more), sides[1][rows] + more]
        _, lower, upper = common.dispersed(limit, ends, spread=spread, level=at)
        with np.errstate(divide="ignore", invalid="ignore"):
            return facing(lower / high[rows], upper / low[rows], above, 1.0)

    estimate, lower, upper = limits(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = np.clip(sides[0] / sides[1], low, high)
        p = intervals.part_to_whole_p(
            sides[0], np.where(nearest > 0, nearest, np.nan), sides[1], 1.0, method=_EXACTLY[method]
        )
        few = np.maximum(held.count, held.all_count * printed) < small
    p = np.where(np.isnan(p) & based, 1.0, p)
    minimum = held.asked & (np.nan_to_num(estimate, nan=1.0) < 1)
    flags = flagged(
        held.rows["flags"],
        (held.recorded & ~based & ~held.partial, "nothing_to_compare"),
        (held.usable & held.partial, "not_everyone"),
        (~held.recorded, "unrecorded"),
        (based & held.asked, "minimum_recorded"),
        (based, "printed_shares"),
        (based, common.independence(held.rows, spread)),
        (based, intervals.caution_proportion(*sides, method=_EXACTLY[method])),
    )
    columns = {
        "source": comparators.sources(held),
        "reference_numerator": np.where(based, 100 * printed, np.nan),
        "reference_denominator": np.where(based, 100.0, np.nan),
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "method": np.where(based, _EXACTLY[method], ""),
        "p": np.where(minimum, np.nan, common.softened(p, spread)),
        "withheld": held.rows["withheld"].to_numpy(dtype=bool) | held.hidden,
        "flags": flags,
        "few": few & based,
        "judged": ~np.isnan(p) & ~minimum,
        "test": np.arange(len(held.rows)),
    }
    return held, (columns, limits, worst), unknown

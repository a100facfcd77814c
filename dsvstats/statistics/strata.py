"""Counts and bases by stratum, and rates weighted by a standard's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, strands
from dsvstats.counts import KEY, Measure
from dsvstats.errors import InputError, near
from dsvstats.statistics import common, intervals
from dsvstats.statistics.intervals.inputs import tail


def by_strata(cases: pd.DataFrame, measure, per: Measure, strata: str) -> pd.DataFrame:
    for part in strands.parts(strata):
        strands.scheme(part)
    counts.require(cases)
    held = cases[cases["strand"] == strata]
    return counts.pair(held[common.recorded(held)], measure, per=per)


def weights(
    cases: pd.DataFrame, per: Measure, strata: str, standard: str | Mapping[str, float]
) -> tuple[dict[str, float], str]:
    if not isinstance(standard, str):
        weights, name = dict(standard), "the weights given"
    else:
        base = counts.resolve(cases, per, name="per")
        if base is None:
            raise InputError(
                where="per",
                rule="a base that is among the counts",
                value=per,
                mend="add its counts, or give weights as the standard",
            )
        unit, what = base
        held = counts.choose(cases, unit=unit, measure=what, strand=strata, area=standard)
        held = held[common.recorded(held)]
        latest = held[held["start"] == held["start"].max()] if len(held) else held
        if held.empty or latest["group"].duplicated().any():
            areas = sorted(
                set(counts.choose(cases, unit=unit, measure=what, strand=strata)["area"])
            )
            raise InputError(
                where="standard",
                rule=f"one area whose {unit} by {strata} are in the counts, or weights",
                value=standard,
                mend=near(standard, areas),
            )
        weights = dict(zip(latest["group"], latest["count"].astype("Float64"), strict=True))
        name = f"{unit} of {standard}, {latest['start'].iloc[0].year}"
    values = pd.to_numeric(pd.Series(weights, dtype=object), errors="coerce").astype(float)
    if values.isna().any() or (values < 0).any() or not 0 < values.sum() < np.inf:
        raise InputError(
            where="standard",
            rule="a number of 0 or more for each stratum, some above 0",
            value=weights,
            mend="give the standard's people by stratum",
        )
    return {group: float(each) for group, each in values.items()}, name


def families(
    rows: pd.DataFrame, strata: list[str]
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
    """One row a family under "all", its counts and bases by stratum, and has it no others?"""
    (family,) = counts.codes([rows], common.FAMILY)
    _, first = np.unique(family, return_index=True)
    at = pd.Index(strata).get_indexer(rows["group"])
    inside = at >= 0
    sides = rows["numerator"].to_numpy(), rows["denominator"].to_numpy()
    count, base = (np.full((len(first), len(strata)), np.nan) for _ in sides)
    count[family[inside], at[inside]] = sides[0][inside]
    base[family[inside], at[inside]] = sides[1][inside]
    found = rows.iloc[first][[*KEY, "base"]].assign(
        strand="all",
        group=strands.ALL,
        numerator=np.bincount(family, weights=sides[0]),
        denominator=np.bincount(family, weights=sides[1]),
        withheld=np.bincount(family, weights=rows["withheld"].to_numpy(dtype=float)) > 0,
        source=counts.sources_by(rows["source"], family),
    )
    return found, count, base, np.bincount(family, weights=~inside) == 0


def weighted(
    count: np.ndarray, base: np.ndarray, share: np.ndarray, *, level: float, method: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sum of rates weighted by the shares, and its limits: a row for each area.

    ``count`` and ``base`` have a column for each stratum, ``share`` its weight; they add up to 1.
    """
    beyond = tail(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = share / base
        rate, variance = (unit * count).sum(axis=1), (unit**2 * count).sum(axis=1)
        if method == "dobson":
            events = count.sum(axis=1)
            byar = intervals.count(events, level=level, method="byar")
            scale = np.sqrt(variance / events)
            lower, upper = (rate + scale * (side - events) for side in (byar.lower, byar.upper))
            return rate, np.maximum(lower, 0.0), upper
        lower = np.where(
            rate == 0, 0.0, special.gammaincinv(rate**2 / variance, beyond) * variance / rate
        )
        more, wide = rate + unit.max(axis=1), variance + unit.max(axis=1) ** 2
        return rate, lower, special.gammainccinv(more**2 / wide, beyond) * wide / more

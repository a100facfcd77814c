"""Which areas lie further from the whole than chance, and the spread among areas, would put them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals
from dsvstats.statistics.comparison import areas
from dsvstats.statistics.comparison.areas import Areas
from dsvstats.statistics.comparison.overdispersion import around, spread, weights, z_scores
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.statistics.ratios import statistic

METHODS = {"mid_p": ("mid_p", "mid_p"), "exact": ("clopper_pearson", "exact")}


@remembered
def funnel(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure | None = None,
    per: Measure | None = None,
    whole: str = "",
    overdispersion: bool = True,
    winsorise: float = 0.1,
    level: float = 0.95,
    method: str = "mid_p",
) -> pd.DataFrame:
    """Which areas stand apart from all of them together, given how much they rest on?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, of every area.
    measure : str or (unit, measure)
        What was counted.
    of : str or (unit, measure), optional
        The base that it is a part of.
    per : str or (unit, measure), optional
        The base that it is set against, such as "residents", in place of ``of``.
    whole : str, default ""
        The area that holds the others, whose proportion or rate they are set against; without it
        the areas together.
    overdispersion : bool, default True
        Are areas allowed to differ by more than chance? By additive random effects (Spiegelhalter
        2005), estimated from what is left when the furthest are drawn in; of fewer than five
        areas, and where they differ by less than chance, none.
    winsorise : float, default 0.1
        The share of areas at each end whose distance is taken for that of the nearest other one.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "mid_p"
        Limits where areas differ by no more than chance: "mid_p" or "exact", of the binomial or
        the Poisson distribution. With a spread between areas they are normal on the arcsine or
        the square-root scale.

    Returns
    -------
    DataFrame
        Estimates, a row for each area: how many times the whole's its proportion or rate is.
        ``p`` and the limits leave room for the spread between areas (flag ``between``: its
        standard deviation, on that scale); all areas of an indicator are one family.

    Examples
    --------
    >>> from dsvstats import counts
    >>> numbers = {"Barnet": (12, 60), "Brent": (40, 150), "Camden": (60, 210), "Ealing": (8, 70)}
    >>> cases = pd.concat([
    ...     counts.table(area, "offences", measure, "all", {"All": number})
    ...     for area, both in numbers.items()
    ...     for measure, number in zip(("arrest", "crime"), both)])
    >>> funnel(cases, "arrest", of="crime")[["area", "estimate", "p"]].round(3)
         area  estimate      p
    0  Barnet     0.817  0.429
    1   Brent     1.089  0.531
    2  Camden     1.167  0.174
    3  Ealing     0.467  0.007
    """
    tail(level)
    common.chosen(method, tuple(METHODS), where="method")
    held = areas.of(cases, measure, of=of, per=per, whole=whole)
    if held.rows.empty:
        return estimates.empty()
    between = spread(held, winsorise) if overdispersion else np.zeros(len(held.rows))
    p = chance(held, between, method)
    family = held.indicator
    tests = family_size(p, family)
    (estimate, *alone), (_, *together) = (
        limits(held, between, at, method) for at in (level, common.together(level, tests))
    )
    flags = flagged(
        held.rows["flags"],
        (between > 0, [f"between={each:.3g}" for each in between]),
        (held.usable, "standard_as_fixed"),
        (held.usable, "standard_holds_area"),
        (held.usable, common.independence(held.rows, np.ones(len(held.rows)))),
    )
    return estimates.order(
        estimates.frame(
            held.rows,
            statistic=statistic(held.rows),
            versus="overall",
            reference=held.reference,
            reference_numerator=held.whole_count,
            reference_denominator=held.whole_base,
            estimate=estimate,
            lower=alone[0],
            upper=alone[1],
            level=level,
            lower_together=together[0],
            upper_together=together[1],
            method=np.where(between > 0, "additive", method),
            p=p,
            p_adjusted=sidak(p, tests),
            flags=flags,
        )
    )


def side_by_side(
    cases: pd.DataFrame, bases: Mapping[Measure, Measure], *, whole: str = "", level: float = 0.95
) -> pd.DataFrame:
    """Which areas stand apart, by each of several indicators?

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, of every area, in one period.
    bases : mapping of (unit, measure) to (unit, measure)
        What each indicator is a part of, or set against; what was not supplied is passed over.
    whole : str, default ""
        The area that holds the others; without it the areas together.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates of `funnel` for each indicator, in their order, each a family of its own.

    Examples
    --------
    >>> from dsvstats import counts
    >>> numbers = {"Barnet": (12, 60), "Brent": (40, 150), "Camden": (60, 210)}
    >>> cases = pd.concat([
    ...     counts.table(area, "offences", measure, "all", {"All": number})
    ...     for area, both in numbers.items()
    ...     for measure, number in zip(("arrest", "crime"), both)])
    >>> side_by_side(cases, {("offences", "arrest"): ("offences", "crime")})["estimate"].round(2).tolist()
    [0.75, 1.0, 1.07]
    """
    held = set(zip(cases["unit"], cases["measure"], strict=True))
    found = []
    for measure, base in bases.items():
        if {measure, base} <= held:
            kind = "of" if measure[0] == base[0] else "per"
            by = {kind: base, "whole": whole, "level": level}
            found.append(funnel(cases, measure, **by))
    return pd.concat(found, ignore_index=True) if found else estimates.empty()


def chance(held: Areas, between: np.ndarray, method: str) -> np.ndarray:
    """How surprising is each area, if all had the whole's proportion or rate but for the spread?"""
    of_part, of_count = METHODS[method]
    target = np.where(held.usable & (held.target > 0), held.target, np.nan)
    with np.errstate(invalid="ignore"):
        exact = np.where(
            held.binomial,
            intervals.proportion_p(*_parts(held), held.share(target), method=of_part),
            intervals.count_p(
                np.where(held.binomial, np.nan, held.count), target * held.base, method=of_count
            ),
        )
        wide = 2 * special.ndtr(-np.abs(z_scores(held)) / np.sqrt(1 + between**2 * weights(held)))
    return np.where(np.isnan(target), np.nan, np.where(between > 0, wide, exact))


def _parts(held: Areas) -> tuple[np.ndarray, np.ndarray]:
    """The rows that are so many of so many; missing elsewhere."""
    at = held.usable & held.binomial
    return np.where(at, np.fmin(held.count, held.trials), np.nan), np.where(at, held.trials, np.nan)


def limits(held: Areas, between: np.ndarray, level: Any, method: str) -> list[np.ndarray]:
    """Each area over the whole, with the limits that leave out 1 where p is small."""
    target = np.where(held.target > 0, held.target, np.nan)
    n, base = (np.where(held.usable, each, np.nan) for each in (held.count, held.base))
    of_part, of_count = METHODS[method]
    levels = np.broadcast_to(np.asarray(level, dtype=float), n.shape)
    ones = np.ones(n.shape)
    part = common.dispersed(
        lambda *sides, level: intervals.proportion(*sides, level=level, method=of_part),
        list(_parts(held)),
        spread=ones,
        level=levels,
    )
    count = common.dispersed(
        lambda n, level: intervals.count(n, level=level, method=of_count),
        [np.where(held.binomial, np.nan, n)],
        spread=ones,
        level=levels,
    )
    away = common.quantile(levels) * np.sqrt(1 / weights(held) + between**2)
    value = held.share(n / base)
    wide = around(value, held.share(target), away, held.binomial)
    ends = [
        np.where(between > 0, stable, np.where(held.binomial, exact, counted / base))
        for stable, exact, counted in zip(wide, part[1:], count[1:], strict=True)
    ]
    return [n / base / target, *(held.back(each) / target for each in ends)]

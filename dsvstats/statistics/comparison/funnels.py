"""Which areas lie further from the whole than chance, and the spread among areas, would put them?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from dsvstats import estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.estimates.flags import of as flags_of
from dsvstats.statistics import common, intervals
from dsvstats.statistics.comparison import areas
from dsvstats.statistics.comparison.areas import Areas
from dsvstats.statistics.comparison.overdispersion import spread, weights, z_scores
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak

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
        (held.usable, common.independence(held.rows, np.ones(len(held.rows)))),
    )
    names = np.where(held.proportion, "ratio of proportions", "ratio of ratios")
    return estimates.order(
        estimates.frame(
            held.rows,
            statistic=np.where(held.rows["kind"] == "rate", "rate ratio", names),
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


def chance(held: Areas, between: np.ndarray, method: str) -> np.ndarray:
    """How surprising is each area, if all had the whole's proportion or rate but for the spread?"""
    n, base, target = held.count, held.base, held.target
    half = 0.5 if method == "mid_p" else 0.0
    with np.errstate(invalid="ignore"):
        below = np.where(
            held.proportion,
            stats.binom.cdf(n, base, target) - half * stats.binom.pmf(n, base, target),
            stats.poisson.cdf(n, target * base) - half * stats.poisson.pmf(n, target * base),
        )
        above = np.where(
            held.proportion,
            stats.binom.sf(n - 1, base, target) - half * stats.binom.pmf(n, base, target),
            stats.poisson.sf(n - 1, target * base) - half * stats.poisson.pmf(n, target * base),
        )
        exact = np.minimum(2 * np.minimum(below, above), 1)
        wide = 2 * special.ndtr(-np.abs(z_scores(held)) / np.sqrt(1 + between**2 * weights(held)))
    return np.where(held.usable & (target > 0), np.where(between > 0, wide, exact), np.nan)


def limits(held: Areas, between: np.ndarray, level: Any, method: str) -> list[np.ndarray]:
    """Each area over the whole, with the limits that leave out 1 where p is small."""
    target = np.where(held.target > 0, held.target, np.nan)
    n, base = (np.where(held.usable, each, np.nan) for each in (held.count, held.base))
    of_part, of_count = METHODS[method]
    levels = np.broadcast_to(np.asarray(level, dtype=float), n.shape)
    found = [n / base, np.full(n.shape, np.nan), np.full(n.shape, np.nan)]
    for at in np.unique(levels):
        same = levels == at
        inside = np.where(held.proportion, np.fmin(n, base), np.nan)[same]
        part = intervals.proportion(
            inside, np.where(held.proportion, base, np.nan)[same], level=float(at), method=of_part
        )
        count = intervals.count(n[same], level=float(at), method=of_count)
        for end in (1, 2):
            found[end][same] = np.where(held.proportion[same], part[end], count[end] / base[same])
    away = common.quantile(levels) * np.sqrt(1 / weights(held) + between**2)
    wide = _stable(held, n, base, target, away)
    for end in (1, 2):
        found[end] = np.where(between > 0, wide[end - 1], found[end])
    return [each / target for each in found]


def _stable(held: Areas, n, base, target, away) -> list[np.ndarray]:
    """Limits so far away on the arcsine or the square-root scale, back on that of the rate."""
    with np.errstate(invalid="ignore"):
        angle = np.arcsin(np.sqrt(np.clip(n / base, 0, 1)))
        root = np.sqrt(n / (base * target))
        ends = []
        for sign in (-1, 1):
            part = np.sin(np.clip(angle + sign * away, 0, np.pi / 2)) ** 2
            count = np.maximum(root + sign * away, 0) ** 2 * target
            ends.append(np.where(held.proportion, part, count))
    return ends


def funnel_curves(found: pd.DataFrame, *, points: int = 60) -> pd.DataFrame:
    """Where would areas of every size lie if they were as the whole is? For drawing a funnel.

    ``found`` is what `funnel` gave of one indicator. Returns ``size`` (a base), ``target`` (the
    whole's proportion or rate) and the limits ``lower_95``, ``upper_95``, ``lower_998`` and
    ``upper_998``; nothing where no area has a base.
    """
    known = found[found["denominator"].gt(0) & found["reference_denominator"].gt(0)]
    if known.empty:
        return pd.DataFrame(columns=["size", "target"])
    first = known.iloc[0]
    sizes = np.geomspace(
        known["denominator"].min() * 0.9, known["denominator"].max() * 1.05, points
    )
    by = {
        "target": first["reference_numerator"] / first["reference_denominator"],
        "proportion": first["statistic"] == "ratio of proportions",
        "between": float(flags_of(first["flags"]).get("between", 0)),
    }
    told = {"size": sizes, "target": by["target"]}
    for name, level in (("95", 0.95), ("998", 0.998)):
        told[f"lower_{name}"], told[f"upper_{name}"] = funnel_limits(sizes=sizes, level=level, **by)
    return pd.DataFrame(told)


def funnel_limits(
    target: float, sizes, *, proportion: bool, between: float = 0.0, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Between which limits does an area of this size lie, if it is as the whole is?

    For drawing: exact binomial or Poisson limits, smoothed between the whole numbers that they
    jump at (Spiegelhalter 2005; half a count higher than his, so that an area beyond them is one
    whose mid-P is small).

    Parameters
    ----------
    target : float
        The whole's proportion or rate.
    sizes : array of numbers
        The bases of areas, in the unit that the target is per.
    proportion : bool
        Is the count a part of its base?
    between : float, default 0.0
        The standard deviation between areas beyond chance, as in `funnel`'s flag ``between``.
    level : float, default 0.95
        How often an area lies between them.

    Returns
    -------
    tuple of two arrays
        The lower and the upper limit at each size.

    Examples
    --------
    >>> low, high = funnel_limits(0.25, [50, 200], proportion=True)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.134, 0.191], [0.375, 0.311])
    """
    sizes = np.asarray(sizes, dtype=float)
    if between > 0:
        return stable_limits(target, sizes, proportion=proportion, between=between, level=level)
    law = stats.binom(sizes, target) if proportion else stats.poisson(target * sizes)
    found = []
    for part in ((1 - level) / 2, (1 + level) / 2):
        jump = law.ppf(part)
        with np.errstate(divide="ignore", invalid="ignore"):
            back = (law.cdf(jump) - part) / law.pmf(jump)
        found.append(np.maximum(jump + 0.5 - np.where(np.isfinite(back), back, 0), 0) / sizes)
    return found[0], found[1]


def stable_limits(
    target: float, sizes, *, proportion: bool, between: float, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """The same, symmetrical where the variance is stable: on the arcsine or square-root scale."""
    sizes, away = np.asarray(sizes, dtype=float), common.quantile(level)
    if proportion:
        step = away * np.sqrt(1 / (4 * sizes) + between**2)
        middle = np.arcsin(np.sqrt(target))
        low, high = (np.clip(middle + sign * step, 0, np.pi / 2) for sign in (-1, 1))
        return np.sin(low) ** 2, np.sin(high) ** 2
    step = away * np.sqrt(1 / (4 * target * sizes) + between**2)
    return target * np.maximum(1 - step, 0) ** 2, target * (1 + step) ** 2

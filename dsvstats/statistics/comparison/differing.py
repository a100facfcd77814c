"""Do areas differ from each other, and is an area unlike the rest of the whole that it is in?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common
from dsvstats.statistics.comparison import areas
from dsvstats.statistics.comparison.overdispersion import spread
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.statistics.ratios import ratios, ratios_p, statistic


@remembered
def heterogeneity(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure | None = None,
    per: Measure | None = None,
    whole: str = "",
    level: float = 0.95,
) -> pd.DataFrame:
    """Do areas differ by more than chance, and by how much?

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
        The area that holds the others, and is none of them.
    level : float, default 0.95
        Areas differ beyond chance (flag ``beyond_chance``) where p is below 1 - level.

    Returns
    -------
    DataFrame
        Estimates, three rows for each indicator. "heterogeneity of areas, chi-squared" is
        Pearson's, its degrees of freedom in the flag ``degrees``, with p; "share of variance
        between areas" is I² (Higgins and Thompson 2002), from the same; "standard deviation
        between areas" is on the arcsine scale for parts of a base and the square-root scale for
        others, as `funnel` allows for it, without winsorising.

    Examples
    --------
    >>> from dsvstats import counts
    >>> numbers = {"Barnet": (12, 60), "Brent": (40, 150), "Camden": (60, 210), "Ealing": (8, 70)}
    >>> cases = pd.concat([
    ...     counts.table(area, "offences", measure, "all", {"All": number})
    ...     for area, both in numbers.items()
    ...     for measure, number in zip(("arrest", "crime"), both)])
    >>> heterogeneity(cases, "arrest", of="crime")[["statistic", "estimate", "p"]].round(3)
                                 statistic  estimate      p
    0  heterogeneity of areas, chi-squared     9.388  0.025
    1      share of variance between areas     0.680    NaN
    2     standard deviation between areas     0.000    NaN
    """
    tail(level)
    held = areas.of(cases, measure, of=of, per=per, whole=whole)
    if held.rows.empty:
        return estimates.empty()
    pooled = [
        common.total(np.where(held.usable, each, 0.0), held.indicator)
        for each in (held.count, held.base, held.trials)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = pooled[0] / pooled[2]
        expected = held.trials * rate
        varies = expected * np.where(held.binomial, 1 - rate, 1.0)
        squares = np.where(held.usable, (held.count - expected) ** 2 / varies, 0.0)
    total = common.total(np.nan_to_num(squares), held.indicator)
    many = common.total(held.usable.astype(float), held.indicator)
    between = spread(held, 0.0)
    first = np.unique(held.indicator, return_index=True)[1]
    first = first[many[first] > 1]
    degrees = many[first] - 1
    rows = held.rows.iloc[first].assign(
        area=held.reference[first], numerator=pooled[0][first], denominator=pooled[1][first]
    )
    p = special.chdtrc(degrees, total[first])
    told = [
        ("heterogeneity of areas, chi-squared", total[first], p),
        (
            "share of variance between areas",
            np.maximum(0, 1 - degrees / np.maximum(total[first], 1e-12)),
            np.full(len(first), np.nan),
        ),
        ("standard deviation between areas", between[first], np.full(len(first), np.nan)),
    ]
    flags = [f"degrees={each:.0f}" for each in degrees]
    found = [
        estimates.frame(
            rows,
            statistic=name,
            estimate=value,
            level=level,
            p=surprise,
            method="pearson" if n == 0 else "",
            flags=flagged(
                rows["flags"],
                (np.full(len(rows), n == 0), flags),
                (surprise < 1 - level, "beyond_chance"),
            ),
        )
        for n, (name, value, surprise) in enumerate(told)
    ]
    return pd.concat(found, ignore_index=True)


def against_area(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    of: Measure | None = None,
    per: Measure | None = None,
    whole: str,
    level: float = 0.95,
    method: str = "score",
) -> pd.DataFrame:
    """How does each area compare with the rest of the whole that it is a part of?

    An area is inside the whole, so that the two are not independent: the rest is the whole less
    the area.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, of every area and of the whole.
    measure : str or (unit, measure)
        What was counted.
    of : str or (unit, measure), optional
        The base that it is a part of.
    per : str or (unit, measure), optional
        The base that it is set against, such as "residents", in place of ``of``.
    whole : str
        The area that holds the others. Areas whose whole was not supplied are left out.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "score"
        Limits and p: "score" (Koopman 1984; of rates Wilson's, given both counts) or "log".

    Returns
    -------
    DataFrame
        Estimates, a row for each area, ``versus`` "rest". All areas of an indicator are one
        family.

    Examples
    --------
    >>> from dsvstats import counts
    >>> cases = pd.concat([
    ...     counts.table(area, "offences", measure, "all", {"All": number})
    ...     for area, both in {"Barnet": (12, 60), "London": (120, 490)}.items()
    ...     for measure, number in zip(("arrest", "crime"), both)])
    >>> row = against_area(cases, "arrest", of="crime", whole="London").iloc[0]
    >>> round(row["estimate"], 3), row["reference_numerator"], row["reference_denominator"]
    (np.float64(0.796), np.float64(108.0), np.float64(430.0))
    """
    tail(level)
    common.chosen(method, ("score", "log"), where="method")
    held = areas.of(cases, measure, of=of, per=per, whole=whole)
    inside = held.usable & (held.reference == whole)
    rest = [held.whole_count - held.count, held.whole_base - held.base]
    _refuse_more_than_the_whole(held, inside, rest)
    held_rows = held.rows[inside].reset_index(drop=True)
    if held_rows.empty:
        return estimates.empty()
    sides = [each[inside] for each in (held.count, held.base, *rest)]
    kind, ones = held_rows["kind"], np.ones(len(held_rows))
    p = ratios_p(kind, sides, method=method, spread=ones)
    tests = family_size(p, held.indicator[inside])
    alone, together = (
        ratios(kind, sides, level=at, method=method, spread=ones)
        for at in (level, common.together(level, tests))
    )
    return estimates.order(
        estimates.frame(
            held_rows,
            statistic=statistic(held_rows),
            versus="rest",
            reference=f"the rest of {whole}",
            reference_numerator=rest[0][inside],
            reference_denominator=rest[1][inside],
            estimate=alone[0],
            lower=alone[1],
            upper=alone[2],
            level=level,
            lower_together=together[1],
            upper_together=together[2],
            method=method,
            p=p,
            p_adjusted=sidak(p, tests),
            flags=flagged(held_rows["flags"], (ones > 0, common.independence(held_rows, ones))),
        )
    )


def _refuse_more_than_the_whole(held: areas.Areas, inside: np.ndarray, rest: list) -> None:
    above = inside & ((rest[0] < 0) | (rest[1] < 0))
    if above.any():
        row = held.rows[above].iloc[0]
        raise InputError(
            where=f"{row['area']}, {row['measure']}",
            rule=f"at most the whole's, {held.whole_count[above][0]:,.0f}",
            value=float(row["numerator"]),
            mend="count the area and its whole alike",
        )

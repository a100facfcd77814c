"""Rates as they would be with another population's ages and sexes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.errors import InputError, near
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals
from dsvstats.statistics import strata as _strata
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.terms import places

__all__ = ["directly_standardised", "indirectly_standardised"]

DIRECT_METHODS = ("fay_feuer", "dobson")
_FEWEST = 10
_TIMES = [each for each in common.FAMILY if each != "area"]


def directly_standardised(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure = "residents",
    strata: str = "age x gender",
    standard: str | Mapping[str, float] = "",
    multiplier: float = 1000,
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
    method: str = "fay_feuer",
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """What would each area's rate be if its people were of the standard's ages and sexes?

    The rate of each stratum, weighted by the standard's share of people in it, added up. Events
    whose stratum was not recorded are left out.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    per : str or (unit, measure), default "residents"
        The base, by ``strata`` too.
    strata : str, default "age x gender"
        The strand, or crossed strands, of which people are made alike.
    standard : str or mapping of stratum to number, default ""
        An area whose people by ``strata`` are in ``cases`` (the latest are taken), or weights;
        "" is the whole of the place.
    multiplier : float, default 1000
        The rate is for so many.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "fay_feuer"
        "fay_feuer": gamma limits, which hold for few and for no events (Fay and Feuer 1997).
        "dobson": Byar's limits of the total count rescaled (Dobson and others 1991), not given
        below 10 events, as is usual in public health.
    place : str, Path or Place, default ""
        Of which place the areas are, "" being the one built in: its whole holds its parts.

    Returns
    -------
    DataFrame
        Estimates, a row for each area and period, with all its events and its base. Where a
        stratum of the standard was not supplied, or the area's strata are others, there is no
        rate, and ``flags`` say why.

    Examples
    --------
    >>> place = dict(start="2011-04-01", end="2012-03-31")
    >>> cases = pd.concat([
    ...     counts.table("Barnet", "victims", "crime", "age", {"18-59": 40, "60+": 2}, **place),
    ...     counts.table("Barnet", "residents", "usual_residents", "age",
    ...                  {"18-59": 8000, "60+": 2000}, subject="population",
    ...                  start="2011-03-27", end="2011-03-27")])
    >>> standard = {"18-59": 700, "60+": 300}
    >>> directly_standardised(cases, "crime", strata="age", standard=standard)["estimate"].tolist()
    [3.8]
    """
    tail(level)
    common.chosen(method, DIRECT_METHODS, where="method")
    rows = _strata.by_strata(cases, measure, per, strata)
    if rows.empty:
        return estimates.empty()
    standard = places.place(place).whole if standard == "" else standard
    weights, reference = _strata.weights(cases, per, strata, standard)
    found, count, base, fitting = _strata.families(rows, list(weights))
    spread = common.spread(found, dispersion, level)
    share = np.array(list(weights.values())) / sum(weights.values())
    weighty = share > 0
    share, count, base = share[weighty], count[:, weighty], base[:, weighty]
    whole = fitting & (base > 0).all(axis=1) & ~np.isnan(count).any(axis=1)
    few = (method == "dobson") & (count.sum(axis=1) < _FEWEST)
    ready = whole & ~few

    def limit(count, base, *, level):
        return _strata.weighted(count, base, share, level=level, method=method)

    limits = common.dispersed(
        limit, [np.where(ready[:, None], count, np.nan), base], spread=spread, level=level
    )
    flags = flagged(
        np.full(len(found), _by(strata), dtype=object),
        (~whole, "stratum_missing"),
        (whole & few, "below_ten"),
        (ready, common.independence(found, spread)),
    )
    return estimates.order(
        estimates.frame(
            found,
            statistic="directly standardised rate",
            reference=reference,
            per=multiplier,
            estimate=limits[0] * multiplier,
            lower=limits[1] * multiplier,
            upper=limits[2] * multiplier,
            level=level,
            method=np.where(ready, method, ""),
            flags=flags,
        )
    )


@remembered
def indirectly_standardised(
    cases: pd.DataFrame,
    measure: Measure | list[Measure],
    *,
    per: Measure = "residents",
    strata: str = "all",
    standard: str = "",
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
    method: str = "byar_exact",
    place: str | Path | places.Place = "",
) -> pd.DataFrame:
    """How many times the count expected at the standard's rates was counted in each area?

    The area's count over what it would be with its own people at the rates that the standard has
    in each stratum, in the same period. The standard's rates are taken as fixed; those of a
    standard that holds the area hold the area's own.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure), or a list of them
        What was counted.
    per : str or (unit, measure), default "residents"
        The base, by ``strata`` too.
    strata : str, default "all"
        The strand, or crossed strands, in which the rates are taken.
    standard : str, default ""
        The area whose rates they are; "" is the whole of the place.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    level : float, default 0.95
        How often limits of this kind hold the truth.
    method : str, default "byar_exact"
        Limits of the count, as for ``intervals.count``.
    place : str, Path or Place, default ""
        Of which place the areas are, "" being the one built in: its whole holds its parts.

    Returns
    -------
    DataFrame
        Estimates, a row for each area and period but the standard's own: ``numerator`` is what
        was counted, ``denominator`` what was expected. ``p`` tests that both are equal, by the
        method of the limits. All areas are one family.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table(area, unit, measure, "all", {"All": n})
    ...     for area, victims, people in (("Barnet", 30, 4000), ("London", 500, 100_000))
    ...     for unit, measure, n in (("victims", "crime", victims), ("victims", "recorded", people))])
    >>> indirectly_standardised(cases, "crime", per="recorded")[
    ...     ["area", "numerator", "denominator", "estimate"]]
         area  numerator  denominator  estimate
    0  Barnet       30.0         20.0       1.5
    """
    tail(level)
    rows = _strata.by_strata(cases, measure, per, strata)
    if rows.empty:
        return estimates.empty()
    standard = places.place(place).whole if standard == "" else standard
    if standard not in set(rows["area"]):
        raise InputError(
            where="standard",
            rule=f"an area with counts and a base by {strata}",
            value=standard,
            mend=near(str(standard), sorted(set(rows["area"]))),
        )
    own = rows["area"] == standard
    sizes = (rows.loc[own, "numerator"].to_numpy(), rows.loc[own, "denominator"].to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        specific = np.where(sizes[1] > 0, sizes[0] / sizes[1], np.nan)
    at, among = counts.codes([rows, rows[own]], [*_TIMES, "group"])
    rates = np.full(max(at, default=-1) + 1, np.nan)
    rates[among] = specific
    hidden = np.zeros(len(rates), dtype=bool)
    hidden[among] = rows.loc[own, "withheld"].to_numpy(dtype=bool)
    groups = strands.ordered(strata, rows.loc[own, "group"])
    behind = np.full(len(rates), "", dtype=object)
    behind[among] = rows.loc[own, "source"]
    rows = rows.assign(
        withheld=rows["withheld"] | hidden[at],
        expected=rows["denominator"] * rates[at],
        source=counts.sources_of(rows["source"], behind[at]),
    )[~own]
    if rows.empty:
        return estimates.empty()
    found, _, base, fitting = _strata.families(rows, groups)
    whole = fitting & ~np.isnan(base).any(axis=1)
    (family,) = counts.codes([rows], common.FAMILY)
    observed = np.bincount(family, weights=rows["numerator"].to_numpy())
    expected = np.bincount(family, weights=rows["expected"].to_numpy())
    ready = whole & (expected > 0)
    spread = common.spread(found, dispersion, level)

    def limit(observed, expected, *, level):
        around = intervals.count(observed, level=level, method=method)
        return [each / expected for each in around]

    sides = [np.where(ready, each, np.nan) for each in (observed, expected)]
    limits = common.dispersed(limit, sides, spread=spread, level=level)
    p = common.softened(intervals.count_p(*sides, method=method), spread)
    shown = ready & ~found["withheld"].to_numpy(dtype=bool)
    tests = family_size(np.where(shown, p, np.nan), common.codes_of(found, _TIMES))
    together = common.dispersed(limit, sides, spread=spread, level=common.together(level, tests))
    flags = flagged(
        np.full(len(found), f"{_by(strata)} standard_as_fixed", dtype=object),
        (np.full(len(found), standard == places.place(place).whole), "standard_holds_area"),
        (~ready, "stratum_missing"),
        (ready, common.independence(found, spread)),
    )
    return estimates.order(
        estimates.frame(
            found.assign(denominator=np.where(ready, expected, np.nan)),
            statistic="standardised ratio",
            base=found["base"],
            versus="expected",
            reference=standard,
            estimate=limits[0],
            lower=limits[1],
            upper=limits[2],
            level=level,
            method=np.where(ready, method, ""),
            p=p,
            lower_together=together[1],
            upper_together=together[2],
            p_adjusted=sidak(p, tests),
            flags=flags,
        )
    )


def _by(strata: str) -> str:
    return "by_strata=" + "/".join(strands.parts(strata))

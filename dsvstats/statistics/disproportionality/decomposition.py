"""Why two rates differ: other rates, or people of other kinds?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.counts import KEY, Measure
from dsvstats.errors import InputError, near
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators, intervals
from dsvstats.statistics.disproportionality import mover
from dsvstats.statistics.disproportionality.crossing import crossed
from dsvstats.statistics.intervals.inputs import tail


def decompose(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure,
    strata: str,
    between: tuple[str, str],
    strand: str | None = None,
    multiplier: float = 1000,
    dispersion: common.Dispersion = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much of the gap between two rates is from their strata's rates, how much from who is in?

    Kitagawa's (1955) two components, which add up to the gap: the differences of the strata's
    rates, weighted by the mean of their two shares; and the differences of the shares, weighted
    by the mean of the two rates. Limits take the strata's shares of the base as known (flag
    ``shares_as_known``) and put together each stratum's own limits of its rate, in which what was
    counted varies (Wilson's of a share, Byar's per resident), and the base too where it is a count
    that the other is no part of (score limits of a ratio of two counts; Zou and Donner 2008).

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    measure : str or (unit, measure)
        What was counted.
    per : str or (unit, measure)
        The base: "residents", or other counts.
    strata : str
        The strand by which the people differ, such as "age".
    between : pair of str
        Two areas, or, with ``strand``, two of its groups in each area: the first less the second.
    strand : str, optional
        The strand of the two groups, which ``cases`` then hold crossed with ``strata``.
    multiplier : float, default 1000
        Rates per resident are for so many.
    dispersion : float or mapping of area to float, default 1
        How many times as variable the counts are as independent ones (``rates.dispersion``):
        widens limits and p for repeat events.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Three estimates for each pair and period: "difference", "difference due to rates" and
        "difference due to composition" ("rate difference …" per ``multiplier`` where the base is
        residents). Where a stratum is missing on one side there is no estimate.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table(area, "victims", measure, "gender", {"Female": f, "Male": m})
    ...     for area, measure, f, m in (
    ...         ("Barnet", "crime", 300, 100), ("Barnet", "arrest", 150, 20),
    ...         ("Brent", "crime", 200, 200), ("Brent", "arrest", 100, 40))])
    >>> areas = ("Barnet", "Brent")
    >>> found = decompose(cases, "arrest", per="crime", strata="gender", between=areas)
    >>> found[["statistic", "estimate"]].round(3)
                           statistic  estimate
    0                     difference     0.075
    1        difference due to rates     0.000
    2  difference due to composition     0.075
    """
    tail(level)
    if isinstance(between, str) or len(between) != 2 or between[0] == between[1]:
        raise InputError(
            where="between", rule="two different areas or groups", value=between, mend="name two"
        )
    rows = counts.pair(cases, measure, per=per)
    comparators.refuse_excess(rows)
    if strand is None:
        strands.title(strata)
        rows = rows[rows["strand"] == strata]
        rows = rows[common.recorded(rows)].assign(stratum=rows["group"]).reset_index(drop=True)
        side, key = "area", [each for each in common.FAMILY if each != "area"]
    else:
        rows, side, key = crossed(rows, strand, strata), "group", common.FAMILY
    if rows.empty:
        return estimates.empty()
    absent = [each for each in between if each not in set(rows[side])]
    if absent:
        raise InputError(
            where="between",
            rule=f"two {side}s with counts by {strata}",
            value=absent[0],
            mend=near(str(absent[0]), sorted(set(rows[side]))),
        )
    rows = rows[rows[side].isin(between)].reset_index(drop=True)
    return _components(rows, key, side, between, strata, multiplier, dispersion, level)


def _components(rows, key, side, between, strata, multiplier, dispersion, level) -> pd.DataFrame:
    cell = common.codes_of(rows, [*key, "stratum"])
    family = common.codes_of(rows, key)
    second = (rows[side] == between[1]).to_numpy().astype(int)
    many = cell.max() + 1
    count, base = np.full((2, many), np.nan), np.full((2, many), np.nan)
    count[second, cell], base[second, cell] = rows["numerator"], rows["denominator"]
    of_cell = np.empty(many, dtype=int)
    of_cell[cell] = family
    families = family.max() + 1
    hidden = np.bincount(family, weights=rows["withheld"].to_numpy(dtype=float)) > 0
    first = np.unique(family, return_index=True)[1]
    found = rows.iloc[first][[*KEY, "base", "kind"]].reset_index(drop=True)
    found["source"] = counts.sources_by(rows["source"], family)
    found[side] = between[0]
    if side == "area":
        found[["strand", "group"]] = "all", strands.ALL

    def add(values):
        return np.bincount(of_cell, weights=values, minlength=families)

    whole = [[add(each) for each in pair] for pair in (count, base)]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = [base[n] / whole[1][n][of_cell] for n in (0, 1)]
        rate = [count[n] / base[n] for n in (0, 1)]
    rates = (found["kind"] != "proportion").to_numpy()
    spread = common.spread(found, dispersion, level)
    kind = found["kind"].to_numpy(dtype=object)[of_cell]
    limits = [_limits(count[n], base[n], kind, spread[of_cell], level) for n in (0, 1)]
    both, moved = (share[0] + share[1]) / 2, (share[0] - share[1]) / 2
    parts = {
        "": (share[0], -share[1]),
        " due to rates": (both, -both),
        " due to composition": (moved, moved),
    }
    scale = np.where(found["kind"] == "rate", multiplier, 1.0)
    done = ~np.isnan(add(rate[0] + rate[1]))
    results = []
    for what, weights in parts.items():
        lower, upper = mover.combined(list(weights), limits, add)
        results.append(
            found.assign(
                statistic=np.where(rates, f"rate difference{what}", f"difference{what}"),
                estimate=scale * add(weights[0] * rate[0] + weights[1] * rate[1]),
                lower=scale * lower,
                upper=scale * upper,
            )
        )
    order = np.arange(3 * families).reshape(3, families).T.ravel()
    result = pd.concat(results, ignore_index=True).take(order)
    flags = flagged(
        np.full(families, "by_strata=" + "/".join(strands.parts(strata)), dtype=object),
        (~done, "stratum_missing"),
        (done, "shares_as_known"),
        (done, common.independence(found, spread)),
    )
    every = np.repeat(np.arange(families), 3)
    return estimates.frame(
        result,
        numerator=whole[0][0][every],
        denominator=whole[1][0][every],
        reference=between[1],
        reference_numerator=whole[0][1][every],
        reference_denominator=whole[1][1][every],
        level=level,
        versus="reference",
        per=scale[every],
        method=np.where(done, "mover", "")[every],
        withheld=hidden[every],
        flags=flags[every],
    )


def _limits(count, base, kind: np.ndarray, spread: np.ndarray, level: float) -> list[np.ndarray]:
    """Each stratum's rate with its limits: of a ratio of counts, those of two that both vary."""
    found = mover.rate_limits(count, base, rates=kind != "proportion", spread=spread, level=level)
    at = kind == "ratio"
    if at.any():

        def limit(above, below, *, level):
            return intervals.rate_ratio(above, 1.0, below, 1.0, level=level)

        both = common.dispersed(limit, [count[at], base[at]], spread=spread[at], level=level)
        for values, value in zip(found, both, strict=True):
            values[at] = value
    return found

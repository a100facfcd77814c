"""What is pooled over the strata, and the tests of it: a row for each group and statistic."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, strands
from dsvstats.counts import KEY
from dsvstats.statistics import common
from dsvstats.statistics.disproportionality import mantel_haenszel as _mh
from dsvstats.statistics.disproportionality import mover
from dsvstats.statistics.disproportionality.mantel_haenszel import Strata
from dsvstats.terms import units

SCORE = "score_within_strata"
_POOLED = "Mantel-Haenszel"
_RATIOS = {"rate": "rate ratio", "risk": "risk ratio", "proportion": "ratio of proportions"}
_DIFFERENCES = {
    "rate": "rate difference",
    "risk": "risk difference",
    "proportion": "difference of proportions",
}
_SIDES = ("numerator", "denominator")
_TESTS = {
    "no_association": "Cochran-Mantel-Haenszel chi-squared",
    "ratio": "heterogeneity of ratios, Q",
    "difference": "heterogeneity of differences, Q",
    "odds_q": "heterogeneity of odds ratios, Q",
    "odds": "heterogeneity of odds ratios, Breslow-Day",
    "tarone": "heterogeneity of odds ratios, Breslow-Day-Tarone",
}


def arms(
    rows: pd.DataFrame, strand: str, key: list[str], chosen: dict[str, str] | None
) -> tuple[pd.DataFrame, Strata]:
    """One row for each group against its reference, and the strata that both are in."""
    group = strands.reference(strand, rows["group"].unique(), chosen=chosen)
    own = rows[rows["group"] == group].reset_index(drop=True)
    others = counts.in_order(rows[rows["group"] != group])
    if own.empty or others.empty:
        none = np.empty(0)
        return others.iloc[:0], Strata(none, none, none, none, np.empty(0, dtype=int), 0)
    above, below = counts.codes([others, own], [*key, "stratum"])
    at = pd.Index(below).get_indexer(above)
    match = own.iloc[np.maximum(at, 0)]
    sides = [each[side].to_numpy() for each in (others, match) for side in _SIDES]
    both = (at >= 0) & (sides[1] > 0) & (sides[3] > 0) & ~np.isnan(sides[0] + sides[2])
    both &= ~others["withheld"].to_numpy() & ~match["withheld"].to_numpy()
    family = common.codes_of(others, [*key, "group"])
    many = family.max() + 1
    _, first = np.unique(family, return_index=True)
    count, base, count_ref, base_ref = (side[both] for side in sides)
    held = Strata(count, base, count_ref, base_ref, family[both], many)
    empty = np.bincount(family[both], minlength=many) == 0
    source = counts.sources_of(others["source"], match["source"])
    found = others.iloc[first][[*KEY, "base", "kind"]].assign(
        reference=group, withheld=False, source=counts.sources_by(source, family)
    )
    for name, side in zip((*_SIDES, *(f"reference_{each}" for each in _SIDES)), sides, strict=True):
        found[name] = np.where(empty, np.nan, held.sum(side[both]))
    lost = np.bincount(family[~both], minlength=many) > 0
    return found.assign(_left_out=lost).reset_index(drop=True), held


def pooled(
    found: pd.DataFrame, held: Strata, spread: np.ndarray, level: float | np.ndarray
) -> pd.DataFrame:
    """Rows of ratio, difference, odds ratio and tests for each family."""
    kind = found["kind"].iloc[0]
    rates, nested = kind == "rate", kind == "proportion"
    people = "risk" if found["unit"].isin(units.people()).all() else "proportion"
    what = {"rate": "rate", "proportion": people}.get(kind, "")
    odds_base = (lambda base, count: base) if nested else (lambda base, count: base + count)
    table = Strata(
        held.count,
        odds_base(held.base, held.count),
        held.count_ref,
        odds_base(held.base_ref, held.count_ref),
        held.family,
        held.families,
    )
    rows = []
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind != "ratio":
            rows += _ratio_rows(found, held, spread, level, rates, what)
            rows += _difference_rows(found, held, spread, level, rates, what)
        if not rates:
            rows += _odds_rows(found, table, spread, level, kind)
            rows.append(_test(found, "no_association", _mh.no_association(table), 1, spread))
    size = len(found)
    order = np.arange(size * len(rows)).reshape(len(rows), size).T.ravel()
    return pd.concat(rows, ignore_index=True).take(order).reset_index(drop=True)


def _ratio_rows(found, held: Strata, spread, level, rates: bool, what: str) -> list[pd.DataFrame]:
    pooled, variance = _mh.ratio(held, rates=rates)
    each = held.count / held.base / (held.count_ref / held.base_ref)
    own = 1 / held.count + 1 / held.count_ref
    own -= 0 if rates else 1 / held.base + 1 / held.base_ref
    name = f"{_POOLED} {_RATIOS[what]}"
    q, freedom = _mh.heterogeneity(held, np.log(each), own, np.log(pooled))
    return [
        _log_row(found, held, name, (pooled, variance), spread, level, "greenland_robins"),
        _test(found, "ratio", q, freedom, spread),
    ]


def _odds_rows(found, table: Strata, spread, level, kind: str) -> list[pd.DataFrame]:
    pooled, variance = _mh.odds(table)
    a, c = table.count, table.count_ref
    b, d = table.base - a, table.base_ref - c
    q, freedom = _mh.heterogeneity(
        table, np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, np.log(pooled)
    )
    plain, tarone, between = _mh.equal_odds(table, pooled)
    name = f"{_POOLED} {'odds ratio' if kind == 'proportion' else 'ratio of ratios'}"
    return [
        _log_row(found, table, name, (pooled, variance), spread, level, "robins_breslow_greenland"),
        _test(found, "odds_q", q, freedom, spread),
        _test(found, "odds", plain, between, spread),
        _test(found, "tarone", tarone, between, spread),
    ]


def _log_row(
    found, held: Strata, name: str, pooled: tuple, spread, level: float | np.ndarray, method: str
) -> pd.DataFrame:
    ratio, variance = pooled
    odds = method != "greenland_robins"
    z = common.quantile(level) * np.sqrt(spread)
    reach = np.exp(z * np.sqrt(variance))
    known = np.isfinite(variance) & (variance > 0)
    there = ~np.isnan(found["numerator"].to_numpy())
    score = _mh.odds_limits(held, z) if odds else _mh.ratio_limits(held, z)
    score_p = _mh.odds_p(held, spread) if odds else _mh.ratio_p(held, spread)
    p = 2 * special.ndtr(-np.abs(np.log(ratio)) / np.sqrt(variance * spread))
    return found.assign(
        statistic=name,
        estimate=np.where(there, ratio, np.nan),
        lower=np.where(there, np.where(known, ratio / reach, score[0]), np.nan),
        upper=np.where(there, np.where(known, ratio * reach, score[1]), np.nan),
        method=np.where(there, np.where(known, method, SCORE), ""),
        p=np.where(there, np.where(known, p, score_p), np.nan),
        _pooled=True,
        _spread=spread,
    )


def _difference_rows(found, held: Strata, spread, level, rates: bool, what: str) -> list:
    pooled, variance = _mh.difference(held, rates=rates)
    share, share_ref = held.count / held.base, held.count_ref / held.base_ref
    own = share * (1 if rates else 1 - share) / held.base
    own = own + share_ref * (1 if rates else 1 - share_ref) / held.base_ref
    q, freedom = _mh.heterogeneity(held, share - share_ref, own, pooled)
    z = common.quantile(level) * np.sqrt(spread)
    full = held.sum(held.base - held.count), held.sum(held.base_ref - held.count_ref)
    known = (variance > 0) & (held.sum(held.count) > 0) & (held.sum(held.count_ref) > 0)
    known &= rates | ((full[0] > 0) & (full[1] > 0))
    weight = held.base * held.base_ref / (held.base + held.base_ref)
    weight = weight / held.sum(weight)[held.family]
    apart = mover.strata_limits(held, weight, rates=rates, spread=spread, level=level)
    there = ~np.isnan(found["numerator"].to_numpy())
    reach = z * np.sqrt(variance)
    p = 2 * special.ndtr(-np.abs(pooled) / np.sqrt(variance * spread))
    method = "greenland_robins" if rates else "sato"
    row = found.assign(
        statistic=f"{_POOLED} {_DIFFERENCES[what]}",
        estimate=pooled,
        lower=np.where(there, np.where(known, pooled - reach, apart[0]), np.nan),
        upper=np.where(there, np.where(known, pooled + reach, apart[1]), np.nan),
        method=np.where(
            there,
            np.where(known, method, "mover"),
            "",
        ),
        p=np.where(known, p, np.where(there, _mh.ratio_p(held, spread), np.nan)),
        _pooled=True,
        _spread=spread,
    )
    return [row, _test(found, "difference", q, freedom, spread)]


def _test(found, what: str, statistic, freedom, spread) -> pd.DataFrame:
    freedom = np.broadcast_to(np.asarray(freedom, dtype=float), (len(found),))
    there = ~np.isnan(found["numerator"].to_numpy()) & (freedom > 0) & ~np.isnan(statistic)
    statistic = np.where(there, statistic / spread, np.nan)
    return found.assign(
        statistic=_TESTS[what],
        numerator=np.nan,
        denominator=np.where(there, freedom, np.nan),
        base="",
        reference_numerator=np.nan,
        reference_denominator=np.nan,
        estimate=statistic,
        method="",
        p=_mh.chi_squared_p(statistic, np.where(there, freedom, 0)),
        _pooled=False,
        _spread=spread,
    )

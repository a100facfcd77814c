"""How many cases reach each stage, of those that reached the one before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates, strands
from dsvstats.cache import remembered
from dsvstats.counts import KEY, Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals

_STAGE = ["area", "start", "end", "subject", "definition", "strand"]
_WHOLE = (1.0, 1.0), 0.0, False


@remembered
def retention(cases: pd.DataFrame, *, stages: list[Measure], level: float = 0.95) -> pd.DataFrame:
    """How many cases reach each stage, of those that reached the one before?

    ``stages`` is a chain of measures, or ``(unit, measure)``, from first to last; a stage that
    was not supplied is passed over, and the next one is set against the last that was. Where
    both stages count one unit and the later is inside the earlier, the retention is a proportion
    with Wilson limits; else a ratio of counts, with score limits that take both for independent
    Poisson counts.

    Groups of a strand are compared only where both stages record the strand about as completely
    (the one for at least 95% of the share that the other does); otherwise the estimate is
    missing, the limits are bounds that hold wherever the unrecorded belong, and the flag
    ``completeness`` gives the two shares. A stage larger than the one before is shown, never divided.

    Returns estimates with one row per stage and group: ``statistic`` "retention" or "ratio of
    counts", ``base`` the stage before. The first stage has no row.

    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 53726}),
    ...     counts.table("London", "offences", "sanction_detection", "all", {"All": 24757})])
    >>> retention(cases, stages=["crime", "sanction_detection"])[["estimate", "method"]].round(3)
       estimate  method
    0     0.461  wilson
    """
    named = [counts.resolve(cases, each, name="stages") for each in stages]
    chain = [each for each in named if each is not None]
    steps = [_step(cases, chain[n], chain[:n][::-1], level) for n in range(1, len(chain))]
    return estimates.order(pd.concat(steps, ignore_index=True)) if steps else estimates.empty()


def _step(cases, now: tuple, earlier: list[tuple], level: float) -> pd.DataFrame:
    """One stage, each row against the last of the earlier stages that was supplied for it."""
    steps: list[pd.DataFrame] = []
    for before in earlier:
        rows = counts.pair(cases, now, per=before)
        taken = pd.concat([each[KEY] for each in steps]) if steps else rows[KEY].iloc[:0]
        fresh = ~pd.MultiIndex.from_frame(rows[KEY]).isin(pd.MultiIndex.from_frame(taken))
        steps.append(_divided(cases, rows[fresh].reset_index(drop=True), now, before, level))
    return estimates.frame(pd.concat(steps, ignore_index=True))


def _divided(cases, rows, now: tuple, before: tuple, level: float) -> pd.DataFrame:
    nested = (rows["kind"] == "proportion").to_numpy()
    larger = (rows["numerator"] > rows["denominator"]).to_numpy() & nested
    n, base = rows["numerator"].to_numpy(), np.where(larger, np.nan, rows["denominator"])
    share = intervals.proportion(np.where(nested & ~larger, n, np.nan), base, level=level)
    ratio = intervals.rate_ratio(n, np.ones(len(n)), base, np.ones(len(n)), level=level)
    limits = [np.where(nested, a, b) for a, b in zip(share, ratio, strict=True)]
    method = np.where(nested, "wilson", "score").astype(object)
    method[larger] = ""
    rows = rows.assign(
        statistic=np.where(nested, "retention", "ratio of counts"),
        estimate=limits[0],
        lower=limits[1],
        upper=limits[2],
        level=level,
        method=method,
        flags=flagged(rows["flags"], (larger, "exceeds_base")),
    )
    return _bounded(cases, rows, now, before, larger)


def _bounded(cases, rows, now, before, larger) -> pd.DataFrame:
    """Bounds instead of an estimate where two stages record the strand unequally."""
    rows = rows.copy()
    of_people = (rows["strand"] != "all").to_numpy()
    known = {stage: _completeness(cases, stage) for stage in (now, before)}
    for place, group in rows[of_people].groupby(_STAGE, sort=False).groups.items():
        share_now, out_now, veiled_now = known[now].get(place, _WHOLE)
        share_before, out_before, veiled_before = known[before].get(place, _WHOLE)
        if common.as_completely_between(share_now, share_before):
            continue
        inside = rows.index.isin(group) & rows["group"].map(strands.recorded).to_numpy() & ~larger
        n, base = rows.loc[inside, "numerator"], rows.loc[inside, "denominator"]
        with np.errstate(divide="ignore", invalid="ignore"):
            rows.loc[inside, "lower"] = n / (base + out_before)
            most = np.where(rows.loc[inside, "statistic"] == "retention", 1.0, np.inf)
            rows.loc[inside, "upper"] = np.minimum((n + out_now) / base, most)
        shares = f"completeness={share_before[0]:.4f}/{share_now[0]:.4f}"
        rows.loc[inside, ["estimate", "method"]] = [np.nan, "bounds"]
        rows["flags"] = flagged(rows["flags"], (inside, f"bounds {shares}"))
        rest = rows.index.isin(group) & ~inside
        rows.loc[inside | rest, "withheld"] |= veiled_now | veiled_before
        rows.loc[rest, ["estimate", "lower", "upper"]] = np.nan
        rows.loc[rest & ~larger, "method"] = ""
        rows["flags"] = flagged(rows["flags"], (rest & ~larger, shares))
    return rows


def _completeness(
    cases: pd.DataFrame, stage: tuple[str, str]
) -> dict[tuple, tuple[tuple[float, float], float, bool]]:
    """The least and largest share recorded, for how many it was not, would that tell too much?"""
    held = counts.recording(counts.choose(cases, unit=stage[0], measure=stage[1]))
    return {
        tuple(getattr(row, each) for each in _STAGE): (
            (row.low, row.high),
            float(row.most),
            bool(row.withheld or row.bare),
        )
        for row in held.assign(most=held["most"].fillna(0.0)).itertuples()
    }

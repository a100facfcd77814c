"""How many cases reach each stage, of those that reached the one before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.cache import remembered
from dsvstats.counts import KEY, Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals

_STAGE = ["area", "start", "end", "subject", "definition", "strand"]
_WHOLE = {"low": 1.0, "high": 1.0, "most": 0.0, "veiled": False}


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
    missing, the limits are bounds that hold wherever the unrecorded belong, chance allowed for
    (the limits of the least and of the most that it can be), and the flag ``completeness`` gives
    the two shares. A stage larger than the one before is shown, never divided.

    Returns estimates with one row per stage and group: ``statistic`` "retention" or "ratio of
    counts", ``base`` the stage before. The first stage has no row.

    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 52212}),
    ...     counts.table("London", "offences", "arrest", "all", {"All": 33559})])
    >>> retention(cases, stages=["crime", "arrest"])[["estimate", "method"]].round(3)
       estimate  method
    0     0.643  wilson
    """
    named = [counts.resolve(cases, each, name="stages") for each in stages]
    chain = [each for each in named if each is not None]
    steps = [_step(cases, chain[n], chain[:n][::-1], level) for n in range(1, len(chain))]
    return estimates.order(pd.concat(steps, ignore_index=True)) if steps else estimates.empty()


def _step(cases, now: tuple, earlier: list[tuple], level: float) -> pd.DataFrame:
    """One stage, each row against the last of the earlier stages that was supplied for it."""
    steps: list[pd.DataFrame] = []
    left = counts.choose(cases, unit=now[0], measure=now[1])
    for before in earlier:
        if left.empty:
            break
        rows = _not_in(counts.pair(cases, now, per=before), steps)
        if len(rows):
            steps.append(_divided(cases, rows, now, before, level))
            left = _not_in(left, [rows])
    return estimates.frame(pd.concat(steps, ignore_index=True)) if steps else estimates.empty()


def _not_in(rows: pd.DataFrame, steps: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows that none of these steps has."""
    if not steps:
        return rows
    code, *taken = counts.codes([rows, *steps], KEY)
    return rows[~np.isin(code, np.concatenate(taken))].reset_index(drop=True)


def _divided(cases, rows, now: tuple, before: tuple, level: float) -> pd.DataFrame:
    nested = (rows["kind"] == "proportion").to_numpy()
    larger = (rows["numerator"] > rows["denominator"]).to_numpy() & nested
    n, base = rows["numerator"].to_numpy(), np.where(larger, np.nan, rows["denominator"])
    limits = _retained(np.where(larger, np.nan, n), base, nested, level)
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
    return _bounded(cases, rows, now, before, larger, level)


def _retained(
    n: np.ndarray, base: np.ndarray, nested: np.ndarray, level: float
) -> list[np.ndarray]:
    """A stage over the one before, with limits: of a part of it, or of two counts."""
    inside = np.where(nested, np.fmin(n, base), np.nan)
    share = intervals.proportion(inside, np.where(nested, base, np.nan), level=level)
    ratio = intervals.rate_ratio(n, np.ones(len(n)), base, np.ones(len(n)), level=level)
    return [np.where(nested, a, b) for a, b in zip(share, ratio, strict=True)]


def _bounded(cases, rows, now, before, larger: np.ndarray, level: float) -> pd.DataFrame:
    """Bounds instead of an estimate where two stages record the strand unequally.

    The lower limit where all of the unrecorded of the stage before are of the group, and the upper
    where all those of this stage are.
    """
    here, there = (_recording(cases, rows, stage) for stage in (now, before))
    unequal = ~common.as_completely_between(
        (here["low"], here["high"]), (there["low"], there["high"])
    ).to_numpy(dtype=bool)
    unequal &= (rows["strand"] != "all").to_numpy()
    if not unequal.any():
        return rows
    inside = unequal & common.recorded(rows) & ~larger
    untold = unequal & (here["most"] + there["most"]).isna().to_numpy()
    n, base = rows["numerator"].to_numpy(), rows["denominator"].to_numpy()
    nested = (rows["kind"] == "proportion").to_numpy()
    low = _retained(n, base + there["most"].to_numpy(), nested, level)[1]
    high = _retained(n + here["most"].to_numpy(), base, nested, level)[2]
    shares = [
        f"completeness={first:.4f}/{second:.4f}"
        for first, second in zip(there["low"], here["low"], strict=True)
    ]
    veiled = (here["veiled"] | there["veiled"]).to_numpy(dtype=bool)
    told = inside & ~untold
    return rows.assign(
        estimate=rows["estimate"].mask(unequal),
        lower=np.where(unequal, np.where(told, low, np.nan), rows["lower"]),
        upper=np.where(unequal, np.where(told, high, np.nan), rows["upper"]),
        method=np.where(told, "bounds", np.where(unequal & ~larger, "", rows["method"])),
        withheld=rows["withheld"].to_numpy(dtype=bool) | (unequal & veiled),
        flags=flagged(
            rows["flags"],
            (told, "bounds"),
            (unequal & ~untold & ~larger, shares),
            (untold & ~larger, "unrecorded_unknown"),
        ),
    )


def _recording(cases: pd.DataFrame, rows: pd.DataFrame, stage: tuple[str, str]) -> pd.DataFrame:
    """How completely does the stage record each row's strand, and how many are unrecorded?

    ``low`` and ``high`` are the least and largest share recorded, ``most`` the most that can be
    unrecorded; ``veiled`` where that would tell too much.
    """
    held = counts.recording(counts.choose(cases, unit=stage[0], measure=stage[1]))
    at, among = counts.codes([rows, held], _STAGE)
    place = pd.Index(among).get_indexer(at)
    told = held.assign(veiled=held["withheld"] | held["bare"]).reindex(place)
    return pd.DataFrame(
        {each: np.where(place < 0, value, told[each]) for each, value in _WHOLE.items()}
    )

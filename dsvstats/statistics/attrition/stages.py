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
def retention(
    cases: pd.DataFrame, *, stages: list[Measure], cumulative: bool = False, level: float = 0.95
) -> pd.DataFrame:
    """How many cases reach each stage, of those that reached the one before?

    Where both stages count one unit and the later is inside the earlier, the retention is a
    proportion with Wilson limits; else a ratio of counts, with score limits that take both for
    independent Poisson counts.

    Groups of a strand are compared only where both stages record the strand about as completely
    (the one for at least 95% of the share that the other does); otherwise the estimate is
    missing, the limits are bounds that hold wherever the unrecorded belong, chance allowed for
    (the limits of the least and of the most that it can be), and the flag ``completeness`` gives
    the two shares. A stage larger than the one before is shown, never divided.

    Parameters
    ----------
    cases : DataFrame
        Counts: the columns of ``counts.COLUMNS``, a row for each thing counted.
    stages : list of str or (unit, measure)
        The chain, from first to last; a stage that was not supplied is passed over, and the next
        one is set against the last that was.
    cumulative : bool, default False
        Whether each is set against the first that was supplied, to say how many are left.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates, a row for each stage and group: ``statistic`` "retention" or "ratio of counts",
        ``base`` the stage before. The first stage has no row.

    Examples
    --------
    >>> cases = pd.concat([
    ...     counts.table("London", "offences", "crime", "all", {"All": 52212}),
    ...     counts.table("London", "offences", "arrest", "all", {"All": 33559})])
    >>> retention(cases, stages=["crime", "arrest"])[["estimate", "method"]].round(3)
       estimate  method
    0     0.643  wilson
    """
    named = {each if isinstance(each, str) else each[1] for each in stages}
    held = cases[cases["measure"].isin(named) | cases["unit"].isin(named)]
    chain = counts.supplied(held, stages, name="stages")
    if len(chain) < 2:
        return estimates.empty()
    held = held[held["unit"].isin({unit for unit, _ in chain})]
    rows = _beside_the_first(held, chain) if cumulative else _beside_the_last(held, chain)
    if rows.empty:
        return estimates.empty()
    return estimates.order(estimates.frame(_divided(held, rows, level)))


def _beside_the_last(cases: pd.DataFrame, chain: list[tuple[str, str]]) -> pd.DataFrame:
    """Each stage beside the last of the earlier ones that was supplied for the row."""
    found = counts.follow(cases, chain)
    first = counts.choose(cases, unit=chain[0][0], measure=chain[0][1])
    if len(found) == len(cases) - len(first):
        return found
    earlier = [chain[: max(n - 1, 0)][::-1] for n in range(len(chain))]
    return _and_earlier(cases, found, chain, earlier)


def _beside_the_first(cases: pd.DataFrame, chain: list[tuple[str, str]]) -> pd.DataFrame:
    """Each stage beside the first that was supplied for the row."""
    return _and_earlier(cases, None, chain, [chain[:n] for n in range(len(chain))])


def _and_earlier(
    cases: pd.DataFrame,
    found: pd.DataFrame | None,
    chain: list[tuple[str, str]],
    earlier: list[list[tuple[str, str]]],
) -> pd.DataFrame:
    """And the rows that none has so far, beside the first of these for which they have a base."""
    held = [] if found is None else [found]
    for now, before in zip(chain, earlier, strict=True):
        for each in before:
            rows = counts.pair(cases, now, per=each)
            held.append(_not_in(rows, held) if held else rows)
    return pd.concat(held, ignore_index=True)


def _not_in(rows: pd.DataFrame, steps: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows that none of these steps has."""
    code, *taken = counts.codes([rows, *steps], KEY)
    return rows[~np.isin(code, np.concatenate(taken))].reset_index(drop=True)


def _divided(cases: pd.DataFrame, rows: pd.DataFrame, level: float) -> pd.DataFrame:
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
    return _bounded(cases, rows, larger, level)


def _retained(
    n: np.ndarray, base: np.ndarray, nested: np.ndarray, level: float
) -> list[np.ndarray]:
    """A stage over the one before, with limits: of a part of it, or of two counts."""
    inside = np.where(nested, np.fmin(n, base), np.nan)
    share = intervals.proportion(inside, np.where(nested, base, np.nan), level=level)
    ratio = intervals.rate_ratio(n, np.ones(len(n)), base, np.ones(len(n)), level=level)
    return [np.where(nested, a, b) for a, b in zip(share, ratio, strict=True)]


def _bounded(
    cases: pd.DataFrame, rows: pd.DataFrame, larger: np.ndarray, level: float
) -> pd.DataFrame:
    """Bounds instead of an estimate where two stages record the strand unequally.

    The lower limit where all of the unrecorded of the stage before are of the group, and the upper
    where all those of this stage are.
    """
    here, there = _recording(cases, rows)
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
    low, high = np.full((2, len(rows)), np.nan)
    at = nested[unequal], level
    low[unequal] = _retained(n[unequal], (base + there["most"])[unequal], *at)[1]
    high[unequal] = _retained((n + here["most"])[unequal], base[unequal], *at)[2]
    shares = np.full(len(rows), "", dtype=object)
    shares[unequal] = [
        f"completeness={first:.4f}/{second:.4f}"
        for first, second in zip(there["low"][unequal], here["low"][unequal], strict=True)
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


def _recording(cases: pd.DataFrame, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """How completely do each row's stage, and the one before, record its strand?

    ``low`` and ``high`` are the least and largest share recorded, ``most`` the most that can be
    unrecorded; ``veiled`` where that would tell too much.
    """
    held = counts.recording(cases)
    told = held.assign(veiled=held["withheld"] | held["bare"])
    of_rows, among = counts.codes([rows, held], _STAGE)
    now, among_now = (each["unit"] + ":" + each["measure"] for each in (rows, held))
    *stages, among_stage = counts.codes(
        [each.to_frame("stage") for each in (now, rows["base"], among_now)], ["stage"]
    )
    many = 1 + max(each.max(initial=0) for each in (*stages, among_stage))
    known = pd.Index(among * many + among_stage)
    places = [known.get_indexer(of_rows * many + stage) for stage in stages]
    return [
        pd.DataFrame({k: np.where(place < 0, v, told[k].reindex(place)) for k, v in _WHOLE.items()})
        for place in places
    ]

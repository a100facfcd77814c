"""Standardised risks of groups and their contrasts: rows with limits from a regression."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, strands
from dsvstats.counts import KEY
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, intervals
from dsvstats.statistics.disproportionality import regression
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.terms import units

SCALES = ("logit", "log", "plain")
"""Of a risk, of a ratio and of a difference."""


def fitted(
    rows: pd.DataFrame, group: str, parts: list[str], method: str, covariance: str
) -> pd.DataFrame:
    """One row for each group of an area: its risk and the variances of the contrasts."""
    usable = rows["numerator"].notna() & (rows["denominator"] > 0) & ~rows["withheld"]
    partial = (~usable & ~(rows["denominator"] == 0)).any()
    cells = rows[usable]
    groups = [group, *[each for each in cells["group"].unique() if each != group]]
    number = pd.Index(groups).get_indexer(cells["group"])
    count, base = cells["numerator"].to_numpy(), cells["denominator"].to_numpy()
    first = [cells.iloc[np.flatnonzero(number == n)[:1]] for n in range(len(groups))]
    found = pd.concat(first)[[*KEY, "base"]]
    if len(found) < len(groups) or len(groups) < 2:
        return found.iloc[:0].assign(source="")
    members = cells["stratum"].str.split(strands.CROSSED, expand=True).set_axis(parts, axis=1)
    factors = np.column_stack([pd.factorize(members[each])[0] for each in parts])
    risk, spread = regression.standardised_risks(
        count,
        base,
        number,
        factors,
        log_link=method == "modified_poisson",
        covariance=covariance,
        clusters=pd.factorize(cells["area"])[0],
    )
    own = np.diag(spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_variance = own / risk**2 + own[0] / risk[0] ** 2 - 2 * spread[0] / (risk * risk[0])
    totals = [np.bincount(number, weights=each) for each in (count, base)]
    return found.assign(
        reference=group,
        source=counts.sources_by(cells["source"], np.zeros(len(cells)))[0],
        numerator=totals[0],
        denominator=totals[1],
        reference_numerator=totals[0][0],
        reference_denominator=totals[1][0],
        flags="alike_in=" + "/".join(parts),
        _partial=bool(partial),
        _method=method,
        _risk=risk,
        _risk_ref=risk[0],
        _variance=own,
        _log_variance=log_variance,
        _difference_variance=own + own[0] - 2 * spread[0],
    )


def limited(found: pd.DataFrame, spread: np.ndarray, level: float) -> pd.DataFrame:
    """Rows of risk, ratio and difference with delta-method limits, in the order of groups.

    A risk's are those of its logit and a ratio's of its logarithm, which never reach their ends.
    """
    z = -special.ndtri(tail(level)) * np.sqrt(spread)
    risk, other = found["_risk"].to_numpy(), found["_risk_ref"].to_numpy()
    itself = (found["group"] == found["reference"]).to_numpy()
    people = found["unit"].isin(units.people()).to_numpy()
    poisson = (found["_method"] == "modified_poisson").to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        kinds = (
            (np.where(people, "risk", "proportion"), risk, "_variance", (0.0, 1.0)),
            (
                np.where(people, "risk ratio", "ratio of proportions"),
                risk / other,
                "_log_variance",
                (0.0, np.inf),
            ),
            (
                np.where(people, "risk difference", "difference of proportions"),
                risk - other,
                "_difference_variance",
                (-1.0, 1.0),
            ),
        )
    blocks = []
    for n, (name, estimate, variance, (floor, ceiling)) in enumerate(kinds):
        error = np.sqrt(found[variance].to_numpy())
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            on_scale = error / (estimate * (1 - estimate)) if n == 0 else error
            to, back = common.SCALES[SCALES[n]]
            middle = to(estimate)
            lower, upper = (back(middle + side * z * on_scale) for side in (-1, 1))
            lower, upper = np.maximum(lower, floor), np.minimum(upper, ceiling)
            score = middle / error
        stuck = np.isnan(error)
        if n == 0:
            own = intervals.proportion(found["numerator"], found["denominator"], level=level)
            lower = np.where(stuck, np.fmin(estimate, own.lower), lower)
            upper = np.where(stuck, np.fmax(estimate, own.upper), upper)
        flags = flagged(
            found["flags"],
            (found["_partial"].to_numpy(), "cells_left_out"),
            (stuck, "all_or_none"),
            (~stuck, common.independence(found, spread)),
        )
        block = found.assign(
            statistic=[f"standardised {each}" for each in name],
            estimate=estimate,
            lower=lower,
            upper=upper,
            p=np.nan if n == 0 else np.where(stuck, np.nan, _p(score, spread)),
            flags=flags,
            withheld=False,
            _scale=SCALES[n],
            _floor=floor,
            _spread=spread,
            _stuck=stuck,
            _place=np.arange(len(found)) * 3 + n,
        )
        if n == 0:
            block = block.assign(
                reference="", reference_numerator=np.nan, reference_denominator=np.nan
            )
        blocks.append(block[~(poisson & (n != 1)) & ~(itself & (n > 0))])
    return pd.concat(blocks).sort_values("_place").reset_index(drop=True)


def _p(score: np.ndarray, spread: np.ndarray) -> np.ndarray:
    return 2 * special.ndtr(-np.abs(score) / np.sqrt(spread))

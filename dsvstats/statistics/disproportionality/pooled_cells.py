"""Intersections pooled by a mixed model: rows of cells, main effects and what lies between."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, strands
from dsvstats.counts import KEY
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common
from dsvstats.statistics.disproportionality import mixed
from dsvstats.statistics.intervals.inputs import tail

POOLED, BEYOND, MAIN = (
    "proportion, partially pooled",
    "odds ratio beyond",
    "odds ratio, main effect",
)
DEVIATION, PARTITION = ("standard deviation of log odds", "variance partition coefficient")
CHANGE, TYPICAL = "proportional change in variance", "typical odds"
_LOGISTIC = np.pi**2 / 3
_FEWEST = 3


def pooled(
    rows: pd.DataFrame, members: pd.DataFrame, usual: dict, model: str, level: float
) -> pd.DataFrame:
    usable = rows["numerator"].notna() & (rows["denominator"] > 0) & ~rows["withheld"]
    flags = flagged(
        common.independence(rows, np.ones(len(rows))),
        (rows["numerator"].isna().to_numpy(), "not_supplied"),
    )
    blank = rows[[*KEY, "numerator", "denominator", "base", "source", "withheld"]].assign(
        statistic=POOLED,
        estimate=np.nan,
        lower=np.nan,
        upper=np.nan,
        method="",
        p=np.nan,
        flags=flags,
    )
    if usable.sum() < _FEWEST:
        return blank.assign(flags=flagged(flags, (usable.to_numpy(), "too_few_to_pool")))
    held, own = rows[usable], members[usable.to_numpy()]
    count, base = held["numerator"].to_numpy(), held["denominator"].to_numpy()
    drop = special.ndtri(tail(level)) ** 2 / 2
    ones = np.ones((len(held), 1))
    taken = null = mixed.fit(count, base, ones, drop=drop)
    names: list[tuple[str, str]] = []
    if model == "additive":
        effects, names = _main_effects(own, usual)
        full = np.column_stack([ones, effects])
        if np.linalg.matrix_rank(full) < full.shape[1]:
            raise InputError(
                where="strand",
                rule="intersections that tell the strands apart",
                value=list(held["group"])[:3],
                mend="drop a strand whose groups never meet the others', or use model='null'",
            )
        taken = mixed.fit(count, base, full, drop=drop)
    z = -special.ndtri(tail(level))
    cells = _cells(blank, usable.to_numpy(), taken, model, z)
    whole = _whole(held, null, taken, model, z)
    main = _main(held, own, taken, names, usual, model, z)
    return pd.concat([whole, *main, cells], ignore_index=True)


def _main_effects(own: pd.DataFrame, usual: dict) -> tuple[np.ndarray, list[tuple[str, str]]]:
    names: list[tuple[str, str]] = []
    for part in own.columns:
        groups = strands.ordered(part, own[part])
        first = usual[part] if usual[part] in groups else groups[0]
        names += [(part, each) for each in groups if each != first]
    columns = [(own[part] == each).to_numpy(dtype=float) for part, each in names]
    return np.column_stack(columns) if columns else np.empty((len(own), 0)), names


def _cells(blank: pd.DataFrame, usable: np.ndarray, fit: mixed.Fit, model: str, z: float):
    def placed(values):
        every = np.full(len(blank), np.nan)
        every[usable] = values
        return every

    reach = z * np.sqrt(fit.linear_variance)
    name = np.where(usable, f"{model} model, agq", "")
    pooled = blank.assign(
        estimate=placed(special.expit(fit.linear)),
        lower=placed(special.expit(fit.linear - reach)),
        upper=placed(special.expit(fit.linear + reach)),
        method=name,
    )
    if model == "null":
        return pooled
    error = np.sqrt(fit.effect_variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(error > 0, 2 * special.ndtr(-np.abs(fit.effect) / error), 1.0)
    beyond = blank.assign(
        statistic=BEYOND,
        reference="main effects",
        estimate=placed(np.exp(fit.effect)),
        lower=placed(np.exp(fit.effect - z * error)),
        upper=placed(np.exp(fit.effect + z * error)),
        method=name,
        p=placed(p),
    )
    return pd.concat([pooled, beyond], ignore_index=True)


def _main(held, own, fit: mixed.Fit, names, usual, model: str, z: float) -> list[pd.DataFrame]:
    rows = []
    for n, (part, group) in enumerate(names, start=1):
        at = (own[part] == group).to_numpy()
        groups = strands.ordered(part, own[part])
        first = usual[part] if usual[part] in groups else groups[0]
        other = (own[part] == first).to_numpy()
        effect, error = fit.coefficients[n], np.sqrt(fit.variances[n])
        limits = [_exp(effect + side * z * error) for side in (0, -1, 1)]
        rows.append(
            held.iloc[:1][[*KEY, "base"]].assign(
                source=_sources(held[at | other]),
                strand=part,
                group=group,
                statistic=MAIN,
                numerator=held["numerator"].to_numpy()[at].sum(),
                denominator=held["denominator"].to_numpy()[at].sum(),
                reference=first,
                reference_numerator=held["numerator"].to_numpy()[other].sum(),
                reference_denominator=held["denominator"].to_numpy()[other].sum(),
                estimate=limits[0],
                lower=limits[1],
                upper=limits[2],
                method=f"{model} model, agq",
                p=2 * special.ndtr(-abs(effect) / error),
                withheld=False,
            )
        )
    return rows


def _whole(held, null: mixed.Fit, taken: mixed.Fit, model: str, z: float):
    odds, error = taken.coefficients[0], np.sqrt(taken.variances[0])
    values = [
        (TYPICAL, *(_exp(odds + side * z * error) for side in (0, -1, 1)), model),
        (DEVIATION, taken.deviation, taken.lower, taken.upper, model),
        (PARTITION, *map(_partition, (taken.deviation, taken.lower, taken.upper)), model),
    ]
    if model == "additive":
        change = 1 - taken.deviation**2 / null.deviation**2 if null.deviation > 0 else np.nan
        values.append((CHANGE, change, np.nan, np.nan, "additive against null"))
    return pd.concat(
        held.iloc[:1][[*KEY, "base"]].assign(
            source=_sources(held),
            group=strands.ALL,
            statistic=statistic,
            numerator=held["numerator"].sum(),
            denominator=held["denominator"].sum(),
            estimate=estimate,
            lower=lower,
            upper=upper,
            method=f"{method} model, agq",
            p=np.nan,
            withheld=False,
        )
        for statistic, estimate, lower, upper, method in values
    )


def _sources(cells: pd.DataFrame) -> str:
    return counts.sources_by(cells["source"], np.zeros(len(cells)))[0]


def _partition(deviation: float) -> float:
    if np.isinf(deviation):
        return 1.0
    return deviation**2 / (deviation**2 + _LOGISTIC)


def _exp(value: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(value))

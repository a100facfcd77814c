"""Crossed strands: every intersection with its own effect, drawn towards what it shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import counts, estimates, strands
from dsvstats.counts import KEY, Measure
from dsvstats.errors import InputError
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators
from dsvstats.statistics.disproportionality import mixed
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak

MODELS = ("additive", "null")
POOLED, BEYOND, MAIN = (
    "proportion, partially pooled",
    "odds ratio beyond",
    "odds ratio, main effect",
)
DEVIATION, PARTITION = ("standard deviation of log odds", "variance partition coefficient")
CHANGE, TYPICAL = "proportional change in variance", "typical odds"
_LOGISTIC = np.pi**2 / 3
_FEWEST = 3


def intersections(
    cases: pd.DataFrame,
    measure: Measure,
    *,
    per: Measure,
    strand: str,
    model: str = "additive",
    reference: dict[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """What is each intersection's proportion, and is there more to it than the sum of its parts?

    ``strand`` is crossed ("age x gender x ethnicity_two"); ``measure`` is a part of ``per``. A
    logistic regression gives every intersection a random effect of its own, so that small ones
    are drawn towards what is known of them otherwise (MAIHDA: Evans and others 2018; Merlo 2018),
    by maximum likelihood with adaptive Gauss-Hermite quadrature. The "additive" model draws them
    towards the main effects of the strands, the "null" model towards one typical intersection.

    Returns estimates:
    - for each intersection "proportion, partially pooled", and, from the additive model, "odds
      ratio beyond" the main effects: above 1, more than its parts explain;
    - for each group of each strand "odds ratio, main effect" against its reference;
    - for all intersections together "typical odds" (in the additive model, of the reference
      groups), "standard deviation of log odds" between intersections and "variance partition
      coefficient": the share of the variance, on the scale of the log odds, that lies between
      intersections (the logistic distribution's within being pi² / 3), both with
      profile-likelihood limits; and "proportional change in variance": the share of the variance
      between intersections that the main effects explain.

    Limits of intersections take the standard deviation as known. Fewer than three intersections
    cannot be pooled.

    >>> cells = [f"{sex} x {two}" for sex in ("Female", "Male")
    ...          for two in ("White", "Black and minority ethnic")]
    >>> cases = pd.concat([
    ...     counts.table("London", "victims", measure, "gender x ethnicity_two",
    ...                  dict(zip(cells, numbers)))
    ...     for measure, numbers in (("crime", (500, 300, 200, 5)), ("arrest", (250, 90, 80, 5)))])
    >>> found = intersections(cases, "arrest", per="crime", strand="gender x ethnicity_two",
    ...                       model="null")
    >>> found[found["statistic"] == POOLED][["group", "numerator", "denominator", "estimate"]].round(2)
                                    group  numerator  denominator  estimate
    3                      Female x White      250.0        500.0      0.50
    4  Female x Black and minority ethnic       90.0        300.0      0.31
    5                        Male x White       80.0        200.0      0.40
    6    Male x Black and minority ethnic        5.0          5.0      0.55
    """
    tail(level)
    common.chosen(model, MODELS, where="model")
    parts = strands.parts(strand)
    for part in parts:
        strands.scheme(part)
    if len(parts) < 2:
        raise InputError(
            where="strand",
            rule="at least two strands, crossed",
            value=strand,
            mend="for example 'age x gender'",
        )
    rows = counts.pair(cases, measure, per=per)
    rows = rows[rows["strand"] == strand]
    rows = counts.in_order(rows[common.recorded(rows)])
    if rows.empty:
        return estimates.empty()
    if (rows["kind"] != "proportion").any():
        raise InputError(
            where="per",
            rule="a base that the measure is a part of",
            value=per,
            mend="intersections are compared by the proportion with the event",
        )
    comparators.refuse_excess(rows)
    members = pd.DataFrame([each.split(strands.CROSSED) for each in rows["group"]], columns=parts)
    usual = {
        part: strands.reference(part, members[part].unique(), chosen=reference) for part in parts
    }
    family = common.codes_of(rows, common.FAMILY)
    found = [
        _family(rows[family == each], members[family == each], usual, model, level)
        for each in range(family.max() + 1)
    ]
    result = pd.concat(found, ignore_index=True).fillna({"reference": ""})
    p = result["p"].to_numpy(dtype=float)
    tests = family_size(p, common.codes_of(result, [*common.FAMILY, "statistic"]))
    limits = tuple(result[each].to_numpy(dtype=float) for each in ("estimate", "lower", "upper"))
    wide = common.wald_together(limits[0], limits[1:], level=level, tests=tests, log=True)
    compared = ~np.isnan(p)
    return estimates.frame(
        result,
        level=level,
        versus=np.where(result["statistic"].isin([BEYOND, MAIN]), "reference", "none"),
        lower_together=np.where(compared, wide[0], limits[1]),
        upper_together=np.where(compared, wide[1], limits[2]),
        p_adjusted=sidak(p, tests),
    )


def _family(
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
    names = []
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
    names = []
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

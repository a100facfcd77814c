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
from dsvstats.statistics.disproportionality import integration, mixed
from dsvstats.statistics.disproportionality.integration import Known
from dsvstats.statistics.disproportionality.mixtures import Mixture
from dsvstats.statistics.intervals.inputs import tail

POOLED, BEYOND, MAIN = (
    "proportion, partially pooled",
    "odds ratio beyond",
    "odds ratio, main effect",
)
DEVIATION, PARTITION = ("standard deviation of log odds", "variance partition coefficient")
CHANGE, TYPICAL = "proportional change in variance", "typical odds"
UNKNOWN = "deviation_unknown"
NOTHING = dict.fromkeys(
    ("estimate", "lower", "upper", "lower_together", "upper_together", "p"), np.nan
)
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
        method="",
        flags=flags,
        **NOTHING,
    )
    if usable.sum() < _FEWEST:
        return blank.assign(flags=flagged(flags, (usable.to_numpy(), "too_few_to_pool")))
    held, own = rows[usable], members[usable.to_numpy()]
    count, base = held["numerator"].to_numpy(), held["denominator"].to_numpy()
    drop = special.ndtri(tail(level)) ** 2 / 2
    design = ones = np.ones((len(held), 1))
    taken = null = mixed.fit(count, base, ones, drop=drop)
    names: list[tuple[str, str]] = []
    if model == "additive":
        effects, names = _main_effects(own, usual)
        design = np.column_stack([ones, effects])
        if np.linalg.matrix_rank(design) < design.shape[1]:
            raise InputError(
                where="strand",
                rule="intersections that tell the strands apart",
                value=list(held["group"])[:3],
                mend="drop a strand whose groups never meet the others', or use model='null'",
            )
        taken = mixed.fit(count, base, design, drop=drop)
    known = integration.known(count, base, design)
    cells = _cells(blank, usable.to_numpy(), taken, known, model, level)
    whole = _whole(held, null, taken, known, model, level)
    main = _main(held, own, taken, known, names, usual, model, level)
    return pd.concat([whole, *main, cells], ignore_index=True)


def _told(
    mixture: Mixture, transform, *, level: float, tests: int = 1, mode: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Limits of each number, alone and together; the mode where one is given, else the median."""
    limits = {}
    for together, of in (("", 1), ("_together", tests)):
        side = tail(float(common.together(level, np.array(of))))
        limits[f"lower{together}"] = transform(mixture.quantile(side))
        limits[f"upper{together}"] = transform(mixture.quantile(1 - side))
    centre = transform(mixture.quantile(0.5) if mode is None else mode)
    return {"estimate": np.clip(centre, limits["lower"], limits["upper"])} | limits


def _main_effects(own: pd.DataFrame, usual: dict) -> tuple[np.ndarray, list[tuple[str, str]]]:
    names: list[tuple[str, str]] = []
    for part in own.columns:
        groups = strands.ordered(part, own[part])
        first = usual[part] if usual[part] in groups else groups[0]
        names += [(part, each) for each in groups if each != first]
    columns = [(own[part] == each).to_numpy(dtype=float) for part, each in names]
    return np.column_stack(columns) if columns else np.empty((len(own), 0)), names


def _cells(
    blank: pd.DataFrame, usable: np.ndarray, fit: mixed.Fit, known: Known | None, model, level
) -> pd.DataFrame:
    beyond = blank.assign(statistic=BEYOND, reference="main effects")
    if known is None:
        unknown = {"flags": flagged(blank["flags"], (usable, UNKNOWN))}
        found = [blank.assign(**unknown), beyond.assign(**unknown)]
    else:
        pooled = _told(known.linear, special.expit, level=level, mode=fit.linear)
        odds = _told(known.effect, _exp, level=level, tests=usable.sum())
        odds["p"] = known.effect.p()
        name = np.where(usable, f"{model} model, agq", "")
        found = [
            rows.assign(method=name, **{each: _placed(values[each], usable) for each in values})
            for rows, values in ((blank, pooled), (beyond, odds))
        ]
    return pd.concat(found[:1] if model == "null" else found, ignore_index=True)


def _placed(values: np.ndarray, usable: np.ndarray) -> np.ndarray:
    every = np.full(len(usable), np.nan)
    every[usable] = values
    return every


def _main(
    held, own, fit: mixed.Fit, known: Known | None, names, usual, model: str, level: float
) -> list[pd.DataFrame]:
    if known is not None:
        told = _told(
            known.coefficients, _exp, level=level, tests=len(names), mode=fit.coefficients
        ) | {"p": known.coefficients.p()}
    rows = []
    for n, (part, group) in enumerate(names, start=1):
        at = (own[part] == group).to_numpy()
        groups = strands.ordered(part, own[part])
        first = usual[part] if usual[part] in groups else groups[0]
        other = (own[part] == first).to_numpy()
        values = NOTHING if known is None else {each: told[each][n] for each in told}
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
                method="" if known is None else f"{model} model, agq",
                flags=UNKNOWN if known is None else "",
                withheld=False,
                **values,
            )
        )
    return rows


def _whole(
    held, null: mixed.Fit, taken: mixed.Fit, known: Known | None, model: str, level: float
) -> pd.DataFrame:
    typical = NOTHING
    if known is not None:
        told = _told(known.coefficients, _exp, level=level, mode=taken.coefficients)
        typical = {each: float(values[0]) for each, values in told.items()}
    values = [
        (TYPICAL, *(typical[each] for each in ("estimate", "lower", "upper")), model),
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
            lower_together=lower,
            upper_together=upper,
            method=f"{method} model, agq",
            p=np.nan,
            flags=UNKNOWN if known is None else "",
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


def _exp(value: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.exp(value)

"""How many people are reported again, where it is not sure who is who? Rubin's rules over draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from dsvstats import estimates, strands
from dsvstats.counts import KEY
from dsvstats.statistics import common
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.statistics.undoing import facing, undone
from dsvstats.statistics.unrecorded import extremes

DRAW, BASE = "draw", "recorded"
_PLACE = [each for each in KEY if each != "group"]


def linked_prevalence(
    cases: pd.DataFrame, *, measure: str = "repeat_within", level: float = 0.95
) -> pd.DataFrame:
    """Of the people reported, how many were reported again, allowing for not knowing who is who?

    Each draw of the linkage gives a share; limits allow for what varies within a draw and from
    draw to draw (Rubin 1987; Wilson limits after Lott and Reiter 2020).

    Parameters
    ----------
    cases : DataFrame
        Counts with ``draw``, as `linkage.counts_of` gives them.
    measure : str, default "repeat_within"
        What is counted: "repeat_within" the area, or "repeat_anywhere".
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates, a row for each area, strand and group: ``statistic`` "prevalence";
        ``numerator`` and ``denominator`` are means over the draws, in whole people; flag ``linked``, how many.

    Examples
    --------
    >>> from dsvstats import counts
    >>> draws = pd.concat([counts.table("A", "victims", m, "all", {"All": n}).assign(draw=d)
    ...     for d, again in enumerate((240, 250, 260))
    ...     for m, n in (("recorded", 1000), ("repeat_within", again))])
    >>> linked_prevalence(draws)[["estimate", "lower", "upper"]].round(3).values.tolist()
    [[0.25, 0.213, 0.291]]
    """
    tail(level)
    rows = _pooled(cases, measure)
    lower, upper = _wilson(rows, level)
    found = _framed(
        rows,
        statistic="prevalence",
        estimate=rows["share"],
        lower=lower,
        upper=upper,
        level=level,
        method="wilson_rubin",
    )
    return estimates.order(found)


def linked_ratios(
    cases: pd.DataFrame,
    *,
    measure: str = "repeat_within",
    reference: dict[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """How many times as likely is a group to be reported again, allowing for who is who?

    The ratio of each draw on the log scale, by Rubin's rules (1987): where names of one group are
    misspelt more often, its people are harder to recognise, and the limits say so.

    Parameters
    ----------
    cases : DataFrame
        Counts with ``draw``, by a strand, as `linkage.counts_of` gives them.
    measure : str, default "repeat_within"
        What is counted: "repeat_within" the area, or "repeat_anywhere".
    reference : mapping of strand to group, optional
        The groups that others are compared with, where they are not the usual ones.
    level : float, default 0.95
        How often limits of this kind hold the truth.

    Returns
    -------
    DataFrame
        Estimates, a row for each group beside its reference: ``statistic`` "risk ratio", with
        limits for all groups at once, p, the flag ``linked``, and what people without a group
        could do.

    Examples
    --------
    >>> from dsvstats import counts
    >>> draws = pd.concat([counts.table("A", "victims", m, "gender", n).assign(draw=d)
    ...     for d in range(3) for m, n in (("recorded", {"Female": 800, "Male": 400}),
    ...                                    ("repeat_within", {"Female": 200 + d, "Male": 50}))])
    >>> linked_ratios(draws, reference={"gender": "Male"})[["group", "estimate"]].round(2)
        group  estimate
    0  Female      2.01
    """
    tail(level)
    held = _drawn(cases, measure)
    held = held[held["strand"] != "all"]
    chosen = {
        key: strands.reference(str(key[-1]), rows["group"].unique(), chosen=reference)
        for key, rows in held.groupby(_PLACE, sort=False)
    }
    named = [chosen[key] for key in held[_PLACE].itertuples(index=False, name=None)]
    held = held.assign(reference=pd.array(named, dtype="object"))
    known = held["group"].map(strands.recorded).astype(bool)
    own = held[held["group"] == held["reference"]]
    both = held[known & held["reference"].notna() & (held["group"] != held["reference"])].merge(
        own.drop(columns=["group", "reference", "source"]),
        on=[*_PLACE, DRAW],
        suffixes=("", "_reference"),
    )
    return _compared(both, _unrecorded(held), level)


def _compared(both: pd.DataFrame, unknown: pd.DataFrame, level: float) -> pd.DataFrame:
    sides = [both[each].to_numpy(dtype=float) for each in ("again", "people")]
    sides += [both[f"{each}_reference"].to_numpy(dtype=float) for each in ("again", "people")]
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(sides[0] / sides[1]) - np.log(sides[2] / sides[3])
        variance = 1 / sides[0] - 1 / sides[1] + 1 / sides[2] - 1 / sides[3]
    hidden = both["withheld"] | both["withheld_reference"]
    told = both.assign(share=log, variance=variance, withheld=hidden)
    keys = [*KEY, "reference"]
    more = {
        "reference_numerator": ("again_reference", "mean"),
        "reference_denominator": ("people_reference", "mean"),
    }
    rows = _over_draws(told, keys, more)
    error = np.sqrt(rows["within"] + rows["between"]).to_numpy()
    degrees = _degrees(rows)
    unknown = unknown.reindex(pd.MultiIndex.from_frame(rows[_PLACE])).reset_index(drop=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * special.stdtr(degrees, -np.abs(rows["share"].to_numpy() / error))
    family = common.codes_of(rows, common.FAMILY)
    tests = family_size(p, family, strand=rows["strand"].to_numpy(object))
    limits = {}
    for name, at in (("", np.full(len(rows), level)), ("_together", common.together(level, tests))):
        away = special.stdtrit(degrees, (1 + at) / 2) * error
        limits[f"lower{name}"] = np.exp(rows["share"] - away)
        limits[f"upper{name}"] = np.exp(rows["share"] + away)
    found = _framed(
        rows,
        statistic="risk ratio",
        versus="reference",
        reference=rows["reference"],
        reference_numerator=rows["reference_numerator"].round(),
        reference_denominator=rows["reference_denominator"].round(),
        estimate=np.exp(rows["share"]),
        level=level,
        method="log_rubin",
        p=p,
        p_adjusted=sidak(p, tests),
        **limits,
    )
    quantile = special.stdtrit(degrees, (1 + common.together(level, tests)) / 2)

    def holds(at: np.ndarray, above: np.ndarray, _: np.ndarray) -> np.ndarray:
        return _at_worst(rows.iloc[at], unknown.iloc[at], above, quantile[at])

    return estimates.order(undone(found, unknown, holds, spread=np.ones(len(found))))


def _unrecorded(held: pd.DataFrame) -> pd.DataFrame:
    """How many people of each strand have no group, on average, and how many are reported again?"""
    out = ~held["group"].map(strands.recorded).astype(bool)
    each = held.groupby([*_PLACE, DRAW], sort=False)
    some = held.assign(**{side: held[side].where(out, 0.0) for side in ("again", "people")})
    apart = some.groupby([*_PLACE, DRAW], sort=False)
    told = {
        "count": each["again"].sum(min_count=1),
        "count_unrecorded": apart["again"].sum(min_count=1),
        "base_unrecorded": apart["people"].sum(min_count=1),
        "hidden": (held["withheld"] & out).groupby([held[k] for k in [*_PLACE, DRAW]]).any(),
    }
    mean = pd.DataFrame(told).groupby(level=_PLACE).mean()
    return mean.assign(hidden=mean["hidden"] > 0)


def _at_worst(
    rows: pd.DataFrame, unknown: pd.DataFrame, above: np.ndarray, quantile: np.ndarray
) -> np.ndarray:
    """Do the limits hold no difference at the worst that those without a group could do?"""
    group = [rows[each].to_numpy(dtype=float) for each in ("again", "people")]
    other = [rows[f"reference_{each}"].to_numpy() for each in ("numerator", "denominator")]
    out = [unknown[f"{each}_unrecorded"].to_numpy() for each in ("count", "base")]
    ends = extremes(np.ones(len(rows), dtype=bool), group, other, out)
    sides = [np.where(above, low, high) for low, high in zip(*ends, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(sides[0] / sides[1]) - np.log(sides[2] / sides[3])
        within = 1 / sides[0] - 1 / sides[1] + 1 / sides[2] - 1 / sides[3]
        away = quantile * np.sqrt(within + rows["between"].to_numpy())
    return facing(log - away, log + away, above, 0.0)


def _drawn(cases: pd.DataFrame, measure: str) -> pd.DataFrame:
    """People and those reported again, side by side, in each draw."""
    common.needs(
        cases, [*KEY, "count", DRAW], where="cases", mend="give linkage.counts_of's counts"
    )
    key = [each for each in KEY if each != "measure"]
    wide = {
        name: cases[cases["measure"] == told].set_index([*key, DRAW])["count"].astype(float)
        for name, told in (("people", BASE), ("again", measure))
    }
    source = cases[cases["measure"] == BASE].set_index([*key, DRAW])["source"]
    hidden = cases[cases["withheld"]].set_index([*key, DRAW]).index
    held = pd.DataFrame(wide | {"source": source})
    held = held.assign(withheld=held.index.isin(hidden)).reset_index()
    return held.assign(measure=measure)


def _pooled(cases: pd.DataFrame, measure: str) -> pd.DataFrame:
    held = _drawn(cases, measure)
    share = held["again"] / held["people"].where(held["people"] > 0)
    told = held.assign(share=share, variance=share * (1 - share) / held["people"])
    return _over_draws(told, KEY, {})


def _over_draws(told: pd.DataFrame, keys: list[str], more: dict) -> pd.DataFrame:
    """The mean over the draws, and its variance within and between them."""
    rows = told.groupby(keys, sort=False, dropna=False, as_index=False).agg(
        share=("share", "mean"),
        within=("variance", "mean"),
        between=("share", "var"),
        draws=("share", "size"),
        again=("again", "mean"),
        people=("people", "mean"),
        source=("source", "first"),
        withheld=("withheld", "any"),
        **more,
    )
    many = rows["draws"]
    return rows.assign(between=(1 + 1 / many) * rows["between"].fillna(0.0))


def _degrees(rows: pd.DataFrame) -> np.ndarray:
    """Rubin's degrees of freedom: without end where draws do not differ."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (rows["between"] / rows["within"]).to_numpy(dtype=float)
        found = (rows["draws"].to_numpy() - 1) * (1 + 1 / ratio) ** 2
    return np.where(ratio > 0, found, 1e9)


def _wilson(rows: pd.DataFrame, level: float) -> tuple[np.ndarray, np.ndarray]:
    share, people = (rows[each].to_numpy(dtype=float) for each in ("share", "people"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num((rows["between"] / rows["within"]).to_numpy(dtype=float))
        square = special.stdtrit(_degrees(rows), (1 + level) / 2) ** 2 * (1 + ratio) / people
        middle = (2 * share + square) / (2 * (1 + square))
        away = np.sqrt(np.maximum(middle**2 - share**2 / (1 + square), 0.0))
    return np.maximum(middle - away, 0.0), np.minimum(middle + away, 1.0)


def _framed(rows: pd.DataFrame, **columns) -> pd.DataFrame:
    if rows.empty:
        return estimates.empty()
    told = rows[[*KEY, "source", "withheld"]].assign(
        numerator=rows["again"].round(), denominator=rows["people"].round()
    )
    return estimates.frame(
        told.assign(base=rows["unit"] + f":{BASE}"),
        flags=[f"linked={number}" for number in rows["draws"]],
        **columns,
    )

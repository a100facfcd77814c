"""Each group beside what it is compared with: estimates, limits alone and together, flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.counts import Measure
from dsvstats.estimates.flags import flagged
from dsvstats.statistics import common, comparators, few_events
from dsvstats.statistics import unrecorded as _unrecorded
from dsvstats.statistics.comparators import Groups
from dsvstats.statistics.multiplicity import family_size, sidak
from dsvstats.statistics.ratios import (
    of_shares,
    of_shares_p,
    part_of_whole,
    ratios,
    ratios_p,
    statistic,
)
from dsvstats.statistics.undoing import facing, undone

_UNRECORDED = ("count_unrecorded", "base_unrecorded")
Limits = Callable[[float | np.ndarray], list[np.ndarray]]
Worst = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Of these rows, above where the second says so, at this spread and this level: do the limits
hold no difference at the worst that the unrecorded could do?"""
Compared = tuple[dict[str, np.ndarray], Limits, Worst]


def relative(
    cases: pd.DataFrame,
    measure: Measure | list[Measure],
    per: Measure,
    *,
    versus: tuple[str, ...],
    reference: dict[str, str] | None,
    level: float,
    method: str,
    dispersion: common.Dispersion,
    small: int = 10,
) -> pd.DataFrame:
    """How many times another's rate is each group's? As `disproportionality.relative_rates` says."""
    held = comparators.groups(cases, measure, per)
    spread = common.spread(held.rows, dispersion, level)
    if held.rows.empty or not versus:
        return estimates.empty()
    unknown = _unrecorded.unrecorded(cases, held.rows, per)
    independent = common.independence(held.rows, spread)
    found = [
        compared(
            held,
            each,
            reference=reference,
            spread=spread,
            unknown=unknown,
            level=level,
            method=method,
            small=small,
            independent=independent,
        )
        for each in versus
    ]
    return judged(
        held, found, level=level, unknown=unknown, spread=spread, statistic=statistic(held.rows)
    )


def compared(
    held: Groups,
    versus: str,
    *,
    reference: dict[str, str] | None,
    spread: np.ndarray,
    unknown: pd.DataFrame,
    level: float,
    method: str,
    small: int,
    independent: np.ndarray,
) -> Compared:
    """Each group beside what it is compared with: columns of the estimates, and its limits.

    The limits are a function of the level, one for all rows or one for each; so are those at the
    worst that the unrecorded, of whom ``unknown`` tells, could do.
    """
    count_ref, base_ref, name, hidden = comparators.against(held, versus, reference=reference)
    itself = (held.rows["group"].to_numpy(dtype=object) == name) & (versus == "reference")
    vague = held.asked & held.unknown & (versus == "reference")
    apart = np.where(itself | vague | ~held.usable, np.nan, 1.0)
    sides = [held.count * apart, held.base * apart, count_ref, base_ref]
    few = few_events.few(sides, small)
    if versus == "overall":
        whole = np.where(held.partial, np.nan, 1.0)
        count_ref, base_ref = held.all_count * whole, held.all_base * whole
    itself &= held.usable
    based = held.usable & ~np.isnan(base_ref) & ~itself
    done = based & ~vague
    bounded = unknown["unequal"].to_numpy() & done
    veiled = unknown["hidden"].to_numpy() & bounded
    untold = unknown[list(_UNRECORDED)].isna().any(axis=1).to_numpy() & bounded

    def limits(at: float | np.ndarray) -> list[np.ndarray]:
        by: dict[str, Any] = {"level": at, "method": method, "spread": spread}
        found = [np.where(itself, 1.0, each) for each in _beside(kind, sides, versus, **by)]
        if bounded.any():
            ends = _extremes(kind, sides, unknown, bounded, versus, **by)
            wide = np.full(len(bounded), np.nan), *ends
            found = [np.where(bounded, a, b) for a, b in zip(wide, found, strict=True)]
        return found

    def worst(rows, above, spread, at) -> np.ndarray:
        as_others = held.asked[rows, None] * [1, 0]
        more = np.where(as_others, 0.0, unknown[list(_UNRECORDED)].to_numpy()[rows]).T
        chosen = [each[rows] for each in sides]
        low, high = _unrecorded.extremes(nested[rows], chosen[:2], chosen[2:], tuple(more))
        ends = [np.where(above, a, b) for a, b in zip(low, high, strict=True)]
        by: dict[str, Any] = {"level": at, "method": method, "spread": spread}
        _, lower, upper = _beside(kind.iloc[rows], ends, versus, **by)
        return facing(lower, upper, above, 1.0)

    kind = held.rows["kind"]
    nested = (kind == "proportion").to_numpy()
    estimate, lower, upper = limits(level)
    p = _chance(kind, sides, versus, method=method, spread=spread)
    named = _named(held, versus, method)
    minimum = held.asked & (np.nan_to_num(estimate, nan=1.0) < 1)
    alone = "no_reference" if versus == "reference" else "nothing_to_compare"
    absent = held.recorded & ~itself
    lacking = held.partial & (versus != "reference")
    flags = flagged(
        held.rows["flags"],
        (absent & np.isnan(held.count), "not_supplied"),
        (absent & ~(held.base > 0), "no_base"),
        (absent & held.usable & ~based & ~lacking, alone),
        (held.usable & lacking, "not_everyone"),
        (held.unused, "code_unused"),
        _omitted(held, done & (versus != "reference")),
        (~held.recorded, "unrecorded"),
        (itself, "is_reference"),
        (bounded & ~untold, "bounds unequal_recording"),
        (untold, "unrecorded_unknown"),
        (based & held.optional, "minimum_recorded"),
        (based & vague, "reference_unknown"),
        (done, independent),
        few_events.narrow(held, versus, sides, method, done & ~bounded),
    )
    columns = {
        "versus": np.full(len(held.rows), versus, dtype=object),
        "reference": name,
        "source": comparators.sources(held, versus, reference=reference),
        "reference_numerator": np.where(held.usable, count_ref, np.nan),
        "reference_denominator": np.where(held.usable, base_ref, np.nan),
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "method": np.where(done & ~np.isnan(upper), np.where(bounded, "bounds", named), ""),
        "p": np.where(minimum | bounded, np.nan, p),
        "withheld": held.rows["withheld"].to_numpy(dtype=bool) | hidden | veiled,
        "flags": flags,
        "few": few & done & ~bounded,
        "judged": ~np.isnan(p) & (~minimum | bounded),
        "test": comparators.hypotheses(held.usable, held.family, versus),
    }
    return columns, limits, worst


def judged(
    held: Groups,
    found: list[Compared],
    *,
    level: float,
    unknown: pd.DataFrame,
    spread: np.ndarray,
    **more: np.ndarray,
) -> pd.DataFrame:
    """The estimates of these comparisons, a row for each group and comparison in turn.

    p and the limits together hold for each measure, area and period.
    """
    columns, limits, worst = zip(*found, strict=True)
    many = len(columns)
    result = {
        name: np.stack([each[name] for each in columns], axis=1).ravel() for name in columns[0]
    }
    few, test, counted = (result.pop(each) for each in ("few", "test", "judged"))
    family = np.repeat(held.comparisons, many)
    made = np.where(counted & ~result["withheld"], 1.0, np.nan)
    strand = held.rows["strand"].to_numpy(dtype=object).repeat(many)
    tests = family_size(made, family, test=test, strand=strand)
    at = common.together(level, tests)
    wide = [limit(at[n::many]) for n, limit in enumerate(limits)]
    lower, upper = (np.stack([each[end] for each in wide], axis=1).ravel() for end in (1, 2))
    clear = few & ((lower > 1) | (upper < 1))
    result["flags"] = flagged(result["flags"], (clear, "few"), (few & ~clear, "too_few"))
    shown = held.rows[[*counts.KEY, "numerator", "denominator", "base"]]
    rows = shown.take(np.repeat(np.arange(len(shown)), many))
    repeated = {name: np.repeat(values, many) for name, values in more.items()}
    result = estimates.frame(
        rows,
        level=level,
        per=1.0,
        lower_together=lower,
        upper_together=upper,
        p_adjusted=sidak(result["p"], tests),
        **result | repeated,
    )

    def holds(rows, above, spread) -> np.ndarray:
        said = np.zeros(len(rows), dtype=bool)
        for n, each in enumerate(worst):
            of_this = rows % many == n
            if of_this.any():
                held_by = (rows[of_this], above[of_this], spread[of_this])
                said[of_this] = each(held_by[0] // many, *held_by[1:], at[held_by[0]])
        return said

    every = np.repeat(np.arange(len(shown)), many)
    return undone(result, unknown.take(every), holds, spread=spread[every])


def _beside(
    kind: pd.Series, sides: list[np.ndarray], versus: str, *, level, method: str, spread
) -> list[np.ndarray]:
    """The ratio of the group to the other, and its limits; to the whole, both together."""
    found = ratios(kind, sides, level=level, method=method, spread=spread)
    if versus != "overall":
        return found
    count, base, count_ref, base_ref = sides
    with np.errstate(divide="ignore", invalid="ignore"):
        share = base / (base + base_ref)
    whole = [part_of_whole(each, share) for each in found]
    whole[2] = np.where(count + count_ref == 0, np.inf, whole[2])
    at = (kind == "ratio").to_numpy()
    if at.any():
        random = of_shares(
            _shares(sides, at),
            level=np.broadcast_to(np.asarray(level, dtype=float), spread.shape)[at],
            method=_of_shares(method),
            spread=spread[at],
        )
        for values, value in zip(whole, random, strict=True):
            values[at] = value
    return whole


def _chance(
    kind: pd.Series, sides: list[np.ndarray], versus: str, *, method: str, spread
) -> np.ndarray:
    """The p-value of no difference, by the method of the limits."""
    p = ratios_p(kind, sides, method=method, spread=spread)
    at = (kind == "ratio").to_numpy()
    if versus == "overall" and at.any():
        p[at] = of_shares_p(_shares(sides, at), method=_of_shares(method), spread=spread[at])
    return p


def _shares(sides: list[np.ndarray], at: np.ndarray) -> list[np.ndarray]:
    """The group's and everyone's, of the one count and of the other, in these rows."""
    count, base, count_ref, base_ref = (each[at] for each in sides)
    return [count, count + count_ref, base, base + base_ref]


def _extremes(
    kind: pd.Series, sides, unequal: pd.DataFrame, bounded, versus: str, *, level, method, spread
) -> tuple[np.ndarray, np.ndarray]:
    """The lower limit of the lowest ratio and the upper of the highest, of these rows alone.

    Between the two lies the ratio wherever the unrecorded belong, allowing for chance: at least
    as often as limits of one ratio hold it (Imbens and Manski 2004).
    """
    nested = (kind == "proportion").to_numpy()
    out = tuple(unequal[each].to_numpy() for each in _UNRECORDED)
    levels = np.broadcast_to(np.asarray(level, dtype=float), spread.shape)[bounded]
    found = []
    for at_one, end in zip(
        _unrecorded.extremes(nested, sides[:2], sides[2:], out), (1, 2), strict=True
    ):
        limits = np.full(len(kind), np.nan)
        limits[bounded] = _beside(
            kind[bounded],
            [each[bounded] for each in at_one],
            versus,
            level=levels,
            method=method,
            spread=spread[bounded],
        )[end]
        found.append(limits)
    return found[0], found[1]


def _of_shares(method: str) -> str:
    """The method for a ratio of two random shares, of which there are no exact limits."""
    return "log" if method in ("log", "woolf") else "score"


def _named(held: Groups, versus: str, method: str) -> np.ndarray:
    """What each row's limits and p are by: ratios of counts to the whole are of two shares."""
    shares = (held.rows["kind"] == "ratio").to_numpy() & (versus == "overall")
    return np.where(shares, _of_shares(method), method)


def _omitted(held: Groups, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where groups that are not listed are taken for empty, and the flag of how many."""
    code = [f"groups_omitted={each:.0f}" for each in held.omitted]
    return where & (held.omitted > 0), np.array(code, dtype=object)

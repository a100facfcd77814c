"""One group's rate over another's: the reference group's, everyone else's, the overall."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts, estimates
from dsvstats.cache import remembered
from dsvstats.counts import Measure
from dsvstats.statistics import common, comparators, intervals
from dsvstats.statistics.comparators import VERSUS, Base, Groups
from dsvstats.statistics.disproportionality import unrecorded as _unrecorded
from dsvstats.statistics.disproportionality.ratios import part_of_whole, ratios, statistic
from dsvstats.statistics.intervals.cautions import FEWEST
from dsvstats.statistics.intervals.inputs import tail
from dsvstats.statistics.multiplicity import adjust_p

TOO_SMALL = "too small to say"
FEW = "rests on few"
LEFT_OUT = "leaves out groups that are withheld, not supplied or without a base"
INCOMPLETE = "recorded too unequally to compare: bounds wherever the unrecorded belong"
MOST_NOTED = max(FEWEST.values())


@remembered
def relative_rates(
    cases: pd.DataFrame,
    measure: Measure | list[Measure] | None = None,
    *,
    per: Base,
    reference: dict[str, str] | None = None,
    versus: str | tuple[str, ...] = VERSUS,
    level: float = 0.95,
    method: str = "score",
    dispersion: common.Dispersion = 1.0,
    adjust: str = "holm",
    small: int = 10,
) -> pd.DataFrame:
    """How many times another's rate is each group's: the reference's, the rest's, the overall?

    The group's count over its base, divided by the reference group's, by everyone else's, and by
    that of all groups together. The last holds the group itself: its limits are those against
    everyone else, carried over by r / (w r + 1 - w) with w the group's share of the base, so that
    they are never too wide for a part set against its whole. Unrecorded people have no base: they
    are shown, and not compared.

    ``statistic`` is "rate ratio" per resident (score limits, conditional on both counts: Wilson's
    on the group's share of them), "risk ratio" where people are a part of people (Koopman 1984),
    "ratio of proportions" where other units are, and "ratio of ratios" where numerator and base
    are different units, both of them random (score limits of the odds ratio, which it is; to the
    whole, Koopman's limits of the two shares). ``method`` is any of ``intervals``' for those;
    "log" is Woolf's for the odds ratio.

    ``measure`` may be a list, and left out where ``cases`` holds one; ``per`` is a measure of them,
    or counts of its own. ``reference`` maps a strand to its group (else the usual one).
    ``dispersion`` (one number, or one for each area) widens limits and p for repeat events.
    ``p`` tests no difference; ``p_adjusted`` counts all comparisons of one measure in one area
    and period (the rest and the overall are one test, and so are all comparisons of two groups):
    say that a group differs only where the limits leave out 1 and ``p_adjusted`` agrees.

    In strands recorded only when someone asks, rates per resident count the unrecorded as
    everyone else: the ratio is a minimum, below 1 there is no p, and against a reference group
    there is no ratio, since the unrecorded may belong to it. Ratios over other counts are
    compared only where both record the strand about as completely (the one for at least 95% of
    the share that the other does); otherwise the limits are bounds that hold wherever the
    unrecorded belong. ``note`` marks groups "too small to say": fewer than ``small`` counted and
    expected, and no clear difference.

    Returns estimates with a row for each group and comparison.

    >>> from dsvstats import counts
    >>> cases = pd.concat([
    ...     counts.table("Wandsworth", "victims", "crime", "gender", {"Female": 947, "Male": 222}),
    ...     counts.table("Wandsworth", "residents", "usual_residents", "gender",
    ...                  {"Female": 158_500, "Male": 148_500}, subject="residents",
    ...                  start="2011-03-27", end="2011-03-27")])
    >>> rates = relative_rates(cases, "crime", per="residents", versus="reference")
    >>> rates[["group", "reference", "estimate", "lower", "upper"]].round(2)
        group reference  estimate  lower  upper
    0  Female      Male       4.0   3.45   4.62
    1    Male      Male       1.0   1.00   1.00
    """
    tail(level)
    versus = (versus,) if isinstance(versus, str) else tuple(versus)
    for each in versus:
        common.chosen(each, VERSUS, where="versus")
    cases, measure, per = comparators.beside(cases, measure, per, name="per")
    if measure is None:
        return estimates.empty()
    held = comparators.groups(cases, measure, per)
    spread = common.spread(held.rows, dispersion, level)
    if held.rows.empty or not versus:
        return estimates.empty()
    unequal = unequally_recorded(cases, held, per)
    independent = common.independence(held.rows, spread)
    found = [
        compared(
            held,
            each,
            reference=reference,
            spread=spread,
            unequal=unequal,
            level=level,
            method=method,
            small=small,
            independent=independent,
        )
        for each in versus
    ]
    result = {name: np.stack([each[name] for each in found], axis=1).ravel() for name in found[0]}
    shown = held.rows[[*counts.KEY, "numerator", "denominator", "base"]]
    rows = shown.take(np.repeat(np.arange(len(shown)), len(versus)))
    names = np.repeat(statistic(held.rows), len(versus))
    family = np.repeat(held.comparisons, len(versus))
    result["statistic"] = names
    return judged(rows, result, family=family, level=level, adjust=adjust)


def judged(
    rows: pd.DataFrame,
    result: dict[str, np.ndarray],
    *,
    family: np.ndarray,
    level: float,
    adjust: str,
) -> pd.DataFrame:
    """The estimates of these comparisons, p adjusted over each measure, area and period."""
    few, test = result.pop("few"), result.pop("test")
    made = np.flatnonzero(~np.isnan(result["p"]) & ~result["withheld"])
    _, first, back = np.unique(test[made], return_index=True, return_inverse=True)
    once = made[first]
    adjusted = np.full(len(rows), np.nan)
    adjusted[made] = adjust_p(result["p"][once], method=adjust, family=family[once])[back]
    clear = ((result["lower"] > 1) | (result["upper"] < 1)) & (adjusted < 1 - level)
    result["note"] = common.noted(result["note"], (few & clear, FEW), (few & ~clear, TOO_SMALL))
    return estimates.frame(rows, level=level, p_adjusted=adjusted, **result)


def unequally_recorded(cases: pd.DataFrame, held: Groups, per: Measure) -> pd.DataFrame | None:
    """The unrecorded of each row's strand, and whether numerator and base record it unequally."""
    if (held.rows["kind"] == "rate").all():
        return None
    out = _unrecorded.unrecorded(cases, held.rows, per)
    shares = [
        np.where(out[side] == 0, 1.0, 1 - out[f"{side}_unrecorded"] / out[side].replace(0, 1))
        for side in ("count", "base")
    ]
    people = (held.rows["kind"] != "rate").to_numpy()
    return out.assign(unequal=people & ~common.as_completely(*shares))


def compared(
    held: Groups,
    versus: str,
    *,
    reference: dict[str, str] | None,
    spread: np.ndarray,
    unequal: pd.DataFrame | None,
    level: float,
    method: str,
    small: int,
    independent: np.ndarray,
) -> dict[str, np.ndarray]:
    """Each group beside what it is compared with: columns of the estimates, and test numbers."""
    count_ref, base_ref, name, hidden = comparators.against(held, versus, reference=reference)
    itself = (held.rows["group"].to_numpy(dtype=object) == name) & (versus == "reference")
    vague = held.asked & held.unknown & (versus == "reference")
    apart = np.where(itself | vague, np.nan, 1.0)
    sides = [held.count * apart, held.base * apart, count_ref, base_ref]
    limits, p = ratios(held.rows["kind"], sides, level=level, method=method, spread=spread)
    few = _few(sides, small)
    if versus == "overall":
        count_ref, base_ref = held.all_count, held.all_base
        limits = _to_whole(held, limits, level=level, method=method, spread=spread)
    itself &= held.usable
    based = held.usable & ~np.isnan(base_ref) & ~itself
    done = based & ~vague
    limits = [np.where(itself, 1.0, each) for each in limits]
    names = common.named_method(method, spread)
    bounded = veiled = np.zeros(len(names), dtype=bool)
    if unequal is not None:
        bounded = unequal["unequal"].to_numpy() & done
        veiled = unequal["hidden"].to_numpy() & bounded
        limits = _bounded(held, limits, unequal, (count_ref, base_ref), versus, bounded)
        names[bounded] = "bounds"
    minimum = held.asked & (np.nan_to_num(limits[0], nan=1.0) < 1)
    alone = "no reference group here" if versus == "reference" else "nothing to compare with"
    absent = held.recorded & ~itself
    note = common.noted(
        held.rows["note"],
        (absent & np.isnan(held.count), "not supplied"),
        (absent & ~(held.base > 0), "no base"),
        (absent & held.usable & ~based, alone),
        (~held.recorded, common.UNRECORDED),
        (itself, "the reference group"),
        (bounded, INCOMPLETE),
        (done & held.partial & (versus != "reference"), LEFT_OUT),
        (based & held.optional, common.ASKED),
        (based & vague, "no reference: the unrecorded may belong to it"),
        (done & ~bounded, independent),
        _narrow(held, versus, sides, method, done & ~bounded),
    )
    return {
        "reference": name,
        "reference_numerator": np.where(held.usable, count_ref, np.nan),
        "reference_denominator": np.where(held.usable, base_ref, np.nan),
        "estimate": limits[0],
        "lower": limits[1],
        "upper": limits[2],
        "method": np.where(done & ~np.isnan(limits[2]), names, ""),
        "p": np.where(minimum | bounded, np.nan, p),
        "withheld": held.rows["withheld"].to_numpy(dtype=bool) | hidden | veiled,
        "note": note,
        "few": few & done & ~bounded,
        "test": _hypothesis(held, versus),
    }


def _to_whole(held: Groups, limits, *, level: float, method: str, spread) -> list[np.ndarray]:
    """Limits against everyone else as limits against the whole, the group in it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = held.base / held.all_base
    whole = [part_of_whole(each, share) for each in limits]
    whole[2] = np.where(held.all_count == 0, np.inf, whole[2])
    at = (held.rows["kind"] == "ratio").to_numpy()
    if at.any():
        sides = [held.count, held.all_count, held.base, held.all_base]
        sides = [np.where(held.usable, each, np.nan)[at] for each in sides]
        named = "log" if method == "log" else "score"

        def limit(*arrays, level):
            return intervals.risk_ratio(*arrays, level=level, method=named)

        random = common.dispersed(limit, sides, spread=spread[at], level=level)
        for values, value in zip(whole, random, strict=True):
            values[at] = value
    return whole


def _few(sides: list[np.ndarray], small: int) -> np.ndarray:
    count, base, count_ref, base_ref = sides
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = (count + count_ref) / (base + base_ref)
        group = np.maximum(count, overall * base)
        return np.minimum(group, np.maximum(count_ref, overall * base_ref)) < small


def _narrow(
    held: Groups, versus: str, sides: list[np.ndarray], method: str, where: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where the default limits are known to be too narrow, and which are better."""
    kind = held.rows["kind"].to_numpy(dtype=object)
    note = np.full(len(kind), "", dtype=object)
    cells = [sides[0], sides[2], held.all_count - sides[0]]
    if (kind != "rate").any():
        cells += [sides[1] - sides[0], sides[3] - sides[2]]
    where = where & (np.minimum.reduce(cells) < MOST_NOTED)
    at = np.flatnonzero(where & (kind == "rate"))
    if versus == "overall":
        named = "wilson" if method == "score" else method
        note[at] = intervals.note_proportion(sides[0][at], held.all_count[at], method=named)
    else:
        note[at] = intervals.note_rate_ratio(sides[0][at], sides[2][at], method=method)
    at = np.flatnonzero(where & (kind == "proportion"))
    note[at] = intervals.note_risk_ratio(*[side[at] for side in sides], method=method)
    return note != "", note


def _bounded(held, limits, unequal, other, versus, bounded) -> list[np.ndarray]:
    nested = (held.rows["kind"] == "proportion").to_numpy()
    out = unequal["count_unrecorded"].to_numpy(), unequal["base_unrecorded"].to_numpy()
    values = [
        np.nan,
        *_unrecorded.bounds(nested, (held.count, held.base), other, out, whole=versus == "overall"),
    ]
    return [np.where(bounded, new, old) for new, old in zip(values, limits, strict=True)]


def _hypothesis(held: Groups, versus: str) -> np.ndarray:
    """A number for what is tested: one for a strand of two groups, else one a row and test."""
    several = common.total(held.usable.astype(float), held.family) > 2
    row = np.arange(len(held.family)) * 2 + (versus == "reference")
    return np.where(several, row, -1 - held.family)

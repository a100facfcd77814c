"""Which way does each estimate point? Decided here, once, for everything that says or draws it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.estimates import flags
from dsvstats.estimates.kinds import kind

HIGHER, LOWER, UNCLEAR = "higher", "lower", "unclear"
TOO_FEW, EITHER_WAY, NONE = "too_few", "either_way", "none"
_RESIDENTS = "residents:"
WAYS = (HIGHER, LOWER, UNCLEAR, TOO_FEW, EITHER_WAY, NONE)


def null(estimates: pd.DataFrame) -> np.ndarray:
    """Which value of each estimate means no difference? Missing where nothing is compared.

    That of its kind, or the target that it is set against.
    """
    number, names = pd.factorize(estimates["statistic"])
    values = np.array([kind(each).null for each in names] or [np.nan], dtype=float)[number]
    with np.errstate(divide="ignore", invalid="ignore"):
        target = (estimates["reference_numerator"] / estimates["reference_denominator"]).to_numpy()
    values = np.where(estimates["versus"] == "target", target, values)
    return np.where(estimates["versus"] == "none", np.nan, values)


def ways(estimates: pd.DataFrame) -> np.ndarray:
    """Higher, lower, unclear, too few to say, either way, or none: for each estimate.

    Higher or lower where the limits that hold for the whole family exclude no difference. So it is
    with bounds, whose limits hold for chance and for wherever the unrecorded belong; bounds that
    hold it could be either way. A minimum recorded is never lower, since the unrecorded may belong
    to any group, and its usual group, which nobody notes, never higher. None: nothing is compared,
    or there is no estimate.
    """
    nothing = null(estimates)
    held = flags.holding(
        estimates["flags"], "bounds", "minimum_recorded", "is_reference", "too_few"
    )
    lower, upper = (estimates[f"{end}_together"].to_numpy() for end in ("lower", "upper"))
    bounds = held["bounds"]
    minimum = held["minimum_recorded"] & _of_residents(estimates)
    known = ~np.isnan(nothing) & ~estimates["withheld"].to_numpy(dtype=bool)
    known &= ~held["is_reference"]
    given = known & estimates["estimate"].notna().to_numpy()
    with np.errstate(invalid="ignore"):
        above, below = lower > nothing, upper < nothing
        straddles = (lower <= nothing) & (upper >= nothing)
    usual = minimum.copy()
    usual[minimum] = _usual(estimates[minimum])
    found = np.full(len(estimates), NONE, dtype=object)
    found[given] = UNCLEAR
    found[given & above & ~usual] = HIGHER
    found[given & below & ~minimum] = LOWER
    found[given & held["too_few"]] = TOO_FEW
    bounded = known & bounds & ~np.isnan(lower)
    found[bounded] = np.where(straddles, EITHER_WAY, UNCLEAR)[bounded]
    found[bounded & above & ~usual] = HIGHER
    found[bounded & below & ~minimum] = LOWER
    return found


def _of_residents(estimates: pd.DataFrame) -> np.ndarray:
    """Are people who were counted set against residents, of whom everyone has a group?

    By their base; or by the population that they are set against, which is of residents or, as
    printed shares are, has no name.
    """
    base, of_base = pd.factorize(estimates["base"])
    name, names = pd.factorize(estimates["reference"])
    residents = np.array([each.startswith(_RESIDENTS) for each in of_base], dtype=bool)[base]
    named = np.array([each.startswith(_RESIDENTS) or not each for each in names], dtype=bool)[name]
    return residents | ((estimates["versus"] == "population").to_numpy(dtype=bool) & named)


def _usual(estimates: pd.DataFrame) -> np.ndarray:
    pairs = list(zip(estimates["strand"], estimates["group"], strict=True))
    usual = {
        (strand, group): group in [strands.scheme(part).reference for part in strands.parts(strand)]
        for strand, group in set(pairs)
    }
    return np.array([usual[pair] for pair in pairs], dtype=bool)

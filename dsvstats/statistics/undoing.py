"""What could undo a finding that is clear of chance: missing records, and people who recur."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.estimates.directions import HIGHER, LOWER
from dsvstats.estimates.flags import flagged, has

LARGEST_DISPERSION = 2245 / 1187
"""The largest that was measured in the documents: Wandsworth's 1,187 victim records, of which 205
people have 515 (report to the board of 6 October 2009); ``rates.dispersion`` of that list."""
Holds = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Of these rows, higher where the second says so and under this spread: do the limits hold no
difference at the worst that the unrecorded could do?"""


def undone(
    found: pd.DataFrame, unrecorded: pd.DataFrame, holds: Holds, *, spread: np.ndarray
) -> pd.DataFrame:
    """The same estimates, flagged with how many have no group and with what could undo them.

    ``unrecorded`` has the columns ``count``, ``count_unrecorded`` and ``hidden`` of each row. What
    is not known of the unrecorded could undo whatever it is about; how many may not be told is not
    said. Limits that take records of people who may recur for independent are widened by ``LARGEST_DISPERSION``.
    """
    code, way = found["flags"], found["way"].to_numpy(dtype=object)
    shown = ~found["withheld"].to_numpy(dtype=bool)
    total, out = (unrecorded[each].to_numpy() for each in ("count", "count_unrecorded"))
    told = shown & ~unrecorded["hidden"].to_numpy(dtype=bool) & ~np.isnan(total) & ~np.isnan(out)
    told &= ~has(code, "unrecorded")
    missing = _missing(out, total)
    clear = np.flatnonzero(np.isin(way, (HIGHER, LOWER)) & ~has(code, "bounds"))
    recurring = has(code, "assumes_independence")[clear]
    wide = np.maximum(spread[clear], np.where(recurring, LARGEST_DISPERSION, 1.0))
    both = np.concatenate([clear, clear])
    held = holds(both, (way == HIGHER)[both], np.concatenate([spread[clear], wide]))
    turns, repeats = np.zeros((2, len(found)), dtype=bool)
    turns[clear], repeats[clear] = held[: len(clear)] | np.isnan(out[clear]), held[len(clear) :]
    return found.assign(
        flags=flagged(
            code,
            (told, missing),
            (turns, "could_turn"),
            (repeats & ~turns, "repeats_could_turn"),
        )
    )


def _missing(out: np.ndarray, total: np.ndarray) -> np.ndarray:
    """How many of how many, as a flag; those of one strand are put into words once."""
    (code,) = counts.codes([pd.DataFrame({"out": out, "total": total})], ["out", "total"])
    first = np.unique(code, return_index=True)[1]
    pairs = zip(out[first], total[first], strict=True)
    return np.array([f"missing={n:.0f}/{whole:.0f}" for n, whole in pairs], dtype=object)[code]


def facing(lower: np.ndarray, upper: np.ndarray, above: np.ndarray, null: float) -> np.ndarray:
    """Do these limits reach no difference from the side that the finding is on?

    >>> facing(np.array([1.1, 0.9]), np.array([2.0, 2.0]), np.array([True, True]), 1.0).tolist()
    [False, True]
    """
    with np.errstate(invalid="ignore"):
        return ~np.where(above, lower > null, upper < null)

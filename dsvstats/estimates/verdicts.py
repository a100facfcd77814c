"""How firm is each estimate's finding? Decided here, once, for everything that says or draws it.

Three doubts are kept apart: chance, missing records, and what was not supplied.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats.estimates import flags
from dsvstats.estimates.directions import HIGHER, LOWER, NONE

FIRM, NOT_FIRM, CHANCE, NOT_KNOWN, NOTHING = "firm", "not_firm", "chance", "not_known", ""
VERDICTS = (FIRM, NOT_FIRM, CHANCE, NOT_KNOWN, NOTHING)
UNDOING = ("could_turn", "repeats_could_turn")
"""Flags of what could undo a finding that is clear of chance."""


def verdicts(estimates: pd.DataFrame) -> np.ndarray:
    """Firm, not firm, could be chance, not known, or nothing: for each estimate.

    Firm where the limits that hold for the whole family leave out no difference, and still do at
    the worst that the unrecorded, and people who recur, could do. Nothing: nothing is compared.

    >>> from dsvstats import estimates
    >>> verdicts(estimates.empty()).tolist()
    []
    """
    way, code = estimates["way"].to_numpy(dtype=object), estimates["flags"]
    clear = np.isin(way, (HIGHER, LOWER))
    undone = np.any([flags.has(code, each) for each in UNDOING], axis=0)
    found = np.full(len(estimates), CHANCE, dtype=object)
    found[clear] = FIRM
    found[clear & undone] = NOT_FIRM
    found[way == NONE] = NOTHING
    found[flags.has(code, "beyond_chance")] = FIRM
    found[estimates["withheld"].to_numpy(dtype=bool)] = NOT_KNOWN
    return found

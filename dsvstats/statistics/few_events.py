"""Where do comparisons rest on too few to tell, or on too few for their limits?"""

from __future__ import annotations

import numpy as np

from dsvstats.statistics import intervals
from dsvstats.statistics.comparators import Groups
from dsvstats.statistics.intervals.cautions import FEWEST

MOST_NOTED = max(FEWEST.values())


def few(sides: list[np.ndarray], small: int) -> np.ndarray:
    """Where are fewer counted, and fewer expected, than can tell?"""
    count, base, count_ref, base_ref = sides
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = (count + count_ref) / (base + base_ref)
        group = np.maximum(count, overall * base)
        return np.minimum(group, np.maximum(count_ref, overall * base_ref)) < small


def narrow(
    held: Groups, versus: str, sides: list[np.ndarray], method: str, where: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where the default limits are known to be too narrow, and the flag of the better ones."""
    kind = held.rows["kind"].to_numpy(dtype=object)
    code = np.full(len(kind), "", dtype=object)
    cells = [sides[0], sides[2], held.all_count - sides[0]]
    if (kind != "rate").any():
        cells += [sides[1] - sides[0], sides[3] - sides[2]]
    where = where & (np.minimum.reduce(cells) < MOST_NOTED)
    at = np.flatnonzero(where & (kind == "rate"))
    if versus == "overall":
        named = "wilson" if method == "score" else method
        code[at] = intervals.caution_proportion(sides[0][at], held.all_count[at], method=named)
    else:
        code[at] = intervals.caution_rate_ratio(sides[0][at], sides[2][at], method=method)
    at = np.flatnonzero(where & (kind == "proportion"))
    code[at] = intervals.caution_risk_ratio(*[side[at] for side in sides], method=method)
    return code != "", code

"""Roots of many increasing functions at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STEPS = 200
CLOSE = 1e-13


def increasing_root(
    function: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    lower: np.ndarray | float,
    upper: np.ndarray | float,
    *,
    start: np.ndarray | None = None,
    reach: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Where is each function zero?

    The function gives its values and slopes. Newton's method, kept inside a bracket that shrinks;
    it halves the bracket where Newton's step leaves it or the last one did not halve the value.
    Brackets may be infinite where `start` is given: a step is then at most `reach`, doubling.
    """
    at = np.asarray((lower + upper) / 2 if start is None else start, dtype=float)
    lower, upper = np.full_like(at, lower), np.full_like(at, upper)
    last = np.full_like(at, np.inf)
    moving = ~np.isnan(at)
    for step in range(STEPS):
        value, slope = function(at)
        lower = np.where(value <= 0, at, lower)
        upper = np.where(value >= 0, at, upper)
        far = at - np.sign(value) * reach * 2.0 ** min(step, 60)
        open_ended = np.isinf(upper - lower)
        newton = at - value / slope
        trusted = (newton >= lower) & (newton <= upper) & (np.abs(value) <= last / 2)
        trusted &= ~open_ended | (np.abs(newton - at) <= np.abs(far - at))
        middle = np.where(open_ended, far, (lower + upper) / 2)
        move = np.where(trusted, newton, middle)
        last = np.abs(value)
        still = np.abs(move - at) > CLOSE * np.maximum(np.abs(at), 1)
        at = np.where(moving, move, at)
        moving &= still
        if not moving.any():
            break
    return at

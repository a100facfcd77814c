"""What is known of a model of counted cells, whatever the deviation between them may be.

Limits that take the standard deviation as known have no width where it is estimated as 0, which is
often when it is small. It is integrated over, with a prior that avoids the boundary (Chung,
Rabe-Hesketh, Dorie, Gelman and Liu 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from dsvstats.statistics.disproportionality.mixed import LARGEST, At, Cells
from dsvstats.statistics.disproportionality.mixtures import Mixture

FEWEST_FREE = 2
RATE = 1.0
NODES = 16
_STEP = 2.0
_FALLEN = 9.0
_VAGUE = 0.01
_NEGLIGIBLE = 0.02


@dataclass(frozen=True)
class Known:
    """What is known of the coefficients, of each cell's effect and of its whole log odds."""

    coefficients: Mixture
    effect: Mixture
    linear: Mixture


def known(count: np.ndarray, base: np.ndarray, design: np.ndarray) -> Known | None:
    """What do these cells tell, each deviation weighted by how likely it is?

    The prior of the deviation is a gamma distribution of shape 2 and rate 1: nothing at 0, and
    hardly above 5. Coefficients are integrated out around their mode, as in restricted maximum
    likelihood. None where fewer than two cells are left over from the coefficients, or where none
    or all have the event.
    """
    if len(count) - design.shape[1] < FEWEST_FREE or not 0 < count.sum() < base.sum():
        return None
    cells = Cells(count, base, design)
    share = (count.sum() + 0.5) / (base.sum() + 1)
    least = _NEGLIGIBLE / np.sqrt(base.max() * share * (1 - share))
    start = np.zeros(design.shape[1])
    start[0] = special.logit(share)
    low, high, start = _reach(cells, least, start)
    points, weights = np.polynomial.legendre.leggauss(NODES)
    found = []
    for deviation in np.exp(low + (high - low) * (points + 1) / 2):
        found.append((deviation, cells.at(deviation, start)))
        start = found[-1][1].coefficients
    heights = np.array([_height(*each) for each in found]) + np.log(weights)
    shares = np.exp(heights - special.logsumexp(heights))

    def mixture(mean: str, variance: str) -> Mixture:
        means, variances = (
            np.array([getattr(at, each) for _, at in found]) for each in (mean, variance)
        )
        return Mixture(means, np.sqrt(variances), shares)

    return Known(
        coefficients=mixture("coefficients", "variances"),
        effect=mixture("effect", "effect_variance"),
        linear=mixture("linear", "linear_variance"),
    )


def _reach(cells: Cells, least: float, start: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Between which logarithms of the deviation does nearly all of what is likely lie?"""
    scanned = []
    deviation = min(least, LARGEST)
    while True:
        at = cells.at(deviation, start)
        start = at.coefficients
        scanned.append((np.log(deviation), _height(deviation, at), start))
        heights = np.array([height for _, height, _ in scanned])
        if deviation >= LARGEST or heights[-1] < heights.max() - _FALLEN:
            break
        deviation = min(deviation * _STEP, LARGEST)
    first = max(np.flatnonzero(heights > heights.max() - _FALLEN)[0] - 1, 0)
    return scanned[first][0], scanned[-1][0], scanned[first][2]


def _height(deviation: float, at: At) -> float:
    """The logarithm of how likely this deviation is, by its logarithm.

    A coefficient that nothing is known of counts as known to within 1 / sqrt(0.01) log odds.
    """
    vague = at.information + _VAGUE * np.eye(len(at.information))
    return at.height + 2 * np.log(deviation) - RATE * deviation - np.linalg.slogdet(vague)[1] / 2

"""Score limits of proportions, their ratio, difference and odds ratio.

A limit of two arms is where the score test that constrains their contrast just rejects. Instead
of solving for the constrained proportions at each trial contrast (a cubic for the difference),
these functions move along the constraint's Lagrange multiplier, where each arm is on its own and
has a closed form, until the two arms' chi-squares add up to the critical value. The chi-square
grows with the multiplier, and the critical value of either arm alone bounds it from above.
"""

from __future__ import annotations

import numpy as np

from dsvstats.statistics.intervals.roots import increasing_root

STEPS = 60


def wilson(
    count: np.ndarray, nobs: np.ndarray, share: np.ndarray, z: float
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's limits, without cancellation at few events; `share` is count/nobs."""
    rest = nobs - count
    top = np.sqrt(share * rest + z * z / 4)
    top *= z
    top += count
    top += z * z / 2
    upper = top / (nobs + z * z)
    np.copyto(upper, 1.0, where=rest == 0)
    return count * share / top, upper


def ratio_lower(
    count: np.ndarray, rest: np.ndarray, count_ref: np.ndarray, rest_ref: np.ndarray, z2: float
) -> np.ndarray:
    """Koopman's lower limit of the risk ratio; the upper is 1 over that of the swapped arms.

    With multiplier m, p1 = (x1 - m)/(n1 - m) and p0 = (x0 + m)/(n0 + m); the chi-square
    m²(q1/(x1 - m) + q0/(x0 + m)), q being the observed shares without the event, is convex.
    """
    nobs, nobs_ref = count + rest, count_ref + rest_ref
    q, q_ref = rest / nobs, rest_ref / nobs_ref
    alone = 2 * count / (1 + np.sqrt(1 + 4 * count * q / z2))
    alone_ref = _beyond(count_ref, z2 / q_ref)

    def excess(m):
        left, right = count - m, count_ref + m
        chi2 = m * m * (q / left + q_ref / right)
        return chi2 - z2, m * (
            q * (count + left) / left**2 + q_ref * (count_ref + right) / right**2
        )

    m = _descend(excess, np.minimum(alone, alone_ref))
    ratio = (count - m) / (nobs - m) * (nobs_ref + m) / (count_ref + m)
    full = rest == 0
    if full.any():
        m = np.minimum(alone_ref, count)
        spare = np.maximum(z2 - m * m * q_ref / (count_ref + m), 0)
        at_edge = nobs / (nobs + spare) * (nobs_ref + m) / (count_ref + m)
        at_edge = np.where(alone_ref < count, (nobs_ref + m) / (count_ref + m), at_edge)
        ratio = np.where(full, at_edge, ratio)
    return np.where(count == 0, 0.0, ratio)


def odds_lower(
    count: np.ndarray, rest: np.ndarray, count_ref: np.ndarray, rest_ref: np.ndarray, z2: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cornfield's uncorrected lower limit of the odds ratio, and how far the cells were moved.

    The multiplier m moves the four cells to x1 - m, y1 + m, x0 + m, y0 - m; the chi-square
    m²(sum of 1/cell) is convex.
    """
    alone = np.minimum(_short(count, z2), _short(rest_ref, z2))
    alone = np.minimum(alone, np.minimum(_beyond(rest, z2), _beyond(count_ref, z2)))

    def excess(m):
        a, b, c, d = count - m, rest + m, count_ref + m, rest_ref - m
        sums = 1 / a + 1 / b + 1 / c + 1 / d
        return m * m * sums - z2, m * (2 * sums + m * (1 / a**2 - 1 / b**2 - 1 / c**2 + 1 / d**2))

    m = _descend(excess, alone)
    odds = (count - m) / (rest + m) * (rest_ref - m) / (count_ref + m)
    empty = (count == 0) | (rest_ref == 0)
    return np.where(empty, 0.0, odds), np.where(empty, 0.0, m)


def difference_lower(
    count: np.ndarray, rest: np.ndarray, count_ref: np.ndarray, rest_ref: np.ndarray, z2: np.ndarray
) -> np.ndarray:
    """Mee's lower limit of p1 - p0; the upper is minus that of the swapped arms.

    With multiplier m, n1 p1 + m p1 q1 = x1 and n0 p0 - m p0 q0 = x0; the chi-square is
    m²(p1 q1/n1 + p0 q0/n0).
    """
    nobs, nobs_ref = count + rest, count_ref + rest_ref
    alone = np.minimum(_alone(count, nobs, z2), _alone(rest_ref, nobs_ref, z2))
    half = np.minimum(_alone(count, nobs, z2 / 2), _alone(rest_ref, nobs_ref, z2 / 2))

    def excess(log_m):
        m = np.exp(log_m)
        p, q, spread = _lowered(count, rest, m)
        q_ref, p_ref, spread_ref = _lowered(rest_ref, count_ref, m)
        part, part_ref = p * q / nobs, p_ref * q_ref / nobs_ref
        slope = part * (2 - m * (q - p) / spread) + part_ref * (
            2 + m * (q_ref - p_ref) / spread_ref
        )
        return np.log(m * m * (part + part_ref) / z2), slope / (part + part_ref)

    m = np.exp(increasing_root(excess, np.log(half), np.log(alone)))
    p, q, _ = _lowered(count, rest, m)
    q_ref, p_ref, _ = _lowered(rest_ref, count_ref, m)
    # A full cell's part of the chi-square is m q, or 0: what the other leaves, without cancellation.
    left, left_ref = z2 - m * m * p_ref * q_ref / nobs_ref, z2 - m * m * p * q / nobs
    q = np.where(rest == 0, np.maximum(left, 0) / m * (m > nobs), q)
    p_ref = np.where(count_ref == 0, np.maximum(left_ref, 0) / m * (m > nobs_ref), p_ref)
    difference = np.where(p > 0.5, q_ref - q, p - p_ref)
    return np.where((count == 0) & (rest_ref == 0), -1.0, difference)


def _lowered(count, rest, m):
    """The share p with n p + m p q = x, its complement, and the root of the discriminant."""
    nobs = count + rest
    spread = np.sqrt((nobs - m) ** 2 + 4 * m * rest)
    p = 2 * count / (nobs + m + spread)
    q = np.where(m < nobs, 2 * rest / (nobs - m + spread), (m - nobs + spread) / (2 * m))
    return p, q, spread


def _alone(count, nobs, z2):
    """The multiplier at which this arm alone, at its Wilson limit, has the critical value."""
    reach = z2 / 2 + np.sqrt(z2 * (count / nobs * (nobs - count) + z2 / 4))
    return np.where(count == 0, np.inf, z2 * nobs * (count + reach) / (count * reach))


def _short(count, z2):
    """The m with m² = z2 (count - m)."""
    return 2 * count / (1 + np.sqrt(1 + 4 * count / z2))


def _beyond(count, z2):
    """The m with m² = z2 (count + m)."""
    return (z2 + np.sqrt(z2 * (z2 + 4 * count))) / 2


def _descend(excess, start):
    """Newton's method on a convex increasing function, from above its root."""
    m = start
    for _ in range(STEPS):
        value, slope = excess(m)
        step = value / slope
        m = m - step
        if not (np.abs(step) > 1e-15 * np.abs(m)).any():
            break
    return m

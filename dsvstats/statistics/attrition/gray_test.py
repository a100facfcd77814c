"""Gray's test of equal cumulative incidence, with the variance of R's cmprsk (Gray 1988)."""

from __future__ import annotations

import numpy as np

from dsvstats.statistics.durations import Table


def score(groups: list[Table], outcome: int) -> tuple[float, int]:
    """The test's chi-squared and its degrees of freedom, for one outcome among these groups.

    The groups' subdistribution hazards are compared at each time: those who have had another
    outcome stay at risk, in the share that would not have been lost by then.
    """
    times = np.unique(np.concatenate([each.times for each in groups]))
    risk = np.array([_at_risk(each, times) for each in groups])
    own = np.array([_happened(each, times, outcome) for each in groups])
    others = np.array([_happened(each, times, None) for each in groups]) - own
    many = len(groups)
    difference, variance = np.zeros(many), np.zeros((many, many))
    reach, crossed, spread = np.zeros((many, many)), np.zeros((many, many)), np.zeros(many)
    free, had, pooled = np.ones(many), np.zeros(many), 0.0
    for t in range(len(times)):
        d, o, n = own[:, t], others[:, t], risk[:, t]
        there = (n > 0) & (free > 0)
        if not (d.sum() or o.sum()) or pooled >= 1:
            continue
        n = np.where(there, n, 1.0)
        after = np.where(there, free * (n - d - o) / n, free)
        had_now = np.where(there, had + free * d / n, had)
        full = np.where(there, n / np.where(there, free, 1.0), 0.0)
        whole, still, total = full.sum(), (full * (1 - had)).sum(), d.sum()
        a = np.diag(full) - np.outer(full, full) / whole
        reach = reach + a * total / (whole * (1 - pooled))
        pooled_now = pooled + total / whole
        left = np.where(after > 0, (1 - pooled_now) / np.where(after > 0, after, 1.0), 0.0)
        if total > 0:
            difference += d - total * full * (1 - had) / still
            weight = _drawn(total, whole * free) * free * total / (whole * n)
            steps = [(a - (1 - left) * reach, 1 - left, np.where(there, weight, 0.0))]
        else:
            steps = []
        weight = _drawn(o, n) * free**2 * o / n**2
        steps.append((-left * reach, left, np.where((o > 0) & (after > 0), weight, 0.0)))
        for part, rest, weight in steps:
            variance += (part * weight) @ part.T
            crossed += part * (rest * weight)
            spread += rest**2 * weight
        free, had, pooled = after, had_now, pooled_now
    variance += (reach * spread) @ reach.T + reach @ crossed.T + crossed @ reach.T
    kept = slice(0, many - 1)
    core = variance[kept, kept]
    degrees = int(np.linalg.matrix_rank(core))
    if not degrees:
        return float("nan"), 0
    return float(difference[kept] @ np.linalg.pinv(core) @ difference[kept]), degrees


def _drawn(happened, among) -> np.ndarray:
    """What ties take from a variance: so many drawn at once, without replacement."""
    several = (np.asarray(happened) > 1) & (np.asarray(among) > 1)
    return np.where(several, 1 - (happened - 1) / np.where(several, among - 1, 1.0), 1.0)


def _at_risk(held: Table, times: np.ndarray) -> np.ndarray:
    place = np.searchsorted(held.times, times, side="left")
    return np.concatenate([held.at_risk, [0.0]])[place]


def _happened(held: Table, times: np.ndarray, outcome: int | None) -> np.ndarray:
    found = np.zeros(len(times))
    counted = held.any_happened if outcome is None else held.happened[:, outcome]
    found[np.searchsorted(times, held.times)] = counted
    return found

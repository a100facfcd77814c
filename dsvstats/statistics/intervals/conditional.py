"""Limits of the odds ratio given the margins: Fisher's noncentral hypergeometric distribution.

The table is a, b (events and rest of the group) over c, e (of the reference). Against the observed
table, the one with d more events in the group has weight odds**d times a ratio of factorials.
Sums run over d up to where nothing is left to add; where the distribution is so wide that this
would be long, they are integrals (Gauss-Legendre) with Gregory's end corrections, so that huge
margins cost no more than middling ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dsvstats.statistics.intervals.roots import increasing_root
from dsvstats.statistics.intervals.score import odds_lower
from dsvstats.statistics.intervals.special import log_gamma_growth

CELLS = 2**17  # terms held at once
WIDE = 64.0  # standard deviation from which sums become integrals
FAR, FAR_AT_LEAST = 60.0, 2000.0  # standard deviations and events: Bernstein's bound is e**-900

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
_END = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
_END_WEIGHTS = (
    -np.array([0, 0, -1, 0, 1, 0, 0]) / 24
    + np.array([0, -1, 2, 0, -2, 1, 0]) * 11 / 1440
    - np.array([-1, 4, -5, 0, 5, -4, 1]) * 191 / 120960
    - np.array([0, 0, 0, 1, 0, 0, 0]) / 2
)

Cells = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Terms = tuple[np.ndarray, np.ndarray, np.ndarray]


def exact(a, b, c, e, tail: float, z2: float) -> list[np.ndarray]:
    """The conditional maximum likelihood estimate and the central exact limits."""
    return _solve((a, b, c, e), z2, (_likeliest, _limit(tail, 1.0), _limit(1 - tail, 0.0)))


def mid_p(a, b, c, e, tail: float, z2: float) -> list[np.ndarray]:
    """The median-unbiased estimate and the mid-P limits."""
    return _solve((a, b, c, e), z2, (_limit(0.5, 0.5), _limit(tail, 0.5), _limit(1 - tail, 0.5)))


def tails(a, b, c, e) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The chances of this many events or more, of more, of this many or fewer, and of fewer.

    Given the margins, at an odds ratio of 1; 1, 0, 1 and 0 where the margins leave one table.
    """
    off = a - (a + b) * (a + c) / (a + b + c + e)
    fitted = (a - off, b + off, c + off, e - off)
    far = (np.abs(off) > FAR * _spread(*fitted)) & (np.abs(off) > FAR_AT_LEAST)
    informed = ((np.minimum(a, e) > 0) | (np.minimum(b, c) > 0)) & ~np.isnan(off)
    size_low, size_up = (_terms_needed(np.maximum(side * off, 0), *fitted) for side in (1, -1))
    unit = -_log_odds(a, b, c, e)
    more, fewer = np.zeros((2, a.size))
    for rows, above, below in _batches((a, b, c, e), size_low, size_up, informed & ~far):
        more[rows] = _add(above, unit[rows], 1)[0]
        fewer[rows] = _add(below, -unit[rows], 1)[0]
    more, fewer = (
        np.where(far, np.where(side > 0, np.inf, 0.0), added)
        for side, added in ((-off, more), (off, fewer))
    )
    total = 1 + more + fewer
    beyond, short = (np.where(np.isinf(each), 1.0, each / total) for each in (more, fewer))
    return 1 / total + beyond, beyond, 1 / total + short, short


def _solve(cells: Cells, z2: float, equations) -> list[np.ndarray]:
    a, b, c, e = cells
    results = np.empty((3, a.size))
    results[:] = np.array([np.nan, 0.0, np.inf])[:, None]
    lowest = (np.minimum(a, e) == 0) & (np.minimum(b, c) > 0)
    highest = (np.minimum(a, e) > 0) & (np.minimum(b, c) == 0)
    results[0, lowest], results[0, highest] = 0.0, np.inf
    odds_low, moved_low = odds_lower(a, b, c, e, z2)
    odds_up, moved_up = odds_lower(c, e, a, b, z2)
    size_low = _terms_needed(moved_low, a - moved_low, b + moved_low, c + moved_low, e - moved_low)
    size_up = _terms_needed(moved_up, a + moved_up, b - moved_up, c - moved_up, e + moved_up)
    centre = _log_odds(a, b, c, e)
    starts = (np.zeros_like(centre), np.log(odds_low) - centre, -np.log(odds_up) - centre)
    wanted = (~lowest & ~highest, ~lowest, ~highest)
    informed = ((np.minimum(a, e) > 0) | (np.minimum(b, c) > 0)) & ~np.isnan(a + b + c + e)
    for rows, above, below in _batches(cells, size_low, size_up, informed):
        for result, equation, start, want in zip(results, equations, starts, wanted, strict=True):
            use = want[rows]
            if use.any():
                at = rows[use]
                root = increasing_root(
                    equation(_pick(above, use), _pick(below, use)),
                    -np.inf,
                    np.inf,
                    start=start[at],
                    reach=_reach(*(cell[at] for cell in cells)),
                )
                result[at] = np.exp(root + centre[at])
    return list(results)


def _log_odds(a, b, c, e):
    return np.log((a + 1) / (b + 1)) + np.log((e + 1) / (c + 1))


def _reach(a, b, c, e):
    return 4 * np.sqrt(1 / (a + 1) + 1 / (b + 1) + 1 / (c + 1) + 1 / (e + 1))


def _spread(a, b, c, e):
    return 1 / np.sqrt(1 / a + 1 / b + 1 / c + 1 / e)


def _terms_needed(moved, a, b, c, e):
    """How many tables on this side can matter at the limit, given the cells fitted there."""
    return np.ceil(moved + 10 * np.nan_to_num(_spread(a, b, c, e)) + 40)


def _batches(
    cells: Cells, size_low: np.ndarray, size_up: np.ndarray, informed: np.ndarray
) -> Iterator[tuple[np.ndarray, Terms, Terms]]:
    """Rows of like size, with their terms above (more events in the group) and below."""
    a, b, c, e = cells
    most_up, most_low = np.minimum(b, c), np.minimum(a, e)
    wide = (_spread(a, b, c, e) > WIDE) & informed
    yield from _chunks(
        np.flatnonzero(wide),
        _NODES.size,
        lambda rows: (
            _integral(a[rows], e[rows], b[rows], c[rows], size_up[rows]),
            _integral(b[rows], c[rows], a[rows], e[rows], size_low[rows]),
        ),
    )
    size = np.maximum(np.minimum(size_up, most_up), np.minimum(size_low, most_low))
    level = np.ceil(np.log2(np.maximum(size, 1)))
    for each in np.unique(level[informed & ~wide]):
        d = np.arange(1, 2 ** int(each) + 1, dtype=float)
        yield from _chunks(
            np.flatnonzero((level == each) & informed & ~wide),
            d.size,
            lambda rows, d=d: (
                _sum(a[rows], e[rows], b[rows], c[rows], d),
                _sum(b[rows], c[rows], a[rows], e[rows], d),
            ),
        )


def _chunks(rows: np.ndarray, width: int, terms: Callable) -> Iterator:
    step = max(1, CELLS // width)
    for start in range(0, rows.size, step):
        some = rows[start : start + step]
        yield (some, *terms(some))


def _sum(up, up2, down, down2, d) -> Terms:
    """Steps, log weights about the centre, and unit multipliers, for d = 1, 2, …"""
    up, up2, down, down2 = (each[:, None] for each in (up, up2, down, down2))
    falling = (
        np.maximum(down + 1 - d, 0) / (down + 1) * (np.maximum(down2 + 1 - d, 0) / (down2 + 1))
    )
    rising = (up + d) / (up + 1) * ((up2 + d) / (up2 + 1))
    return d[None, :], np.cumsum(np.log(falling / rising), axis=1), np.ones((1, 1))


def _integral(up, up2, down, down2, size) -> Terms:
    """Steps, log weights about the centre, and multipliers that add up like d = 1, 2, …"""
    up, up2, down, down2 = (each[:, None] + 1 for each in (up, up2, down, down2))
    half = np.minimum(size, np.minimum(down, down2)[:, 0] - 16)[:, None] / 2
    ends = np.broadcast_to(_END, (half.size, _END.size))
    d = np.hstack([half * (_NODES + 1), ends])
    weights = np.hstack([half * _WEIGHTS, np.broadcast_to(_END_WEIGHTS, ends.shape)])
    log_weights = -(
        log_gamma_growth(up, d)
        + log_gamma_growth(up2, d)
        + log_gamma_growth(down, -d)
        + log_gamma_growth(down2, -d)
    )
    return d, log_weights, weights


def _pick(terms: Terms, use: np.ndarray) -> Terms:
    steps, log_weights, weights = (
        each[use] if each.shape[0] == use.size else each for each in terms
    )
    return steps, log_weights, weights


def _limit(probability: float, share: float) -> Callable[[Terms, Terms], Callable]:
    """The log odds at which more events, and this share of as many, have the probability."""
    target = np.log(probability) - np.log1p(-probability)

    def equation(above, below):
        def excess(log_odds):
            more, more_slope = _add(above, log_odds, 1)
            fewer, fewer_slope = _add(below, -log_odds, 1)
            value = np.log(share + more) - np.log(1 - share + fewer) - target
            return value, more_slope / (share + more) + fewer_slope / (1 - share + fewer)

        return excess

    return equation


def _likeliest(above: Terms, below: Terms) -> Callable:
    """The log odds at which the expected number of events is the observed one."""

    def excess(log_odds):
        more, more_slope = _add(above, log_odds, 2)
        fewer, fewer_slope = _add(below, -log_odds, 2)
        return np.log(more / fewer), more_slope / more + fewer_slope / fewer

    return excess


def _add(terms: Terms, log_odds: np.ndarray, power: int) -> tuple[np.ndarray, np.ndarray]:
    """The sums of weights times d to the power less one, and to the power."""
    d, log_weights, weights = terms
    each = np.exp(log_weights + d * log_odds[:, None]) * weights
    if power == 2:
        each = each * d
    return each.sum(axis=1), (each * d).sum(axis=1)

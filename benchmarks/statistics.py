"""How fast are the statistics beside the bare expression, or beside a loop over a peer?

Each line is the ratio of two medians taken in one run, so that it holds on any machine.

    python -m benchmarks.statistics
"""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy import special
from statsmodels.stats.proportion import confint_proportions_2indep

from dsvstats.statistics import intervals

REPEATS = 7
ROWS = 1_000_000
PAIRS = 100_000
LOOPED = 200
Z = special.ndtri(0.975)


class Line(NamedTuple):
    """One comparison: seconds of ours and of the peer, and what the ratio should be."""

    what: str
    ours: float
    peer: float
    at_most: float | None = None
    at_least: float | None = None


def medians(*functions: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Median seconds of functions that take turns, so that a busy moment meets all of them."""
    seconds = np.empty((repeats, len(functions)))
    for turn in range(repeats):
        for column, function in enumerate(functions):
            start = time.perf_counter()
            function()
            seconds[turn, column] = time.perf_counter() - start
    return list(np.median(seconds, axis=0))


def people(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Counts and bases from 10 to 5,000, without events at most one in ten thousand."""
    rng = np.random.default_rng(seed)
    nobs = rng.integers(10, 5000, rows).astype(float)
    return np.floor(rng.beta(1.5, 3, rows) * (nobs - 1)) + 1, nobs


def bare_wilson(count: np.ndarray, nobs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    share = count / nobs
    centre = (share + Z * Z / (2 * nobs)) / (1 + Z * Z / nobs)
    reach = Z * np.sqrt(share * (1 - share) / nobs + Z * Z / (4 * nobs * nobs))
    reach = reach / (1 + Z * Z / nobs)
    return centre - reach, centre + reach


def bare_byar(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    more = count + 1
    low = 1 - 1 / (9 * count) - Z / (3 * np.sqrt(count))
    high = 1 - 1 / (9 * more) + Z / (3 * np.sqrt(more))
    return count * low * low * low, more * high * high * high


def closed() -> Iterator[Line]:
    count, nobs = people(ROWS)
    yield Line(
        "Wilson, a million rows, to the numpy expression",
        *medians(lambda: intervals.proportion(count, nobs), lambda: bare_wilson(count, nobs)),
        at_most=1.2,
    )
    for method in ("byar", "byar_exact"):
        yield Line(
            f"{method}, a million rows, to Byar's numpy expression",
            *medians(
                lambda method=method: intervals.count(count, method=method),
                lambda: bare_byar(count),
            ),
            at_most=1.2,
        )


def exact() -> Iterator[Line]:
    count, nobs = people(ROWS // 10)
    rest = nobs - count

    def beta():
        return (
            special.betaincinv(count, rest + 1, 0.025),
            special.betaincinv(count + 1, rest, 0.975),
        )

    def gamma():
        return special.gammaincinv(count, 0.025), special.gammaincinv(count + 1, 0.975)

    yield Line(
        "Clopper-Pearson, 100,000 rows, to betaincinv",
        *medians(lambda: intervals.proportion(count, nobs, method="clopper_pearson"), beta),
        at_most=1.2,
    )
    yield Line(
        "exact count, 100,000 rows, to gammaincinv",
        *medians(lambda: intervals.count(count, method="exact"), gamma),
        at_most=1.2,
    )


def looped() -> Iterator[Line]:
    """The peer takes one table at a time: its loop is timed on a part and scaled to all pairs.

    It gives up on many tables with an error, which counts as done.
    """
    tables = np.column_stack([*people(PAIRS, 2), *people(PAIRS, 3)])
    peers = (
        ("Koopman", intervals.risk_ratio, "score", "ratio", False),
        ("Miettinen-Nurminen", intervals.risk_difference, "miettinen_nurminen", "diff", True),
    )
    for name, function, method, compare, correction in peers:

        def loop(compare=compare, correction=correction):
            for row in tables[:LOOPED]:
                with contextlib.suppress(ValueError, ZeroDivisionError):
                    confint_proportions_2indep(
                        *row, compare=compare, method="score", correction=correction
                    )

        with warnings.catch_warnings(action="ignore"):
            ours, peer = medians(
                lambda function=function, method=method: function(*tables.T, method=method),
                loop,
                repeats=3,
            )
        peer *= PAIRS / LOOPED
        yield Line(f"{name}, 100,000 pairs, to a loop over statsmodels", ours, peer, at_least=100)


def report(lines: Iterator[Line]) -> None:
    """Print each comparison as it is measured."""
    for line in lines:
        if line.at_most is not None:
            ratio, should = f"{line.ours / line.peer:.2f} times the time", f"at most {line.at_most}"
        else:
            ratio, should = (
                f"{line.peer / line.ours:,.0f} times as fast",
                f"at least {line.at_least}",
            )
        print(f"{line.what:<60} {ratio:>24}  ({should}; {line.ours:.4g} s to {line.peer:.4g} s)")


if __name__ == "__main__":
    for measure in (closed, exact, looped):
        report(measure())

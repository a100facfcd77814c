"""How often do the limits of intersections hold the truth, where they hardly differ and where much?

Counts are drawn around main effects with a standard deviation that is known, for two sizes of
table, and the limits of each intersection, of what is beyond the main effects, and of the main
effects themselves are set against what they were drawn from. Printed: the share that they hold,
the mean width on the scale of the log odds, how often the deviation would be estimated as 0, and
the milliseconds a table.

    python -m benchmarks.intersections
"""

from __future__ import annotations

import itertools
import time
from typing import NamedTuple

import numpy as np
from scipy import special

from dsvstats.statistics.disproportionality import integration, mixed
from dsvstats.statistics.disproportionality.mixtures import Mixture

TABLES = {12: (3, 2, 2), 50: (5, 5, 2)}
DEVIATIONS = (0.15, 0.3, 0.6)
BASES = ((20, 500), (3, 60))
DRAWS = 100
TYPICAL, MAIN = -1.4, 0.4
LEAST = 0.90


class Drawn(NamedTuple):
    """Counts of a table of crossed strands, and the truth behind them."""

    count: np.ndarray
    base: np.ndarray
    design: np.ndarray
    coefficients: np.ndarray
    effect: np.ndarray

    @property
    def linear(self) -> np.ndarray:
        return self.design @ self.coefficients + self.effect


def draw(
    rng: np.random.Generator, cells: int, deviation: float, bases: tuple[int, int], model: str
) -> Drawn:
    """A table with effects of this deviation around its main effects."""
    levels = np.array(np.meshgrid(*[range(each) for each in TABLES[cells]], indexing="ij"))
    levels = levels.reshape(len(levels), -1)
    columns = [np.ones(cells)]
    if model == "additive":
        columns += [row == level for row in levels for level in range(1, row.max() + 1)]
    design = np.column_stack(columns).astype(float)
    coefficients = np.append(TYPICAL, rng.normal(0, MAIN, design.shape[1] - 1))
    effect = rng.normal(0, deviation, cells)
    base = np.exp(rng.uniform(*np.log(bases), cells)).astype(int)
    count = rng.binomial(base, special.expit(design @ coefficients + effect))
    return Drawn(count.astype(float), base.astype(float), design, coefficients, effect)


def holds(mixture: Mixture, truth: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """For what share do the limits hold the truth, and how wide are they?"""
    lower, upper = (mixture.quantile(side) for side in ((1 - level) / 2, (1 + level) / 2))
    return float(((lower <= truth) & (truth <= upper)).mean()), float((upper - lower).mean())


def coverage(
    cells: int, deviation: float, bases: tuple[int, int], model: str, *, draws: int, seed: int
) -> np.ndarray:
    """The mean coverage and width of effects, whole log odds and coefficients over the draws."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = draw(rng, cells, deviation, bases, model)
        known = integration.known(drawn.count, drawn.base, drawn.design)
        assert known is not None
        found.append(
            [
                *holds(known.effect, drawn.effect),
                *holds(known.linear, drawn.linear),
                *holds(known.coefficients, drawn.coefficients),
            ]
        )
    return np.mean(found, axis=0)


def at_zero(cells, deviation, bases, model, *, draws: int, seed: int) -> float:
    """How often is the most likely deviation 0?"""
    rng = np.random.default_rng(seed)
    drawn = [draw(rng, cells, deviation, bases, model) for _ in range(draws)]
    fits = [mixed.fit(each.count, each.base, each.design, drop=2.0) for each in drawn]
    return float(np.mean([each.deviation == 0 for each in fits]))


def main() -> None:
    print(
        "cells  bases    model     deviation  beyond  width  pooled  width    main  width"
        "  estimated 0      ms"
    )
    low = []
    for cells, bases, model, deviation in itertools.product(
        TABLES, BASES, ("additive", "null"), DEVIATIONS
    ):
        began = time.perf_counter()
        held = coverage(cells, deviation, bases, model, draws=DRAWS, seed=cells)
        each = 1000 * (time.perf_counter() - began) / DRAWS
        none = at_zero(cells, deviation, bases, model, draws=DRAWS, seed=cells)
        values = "".join(f"{value:>8.3f}{width:>7.2f}" for value, width in held.reshape(3, 2))
        span = f"{bases[0]}-{bases[1]}"
        print(
            f"{cells:>5}  {span:<8} {model:<9} {deviation:>9} {values} {none:>12.2f} {each:>7.0f}"
        )
        low += [value for value in held[::2] if value < LEAST]
    print(f"limits that hold the truth less often than {LEAST}: {len(low)}")


if __name__ == "__main__":
    main()

"""Whoever would work out a withheld count, from what is published alone.

Made-up people are of cells that are alike in everything; every published count is the sum of some
cells. That is all that is used: nothing of the package's equations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from dsvstats.counts import KEY, check

FIXED = {
    "area": "Barnet",
    "start": pd.Timestamp("2008-04-01"),
    "end": pd.Timestamp("2009-03-31"),
    "subject": "domestic_violence",
    "unit": "victims",
    "measure": "recorded",
    "definition": "",
    "strand": "all",
    "group": "All",
}


@dataclass
class World:
    """Cells with a trait in each dimension, how many are in each, and the rows made of them."""

    dimensions: dict[str, list]
    many: np.ndarray
    traits: pd.DataFrame
    keys: list[dict] = field(default_factory=list)
    cells: list[np.ndarray] = field(default_factory=list)
    inside: list[tuple[int, int]] = field(default_factory=list)
    scale: int = 1

    @classmethod
    def made(cls, dimensions: dict[str, list], rng: np.random.Generator, mean: float) -> World:
        cells = pd.DataFrame(list(product(*dimensions.values())), columns=list(dimensions))
        lot = np.ones(len(cells))
        for name, values in dimensions.items():
            share = rng.gamma(1.2, 1.0, len(values))
            lot = lot * share[cells[name].map({v: n for n, v in enumerate(values)}).to_numpy()]
        many = rng.poisson(mean * len(cells) ** 0.5 * lot / lot.mean() / 3.0)
        return cls(dimensions, many, cells)

    def row(self, cells, *, of: int | None = None, times=1.0, **key) -> int:
        """One more row: the sum of these cells; what is left of row ``of`` is to be safe too."""
        self.keys.append(FIXED | key)
        self.cells.append(np.asarray(cells, dtype=float) * times)
        if of is not None:
            self.inside.append((of, len(self.keys) - 1))
        return len(self.keys) - 1

    def frame(self) -> pd.DataFrame:
        """The counts frame of all rows; groups of nobody have no row, as where none is counted."""
        size = np.array([int(each @ self.many) for each in self.cells])
        rows = pd.DataFrame(self.keys).assign(count=size)
        return check(rows[(size > 0) | rows["strand"].isin(["all", "age"])])


def broken(world: World, published: pd.DataFrame, *, threshold: int, zeros_shown: bool) -> list:
    """Which counts of this world can be worked out, or shown to be small, from these rows?"""
    rows = np.array(world.cells)
    true = rows @ world.many
    held = {tuple(key): n for n, key in enumerate(published[KEY].itertuples(index=False))}
    at = [held.get(tuple(pd.Series(key)[KEY]), -1) for key in world.keys]
    count = published["count"].to_numpy(dtype=float, na_value=np.nan)
    shown = np.array([np.nan if n < 0 else count[n] for n in at])
    listed = np.array(at) >= 0
    assert (np.isnan(shown) | (shown == true)).all(), "a shown count is the true one"
    assert set(held.values()) <= set(at), "nothing is published that is not asked for"
    unsaid = np.array(["Not recorded" in key["group"] for key in world.keys])
    none_is_shown = zeros_shown | unsaid
    low = np.where(np.isnan(shown), np.where(listed & none_is_shown, 1.0, 0.0), shown)
    high = np.where(np.isnan(shown), np.inf, shown)
    matrix, low, high = sp.csr_array(rows[listed]), low[listed], high[listed]
    wanted = [
        (n, rows[n], true[n])
        for n in range(len(rows))
        if np.isnan(shown[n]) and not (none_is_shown[n] and true[n] == 0)
    ]
    wanted += [
        ((whole, part), left, left @ world.many)
        for whole, part in world.inside
        if 0 < (left := rows[whole] - rows[part]) @ world.many < threshold
    ]
    return _attacked(matrix, low, high, wanted, world.many.astype(float), threshold)


def _attacked(matrix, low, high, wanted, truth, threshold: int) -> list:
    found, seen = [], [truth]
    for name, cells, own in wanted:
        small = own < threshold
        if any(cells @ each >= threshold if small else cells @ each != own for each in seen):
            continue
        for sign in (-1, 1) if not small else (-1,):
            result = milp(
                sign * cells,
                constraints=LinearConstraint(matrix, low, high),
                integrality=np.ones(len(truth)),
                bounds=Bounds(0, 2.0 * truth.sum() + 2 * threshold + 100),
            )
            assert result.x is not None, result.message
            seen.append(np.round(result.x))
            reached = cells @ seen[-1]
            if reached >= threshold if small else reached != own:
                break
        else:
            found.append((name, own))
    return found

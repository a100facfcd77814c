"""How a table could be different: moves from one table to another that keep every equation."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

_CLOSE = 1e-6
_NEAR, _WHOLE = 150, 4_000
"""So many variables around one are tried first; a part of so many or fewer is tried whole."""


class Moves:
    """Moves of a table: which numbers may change, and by how much.

    ``counts`` are the table; ``least`` how far down each may go, itself where it may not move.
    """

    def __init__(self, matrix: sp.csr_array, counts: np.ndarray, least: np.ndarray) -> None:
        self.matrix, self.counts = matrix, counts
        self.columns = sp.csc_array(matrix)
        self.down = counts - least
        self.fixed = np.zeros(len(counts), dtype=bool)

    def near(self, at: int, many: int) -> tuple[np.ndarray, np.ndarray]:
        """So many variables around this one that may move, and the equations that hold them."""
        seen, ring = {at}, [at]
        rows: set[int] = set()
        indptr, indices = self.matrix.indptr, self.matrix.indices
        down, of = self.columns.indptr, self.columns.indices
        while ring and len(seen) < many:
            following = []
            for each in ring:
                for row in of[down[each] : down[each + 1]].tolist():
                    if row not in rows:
                        rows.add(row)
                        for other in indices[indptr[row] : indptr[row + 1]].tolist():
                            if other not in seen and not self.fixed[other]:
                                seen.add(other)
                                following.append(other)
            ring = following
        for each in ring:
            rows.update(of[down[each] : down[each + 1]].tolist())
        return np.array(sorted(seen)), np.array(sorted(rows), dtype=int)

    def cheapest(
        self, at: int, need: float, price: np.ndarray, *, whole: bool = False
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """The cheapest move that makes this number larger by so much: variables and changes.

        ``price`` is of each unit that a variable moves, infinite where it may not. Variables near
        by are tried first. None where there is no such move of whole numbers.
        """
        many = _NEAR
        while True:
            here, rows = self.near(at, many)
            found = self._solved(here, rows, at, need, price, whole=whole)
            if found is not None or len(here) < many:
                return found
            many = many * 8 if len(here) > 20 else _WHOLE

    def _solved(self, here, rows, at: int, need: float, price: np.ndarray, *, whole: bool):
        allowed = np.isfinite(price[here]) | (here == at)
        here = here[allowed]
        part = sp.csr_array(self.matrix[rows][:, here])
        part = sp.csr_array(part[np.diff(part.indptr) > 0])
        cost = np.where(here == at, 0.0, price[here])
        high = np.full(len(here), np.inf)
        low = self.down[here].copy()
        place = int(np.searchsorted(here, at))
        target = np.zeros(part.shape[0])
        own = part[:, [place]].toarray().ravel() * need
        target -= own
        high[place] = low[place] = 0.0
        limits = np.concatenate(
            [
                np.stack([np.zeros(len(here)), high], axis=1),
                np.stack([np.zeros(len(here)), low], axis=1),
            ]
        )
        both = sp.hstack([part, -part], format="csr")
        costs = np.concatenate([cost, cost])
        found = linprog(costs, A_eq=both, b_eq=target, bounds=limits, method="highs")
        if found.x is None:
            return None
        solved = found.x
        if (np.abs(solved - np.round(solved)) > _CLOSE).any() or whole:
            exact = milp(
                costs,
                constraints=LinearConstraint(both, target, target),
                integrality=np.ones(len(costs)),
                bounds=Bounds(limits[:, 0], limits[:, 1]),
                options={"time_limit": 5.0},
            )
            if exact.x is None:
                return None
            solved = exact.x
        change = np.round(solved[: len(here)] - solved[len(here) :])
        change[place] += need
        moved = change != 0
        return here[moved], change[moved]

    def serves(self, here: np.ndarray, change: np.ndarray, needs: np.ndarray) -> np.ndarray:
        """Which of the variables of a move does it, or it backwards or repeated, make large enough?

        ``needs`` is how much larger each variable is to be, NaN where it need not.
        """
        found = np.zeros(len(here), dtype=bool)
        for sign in (1.0, -1.0):
            up = sign * change > 0
            times = np.where(up & (needs[here] > 0), np.ceil(needs[here] / (sign * change)), np.inf)
            falls = sign * change < 0
            most = np.floor(
                np.min(self.down[here[falls]] / -(sign * change[falls]), initial=np.inf) + _CLOSE
            )
            found |= times <= most
        return found

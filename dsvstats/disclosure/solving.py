"""Whole numbers that keep equations: linear programmes, whose answers are mended to whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

_CLOSE = 1e-6
_SECONDS = 20.0
"""So long one question of whole numbers may take; then it counts as not answered."""
_RINGS, _FAR = 2, 40_000
"""What is not whole is mended among what stands in one equation with it, so many times further,
and among so many unknowns that hang together at most."""


class Problem:
    """``matrix @ unknown == total`` with every unknown a whole number within its limits.

    Asked many times of the same unknowns, each answer begins where the last one ended.
    """

    def __init__(
        self, matrix: sp.csr_array, total: np.ndarray, lower: np.ndarray, upper: np.ndarray
    ) -> None:
        self.matrix, self.total, self.lower, self.upper = matrix, total, lower, upper
        self.columns = sp.csc_array(matrix)
        self.size = matrix.shape[1]
        self._every = np.arange(self.size, dtype=np.int32)
        self._model: Any = None

    def keeps(self, found: np.ndarray) -> bool:
        """Are these whole numbers that keep all equations and limits?"""
        return bool(
            (found == np.round(found)).all()
            and (found >= self.lower).all()
            and (found <= self.upper).all()
            and (self.matrix @ found == self.total).all()
        )

    def furthest(
        self,
        wanted: np.ndarray,
        *,
        lower: np.ndarray | None = None,
        upper: np.ndarray | None = None,
    ) -> np.ndarray | None:
        """Where the weighted sum is largest, within closer limits; None where there is nowhere.

        A sum that has no end is cut off far out.
        """
        model = self._opened()
        low = self.lower if lower is None else lower
        high = self.upper if upper is None else upper
        model.changeColsBounds(self.size, self._every, low, high)
        model.changeColsCost(self.size, self._every, wanted)
        model.run()
        if model.getModelStatus().name == "kUnbounded":
            far = max(1e6, 4 * float(np.abs(self.total).sum()))
            return self.furthest(wanted, lower=lower, upper=np.minimum(high, far))
        if model.getModelStatus().name != "kOptimal":
            return None
        return np.array(model.getSolution().col_value)

    def whole(
        self,
        wanted: np.ndarray,
        *,
        lower: np.ndarray | None = None,
        upper: np.ndarray | None = None,
        near: np.ndarray | None = None,
    ) -> np.ndarray | None:
        """Whole numbers where the weighted sum is large; None where none are found.

        ``near`` is a point like those of `furthest`: what is not whole in it is found anew, with
        what stands in one equation with it, and if need be with more and more around that.
        """
        low = self.lower if lower is None else lower
        high = self.upper if upper is None else upper
        if near is None:
            return self._solved(wanted, low, high, np.zeros(self.size), np.ones(self.size, bool))
        point = rounded(near)
        free = np.abs(near - point) > _CLOSE
        size = abs(self.matrix)
        for _ in range(_RINGS):
            if not free.any():
                return point if (self.matrix @ point == self.total).all() else None
            free = (size.T @ (size @ free.astype(float) > 0).astype(float)) > 0
            at = np.flatnonzero(free)
            for some in parted(sp.csr_array(self.columns[:, at])):
                if len(some) > _FAR:
                    return None
                among = np.zeros(self.size, dtype=bool)
                among[at[some]] = True
                found = self._solved(wanted, low, high, point, among)
                if found is not None:
                    point, free[at[some]] = found, False
        return None

    def _solved(self, wanted, low, high, point, free: np.ndarray) -> np.ndarray | None:
        """The same point with these unknowns found anew."""
        at = np.flatnonzero(free)
        rows = np.unique(self.columns[:, at].indices)
        held = self.matrix[rows]
        rest = self.total[rows] - held @ np.where(free, 0.0, point)
        found = milp(
            -wanted[at],
            constraints=[LinearConstraint(held[:, at], rest, rest)] if len(rows) else [],
            integrality=np.ones(len(at)),
            bounds=Bounds(low[at], high[at]),
            options={"time_limit": _SECONDS, "mip_rel_gap": 0.05},
        )
        if found.x is None:
            return None
        point = point.copy()
        point[at] = rounded(found.x)
        return point

    def _opened(self) -> Any:
        import highspy  # here, so that pages need not wait for it

        if self._model is None:
            held = self.columns
            programme = highspy.HighsLp()
            programme.num_row_, programme.num_col_ = held.shape
            programme.col_cost_ = np.zeros(self.size)
            programme.col_lower_, programme.col_upper_ = self.lower, self.upper
            programme.row_lower_ = programme.row_upper_ = self.total
            programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
            programme.a_matrix_.start_ = held.indptr
            programme.a_matrix_.index_ = held.indices
            programme.a_matrix_.value_ = held.data
            programme.sense_ = highspy.ObjSense.kMaximize
            self._model = vars(highspy)["_Highs"]()  # what is made of it prints a line each time
            self._model.setOptionValue("output_flag", False)
            self._model.setOptionValue("threads", 1)
            self._model.passModel(programme)
        return self._model


def together(matrix: sp.csr_array) -> np.ndarray:
    """Which variables hang together by equations that hold several of them? A number for each."""
    rows, columns = matrix.shape
    if not rows:
        return np.arange(columns)
    both = sp.block_array([[None, matrix], [matrix.T, None]], format="csr")
    label = sp.csgraph.connected_components(both, directed=False)[1]
    return np.unique(label[rows:], return_inverse=True)[1]


def parted(matrix: sp.csr_array) -> list[np.ndarray]:
    """The variables that hang together, part by part."""
    label = together(matrix)
    order = np.argsort(label, kind="stable")
    return np.split(order, np.cumsum(np.bincount(label))[:-1]) if len(order) else []


def rounded(found: np.ndarray) -> np.ndarray:
    """The nearest whole numbers."""
    return np.round(found) + 0.0

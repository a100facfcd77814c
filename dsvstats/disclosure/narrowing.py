"""How far do equations alone narrow what unknown whole numbers can be?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

_SWEEPS = 200
_CLOSE = 1e-6


class Narrowed(NamedTuple):
    """The least and the most that each unknown can be; an equation that cannot hold, if there is."""

    lower: np.ndarray
    upper: np.ndarray
    broken: np.ndarray


def narrow(entries: Entries, lower: np.ndarray, upper: np.ndarray) -> Narrowed:
    """Limits of every unknown of a system of equations, equation by equation.

    Each equation limits an unknown by what the others in it can be; that is repeated until nothing
    moves. Limits hold, but need not be the closest.

    >>> matrix = sp.csr_array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    >>> found = narrow(Entries(matrix, np.array([5.0, 3.0])), np.zeros(3), np.full(3, np.inf))
    >>> found.lower.tolist(), found.upper.tolist()
    ([2.0, 0.0, 0.0], [5.0, 3.0, 3.0])
    """
    lower, upper = lower.astype(float).copy(), upper.astype(float).copy()
    for _ in range(_SWEEPS):
        least, most = entries.limits(lower, upper)
        new_lower, new_upper = np.maximum(lower, least), np.minimum(upper, most)
        still = np.array_equal(new_lower, lower) and np.array_equal(new_upper, upper)
        crossed = new_lower > new_upper
        lower, upper = np.where(crossed, lower, new_lower), np.where(crossed, upper, new_upper)
        if still or crossed.any():
            break
    return Narrowed(lower, upper, entries.broken(lower, upper))


class Entries:
    """The entries of a matrix one by one, and the sums of its rows at both limits."""

    def __init__(self, matrix: sp.csr_array, total: np.ndarray) -> None:
        self.matrix = matrix
        self.row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        self.column, self.times, self.total = matrix.indices, matrix.data, total
        self.rows, self.columns = matrix.shape
        self.order = np.argsort(self.column, kind="stable")
        held = self.column[self.order]
        self.first = np.flatnonzero(np.diff(held, prepend=-1))
        self.held = held[self.first]

    def rows_of(self, columns: np.ndarray) -> np.ndarray:
        """The equations that hold any of these unknowns."""
        return np.unique(np.concatenate([self._rows(each) for each in columns.tolist()]))

    def _rows(self, column: int) -> np.ndarray:
        place = np.searchsorted(self.held, column)
        if place == len(self.held) or self.held[place] != column:
            return self.row[:0]
        last = self.first[place + 1] if place + 1 < len(self.first) else len(self.order)
        return self.row[self.order[self.first[place] : last]]

    def among(self, rows: np.ndarray) -> Entries:
        """These equations alone."""
        return Entries(self.matrix[rows], self.total[rows])

    def _sums(self, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each row's sum of finite entries, and how many are not."""
        lost = np.isinf(least)
        sums = np.bincount(self.row, weights=np.where(lost, 0.0, least), minlength=self.rows)
        return sums, np.bincount(self.row, weights=lost, minlength=self.rows)

    def _ends(self, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = lower[self.column], upper[self.column]
        up = self.times > 0
        return self.times * np.where(up, low, high), self.times * np.where(up, high, low)

    def each(self, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What every equation leaves to each unknown in it, entry by entry."""
        at_least, at_most = self._ends(lower, upper)
        most = (self.total[self.row] - self._others(at_least, -np.inf)) / self.times
        least = (self.total[self.row] - self._others(at_most, np.inf)) / self.times
        down = self.times < 0
        return np.where(down, most, least), np.where(down, least, most)

    def limits(self, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What every equation leaves to each unknown, the closest of them."""
        found_least, found_most = np.full(self.columns, -np.inf), np.full(self.columns, np.inf)
        found_least[self.held], found_most[self.held] = self.closest(lower, upper)
        return found_least, found_most

    def closest(self, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same of the unknowns that any equation holds, in the order of ``held``."""
        least, most = self.each(lower, upper)
        ceiling, floor = np.ceil(least - _CLOSE) + 0.0, np.floor(most + _CLOSE) + 0.0
        if not len(self.first):
            return ceiling, floor
        return (
            np.maximum.reduceat(ceiling[self.order], self.first),
            np.minimum.reduceat(floor[self.order], self.first),
        )

    def _others(self, ends: np.ndarray, none: float) -> np.ndarray:
        """The sum of the other entries of the same row, or infinite."""
        sums, lost = self._sums(ends)
        own = np.isinf(ends)
        rest = sums[self.row] - np.where(own, 0.0, ends)
        return np.where(lost[self.row] - own > 0, none, rest)

    def broken(self, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
        """Which equations cannot hold within these limits?"""
        at_least, at_most = self._ends(lower, upper)
        low, few = self._sums(at_least)
        high, many = self._sums(at_most)
        over = (few == 0) & (low > self.total + _CLOSE)
        return over | ((many == 0) & (high < self.total - _CLOSE))

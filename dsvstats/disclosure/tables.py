"""One table of whole numbers in which everything holds: what the counts are, and what follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from dsvstats.disclosure.equations import System
from dsvstats.disclosure.solving import Problem, together


@dataclass(frozen=True)
class Table:
    """Every variable's number, and the equations that hold of them.

    ``counts`` keep ``matrix @ counts == 0``; ``kept`` are the equations of the system that do.
    """

    counts: np.ndarray
    matrix: sp.csr_array
    kept: np.ndarray


def table(
    found: System, counts: np.ndarray, *, known: np.ndarray, least: np.ndarray | None = None
) -> Table:
    """What are all variables, where these rows are known and the others are as supposed?

    Unknown rows are ``least`` or more. What is left of a whole follows from the rest. What nobody knows is found so that it fits,
    where what is supposed does not. Equations that the counts break are left out.
    """
    every = np.concatenate([counts, np.zeros(found.size - found.rows)])
    if least is not None:
        every[: found.rows] = np.where(known, counts, np.maximum(counts, least))
    own = _own(found)
    free = np.concatenate([~known, np.ones(found.size - found.rows, dtype=bool)])
    free[own[own >= 0]] = False
    broken = _sums_broken(found, every, own)
    if broken.any():
        every = _fitted(found, every, free, own, broken, least)
    every, kept = _with_rest(found, every, own)
    keep = sp.diags_array(kept.astype(float))
    matrix = sp.csr_array(keep @ found.matrix)
    matrix.eliminate_zeros()
    return Table(every, matrix, kept)


def _own(found: System) -> np.ndarray:
    """The variable that each equation has to itself, what is left or over; -1 where none is."""
    often = np.bincount(found.matrix.indices, minlength=found.size)
    alone = (often == 1) & (np.arange(found.size) >= found.rows)
    row = np.repeat(np.arange(found.matrix.shape[0]), np.diff(found.matrix.indptr))
    own = np.full(found.matrix.shape[0], -1)
    here = alone[found.matrix.indices]
    own[row[here]] = found.matrix.indices[here]
    return own


def _sums_broken(found: System, every: np.ndarray, own: np.ndarray) -> np.ndarray:
    rest = found.matrix @ every
    sign = _sign(found, own)
    return np.where(own < 0, rest != 0, -rest * sign < 0)


def _sign(found: System, own: np.ndarray) -> np.ndarray:
    """The factor of the equation's own variable."""
    held = np.zeros(len(own))
    has = own >= 0
    held[has] = found.matrix[:, own[has]].sum(axis=0) if has.any() else 0.0
    return held


def _with_rest(found: System, every: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rest, sign = found.matrix @ every, _sign(found, own)
    has = own >= 0
    value = np.where(has, -rest * np.where(sign == 0, 1, sign), 0.0)
    kept = np.where(has, value >= 0, rest == 0)
    every = every.copy()
    every[own[has & kept]] = value[has & kept]
    every[own[has & ~kept]] = 0.0
    return every, kept


def _fitted(found: System, every, free, own, broken, least) -> np.ndarray:
    """What nobody knows, so that as much as can be holds: part by part of what hangs together."""
    at = np.flatnonzero(free)
    if not len(at):
        return every
    every = every.copy()
    inner = sp.csr_array(found.matrix[:, at])
    label = together(inner)
    touched = np.unique(label[sp.csr_array(inner[broken]).indices])
    for part in touched.tolist():
        here = at[label == part]
        rows = np.flatnonzero(np.diff(sp.csr_array(found.matrix[:, here]).indptr) > 0)
        slack = own[rows][own[rows] >= 0]
        columns = np.concatenate([here, slack])
        rest = every.copy()
        rest[columns] = 0.0
        matrix = sp.csr_array(found.matrix[rows][:, columns])
        total = -(found.matrix[rows] @ rest)
        size = len(columns)
        low = np.zeros(size)
        if least is not None:
            ours = columns < found.rows
            low[ours] = least[columns[ours]]
        limits = low, np.full(size, np.inf)
        solved = Problem(matrix, total, *limits).whole(
            np.where(np.arange(size) < len(here), -1.0, 0.0)
        )
        if solved is not None:
            every[here] = solved[: len(here)]
    return every

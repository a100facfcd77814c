"""What can be worked out of what is not shown: the limits of every unknown, and which are too close.

Nothing is taken for safe that is not proved so: for each unknown a whole table is found, of whole
numbers that keep every equation and all that is shown, in which it is as large as the threshold,
and another in which it is different.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from dsvstats.disclosure.narrowing import Entries, narrow
from dsvstats.disclosure.parts import CONTRADICTION, DERIVED, SMALL, Asked, Part
from dsvstats.disclosure.solving import Problem, parted, together


@dataclass(frozen=True)
class Told:
    """The limits of each unknown, and what is wrong: one of the words here, or nothing."""

    lower: np.ndarray
    upper: np.ndarray
    why: np.ndarray


def attack(
    matrix: sp.csr_array,
    known: np.ndarray,
    lower: np.ndarray,
    asked: Asked,
    *,
    nearly: np.ndarray,
    truth: np.ndarray | None = None,
) -> Told:
    """What does whoever knows these numbers and equations know of the others?

    ``known`` holds what is shown, NaN where nothing is; ``lower`` the least that each can be.
    Equations that hold ``nearly`` are left out where what is shown says that they do not. Who
    knows the ``truth`` need not look for a table to begin with.

    >>> matrix = sp.csr_array([[1.0, 1.0, -1.0]])
    >>> every = np.array([True, True, False])
    >>> asked = Asked(every, every, ~every, 10)
    >>> known = np.array([np.nan, 5, 12])
    >>> attack(matrix, known, np.zeros(3), asked, nearly=np.zeros(1, bool)).why.tolist()
    ['derived', '', '']
    """
    matrix, nearly = _kept(matrix, known, lower, nearly)
    told = _attack(matrix, known, lower, asked, truth)
    against = (told.why == CONTRADICTION).astype(float)
    false = nearly & (abs(matrix) @ against > 0)
    if false.any():  # one of them does not hold, and nobody can tell which
        told = _attack(_without(matrix, false), known, lower, asked, truth)
    return told


def _attack(matrix: sp.csr_array, known, lower, asked: Asked, truth) -> Told:
    unknown = np.flatnonzero(np.isnan(known))
    total = -(matrix @ np.nan_to_num(known))
    hidden = sp.csr_array(matrix[:, unknown])
    why = np.full(len(known), "", dtype="<U13")
    least, most = known.copy(), known.copy()
    some = np.diff(hidden.indptr) > 0
    hidden, total = sp.csr_array(hidden[some]), total[some]
    found = narrow(Entries(hidden, total), lower[unknown], np.full(len(unknown), np.inf))
    least[unknown], most[unknown] = found.lower, found.upper
    doubt = _Doubt(asked, unknown, why, least, most)
    doubt.by_limits()
    if doubt.any():
        seen = np.full(len(unknown), np.nan) if truth is None else truth[unknown]
        _by_part(Problem(hidden, total, found.lower, found.upper), doubt, seen)
    return Told(least, most, why)


def _without(matrix: sp.csr_array, gone: np.ndarray) -> sp.csr_array:
    left = sp.csr_array(sp.diags_array((~gone).astype(float)) @ matrix)
    left.eliminate_zeros()
    return left


def _kept(matrix, known, lower, nearly) -> tuple[sp.csr_array, np.ndarray]:
    """Without the equations that hold nearly, and that what is shown says do not hold."""
    unknown = np.isnan(known)
    for _ in range(50):
        total = -(matrix @ np.nan_to_num(known))
        hidden = sp.csr_array(matrix[:, unknown])
        most = np.full(int(unknown.sum()), np.inf)
        broken = narrow(Entries(hidden, total), lower[unknown], most).broken
        if not (broken & nearly).any():
            break
        matrix, nearly = _without(matrix, broken & nearly), nearly & ~broken
    return matrix, nearly


class _Doubt:
    """Of which unknowns is it not known yet whether they are safe?"""

    def __init__(self, asked: Asked, unknown, why, least, most) -> None:
        self.asked, self.unknown, self.why = asked, unknown, why
        self.least, self.most = least, most
        self.large = asked.large[unknown].copy()
        self.two = asked.two[unknown].copy()

    def any(self) -> bool:
        return bool((self.large | self.two).any())

    def by_limits(self) -> None:
        """What the limits alone say: nothing of a small number, or that it is known."""
        lower, upper = self.least[self.unknown], self.most[self.unknown]
        nothing = self.asked.none[self.unknown] & (upper == 0)
        self.large &= ~nothing
        self.settle(self.two & (lower == upper), DERIVED)
        self.settle(self.large & (upper < self.asked.threshold), SMALL)
        self.large &= lower < self.asked.threshold

    def settle(self, which: np.ndarray, word: str) -> None:
        """These are not safe."""
        self.why[self.unknown[which]] = word
        self.large &= ~which
        self.two &= ~which


def _by_part(problem: Problem, doubt: _Doubt, seen: np.ndarray) -> None:
    """Each part that hangs together by itself; those that are alike are asked once."""
    fixed = problem.lower == problem.upper
    free = np.flatnonzero(~fixed)
    rest = problem.total - problem.matrix @ np.where(fixed, problem.lower, 0.0)
    matrix = sp.csr_array(problem.matrix[:, free])
    label = together(matrix)
    parts = parted(matrix)
    of_row = np.full(matrix.shape[0], -1)
    held = np.diff(matrix.indptr) > 0
    of_row[held] = label[matrix.indices[matrix.indptr[:-1][held]]]
    by_row = np.argsort(of_row, kind="stable")
    starts = np.searchsorted(of_row[by_row], np.arange(len(parts) + 1))
    answers: dict[bytes, Part] = {}
    for number, part in enumerate(parts):
        at = free[part]
        if not (doubt.large[at] | doubt.two[at]).any():
            continue
        rows = by_row[starts[number] : starts[number + 1]]
        inner = sp.csr_array(matrix[rows][:, part])
        one = Problem(inner, rest[rows], problem.lower[at], problem.upper[at])
        asked = replace(
            doubt.asked,
            large=doubt.large[at],
            two=doubt.two[at],
            none=doubt.asked.none[doubt.unknown[at]],
        )
        key = _digest(one, asked.large, asked.two, asked.none)
        if key not in answers:
            answers[key] = Part(one, asked, seen=seen[at])
            answers[key].answer()
        _take(doubt, at, answers[key])


def _digest(one: Problem, *more: np.ndarray) -> bytes:
    held = one.matrix
    parts = (held.indptr, held.indices, held.data, one.total, one.lower, one.upper, *more)
    return b"|".join(np.ascontiguousarray(each).tobytes() for each in parts)


def _take(doubt: _Doubt, at: np.ndarray, part: Part) -> None:
    bad = part.words != ""
    doubt.why[doubt.unknown[at[bad]]] = part.words[bad]
    doubt.least[doubt.unknown[at]], doubt.most[doubt.unknown[at]] = part.lower, part.upper
    doubt.large[at] = doubt.two[at] = False

"""What else would have to be different, if counts that are too well known were larger?"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from dsvstats.disclosure.solving import Problem

_TRACE, _MOVED = 1e-4, 1e-7
_ENOUGH = 20_000
"""So many unknowns around those that are to move are asked."""
_WORTH = 1e5
"""What one more of a count is worth beside what is lost: everything, where it can be had."""


class Moves:
    """Tables near the true one: what is hidden in them may be different, and what is shown for its loss.

    ``hidden`` moves for almost nothing, down to ``least``; of what is shown each unit costs its
    ``loss``, and what has an infinite one stays.
    """

    def __init__(
        self,
        matrix: sp.csr_array,
        counts: np.ndarray,
        *,
        hidden: np.ndarray,
        least: np.ndarray,
        loss: np.ndarray,
    ) -> None:
        self.counts = counts
        self.hidden, self.shown = (
            np.flatnonzero(hidden),
            np.flatnonzero(~hidden & np.isfinite(loss)),
        )
        own = sp.csr_array(matrix[:, self.hidden])
        other = sp.csr_array(matrix[:, self.shown])
        every = sp.csr_array(sp.hstack([own, other, -other], format="csr"))
        low, down = least[self.hidden], counts[self.shown] - least[self.shown]
        many = len(self.shown)
        self.every, self.size = every, abs(every)
        self.total = own @ counts[self.hidden]
        self.start = np.concatenate([counts[self.hidden], np.zeros(2 * many)])
        self.lower = np.concatenate([low, np.zeros(2 * many)])
        self.upper = np.concatenate([np.full(len(low) + many, np.inf), down])
        self.price = np.concatenate([loss[self.shown], loss[self.shown]])
        self.place = np.full(len(counts), -1)
        self.place[self.hidden] = np.arange(len(self.hidden))
        self.place[self.shown] = len(self.hidden) + np.arange(many)

    def needed(self, items: np.ndarray, threshold: int) -> np.ndarray:
        """What that is shown moves at least loss, where these become as large as the threshold?

        What stands far from them stays as it is. What moves costs almost nothing from then on,
        since it is to be hidden.
        """
        at = self.place[items]
        wanted = np.concatenate([np.zeros(len(self.hidden)), -self.price])
        wanted[at] += _WORTH
        upper = self.upper.copy()
        of_shown = at >= len(self.hidden)
        upper[at] = np.where(of_shown, np.maximum(threshold - self.counts[items], 1), threshold)
        here = np.flatnonzero(self._near(at))
        found = self.start.copy()
        solved = self._among(here, upper).furthest(wanted[here])
        if solved is None:
            return self.shown[:0]
        found[here] = solved
        up, down = np.split(found[len(self.hidden) :], 2)
        moved = up + down > _MOVED
        self.price[np.concatenate([moved, moved])] = _TRACE
        return self.shown[moved]

    def _near(self, at: np.ndarray) -> np.ndarray:
        """What stands in one equation with these, or with what does, and so on: enough of it."""
        near = np.zeros(len(self.start))
        near[at] = 1.0
        before = 0
        while before < (reached := int(near.sum())) < _ENOUGH:
            before = reached
            near = (self.size.T @ (self.size @ near > 0).astype(float) > 0).astype(float)
        return near > 0

    def _among(self, here: np.ndarray, upper: np.ndarray) -> Problem:
        inner = sp.csr_array(self.every[:, here])
        rows = np.flatnonzero(np.diff(inner.indptr))
        rest = self.start.copy()
        rest[here] = 0.0
        total = self.total[rows] - self.every[rows] @ rest
        return Problem(inner[rows], total, self.lower[here], upper[here])

"""What else would have to be different, if counts that are too well known were larger?"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from dsvstats.disclosure.solving import Problem

_TRACE, _MOVED = 1e-4, 1e-7
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
        held = np.diff(every.indptr) > 0
        total = own @ counts[self.hidden]
        low, down = least[self.hidden], counts[self.shown] - least[self.shown]
        many = len(self.shown)
        self.problem = Problem(
            every[held],
            total[held],
            np.concatenate([low, np.zeros(2 * many)]),
            np.concatenate([np.full(len(low), np.inf), np.full(many, np.inf), down]),
        )
        self.price = np.concatenate([loss[self.shown], loss[self.shown]])
        self.place = np.full(len(counts), -1)
        self.place[self.hidden] = np.arange(len(self.hidden))
        self.place[self.shown] = len(self.hidden) + np.arange(many)

    def needed(self, items: np.ndarray, threshold: int) -> np.ndarray:
        """What that is shown moves at least loss, where these become as large as the threshold?

        What moves costs almost nothing from then on, since it is to be hidden.
        """
        at = self.place[items]
        wanted = np.zeros(self.problem.size)
        wanted[len(self.hidden) :] = -self.price
        upper = self.problem.upper.copy()
        wanted[at] += _WORTH
        of_shown = at >= len(self.hidden)
        upper[at] = np.where(of_shown, np.maximum(threshold - self.counts[items], 1), threshold)
        found = self.problem.furthest(wanted, upper=upper)
        if found is None:
            return self.shown[:0]
        up, down = np.split(found[len(self.hidden) :], 2)
        moved = up + down > _MOVED
        self.price[np.concatenate([moved, moved])] = _TRACE
        return self.shown[moved]

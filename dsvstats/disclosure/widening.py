"""Which other counts must go, so that no equation by itself tells of a small one?"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from dsvstats.disclosure.narrowing import Entries, narrow


class Widening:
    """What the equations, one by one, tell of what is hidden, and how to make them tell less.

    ``first`` are the rows that must not be known, ``asked`` what else must not be shown to be
    small, though ``none`` may be known to be nothing; ``loss`` is what is lost with each,
    infinite where it stays; ``least`` how small each can be, as everybody knows.
    """

    def __init__(
        self,
        matrix: sp.csr_array,
        counts: np.ndarray,
        *,
        least: np.ndarray,
        loss: np.ndarray,
        first: np.ndarray,
        asked: np.ndarray,
        none: np.ndarray,
        threshold: int,
    ) -> None:
        self.counts, self.least, self.loss = counts, least, loss
        self.first, self.asked, self.none, self.threshold = first, asked, none, threshold
        self.entries = Entries(matrix, np.zeros(matrix.shape[0]))

    def limits(self, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the equations alone tell of every variable where these are hidden."""
        low = np.where(hidden, self.least, self.counts)
        found = narrow(self.entries, low, np.where(hidden, np.inf, self.counts))
        return found.lower, found.upper

    def told(self, lower, upper, at: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Which of these variables do these limits tell too much of?"""
        small = (self.first[at] | self.asked[at]) & (upper < self.threshold)
        return small & ~(self.none[at] & (upper <= 0)) | (self.first[at] & (lower >= upper))

    def widened(self, hidden: np.ndarray) -> np.ndarray:
        """These, and so many more that the equations one by one tell of none of them."""
        hidden = hidden.copy()
        while len(more := self._cheapest(hidden)):
            hidden[more] = True
        return hidden

    def _cheapest(self, hidden: np.ndarray) -> np.ndarray:
        """In each equation that tells too much: what loses least for all such that it is in."""
        held = self.entries
        lower, upper = self.limits(hidden)
        bad = self.told(lower, upper)
        _, most = held.each(lower, upper)
        binds = bad[held.column] & (most < np.maximum(self.threshold, self.counts[held.column] + 1))
        tells = np.zeros(held.rows, dtype=bool)
        tells[held.row[binds]] = True
        at = np.flatnonzero(tells[held.row] & ~hidden[held.column])
        at = at[np.isfinite(self.loss[held.column[at]])]
        often = np.bincount(held.column[at], minlength=held.columns)
        price = self.loss / np.maximum(often, 1)
        order = at[np.lexsort([price[held.column[at]], held.row[at]])]
        first = np.unique(held.row[order], return_index=True)[1]
        return np.unique(held.column[order[first]])

    def shown_again(self, hidden: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Without those of the second ones that need not be hidden, the greatest loss first."""
        hidden = hidden.copy()
        lower, upper = self.limits(hidden)
        before = self.told(lower, upper)
        for each in second[np.argsort(-self.loss[second], kind="stable")].tolist():
            hidden[each] = self._tells(each, before, lower, upper)
        return hidden

    def _tells(self, at: int, before, lower, upper) -> bool:
        """Would too much be told were this one shown? If not, the limits become what they are then.

        What it tells spreads from equation to equation, as far as any limit moves.
        """
        old = {at: (lower[at], upper[at])}
        lower[at] = upper[at] = self.counts[at]
        moved = np.array([at])
        while len(moved):
            near = self.entries.among(self.entries.rows_of(moved))
            least, most = near.closest(lower, upper)
            held = near.held
            low, high = np.maximum(least, lower[held]), np.minimum(most, upper[held])
            new = (low > lower[held]) | (high < upper[held])
            moved, low, high = held[new], low[new], high[new]
            for each in moved.tolist():
                old.setdefault(each, (lower[each], upper[each]))
            lower[moved], upper[moved] = low, high
            if (self.told(low, high, moved) & ~before[moved] & (moved != at)).any():
                for each, (low_before, high_before) in old.items():
                    lower[each], upper[each] = low_before, high_before
                return True
        return False

"""Which counts of a frame are hidden, and what is published of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import KEY, codes
from dsvstats.disclosure.attack import Told, attack
from dsvstats.disclosure.costs import losses
from dsvstats.disclosure.equations import system
from dsvstats.disclosure.listing import empty_tables
from dsvstats.disclosure.moves import Moves
from dsvstats.disclosure.parts import DERIVED, Asked
from dsvstats.disclosure.relations import told
from dsvstats.disclosure.tables import table
from dsvstats.disclosure.widening import Widening
from dsvstats.terms.places import Place

_BATCHES = 60
"""So many times at most it is asked what must be hidden besides: of several counts at once."""


class Shield:
    """The true counts, and which of them are hidden so that no hidden one can be worked out.

    ``mine`` are the rows to be published; the others, and of them those ``known``, are out
    already. So many rows are ``given``; those after them stand for groups of which nobody was
    counted.
    """

    def __init__(
        self,
        every: pd.DataFrame,
        mine: np.ndarray,
        *,
        known: np.ndarray,
        given: int,
        threshold: int,
        zeros_shown: bool,
        costs: Mapping[str, float],
        place: Place,
    ) -> None:
        self.every, self.mine, self.threshold = every, mine, threshold
        self.system = system(every, place=place)
        count = every["count"].to_numpy(dtype=float, na_value=np.nan)
        unsaid = np.array([told(group) for group in every["group"]], dtype=bool)
        lacking = np.isnan(count) & (np.arange(len(every)) < given)
        some = zeros_shown | unsaid  # where none is shown as none, a hidden count is one at least
        self.table = table(
            self.system,
            np.nan_to_num(count),
            known=~np.isnan(count),
            least=np.where(some & lacking, 1.0, 0.0),
        )
        size = self.table.counts[: len(every)]
        veiled = every["withheld"].to_numpy(bool)
        nothing = some & (size == 0)
        out = known & (size >= threshold)
        first = mine & ~out & ((size < threshold) | veiled | lacking) & ~nothing
        loss = losses(every.assign(count=size), costs=costs, place=place)
        self.first = self._also(first, True)
        self.least = self._also(np.where(some & ~nothing, 1.0, 0.0), 0.0)
        held = np.bincount(self.table.matrix.indices, minlength=self.system.size) > 0
        self.left = self.system.left & held
        self.none = self.left & (self.system.may_be_nothing | zeros_shown)
        self.widening = Widening(
            self.table.matrix,
            self.table.counts,
            least=self.least,
            loss=self._also(np.where(~mine | out | nothing, np.inf, loss), np.inf),
            first=self._also(first, False),
            asked=self.left,
            none=self.none,
            threshold=threshold,
        )
        self.rings = 0
        self.proved = np.zeros(self.system.size, dtype=bool)
        self.hidden = self.widening.widened(self.first)
        self.hidden = self.widening.shown_again(self.hidden, self._second())
        self._protect()

    def _also(self, rows: np.ndarray, rest) -> np.ndarray:
        """The same for every variable: of those that are no rows, this."""
        return np.concatenate([rows, np.full(self.system.size - len(self.every), rest)])

    def _second(self) -> np.ndarray:
        return np.flatnonzero(self.hidden & ~self.first)

    def _protect(self) -> None:
        """Hide what loses least where what is told of becomes large, until nothing is told.

        What none of that helps is left to the audit.
        """
        while True:
            answer = self._attacked()
            before = int(self.hidden.sum())
            if len(failing := self._failing(answer)):
                self._move(failing)
            if self.hidden.sum() == before:
                break
        if len(known := self._known_anyway(answer)):
            self.hidden[known] = False
            self._protect()

    def _known_anyway(self, answer: Told) -> np.ndarray:
        """Those hidden for the sake of others, though they can be worked out."""
        lower, upper = self.widening.limits(self.hidden)
        return self._second()[((lower >= upper) | (answer.why == DERIVED))[self._second()]]

    def _attacked(self) -> Told:
        """What is told of those of which it is not proved yet that it is not."""
        rows = self._also(self.hidden[: len(self.every)], False)
        asked = Asked(
            large=(rows | self.left) & (self.table.counts < self.threshold) & ~self.proved,
            two=rows & ~self.proved,
            none=self.none,
            threshold=self.threshold,
            singly=False,
        )
        answer = attack(
            self.table.matrix,
            np.where(self.hidden, np.nan, self.table.counts),
            np.where(self.hidden, self.least, 0.0),
            asked,
            nearly=self.system.nearly,
            truth=self.table.counts,
        )
        self.proved |= (asked.large | asked.two) & (answer.why == "") & (answer.upper > 0)
        return answer

    def _failing(self, answer: Told) -> np.ndarray:
        """Which must not be known or shown to be small, and are, the largest first?"""
        second = self.hidden & ~self.first
        failing = np.flatnonzero((answer.why != "") & ~(second & (answer.why == DERIVED)))
        return failing[np.argsort(-self.table.counts[failing], kind="stable")]

    def _move(self, items: np.ndarray) -> None:
        """Hide what moves where these become as large as the threshold, some of them at a time."""
        moves = Moves(
            self.table.matrix,
            self.table.counts,
            hidden=self.hidden,
            least=self.least,
            loss=self.widening.loss,
        )
        batches = np.random.default_rng(0).permutation(items) if len(items) > _BATCHES else items
        for some in np.array_split(batches, min(_BATCHES, len(items))):
            self.hidden[moves.needed(some, self.threshold)] = True

    def _may_go(self) -> np.ndarray:
        return ~self.hidden & np.isfinite(self.widening.loss)

    def hide_around(self, failed: pd.DataFrame) -> None:
        """Hide what stands in one equation with the rows of these keys, further each time."""
        matrix = abs(self.system.matrix)
        every, keys = codes([self.every, failed], KEY)
        near = self._also(np.isin(every, keys).astype(float), 0.0)
        self.rings += 1
        for _ in range(self.rings):
            near = (matrix.T @ (matrix @ near) > 0).astype(float)
        self.hidden |= (near > 0) & self._may_go()
        self.hidden = self.widening.widened(self.hidden)
        self._protect()

    def veiled(self) -> pd.DataFrame:
        """The counts frame with what is hidden missing."""
        hidden = self.hidden[: len(self.every)]
        size = pd.array(self.table.counts[: len(self.every)].astype(np.int64), dtype="Int64")
        found = self.every.assign(count=pd.Series(size).mask(hidden), withheld=hidden)
        return counts.check(found[self.mine])

    def published(self) -> pd.DataFrame:
        """The same without the tables by strand that have nothing to show."""
        found = self.veiled()
        return counts.check(found[~empty_tables(found, threshold=self.threshold)])

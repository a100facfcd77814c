"""One part of a system that hangs together: what do its equations tell of each unknown?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dsvstats.disclosure.solving import Problem

DERIVED, SMALL, CONTRADICTION, UNDECIDED = "derived", "small", "contradiction", "undecided"
_FEW, _TRIES = 2, 3
"""Tables in which many unknowns are large are asked for until some in turn prove fewer."""
_SMALL = 2_000
"""Of a part of so few unknowns each is asked in any case."""
_SURE = 1e-5


@dataclass(frozen=True)
class Asked:
    """What is asked of each unknown: ``large``, that it may be as large as the threshold;
    ``two``, that it may be two numbers; ``none``, that it may be known to be nothing. Unless they
    are asked ``singly``, what many tables at once do not prove stays undecided.
    """

    large: np.ndarray
    two: np.ndarray
    none: np.ndarray
    threshold: int
    singly: bool = True


class Part:
    """One part that hangs together: who in it is safe?"""

    def __init__(self, problem: Problem, asked: Asked, *, seen: np.ndarray) -> None:
        self.problem, self.asked, self.seen = problem, asked, seen
        self.threshold, self.none = asked.threshold, asked.none.copy()
        self.large, self.two = asked.large.copy(), asked.two.copy()
        self.words = np.full(problem.size, "", dtype="<U13")
        self.lower, self.upper = problem.lower.copy(), problem.upper.copy()

    def answer(self) -> None:
        """What is wrong with each unknown, and the limits of those."""
        if not self._first():
            self.words[self.large | self.two] = CONTRADICTION
            return
        self._together(self.threshold)
        self._nothing()
        if not self.asked.singly and self.problem.size > _SMALL:
            self.words[self.large] = UNDECIDED
            self.two &= ~self.large
            self.large[:] = False
        for at in np.flatnonzero(self.large).tolist():
            if self.large[at]:
                self._grow(at)
        self._differ_together()
        for at in np.flatnonzero(self.two).tolist():
            if self.two[at]:
                self._differ(at)

    def _first(self) -> bool:
        """Is there any whole table at all?"""
        if not np.isnan(self.seen).any():
            return self._keep(self.seen)
        nothing = np.zeros(self.problem.size)
        some = self.problem.furthest(nothing)
        if some is None:
            return False
        return self._take(some, nothing) or self._keep(self.problem.whole(nothing))

    def _together(self, most: int) -> None:
        """Tables in which as many unknowns as can be are so large at once, and then others."""
        rng = np.random.default_rng(0)
        weight = np.ones(self.problem.size)
        small = self.large & (self.none | (most > 1))
        tries = _TRIES
        while tries and (before := int(small.sum())):
            cut = np.maximum(most, self.seen)
            upper = np.where(small, np.minimum(self.problem.upper, cut), self.problem.upper)
            wanted = np.where(small, weight, 0.0)
            found = self.problem.furthest(wanted, upper=upper)
            if found is None:
                return
            self._take(found, wanted, upper=upper)
            small &= self.large & self.none if most == 1 else self.large
            tries = _TRIES if before - small.sum() >= _FEW else tries - 1
            weight = rng.uniform(0.2, 1.0, self.problem.size)

    def _nothing(self) -> None:
        """Of those that may be known to be nothing: which can be something, and which cannot?"""
        self._together(1)
        doubt = self.large & self.none
        if doubt.any():
            found = self.problem.furthest(doubt.astype(float))
            if found is not None and found[doubt].sum() < 1 - _SURE:
                self.large &= ~doubt
                self.upper[doubt] = 0.0
            elif not self.asked.singly and self.problem.size > _SMALL:
                self.large &= ~doubt

    def _take(self, found: np.ndarray, wanted: np.ndarray, **limits: np.ndarray) -> bool:
        """Is there a whole table near this one? What it shows to be safe is so."""
        return self._keep(self.problem.whole(wanted, near=found, **limits))

    def _keep(self, found: np.ndarray | None) -> bool:
        if found is None or not self.problem.keeps(found):
            return False
        self.large &= found < self.threshold
        self.none &= found < 1
        self.two &= np.isnan(self.seen) | (self.seen == found)
        self.seen = found
        return True

    def _grow(self, at: int) -> None:
        """Can it be as large as the threshold?"""
        upper = self.problem.upper.copy()
        upper[at] = max(self.threshold, self.problem.lower[at])
        wanted = _only(self.problem.size, at)
        found = self.problem.furthest(wanted, upper=upper)
        if found is None:
            self._wrong(at, UNDECIDED)
        elif self.none[at] and found[at] < 1 - _SURE:
            self.large[at], self.upper[at] = False, 0.0
        elif found[at] < self.threshold - _SURE:
            self._wrong(at, SMALL, upper=np.floor(found[at] + _SURE))
        elif not (self._take(found, wanted, upper=upper) and not self.large[at]):
            lower = self.problem.lower.copy()
            lower[at] = self.threshold
            whole = self.problem.whole(wanted, lower=lower)
            if not self._keep(whole):
                self._wrong(at, SMALL if whole is None else UNDECIDED)

    def _differ_together(self) -> None:
        """Tables in which many unknowns are less, or more, than in the one at hand."""
        for sign in (-1.0, 1.0):
            if self.two.sum() > 1:
                wanted = sign * self.two
                found = self.problem.furthest(wanted)
                if found is not None:
                    self._take(found, wanted)

    def _differ(self, at: int) -> None:
        """Can it be anything else than what it is in the table at hand?"""
        own = self.seen[at]
        for sign in (-1.0, 1.0):
            lower, upper = self.problem.lower.copy(), self.problem.upper.copy()
            upper[at] = min(upper[at], own + 1)
            wanted = sign * _only(self.problem.size, at)
            found = self.problem.furthest(wanted, upper=upper)
            if found is None:
                continue
            if sign * (found[at] - own) < 1 - _SURE:
                continue
            lower[at], upper[at] = (own + 1, own + 1) if sign > 0 else (lower[at], own - 1)
            if self._take(found, wanted, upper=upper) and not self.two[at]:
                return
            if self._keep(self.problem.whole(wanted, lower=lower, upper=upper)):
                return
        self._wrong(at, DERIVED, lower=own, upper=own)

    def _wrong(self, at: int, word: str, *, lower=None, upper=None) -> None:
        self.words[at] = word
        self.large[at] = self.two[at] = False
        self.lower[at] = self.lower[at] if lower is None else lower
        self.upper[at] = self.upper[at] if upper is None else upper


def _only(size: int, at: int) -> np.ndarray:
    found = np.zeros(size)
    found[at] = 1.0
    return found

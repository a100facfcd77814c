"""Limits and tests from a mixture of normal distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

_HALVINGS = 60
_REACH = 9.0


@dataclass(frozen=True)
class Mixture:
    """What is known of several numbers: normal distributions of each, and their weights.

    ``means`` and ``errors`` have a row for each distribution and a column for each number;
    ``weights`` add up to 1.
    """

    means: np.ndarray
    errors: np.ndarray
    weights: np.ndarray

    def below(self, values: np.ndarray | float) -> np.ndarray:
        """How likely is each number to be below this?

        >>> one = Mixture(np.zeros((2, 1)), np.array([[1.0], [2.0]]), np.array([0.5, 0.5]))
        >>> one.below(0.0).tolist()
        [0.5]
        """
        return self.weights @ special.ndtr((values - self.means) / self.errors)

    def quantile(self, share: float) -> np.ndarray:
        """Below which value does each number lie with this probability?

        >>> one = Mixture(np.zeros((1, 1)), np.ones((1, 1)), np.ones(1))
        >>> one.quantile(0.975).round(3).tolist()
        [1.96]
        """
        low = (self.means - _REACH * self.errors).min(axis=0)
        high = (self.means + _REACH * self.errors).max(axis=0)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            more = self.below(middle) < share
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return (low + high) / 2

    def p(self) -> np.ndarray:
        """The two-sided p of 0: as small as the level of the limits that just reach it.

        >>> one = Mixture(np.full((1, 1), 1.96), np.ones((1, 1)), np.ones(1))
        >>> one.p().round(3).tolist()
        [0.05]
        """
        below = self.below(0.0)
        return np.minimum(2 * np.minimum(below, 1 - below), 1.0)

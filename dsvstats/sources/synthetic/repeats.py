"""How often people are reported: a negative binomial without its zeros, in closed form."""

from __future__ import annotations

import numpy as np

MOST = 400


def chances(size: float, q: float) -> np.ndarray:
    """How likely are one, two, three … reports?

    >>> chances(1.0, 0.5)[:3].tolist()
    [0.5, 0.25, 0.125]
    """
    number = np.arange(1, MOST)
    steps = (number[:-1] + size) / (number[:-1] + 1) * q
    weights = np.concatenate([[1.0], np.cumprod(steps)])
    return weights / weights.sum()


def mean(size: float, q: np.ndarray) -> np.ndarray:
    """How many reports does a person who is reported at all have?

    >>> float(mean(1.0, 0.5))
    2.0
    """
    return size * q / (1 - q) / (1 - (1 - q) ** size)


def none_of(size: float, q, chance) -> np.ndarray:
    """How likely is it that no report of a person is of a kind that each is with this chance?

    The generating function of the number of reports, at one less the chance.

    >>> float(none_of(1.0, 0.5, 0.0)), float(none_of(1.0, 0.5, 1.0))
    (1.0, 0.0)
    """
    chance = np.asarray(chance, dtype=float)
    return ((1 - q * (1 - chance)) ** -size - 1) / ((1 - q) ** -size - 1)


def one_of(size: float, q, chance) -> np.ndarray:
    """How likely is it that exactly one report of a person is of that kind?

    >>> float(one_of(1.0, 0.5, 1.0))
    0.5
    """
    chance = np.asarray(chance, dtype=float)
    slope = size * q * (1 - q * (1 - chance)) ** (-size - 1) / ((1 - q) ** -size - 1)
    return chance * slope


def unseen(size: float, q: float) -> float:
    """For each person reported, how many of the same kind were not reported in the period?

    >>> round(unseen(1.0, 0.31), 3)
    2.226
    """
    zero = (1 - q) ** size
    return zero / (1 - zero)

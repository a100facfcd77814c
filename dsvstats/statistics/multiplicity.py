"""Many comparisons at once: p-values adjusted for how many there are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.errors import InputError
from dsvstats.statistics.intervals.inputs import choose, numbers

METHODS = ("holm", "bh", "sidak")


def family_size(
    p: np.ndarray,
    family: np.ndarray,
    *,
    test: np.ndarray | None = None,
    strand: np.ndarray | None = None,
) -> np.ndarray:
    """How many tests does each row's family hold? A missing p is none; rows of one test are one.

    Strands of which the one is made from the other, such as fine and broad ethnic groups, count
    as one: the one with the most tests.

    >>> family_size(np.array([0.1, 0.2, np.nan]), np.zeros(3, dtype=int)).tolist()
    [2, 2, 2]
    >>> strands = np.array(["ethnicity_broad"] * 2 + ["ethnicity_two", "gender"], dtype=object)
    >>> family_size(np.full(4, 0.1), np.zeros(4, dtype=int), strand=strands).tolist()
    [3, 3, 3, 3]
    """
    made = np.flatnonzero(~np.isnan(p))
    once = made if test is None else made[np.unique(test[made], return_index=True)[1]]
    many = int(family.max(initial=-1)) + 1
    if strand is None or not len(once):
        return np.bincount(family[once], minlength=many)[family]
    code, names = pd.factorize(strand)
    source, of_source = pd.factorize(np.array([strands.made_from(each) for each in names]))
    each = np.bincount(family[once] * len(names) + code[once], minlength=many * len(names))
    by_strand = each.reshape(many, len(names))
    most = [by_strand[:, source == n].max(axis=1) for n in range(len(of_source))]
    return np.sum(most, axis=0)[family]


def sidak(p: np.ndarray, tests: np.ndarray) -> np.ndarray:
    """The p-value of so many tests: below 1 - level where Šidák's limits exclude no difference.

    >>> sidak(np.array([0.01]), np.array([3])).round(4).tolist()
    [0.0297]
    """
    with np.errstate(divide="ignore"):
        return -np.expm1(np.maximum(tests, 1) * np.log1p(-p))


def adjust_p(p, *, method: str = "holm", family=None):
    """How small are these p-values, given how many comparisons were made?

    ``holm``: the smallest is multiplied by the number of tests, the next by one less, and so on,
    none falling below the one before; the chance of any false finding stays within the level,
    however the tests depend on each other (Holm 1979). ``bh``: each is multiplied by the number
    of tests over its rank, none rising above the one after; the expected share of false findings
    among the findings stays within the level, for tests that are independent or rise together
    (Benjamini and Hochberg 1995). ``sidak``: 1 - (1 - p) to the power of the number of tests, for
    tests that are independent or rise together (Šidák 1967); the rule of every estimate's
    ``p_adjusted``, since limits that hold for the whole family agree with it. A missing p is not a test: it stays missing and is not counted.

    ``p`` is a series or an array of numbers from 0 to 1; ``family``, of the same length, names
    the family of each (else all are one). Returns adjusted p-values in the shape of ``p``.

    >>> adjust_p([0.01, float("nan"), 0.04, 0.03]).round(2).tolist()
    [0.03, nan, 0.06, 0.06]
    >>> adjust_p([0.01, float("nan"), 0.04, 0.03], method="bh").round(2).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    choose(method, METHODS)
    values = np.asarray(numbers("p", p), dtype=float)
    flat = values.ravel()
    with np.errstate(invalid="ignore"):
        bad = (flat < 0) | (flat > 1)
    if bad.any():
        raise InputError(
            where="p",
            rule="numbers from 0 to 1, or missing",
            value=float(flat[bad][0]),
            mend="give p-values as they were computed",
        )
    families = np.zeros(flat.size) if family is None else np.asarray(family).ravel()
    if families.size != flat.size:
        raise InputError(
            where="family",
            rule="one family for each p-value",
            value=families.size,
            mend=f"give {flat.size}",
        )
    adjusted = np.full(flat.size, np.nan)
    tests = np.flatnonzero(~np.isnan(flat))
    code = pd.factorize(families[tests], use_na_sentinel=False)[0]
    order = np.lexsort([flat[tests], code])
    tests, code = tests[order], code[order]
    many = np.bincount(code)
    rank = np.arange(len(tests)) - np.repeat(np.cumsum(many) - many, many)
    if method == "sidak":
        stepped = pd.Series(sidak(flat[tests], many[code]))
    elif method == "holm":
        stepped = pd.Series(flat[tests] * (many[code] - rank)).groupby(code).cummax()
    else:
        raised = pd.Series(flat[tests] * many[code] / (rank + 1))
        stepped = raised[::-1].groupby(code[::-1]).cummin()[::-1]
    adjusted[tests] = np.minimum(stepped.to_numpy(), 1.0)
    if isinstance(p, pd.Series):
        return pd.Series(adjusted, index=p.index, name=p.name)
    return adjusted.reshape(values.shape)

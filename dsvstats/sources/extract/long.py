"""From tables of sums to long ones: one row for each count, words kept as numbers of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from dsvstats import strands as schemes

_AREAS = 128
_EVEN_IF_NONE = "crime"
"""Where a group has nobody, only that nobody is recorded, and of crimes, is said."""

Words = Mapping[int, str]


def place(subject, area):
    """One number for a subject in an area, in the order of both."""
    return subject * _AREAS + area


def long(
    found: pd.DataFrame,
    measures: Sequence[str],
    *,
    unit: str,
    groups: Mapping[str, Words | None],
    places: np.ndarray | None = None,
) -> pd.DataFrame:
    """One row for each of these measures of each subject, area and group.

    ``found`` has a row for each subject, area and group by number, and a column for each measure.
    ``groups`` gives the words of each strand's numbers, or None where the numbers are the words;
    then only groups with somebody in them are said. ``places``: these and no others are said,
    whether or not anything is found there.

    >>> found = pd.DataFrame({"subject": [0], "area": [3], "gender": [1], "recorded": [2]})
    >>> words = {"gender": {0: "Female", 1: "Male"}}
    >>> long(found, ["recorded"], unit="victims", groups=words)[["group", "count"]].values.tolist()
    [['Female', 0], ['Male', 2]]
    """
    measures = [measure for measure in measures if measure in found]
    here = place(found["subject"].to_numpy(), found["area"].to_numpy())
    if places is not None:
        kept = np.isin(here, places)
        found, here = found[kept], here[kept]
    places = np.unique(here) if places is None else places
    words, group = _grouped(found, groups)
    at = np.searchsorted(places, here) * len(words) + group
    size = len(places) * len(words)
    sums = np.empty((size, len(measures)), dtype=np.int64)
    for n, measure in enumerate(measures):
        sums[:, n] = np.bincount(at, weights=found[measure].to_numpy(), minlength=size)
    said = np.repeat(sums[:, :1] > 0, len(measures), axis=1)
    if None not in groups.values():
        said |= [n == 0 or measure == _EVEN_IF_NONE for n, measure in enumerate(measures)]
    row, column = np.nonzero(said)
    subject, area = np.divmod(places[row // len(words)] if size else row, _AREAS)
    strand = schemes.CROSSED.join(groups) or "all"
    return pd.DataFrame(
        {
            "subject": subject,
            "area": area,
            "group": pd.Categorical.from_codes(
                row % max(len(words), 1), pd.Index(words, dtype="str")
            ),
            "measure": pd.Categorical.from_codes(column, measures),
            "unit": pd.Categorical.from_codes(np.zeros_like(row), [unit]),
            "strand": pd.Categorical.from_codes(np.zeros_like(row), [strand]),
            "count": sums[row, column],
        }
    )


def _grouped(
    found: pd.DataFrame, groups: Mapping[str, Words | None]
) -> tuple[list[str], np.ndarray]:
    """Every group's word, and which one each row is of. Several numbers may have one word."""
    lists, at = [], np.zeros(len(found), dtype=np.int64)
    for name, words in groups.items():
        numbers = found[name].to_numpy()
        words = {number: str(number) for number in np.unique(numbers)} if words is None else words
        known = list(dict.fromkeys(words.values()))
        order = np.array(sorted(words))
        which = np.array([known.index(words[number]) for number in order.tolist()], dtype=np.int64)
        at = at * len(known) + which[np.searchsorted(order, numbers)]
        lists.append(known)
    return [schemes.CROSSED.join(each) for each in product(*lists)] if lists else [schemes.ALL], at

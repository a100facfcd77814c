"""Which rows belong together, and which sources stand behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd

_SEVERAL = "; "
_FEW = 400
"""So many rows are told apart sooner one by one than by their columns."""


def codes(frames: list[pd.DataFrame], columns: list[str]) -> list[np.ndarray]:
    """Which rows of these frames agree in all these columns? One whole number for each row.

    >>> from dsvstats.counts import table
    >>> gender = table("Wandsworth", "victim_records", "crime", "gender", {"Female": 1, "Male": 2})
    >>> [each.tolist() for each in codes([gender, gender[1:]], ["area", "group"])]
    [[0, 1], [1]]
    """
    sizes = [len(each) for each in frames]
    if sum(sizes) <= _FEW:
        return _codes_of_few(frames, columns, sizes)
    code, many = np.zeros(sum(sizes), dtype=np.int64), 1
    for column in columns:
        values = [each[column] for each in frames]
        number, distinct = pd.factorize((pd.concat(values) if len(values) > 1 else values[0]).array)
        code, many = code * (len(distinct) + 1) + number, many * (len(distinct) + 1)
        if many > 2**30:
            code, distinct = pd.factorize(code)
            many = len(distinct)
    return np.split(pd.factorize(code)[0], np.cumsum(sizes)[:-1])


def _codes_of_few(
    frames: list[pd.DataFrame], columns: list[str], sizes: list[int]
) -> list[np.ndarray]:
    """The same, row by row: where there are few, a third of the time or less."""
    cells = [[cell for each in frames for cell in _cells(each[column])] for column in columns]
    seen: dict[tuple, int] = {}
    code = [seen.setdefault(row, len(seen)) for row in zip(*cells, strict=True)]
    return np.split(np.array(code, dtype=np.int64), np.cumsum(sizes)[:-1])


def _cells(values: pd.Series) -> list:
    """The cells as what can be compared: days as numbers, and None for all that is missing."""
    if values.dtype.kind == "M":
        return values.to_numpy().view("i8").tolist()
    missing = values.isna()
    if not missing.any():
        return values.tolist()
    return [None if gone else each for each, gone in zip(values, missing, strict=True)]


def sources_of(*given) -> np.ndarray:
    """The sources of the counts behind each row, each once: a column for each of the counts.

    >>> sources_of(["report, 5.2", ""], ["Census 2011", "Census 2011"]).tolist()
    ['report, 5.2; Census 2011', 'Census 2011']
    """
    code, columns = np.zeros(len(given[0]), dtype=np.int64), []
    for each in given:
        number, distinct = pd.factorize(np.asarray(each, dtype=object))
        code = code * len(distinct) + number
        columns.append((number, distinct))
    back, rows = pd.factorize(code)
    first = np.zeros(len(rows), dtype=np.int64)
    first[back[::-1]] = np.arange(len(code))[::-1]
    joined = [_once([distinct[number[at]] for number, distinct in columns]) for at in first]
    return np.array(joined, dtype=object)[back]


def sources_by(sources, family: np.ndarray) -> np.ndarray:
    """The sources of the counts of each family, each once: one for each number of a family.

    >>> sources_by(["report, 5.2", "report, 5.8", "Census 2011"], np.array([0, 0, 1])).tolist()
    ['report, 5.2; report, 5.8', 'Census 2011']
    """
    code, distinct = pd.factorize(np.asarray(sources, dtype=object))
    names, back = np.unique(np.asarray(family, dtype=np.int64), return_inverse=True)
    pairs = pd.unique(back * max(len(distinct), 1) + code)
    held: dict[int, tuple[int, ...]] = {}
    for pair in pairs.tolist():
        at, source = divmod(pair, len(distinct))
        held[at] = (*held.get(at, ()), source)
    words = {each: _once(distinct[[*each]]) for each in set(held.values())}
    return np.array([words[held[at]] for at in range(len(names))], dtype=object)


def _once(sources) -> str:
    """These sources in one line, each once, where each may name several itself."""
    every = _SEVERAL.join(sources).split(_SEVERAL)
    return _SEVERAL.join(dict.fromkeys(filter(None, every)))

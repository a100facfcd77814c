"""The estimates frame: what every statistic returns, its columns and its order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from dsvstats.counts import KEY, in_order
from dsvstats.estimates import directions
from dsvstats.estimates.flags import flagged, has
from dsvstats.terms.definitions import MADE, made

VERSUS = ("reference", "rest", "overall", "population", "target", "expected", "none")
COLUMNS = [
    *KEY,
    "statistic",
    "numerator",
    "denominator",
    "base",
    "versus",
    "reference",
    "reference_numerator",
    "reference_denominator",
    "per",
    "estimate",
    "lower",
    "upper",
    "level",
    "lower_together",
    "upper_together",
    "method",
    "p",
    "p_adjusted",
    "way",
    "flags",
    "withheld",
    "source",
]
_DATES = ("start", "end")
_OTHERWISE = {"versus": "none"}
_TEXT = ["statistic", "base", "versus", "reference", "method", "flags", "source"]
_NUMBERS = [
    "numerator",
    "denominator",
    "reference_numerator",
    "reference_denominator",
    "per",
    "estimate",
    "lower",
    "upper",
    "level",
    "lower_together",
    "upper_together",
    "p",
    "p_adjusted",
]
_TELLING = [each for each in _NUMBERS if each not in ("level", "per")]


def frame(rows: pd.DataFrame, **columns) -> pd.DataFrame:
    """An estimates frame from a frame that holds the key, with these columns set.

    Text that is not given is empty, numbers are missing, ``versus`` is "none", and nothing is
    withheld unless its counts are. Limits that hold for a whole family are the limits themselves
    where none are given: a family of one. ``way`` is decided here, by `directions.ways`. Where a
    row is withheld its estimate, limits, p and counts are blank, and so are its method and flags,
    which may tell how large they are. Counts that were made in a way that must be said, of
    synthetic records or by a mapping that is only roughly right, say so in their definition, and
    everything made from them in its flags.

    >>> frame(pd.DataFrame(columns=KEY)).columns.equals(pd.Index(COLUMNS))
    True
    """
    size = len(rows)
    given = {column: rows[column] for column in COLUMNS if column in rows} | columns
    for end in ("lower", "upper"):
        given.setdefault(f"{end}_together", given.get(end, float("nan")))
    data = {each: _text(given[each], size) for each in KEY if each not in _DATES}
    data |= {each: pd.array(given[each], dtype="datetime64[us]") for each in _DATES}
    data |= {each: _text(given.get(each, _OTHERWISE.get(each, "")), size) for each in _TEXT}
    data |= {each: _numbers(given.get(each, float("nan")), size) for each in _NUMBERS}
    hidden = np.array(np.broadcast_to(np.asarray(given.get("withheld", False), dtype=bool), size))
    if hidden.any():
        for each in _TELLING:
            data[each][hidden] = float("nan")
        for each in ("method", "flags"):
            data[each][hidden] = ""
    data["flags"] = _with_facts(data["flags"], data["definition"])
    result = pd.DataFrame(data | {"withheld": hidden, "way": ""}, copy=False)
    result["way"] = pd.array(directions.ways(result), dtype="str")
    return result[COLUMNS]


def _text(values, size: int) -> ExtensionArray:
    """A column of words, nothing where there is none."""
    array = getattr(values, "array", values)
    if not isinstance(array, ExtensionArray) or not isinstance(array.dtype, pd.StringDtype):
        words = np.broadcast_to(np.asarray(array, dtype=object), size)
        return pd.array(np.where(pd.isna(words), "", words), dtype="str")
    return array.fillna("") if array.isna().any() else array.copy()


def _numbers(values, size: int) -> np.ndarray:
    array = values.to_numpy(float, na_value=np.nan) if isinstance(values, pd.Series) else values
    return np.array(np.broadcast_to(np.asarray(array, dtype=float), size))


def _with_facts(flags: ExtensionArray, definition: ExtensionArray) -> ExtensionArray:
    """The flags, with what the counts' definition says of how they were made."""
    number, names = pd.factorize(definition)
    for fact in MADE:
        there = np.array([fact in made(name) for name in names], dtype=bool)[number]
        if there.any():
            flags = pd.array(flagged(flags, (there & ~has(flags, fact), fact)), dtype="str")
    return flags


def empty() -> pd.DataFrame:
    """The estimates frame of nothing: not supplied.

    >>> len(empty())
    0
    """
    return _empty().copy()


@cache
def _empty() -> pd.DataFrame:
    return frame(pd.DataFrame(columns=KEY))


def join(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """These estimates, one frame after the other; the frame of nothing where there are none.

    >>> join([]).empty
    True
    """
    held = list(frames)
    return pd.concat(held, ignore_index=True) if held else empty()


def order(estimates: pd.DataFrame) -> pd.DataFrame:
    """The same estimates, in the order of areas, periods, strands and their groups.

    >>> order(empty()).empty
    True
    """
    return in_order(estimates, then=["statistic", "versus", "reference"])

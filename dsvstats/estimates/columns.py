"""The estimates frame: what every statistic returns, its columns and its order."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.counts import KEY, in_order

COLUMNS = [
    *KEY,
    "statistic",
    "numerator",
    "denominator",
    "base",
    "reference",
    "reference_numerator",
    "reference_denominator",
    "estimate",
    "lower",
    "upper",
    "level",
    "method",
    "p",
    "p_adjusted",
    "withheld",
    "note",
]
_TEXT = ["statistic", "base", "reference", "method", "note"]
_NUMBERS = [
    "numerator",
    "denominator",
    "reference_numerator",
    "reference_denominator",
    "estimate",
    "lower",
    "upper",
    "level",
    "p",
    "p_adjusted",
]


def frame(rows: pd.DataFrame, **columns) -> pd.DataFrame:
    """An estimates frame from a frame that holds the key, with these columns set.

    Text that is not given is empty, numbers are missing, and nothing is withheld unless its
    counts are. Where a row is withheld its estimate, limits, p and counts are blank, and so are
    its method and note, which may tell how large they are.

    >>> frame(pd.DataFrame(columns=KEY)).columns.equals(pd.Index(COLUMNS))
    True
    """
    defaults = (
        dict.fromkeys(_NUMBERS, float("nan")) | dict.fromkeys(_TEXT, "") | {"withheld": False}
    )
    given = defaults | {column: rows[column] for column in COLUMNS if column in rows} | columns
    data = {column: getattr(given[column], "array", given[column]) for column in COLUMNS}
    result = pd.DataFrame(data, index=range(len(rows))).astype(
        {column: float for column in _NUMBERS}
        | {column: "str" for column in [*KEY, *_TEXT]}
        | dict.fromkeys(["start", "end"], "datetime64[us]")
        | {"withheld": bool}
    )
    result[[*KEY, *_TEXT]] = result[[*KEY, *_TEXT]].fillna({column: "" for column in _TEXT})
    if result["withheld"].any():
        hidden = [column for column in _NUMBERS if column != "level"]
        result.loc[result["withheld"], hidden] = float("nan")
        result.loc[result["withheld"], ["method", "note"]] = ""
    return result


def empty() -> pd.DataFrame:
    """The estimates frame of nothing: not supplied.

    >>> len(empty())
    0
    """
    return frame(pd.DataFrame(columns=KEY))


def order(estimates: pd.DataFrame) -> pd.DataFrame:
    """The same estimates, in the order of areas, periods, strands and their groups.

    >>> order(empty()).empty
    True
    """
    return in_order(estimates, then=["statistic", "reference"])


def label(estimates: pd.DataFrame) -> pd.Series:
    """What is each row's strand called on a page?

    >>> label(empty()).empty
    True
    """
    return estimates["strand"].map(strands.title)

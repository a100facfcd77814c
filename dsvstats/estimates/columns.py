"""The estimates frame: what every statistic returns, its columns and its order."""

from __future__ import annotations

import pandas as pd

from dsvstats.counts import KEY, in_order
from dsvstats.estimates import directions

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
    which may tell how large they are.

    >>> frame(pd.DataFrame(columns=KEY)).columns.equals(pd.Index(COLUMNS))
    True
    """
    defaults = (
        dict.fromkeys(_NUMBERS, float("nan"))
        | dict.fromkeys(_TEXT, "")
        | {"versus": "none", "withheld": False}
    )
    given = defaults | {column: rows[column] for column in COLUMNS if column in rows} | columns
    for end in ("lower", "upper"):
        together = f"{end}_together"
        if together not in rows and together not in columns:
            given[together] = given[end]
    given.pop("way", None)
    data = {
        column: getattr(given[column], "array", given[column])
        for column in COLUMNS
        if column != "way"
    }
    result = pd.DataFrame(data, index=range(len(rows))).astype(
        dict.fromkeys(_NUMBERS, float)
        | dict.fromkeys([*KEY, *_TEXT], "str")
        | dict.fromkeys(["start", "end"], "datetime64[us]")
        | {"withheld": bool}
    )
    result[[*KEY, *_TEXT]] = result[[*KEY, *_TEXT]].fillna(dict.fromkeys(_TEXT, ""))
    if result["withheld"].any():
        result.loc[result["withheld"], _TELLING] = float("nan")
        result.loc[result["withheld"], ["method", "flags"]] = ""
    result["way"] = pd.array(directions.ways(result), dtype="str")
    return result[COLUMNS]


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
    return in_order(estimates, then=["statistic", "versus", "reference"])

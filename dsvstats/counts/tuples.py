"""The rows of a frame, one by one."""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[Any]:
    """The rows of a counts or an estimates frame as named tuples, without their index.

    A third of the time of ``itertuples``, which reads the cells of a column one by one.

    >>> records(pd.DataFrame({"group": ["Female"], "count": [947]}))
    [Row(group='Female', count=947)]
    """
    row = _row(tuple(frame.columns))
    return list(map(row._make, zip(*(frame[name].tolist() for name in frame), strict=True)))


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)

"""How many people does each strand hold, and of how many was the group not recorded?

A withheld row carries no count, but the whole that it is a part of may be known all the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.frame import KEY
from dsvstats.counts.grouping import codes

STRAND = [each for each in KEY if each != "group"]
_PEOPLE = [each for each in STRAND if each != "strand"]


def recording(cases: pd.DataFrame) -> pd.DataFrame:
    """How many people are in each strand of these counts, and how many of them unrecorded?

    ``total``: all people; where groups are withheld those counted by no strand, or by a strand
    of the same people that is whole; missing where there is none. ``unrecorded``: missing where it
    was not supplied, or is withheld beside other groups; then they are at most ``most``. ``low`` and
    ``high``: the least and the largest share that can have been recorded. ``withheld``: the number
    of the unrecorded is; ``bare``: no group is shown; ``lacking``: groups were not supplied, and
    are in no total.

    >>> from dsvstats import counts
    >>> cases = pd.concat([
    ...     counts.table("Barnet", "victims", "crime", "all", {"All": 128}),
    ...     counts.table("Barnet", "victims", "crime", "gender", {"Female": 100, "Male": 24}),
    ...     counts.table("Barnet", "victims", "crime", "gender", {"Not recorded": None})
    ...     .assign(withheld=True)])
    >>> recording(cases)[["strand", "total", "unrecorded"]].values.tolist()
    [['gender', 128.0, 4.0]]
    """
    whole = (cases["strand"] == "all").to_numpy()
    groups = cases[~whole & (cases["strand"] != "reports").to_numpy()]
    place, first = _places(groups)
    table = groups.iloc[first][STRAND].reset_index(drop=True)
    size = groups["count"].to_numpy(dtype=float, na_value=np.nan)
    number, names = pd.factorize(groups["group"])
    known = np.array([strands.recorded(each) for each in names], dtype=bool)[number]
    hidden = groups["withheld"].to_numpy(dtype=bool)
    blank = hidden & np.isnan(size)

    def add(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values, minlength=len(table))

    out = add(np.where(known | blank, 0.0, size))
    plain = add(np.where(known, np.nan_to_num(size), 0.0)) + np.nan_to_num(out)
    lacking = add(np.isnan(size) & ~hidden) > 0
    some, out_blank = add(blank & known) > 0, add(blank & ~known) > 0
    usable = ~some & ~out_blank & ~lacking
    total = np.where(some | out_blank, _given(table, cases[whole], plain, usable), plain)
    left = np.maximum(total - plain, 0.0)
    most = out + np.where(out_blank, left, 0.0)
    unrecorded = np.where(out_blank & some, np.nan, most)
    return table.assign(
        total=np.maximum(total, plain),
        unrecorded=unrecorded,
        most=most,
        low=_share(most, np.fmax(total, plain)),
        high=np.where(np.isnan(total), 1.0, _share(np.nan_to_num(unrecorded), total)),
        withheld=add(hidden & ~known) > 0,
        bare=(add(known) > 0) & (add(known & ~hidden) == 0),
        lacking=lacking,
    )


def _share(out: np.ndarray, total: np.ndarray) -> np.ndarray:
    return 1 - np.divide(out, total, out=np.zeros(len(out)), where=total != 0)


def _places(groups: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    (place,) = codes([groups], STRAND)
    return place, np.unique(place, return_index=True)[1]


def _given(
    table: pd.DataFrame, whole: pd.DataFrame, plain: np.ndarray, usable: np.ndarray
) -> np.ndarray:
    """All people of each strand: as counted by no strand, else by the largest whole strand."""
    at, among = codes([table, whole], _PEOPLE)
    found = np.full(max([*at, *among], default=-1) + 1, np.nan)
    np.fmax.at(found, at[usable], plain[usable])
    stated = np.full(len(found), np.nan)
    np.fmax.at(stated, among, whole["count"].to_numpy(dtype=float, na_value=np.nan))
    return np.where(np.isnan(stated), found, stated)[at]

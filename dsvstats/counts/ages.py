"""Of which ages are the people counted, as far as their age bands say?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import strands
from dsvstats.counts.frame import KEY, check

AGE = "age"


def youngest(cases: pd.DataFrame) -> float:
    """At which age do the youngest bands start in which anybody was counted? Missing: no bands.

    >>> from dsvstats.counts import table
    >>> youngest(table("Barnet", "victims", "crime", "age", {"0-17": 0, "18-29": 4, "30+": 9}))
    18.0
    """
    some = (cases["count"].fillna(0) > 0) | cases["withheld"]
    groups = cases.loc[(cases["strand"] == AGE) & some, "group"].unique()
    return min((band[0] for each in groups if (band := strands.band(each))), default=np.nan)


def named(low: float, high: float = np.inf) -> str:
    """These ages as one band; nothing where they are all ages.

    >>> named(18), named(18, 69), named(0)
    ('18+', '18-69', '')
    """
    if np.isinf(high):
        return f"{low:.0f}+" if low > 0 else ""
    return f"{low:.0f}-{high:.0f}"


def banded(cases: pd.DataFrame, choices: Sequence[Sequence[str]]) -> pd.DataFrame:
    """The same counts, ages in the first of these bandings that they go whole into.

    Of each thing counted apart; ages that go into none of them are left out, and other strands
    stay as they are.

    >>> from dsvstats.counts import table
    >>> held = table("Barnet", "victims", "crime", "age", {"0-17": 2, "18-49": 4, "50-69": 3, "70+": 1})
    >>> banded(held, [["0-49", "50-64", "65+"], ["0-49", "50+"]])[["group", "count"]].values.tolist()
    [['0-49', 6], ['50+', 4]]
    """
    if not choices:
        return cases
    by_age = cases["strand"] == AGE
    found = [cases[~by_age]]
    key = [each for each in KEY if each != "group"]
    for _, rows in cases[by_age].groupby(key, sort=False):
        fits = (each for each in choices if _fits(rows["group"], each))
        if bands := next(fits, None):
            found.append(strands.recode(rows, strand=AGE, to=list(bands)))
    return check(pd.concat(found, ignore_index=True))


def _fits(groups: pd.Series, bands: Sequence[str]) -> bool:
    """Does each band of these ages lie within one of those, and hold each of those some?"""
    wide = [ages for each in bands if (ages := strands.band(each))]
    own = [strands.band(each) for each in groups if strands.recorded(each)]
    inside = [[low <= each[0] and each[1] <= high for low, high in wide] for each in own if each]
    return (
        len(inside) == len(own)
        and all(map(any, inside))
        and all(map(any, zip(*inside, strict=True)))
    )

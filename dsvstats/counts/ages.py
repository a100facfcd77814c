"""Of which ages are the people counted, as far as their age bands say?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import strands

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

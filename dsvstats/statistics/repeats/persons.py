"""People one by one, with how often each was reported, and what that may hang on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats.statistics import common


def design(
    people: pd.DataFrame, by: list[str], reports: str
) -> tuple[pd.DataFrame, np.ndarray, list[tuple[str, str]]]:
    """A row for each person, the columns of the regression, and what each but the first is of.

    The first value of each column, in order, is what the others are set against.
    """
    mend = f"name the columns: by={by!r}, reports={reports!r}"
    common.needs(people, [*by, reports], where="cases", mend=mend)
    if "count" in people:
        people = people.loc[people.index.repeat(people["count"].astype(int))]
    held = people[by].astype(str)
    names = [(each, value) for each in by for value in sorted(held[each].unique())[1:]]
    told = [(held[each] == value).to_numpy(dtype=float) for each, value in names]
    return people, np.column_stack([np.ones(len(held)), *told]), names

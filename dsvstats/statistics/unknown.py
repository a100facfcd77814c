"""What the people whose group was not recorded could do to a finding."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import Measure
from dsvstats.statistics import _common


def unrecorded(cases: pd.DataFrame, rows: pd.DataFrame, per: Measure) -> pd.DataFrame:
    """How many people are in each row's strand, in numerator and base, and how many unrecorded?

    The columns ``count, count_unrecorded, base, base_unrecorded``, one row for each of ``rows``.
    Bases of residents leave nobody unrecorded.
    """
    counted = list(dict.fromkeys(zip(rows["unit"], rows["measure"], strict=True)))
    below = counts.resolve(cases, per, name="per")
    found = {}
    for name, measures, key in (
        ("count", counted, [*_common.PLACE, "unit", "measure"]),
        ("base", [below] if below else [], _common.PLACE),
    ):
        held = cases[pd.MultiIndex.from_frame(cases[["unit", "measure"]]).isin(measures)]
        at, among = counts.codes([rows, held], key)
        sizes = held["count"].to_numpy(dtype=float, na_value=np.nan)
        many = max([*at, *among], default=-1) + 1
        missing = np.where(_common.recorded(held), 0.0, sizes)
        found[name] = np.bincount(among, weights=sizes, minlength=many)[at]
        found[f"{name}_unrecorded"] = np.bincount(among, weights=missing, minlength=many)[at]
    rate = (rows["kind"] == "rate").to_numpy()
    found["base"] = np.where(rate, np.nan, found["base"])
    found["base_unrecorded"] = np.where(rate, 0.0, found["base_unrecorded"])
    return pd.DataFrame(found, index=rows.index)


def extremes(nested, group: tuple, other: tuple, out: tuple, *, whole: bool) -> tuple:
    """The lowest and the highest ratio, wherever the unrecorded of count and base belong.

    Lowest: those with the event are all in the other group and those without are all in this one;
    highest: the other way about. ``nested`` says where the event is a part of the base, so that
    whoever has the event is in the base too. With ``whole``, the other is everyone together.
    """
    (count, base), (count_ref, base_ref), (more, more_base) = group, other, out
    events = np.where(nested, more, 0.0)
    others = np.maximum(more_base - events, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        everyone = (count_ref + more) / (base_ref + more_base)
        below = everyone if whole else (count_ref + more) / (base_ref + events)
        above = everyone if whole else count_ref / (base_ref + others)
        return count / (base + others) / below, (count + more) / (base + events) / above

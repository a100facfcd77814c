"""The people whose group was not recorded: how many, and how far they could move a ratio."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import counts
from dsvstats.counts import Measure
from dsvstats.statistics import common


def unrecorded(cases: pd.DataFrame, rows: pd.DataFrame, per: Measure) -> pd.DataFrame:
    """How many people are in each row's strand, in numerator and base, and how many unrecorded?

    The columns ``count, count_unrecorded, base, base_unrecorded``, ``unequal`` (numerator and base
    may record the strand unequally) and ``hidden`` (the unrecorded are withheld), one row for each
    of ``rows``. Bases of residents leave nobody unrecorded. Groups that were not supplied are in no
    total; unrecorded people of whom the number was not, or may not be told, are missing.
    """
    counted = list(dict.fromkeys(zip(rows["unit"], rows["measure"], strict=True)))
    below = counts.resolve(cases, per, name="per")
    found: dict[str, np.ndarray] = {}
    hidden, shares = np.zeros(len(rows), dtype=bool), []
    code = common.codes_of(cases, ["unit", "measure"])
    first = np.unique(code, return_index=True)[1]
    held_here = list(zip(*(cases[each].iloc[first] for each in ("unit", "measure")), strict=True))
    rate = (rows["kind"] == "rate").to_numpy()
    for name, measures, key in (
        ("count", counted, [*common.PLACE, "unit", "measure"]),
        ("base", [below] if below else [], common.PLACE),
    ):
        if name == "base" and rate.all():
            found |= {"base": np.full(len(rows), np.nan), "base_unrecorded": np.zeros(len(rows))}
            continue
        of_these = np.array([each in measures for each in held_here], dtype=bool)
        held = counts.recording(cases[of_these[code]])
        at, among = counts.codes([rows, held], key)
        aside = rate & (name == "base")

        def placed(column: str, none: float, at=at, among=among, held=held) -> np.ndarray:
            values = np.full(max([*at, *among], default=-1) + 1, none)
            values[among] = held[column].to_numpy()
            return values[at]

        found[name] = np.where(aside, np.nan, placed("total", 0.0))
        found[f"{name}_unrecorded"] = np.where(aside, 0.0, placed("unrecorded", 0.0))
        hidden |= (placed("withheld", 0.0) > 0) & ~aside
        shares.append((placed("low", 1.0), placed("high", 1.0)))
    alike = rate if rate.all() else rate | common.as_completely_between(*shares)
    found |= {"hidden": hidden, "unequal": ~alike}
    return pd.DataFrame(found, index=rows.index)


def extremes(
    nested: np.ndarray, group: Sequence, other: Sequence, out: Sequence
) -> tuple[list, list]:
    """The counts and bases at the lowest and at the highest ratio of the group to the other.

    Lowest: those with the event are all in the other group and those without are all in this one;
    highest: the other way about. ``nested`` says where the event is a part of the base, so that
    whoever has the event is in the base too: among its unrecorded as far as they go, else among
    its recorded. Each is a list of count, base, count and base.
    """
    (count, base), (count_ref, base_ref), (more, more_base) = group, other, out
    events = np.where(nested, np.minimum(more, more_base), 0.0)
    others = more_base - events
    low = [count, base + others, count_ref + more, base_ref + events]
    high = [count + more, base + events, count_ref, base_ref + others]
    low[3] = np.where(nested, np.maximum(low[3], low[2]), low[3])
    high[1] = np.where(nested, np.maximum(high[1], high[0]), high[1])
    return low, high

"""One strand within the strata of what it is crossed with."""

from __future__ import annotations

import pandas as pd

from dsvstats import strands
from dsvstats.errors import InputError, near
from dsvstats.statistics import common
from dsvstats.terms.places import Place


def crossed(rows: pd.DataFrame, strand: str, strata: str) -> pd.DataFrame:
    """The recorded rows of the strand in its strata: ``strand`` and ``group``, and ``stratum``.

    ``strata`` names what the strand is crossed with, in any order; where "area" is a part of it,
    the row's area is a part of its stratum.
    """
    wanted, every = strands.parts(strand), strands.parts(strata)
    others = [each for each in every if each != "area"]
    for part in [*wanted, *others]:
        strands.scheme(part)
    if set(wanted) & set(others):
        raise InputError(
            where="strata",
            rule="strands other than the one compared",
            value=strata,
            mend=f"give what {strand} is crossed with, or 'area'",
        )
    for each in rows["strand"].unique():
        if sorted(strands.parts(each)) == sorted([*wanted, *others]):
            own = rows[rows["strand"] == each]
            return _in_strata(own[common.recorded(own)], each, wanted, every)
    held = sorted(each for each in rows["strand"].unique() if strands.CROSSED in each)
    if held and others:
        raise InputError(
            where="strata",
            rule=f"crossed with {strand} in the counts",
            value=strata,
            mend=near(strata, held),
        )
    return rows.iloc[:0].assign(stratum="")


def _in_strata(rows: pd.DataFrame, name: str, wanted: list[str], every: list[str]) -> pd.DataFrame:
    members = [each.split(strands.CROSSED) for each in rows["group"]]
    held = {part: [each[n] for each in members] for n, part in enumerate(strands.parts(name))}
    held["area"] = list(rows["area"])
    group, stratum = (
        [strands.CROSSED.join(each) for each in zip(*(held[part] for part in parts), strict=True)]
        for parts in (wanted, every)
    )
    strand = strands.CROSSED.join(wanted)
    return rows.assign(strand=strand, group=group, stratum=stratum).reset_index(drop=True)


def refuse_nested_areas(rows: pd.DataFrame, place: Place, *, where: str) -> None:
    """An error where areas that are to be put together hold each other."""
    if place.whole in set(rows["area"]) and rows["area"].nunique() > 1:
        raise InputError(
            where=where,
            rule="areas that do not hold each other",
            value=f"{place.whole} and its {place.parts_called}",
            mend=f"leave {place.whole} out with counts.choose",
        )

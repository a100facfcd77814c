"""How many people were reported, and reported again, in each draw of who is who?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import counts, strands
from dsvstats.counts import KEY
from dsvstats.sources.linkage.linking import Linked

DRAW = "draw"


def counts_of(
    people: pd.DataFrame,
    linked: Linked,
    *,
    strand: str = "all",
    subject: str = "domestic_violence",
    unit: str = "victims",
    period: Sequence[str],
    whole: str = "",
    draws: int = 20,
    seed: int = 1,
    source: str = "linked records",
) -> pd.DataFrame:
    """How many people are there in each area and group, and how many again, draw by draw?

    Parameters
    ----------
    people : DataFrame
        The rows that were linked, in their order: ``area``, ``report_id``, and a column of the
        strand's name unless it is "all".
    linked : Linked
        What ``link`` found of them.
    strand : str, default "all"
        By whose groups; a person is of the group that was recorded last.
    subject : str, default "domestic_violence"
        What the reports are of.
    unit : str, default "victims"
        The unit that the people are counted in.
    period : (first day, last day)
        The days that the reports are of.
    whole : str, default ""
        What the areas are parts of, counted too where it is named: each person once.
    draws : int, default 20
        How many times it is drawn who is who.
    seed : int, default 1
        Where the draws start: the same gives the same.
    source : str, default "linked records"
        What the counts' source says.

    Returns
    -------
    DataFrame
        Counts with ``draw``: ``recorded`` people, ``repeat_within`` their area and
        ``repeat_anywhere``.

    Examples
    --------
    >>> people = pd.DataFrame({"given_name": ["Ada"] * 2, "family_name": ["Ex"] * 2, "area": "A",
    ...     "date_of_birth": ["1980-01-01"] * 2, "person_id": ["a1", "a1"], "report_id": [1, 2]})
    >>> from dsvstats.sources.linkage import link
    >>> found = counts_of(people, link(people), period=("2008-04-01", "2009-03-31"), draws=1)
    >>> found[["measure", "count"]].values.tolist()
    [['recorded', 1], ['repeat_within', 1], ['repeat_anywhere', 1]]
    """
    area, areas = pd.factorize(people["area"])
    report = pd.factorize(people["report_id"])[0]
    group, groups = _groups(people, strand)
    found = []
    for number, person in enumerate(linked.draws(draws, seed=seed)):
        told = _counted(person, area, report, group, whole=bool(whole))
        found.append(told.assign(**{DRAW: number}))
    rows = pd.concat(found, ignore_index=True)
    names = np.array([*areas, whole], dtype=object)
    rows = rows.assign(
        area=names[rows["area"].to_numpy()],
        group=np.array(groups, dtype=object)[rows["group"].to_numpy()],
        start=period[0],
        end=period[1],
        subject=subject,
        unit=unit,
        definition="",
        strand=strand,
        source=source,
        withheld=False,
    )
    told = counts.check(rows.drop(columns=DRAW).drop_duplicates(KEY))[[]]
    assert told is not None
    dates = {each: pd.to_datetime(rows[each]) for each in ("start", "end")}
    return rows.assign(**dates)[[*counts.COLUMNS, DRAW]]


def _groups(people: pd.DataFrame, strand: str) -> tuple[np.ndarray, list[str]]:
    """Each row's group as a number, -1 where none was recorded, and their names."""
    if strand == "all":
        return np.zeros(len(people), dtype=int), [strands.ALL, strands.NOT_RECORDED]
    told = people[strand].where(people[strand].map(_is_recorded))
    number, names = pd.factorize(told)
    return number, [*names, strands.NOT_RECORDED]


def _is_recorded(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and strands.recorded(value)


def _counted(
    person: np.ndarray, area: np.ndarray, report: np.ndarray, group: np.ndarray, *, whole: bool
) -> pd.DataFrame:
    """People and those reported again, by area and group, with each person's last group."""
    once = pd.DataFrame({"person": person, "report": report, "area": area})
    anywhere = once.drop_duplicates(["person", "report"])["person"].value_counts()
    within = once.drop_duplicates().groupby(["area", "person"], as_index=False).size()
    if whole:
        every = anywhere.rename_axis("person").rename("size").reset_index()
        within = pd.concat([within, every.assign(area=area.max(initial=-1) + 1)])
    last = pd.Series(group)[group >= 0].groupby(person[group >= 0]).last()
    told = within.assign(
        group=within["person"].map(last).fillna(-1).astype(int),
        recorded=1,
        repeat_within=(within["size"] > 1).astype(int),
        repeat_anywhere=(within["person"].map(anywhere) > 1).astype(int),
    )
    measures = ["recorded", "repeat_within", "repeat_anywhere"]
    summed = told.groupby(["area", "group"], as_index=False)[measures].sum()
    return summed.melt(["area", "group"], measures, var_name="measure", value_name="count")

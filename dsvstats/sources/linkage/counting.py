"""How many people were reported, and reported again, in each draw of who is who?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dsvstats import counts, disclosure, strands
from dsvstats.counts import KEY
from dsvstats.errors import InputError
from dsvstats.sources.extract.frames import Supplied
from dsvstats.sources.extract.records import Extract
from dsvstats.sources.extract.schema import STRANDS
from dsvstats.sources.linkage.linking import Linked, link
from dsvstats.sources.linkage.records import people

DRAW = "draw"
MEASURES = ("recorded", "repeat_within", "repeat_anywhere")
KEEPS = ("gender",)
"""What a person has one value of, and what is nearly always recorded."""


def counts_of(
    people: pd.DataFrame,
    linked: Linked,
    *,
    period: Sequence,
    by: Sequence[str] = ("all",),
    subject: str = "domestic_violence",
    unit: str = "victims",
    whole: str = "",
    draws: int = 20,
    seed: int = 1,
    source: str = "linked records",
) -> pd.DataFrame:
    """How many people are there in each area and group, and how many again, draw by draw?

    Parameters
    ----------
    people : DataFrame
        The rows that were linked, in their order: ``area``, ``report_id``, and a column for each
        strand.
    linked : Linked
        What ``link`` found of them.
    period : (first day, last day)
        The days that the reports are of.
    by : list of str, default ("all",)
        The strands; a person is of the group that was recorded last.
    subject : str, default "domestic_violence"
        What the reports are of.
    unit : str, default "victims"
        The unit that the people are counted in.
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
        ``repeat_anywhere``. They are raw: withholding small ones is a later step.

    Examples
    --------
    >>> people = pd.DataFrame({"given_name": ["Ada"] * 2, "family_name": ["Ex"] * 2, "area": "A",
    ...     "date_of_birth": ["1980-01-01"] * 2, "person_id": ["a1", "a1"], "report_id": [1, 2]})
    >>> found = counts_of(people, link(people), period=("2008-04-01", "2009-03-31"), draws=1)
    >>> found[["measure", "count"]].values.tolist()
    [['recorded', 1], ['repeat_within', 1], ['repeat_anywhere', 1]]
    """
    area, areas = pd.factorize(people["area"])
    report = pd.factorize(people["report_id"])[0]
    groups = {strand: _groups(people, strand) for strand in by}
    names = np.array([*areas, whole], dtype=object)
    found = []
    for number, person in enumerate(linked.draws(draws, seed=seed)):
        told = _people(person, area, report, whole=bool(whole))
        for strand, (group, words) in groups.items():
            rows = _summed(told, person, group)
            rows["group"] = np.array(words, dtype=object)[rows["group"].to_numpy()]
            found.append(rows.assign(strand=strand, **{DRAW: number}))
    held = pd.concat(found, ignore_index=True)
    start, end = (pd.Timestamp(day) for day in period)
    key = {"start": start, "end": end, "subject": subject, "unit": unit, "definition": ""}
    held = held.assign(area=names[held["area"].to_numpy()], **key, source=source, withheld=False)
    return held[[*counts.COLUMNS, DRAW]]


def of_extract(extract: Extract, *, draws: int = 10) -> pd.DataFrame:
    """How many victims of domestic violence would be known again anywhere by name, draw by draw?

    Ids are not looked at, so that what they say can be set beside it. In every strand that was
    recorded, for the last twelve months; small counts are withheld. Nothing where there are no
    names, or too few rows to learn from.
    """
    try:
        rows = people(extract).drop(columns="person_id", errors="ignore")
        keeps = [each for each in KEEPS if each in rows]
        linked = link(rows, keeps=keeps)
    except InputError:
        return counts.empty().assign(**{DRAW: 0})
    supplied, place = Supplied(extract), extract.place
    told = counts_of(
        rows,
        linked,
        period=(rows["start"].iloc[0], rows["end"].iloc[0]),
        by=["all", *(each for each in STRANDS if each in rows)],
        whole=place.whole if place.whole in supplied.areas else "",
        draws=draws,
        source=supplied.source,
    )
    return _veiled(told[told["measure"] != "repeat_within"], place)


def _veiled(told: pd.DataFrame, place) -> pd.DataFrame:
    """The draws, save what is withheld of their mean."""
    mean = told.groupby([*KEY, "source", "withheld"], as_index=False, sort=False)["count"].mean()
    whole = mean.assign(count=mean["count"].round().astype("Int64"))[counts.COLUMNS]
    veiled = disclosure.withhold(counts.check(whole), place=place)
    at, among = counts.codes([told, veiled], KEY)
    hidden = np.isin(at, among[veiled["withheld"].to_numpy(dtype=bool)])
    return told.assign(count=told["count"].astype("Int64").mask(hidden), withheld=hidden)


def _groups(people: pd.DataFrame, strand: str) -> tuple[np.ndarray, list[str]]:
    """Each row's group as a number, -1 where none was recorded, and their names."""
    if strand == "all":
        return np.zeros(len(people), dtype=int), [strands.ALL, strands.NOT_RECORDED]
    told = people[strand].where(people[strand].map(_is_recorded))
    number, names = pd.factorize(told)
    return number, [*names, strands.NOT_RECORDED]


def _is_recorded(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and strands.recorded(value)


def _people(
    person: np.ndarray, area: np.ndarray, report: np.ndarray, *, whole: bool
) -> pd.DataFrame:
    """Each person once in each area, and once in the whole: are they in two reports or more?"""
    once = pd.DataFrame({"person": person, "report": report, "area": area}).drop_duplicates()
    anywhere = once.drop_duplicates(["person", "report"])["person"].value_counts()
    within = once.groupby(["area", "person"], as_index=False).size()
    if whole:
        every = anywhere.rename_axis("person").rename("size").reset_index()
        within = pd.concat([within, every.assign(area=area.max(initial=-1) + 1)])
    return within.assign(
        recorded=1,
        repeat_within=(within["size"] > 1).astype(int),
        repeat_anywhere=(within["person"].map(anywhere) > 1).astype(int),
    )


def _summed(told: pd.DataFrame, person: np.ndarray, group: np.ndarray) -> pd.DataFrame:
    """How many of them are there, by area and by the group that was recorded last of each?"""
    last = np.full(int(person.max(initial=-1)) + 1, -1)
    for_whom = group >= 0
    last[person[for_whom]] = group[for_whom]
    rows = told.assign(group=last[told["person"].to_numpy()])
    summed = rows.groupby(["area", "group"], as_index=False)[[*MEASURES]].sum()
    return summed.melt(["area", "group"], [*MEASURES], var_name="measure", value_name="count")

"""Open data of a place's police: homicide victims and recorded crime, as counts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from dsvstats import counts, files, strands
from dsvstats.cache import remembered
from dsvstats.errors import one_of
from dsvstats.terms import places
from dsvstats.terms.places import Place

_LISTED = ("year", "area", "age_group", "gender", "ethnicity", "domestic_abuse", "solved")
_COLUMNS = {
    "all": None,
    "gender": "gender",
    "ethnicity_four": "ethnicity",
    "ethnicity_four_with_mixed": "ethnicity",
}
_CALLED = {"ethnicity_four_with_mixed": {"Black": "Black or Mixed"}}
"""The list has no Mixed: whoever was so was recorded as something else, most often as Black."""
_STRANDS = [each for each in _COLUMNS if each != "all"]


@cache
def read(place: Place) -> pd.DataFrame:
    """The list of homicide victims as it lies in the place's data."""
    rows = files.read_csv(place.files["homicides"].path, needs=_LISTED)
    return rows.frame(year=int, domestic_abuse=bool, solved=bool).reset_index(drop=True)


def homicides(
    *,
    by: str = "all",
    domestic: bool = True,
    years: tuple[int, int] = (2003, 2023),
    place: str | Path | Place = "",
) -> pd.DataFrame:
    """How many people were killed, in the whole and each part, and in how many cases is it solved?

    From the police's list of victims. ``by`` is "all" for the whole place and each part of it,
    or "gender", "ethnicity_four" or "ethnicity_four_with_mixed" for the whole alone: parts by
    group would be too small to print. ``domestic`` keeps only those flagged as domestic abuse.

    Returns counts: subject "homicide" (or "domestic_homicide"), unit "victims", measures
    "recorded", "solved" and "unsolved"; none where the place has no such list.

    >>> homicides(by="gender", years=(2003, 2022))["measure"].unique().tolist()
    ['recorded', 'solved', 'unsolved']
    """
    one_of(_COLUMNS, by, where="by", rule="what victims of homicide are told by")
    return _homicides(by, domestic, years, places.place(place))


@remembered
def _homicides(by: str, domestic: bool, years: tuple[int, int], place: Place) -> pd.DataFrame:
    if "homicides" not in place.files:
        return counts.empty()
    rows = read(place)
    rows = rows[rows["year"].between(*years)]
    if domestic:
        rows = rows[rows["domestic_abuse"]]
    column = _COLUMNS[by]
    group = rows[column] if column else pd.Series(strands.ALL, index=rows.index)
    group = group.replace(_CALLED.get(by, {}))
    listed = rows.assign(area=place.whole, group=group)
    if by == "all":
        listed = pd.concat([listed, rows.assign(group=group)], ignore_index=True)
    found = []
    for measure, kept in (
        ("recorded", listed),
        ("solved", listed[listed["solved"]]),
        ("unsolved", listed[~listed["solved"]]),
    ):
        every = pd.MultiIndex.from_product([listed["area"].unique(), listed["group"].unique()])
        size = kept.groupby(["area", "group"]).size().reindex(every, fill_value=0)
        found.append(
            size.rename("count")
            .rename_axis(["area", "group"])
            .reset_index()
            .assign(measure=measure)
        )
    return counts.in_order(
        counts.check(
            pd.concat(found, ignore_index=True).assign(
                start=f"{years[0]}-01-01",
                end=f"{years[1]}-12-31",
                unit="victims",
                strand=by,
                subject="domestic_homicide" if domestic else "homicide",
                definition="dashboard",
                source=place.files["homicides"].source,
                withheld=False,
            )
        )
    )


def homicides_by_strand(
    *,
    domestic: bool = True,
    years: tuple[int, int] = (2003, 2023),
    place: str | Path | Place = "",
) -> pd.DataFrame:
    """How many people were killed in the whole place, by gender and by ethnicity?

    See ``homicides``. The list knows four ethnicities and no Mixed: as it stands, and with those
    recorded as Black set against Black and Mixed residents together.

    >>> homicides_by_strand()["strand"].unique().tolist()
    ['gender', 'ethnicity_four', 'ethnicity_four_with_mixed']
    """
    return counts.join(
        *(homicides(by=each, domestic=domestic, years=years, place=place) for each in _STRANDS)
    )


def latest_year(months: pd.DataFrame) -> pd.DataFrame:
    """What do the last twelve months of these counts add up to?

    >>> rows = latest_year(recorded_crime(area="Wandsworth"))
    >>> rows["start"].dt.date.unique()[0].isoformat(), rows["end"].dt.date.unique()[0].isoformat()
    ('2022-10-01', '2023-09-30')
    """
    if months.empty:
        return months
    first = months["end"].max() + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    return counts.in_order(counts.add_up(months[months["start"] >= first], over="period"))


COHORT, PERIOD = "offences_of_the_period", "outcomes_of_the_period"
"""Outcomes so far of the offences recorded then; outcomes recorded then, of offences of any time."""
_COLUMN = {COHORT: "cohort", PERIOD: "period"}


def outcomes(*, place: str | Path | Place = "") -> pd.DataFrame:
    """How did recorded rapes and other sexual offences of the place's force end, by quarter?

    Counts of offences of the whole place by their outcome: of the offences of the quarter
    (definition "offences_of_the_period", with "crime" all of them), and recorded in the quarter
    whatever the offence's time ("outcomes_of_the_period"); none where the place's data have none.

    >>> held = outcomes()
    >>> rape = held[(held["subject"] == "rape") & (held["definition"] == COHORT)]
    >>> rape.groupby("measure")["count"].sum().loc[["charge", "crime"]].tolist()
    [128, 8339]
    """
    return _outcomes(places.place(place))


@cache
def _outcomes(place: Place) -> pd.DataFrame:
    if "outcomes" not in place.files or not place.force:
        return counts.empty()
    file = place.files["outcomes"]
    key = ["start", "end", "subject", "measure"]
    needs = ("force", *key, *_COLUMN.values())
    rows = files.read_csv(file.path, needs=needs).frame()
    rows = rows[rows["force"] == place.force]
    told = []
    for definition in (COHORT, PERIOD):
        size = pd.to_numeric(rows[_COLUMN[definition]].replace("", None)).astype("Int64")
        held = rows[key].assign(count=size)
        if definition == COHORT:
            whole = held.groupby(key[:-1], as_index=False)["count"].sum()
            held = pd.concat([held, whole.assign(measure="crime")], ignore_index=True)
        told.append(held.assign(definition=definition))
    return counts.in_order(
        counts.check(
            pd.concat(told, ignore_index=True).assign(
                area=place.whole,
                unit="offences",
                strand="all",
                group=strands.ALL,
                source=file.source,
                withheld=False,
            )
        )
    )


def court_times(*, place: str | Path | Place = "") -> pd.DataFrame:
    """How many days did prosecutions for rape take, at each stage, in each year?

    Of the country that the place is in: ``year``, ``subject``, ``defendants``, ``stage``,
    ``mean_days``, ``median_days`` and ``source``; no rows where the place's data have none.

    >>> held = court_times()
    >>> held[held["stage"] == "offence_to_charge"]["median_days"].tolist()[::7]
    [179.0, 394.5]
    """
    there = places.place(place)
    whole, parts = ("year", "defendants"), ("mean_days", "median_days")
    if "court_times" not in there.files:
        columns = ["year", "subject", "defendants", "stage", *parts, "source"]
        return pd.DataFrame(columns=columns)
    file = there.files["court_times"]
    held = files.read_csv(file.path, needs=(*whole, "subject", "stage", *parts))
    kinds = dict.fromkeys(whole, int) | dict.fromkeys(parts, float)
    return held.frame(**kinds).assign(source=file.source)


def recorded_crime(*, area: str | None = None, place: str | Path | Place = "") -> pd.DataFrame:
    """How many rapes, other sexual offences and homicides were recorded, by part and month?

    As counts of offences, of the months that the place's data hold; none where it has none. A
    crime that is in no part may be left out (see data/README.md), so that parts need not add up.

    >>> recorded_crime(area="Wandsworth")["subject"].unique().tolist()
    ['homicide', 'other_sexual_offences', 'rape']
    """
    there = places.place(place)
    rows = _recorded_crime(there)
    if area is not None:
        rows = rows[rows["area"] == there.find(area)]
    return rows.reset_index(drop=True)


@cache
def _recorded_crime(place: Place) -> pd.DataFrame:
    if "recorded_crime" not in place.files:
        return counts.empty()
    file = place.files["recorded_crime"]
    rows = counts.read(file.path, place=place)
    if file.source:
        rows = rows.assign(source=pd.array([file.source] * len(rows), dtype=rows["source"].dtype))
    return rows

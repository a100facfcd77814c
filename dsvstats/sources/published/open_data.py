"""Open data of the Metropolitan Police: homicide victims and recorded crime, as counts."""

from __future__ import annotations

from functools import cache

import pandas as pd

from dsvstats import counts, strands
from dsvstats.cache import remembered
from dsvstats.files import data
from dsvstats.terms import places as areas


@cache
def read() -> pd.DataFrame:
    """The list of homicide victims as it lies in data/."""
    return pd.read_csv(data("records", "homicides.csv"), keep_default_na=False)


@remembered
def homicides(
    *, by: str = "all", domestic: bool = True, years: tuple[int, int] = (2003, 2023)
) -> pd.DataFrame:
    """How many people were killed, in London and each borough, and in how many cases is it solved?

    From the Metropolitan Police's list of victims. ``by`` is "all" for London and each borough,
    or "gender" or "ethnicity_broad" for London alone: borough by group would be too small to
    print. ``domestic`` keeps only those flagged as domestic abuse.

    Returns counts: subject "homicide" (or "domestic_homicide"), unit "victims", measures
    "recorded", "solved" and "unsolved".

    >>> homicides(by="gender", years=(2003, 2022))["measure"].unique().tolist()
    ['recorded', 'solved', 'unsolved']
    """
    rows = read()
    rows = rows[rows["year"].between(*years)]
    if domestic:
        rows = rows[rows["domestic_abuse"]]
    column = {"all": None, "gender": "gender", "ethnicity_broad": "ethnicity"}[by]
    group = rows[column] if column else pd.Series(strands.ALL, index=rows.index)
    places = [rows.assign(area=areas.LONDON, group=group)]
    if by == "all":
        places.append(rows.assign(group=group))
    listed = pd.concat(places, ignore_index=True)
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
                source="Metropolitan Police homicide dashboard",
                withheld=False,
            )
        )
    )


@remembered
def homicides_by_strand(
    *, domestic: bool = True, years: tuple[int, int] = (2003, 2023)
) -> pd.DataFrame:
    """How many people were killed in London, by gender and by ethnicity? See ``homicides``.

    >>> homicides_by_strand()["strand"].unique().tolist()
    ['gender', 'ethnicity_broad']
    """
    by = [
        homicides(by=each, domestic=domestic, years=years) for each in ("gender", "ethnicity_broad")
    ]
    return counts.join(*by)


def recorded_crime(*, area: str | None = None) -> pd.DataFrame:
    """How many rapes, other sexual offences and homicides were recorded, by borough and month?

    April 2010 to September 2023, as counts of offences. A seventh of the rapes are in no
    borough and are left out, so that boroughs do not add up to London.

    >>> recorded_crime(area="Wandsworth")["subject"].unique().tolist()
    ['homicide', 'other_sexual_offences', 'rape']
    """
    rows = pd.read_csv(data("published", "recorded_crime.csv.gz"), dtype={"count": "int64"})
    if area is not None:
        rows = rows[rows["area"] == areas.find(area)]
    return counts.check(rows)

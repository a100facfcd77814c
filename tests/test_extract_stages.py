"""From records: how far cases go, how they leave at each stage, and how long a decision takes."""

from __future__ import annotations

import pandas as pd
import pytest

from dsvstats import counts
from dsvstats.sources import extract
from dsvstats.statistics import attrition
from dsvstats.terms import chains

REPORTS = """
report_id,borough,reported,classification,domestic_violence,withdrawn
R1,Lambeth,2008-10-05,crime,true,false
R2,Lambeth,2008-11-01,crime,true,false
R3,Lambeth,2008-12-01,crime,true,true
R4,Lambeth,2009-01-01,crime,true,true
R5,Lambeth,2009-02-01,crime,true,false
R6,Lambeth,2009-03-01,crime,true,false
R7,Lambeth,2009-04-01,no_crime,true,false
R8,Lambeth,2009-09-01,crime,true,false
R9,Lambeth,2009-09-30,crime_related_incident,true,false
"""
PEOPLE = """
report_id,role,person_id,gender,arrested,charged,cautioned,no_further_action,prosecuted,resulted,result
R1,accused,A1,Male,2008-10-05,2008-11-02,,,2008-12-01,2009-01-10,convicted
R1,accused,B1,Male,2008-10-05,2008-11-30,,,2008-12-01,2009-01-10,acquitted
R2,accused,C1,Male,2008-11-01,2008-12-27,,,2009-01-05,2009-02-01,discontinued
R3,accused,D1,Male,,2009-01-20,,,,,
R4,suspect,E1,Male,2009-01-01,,,2009-06-30,,,
R5,suspect,F1,Male,2009-02-01,,,2009-02-01,,,
R6,suspect,G1,Male,,,,,,,
R7,suspect,H1,Male,2009-04-01,,,,,,
R8,suspect,I1,Male,2009-09-01,,2009-09-02,,,,
"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stages")
    for name, text in (("reports", REPORTS), ("people", PEOPLE)):
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return counts.choose(extract.count(folder), subject="domestic_violence", strand="all")


def counted(cases: pd.DataFrame, unit: str) -> dict[str, int]:
    held = counts.choose(cases, area="Lambeth", unit=unit)
    return dict(zip(held["measure"], held["count"].tolist(), strict=True))


def test_cases_are_followed_from_the_report_to_the_court(cases):
    held = counted(cases, "offences")
    chain = [held[measure] for measure in chains.TO_COURT[1:]]
    assert chain == [7, 7, 6, 4, 3, 2, 1]  # R3 was charged without an arrest: no stage loses it
    assert held["arrest"] == 5


def test_ways_out_exclude_each_other(cases):
    incidents, held = counted(cases, "incidents"), counted(cases, "offences")
    assert (incidents["no_crime"], incidents["crime_related_incident"]) == (1, 1)
    assert (held["withdrawn"], held["withdrawn_undetected"], held["withdrawn_detected"]) == (
        2,
        1,
        1,
    )
    assert (held["no_further_action"], held["dropped"]) == (2, 1)  # R4 was withdrawn
    assert (held["convicted"], held["acquitted"], held["discontinued"]) == (1, 0, 1)


def test_exits_are_told_at_each_stage(cases):
    told = attrition.exits_by_stage(counts.choose(cases, area="Lambeth"), chains.EXITS)
    parts = zip(told["measure"], told["numerator"], told["denominator"], strict=True)
    assert {name: (part, whole) for name, part, whole in parts} == {
        "no_crime": (1, 9),
        "crime_related_incident": (1, 9),
        "specified_investigation": (0, 9),
        "withdrawn_undetected": (1, 7),
        "dropped": (1, 7),
        "caution": (1, 4),
        "acquitted": (0, 2),
        "discontinued": (1, 2),
    }


def test_an_arrest_in_what_is_no_crime_is_told(cases):
    held = counts.choose(cases, area="Lambeth")
    assert counted(cases, "incidents")["arrest_no_crime"] == 1
    told = attrition.arrested_in_no_crime(held, subject="domestic_violence")
    assert told[["numerator", "denominator"]].values.tolist() == [[1.0, 9.0]]


def test_decisions_are_timed_from_the_arrest_and_only_where_it_was_followed(cases):
    """A waited 28 days and B 56; C 56; E 180, F none; H in no crime, I arrested too late."""
    held = counted(cases, "suspects")
    assert held["arrest_followed"] == 5
    assert [held[f"decided_in_{weeks}_weeks"] for weeks in (4, 8, 26)] == [2, 4, 5]

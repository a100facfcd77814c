"""From records: how far cases go, how they leave at each stage, and how long a decision takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dsvstats import counts
from dsvstats.sources import extract, synthetic
from dsvstats.sources.synthetic.setting import Planted
from dsvstats.statistics import attrition, intervals
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
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("stages")
    for name, text in (("reports", REPORTS), ("people", PEOPLE)):
        (made / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def cases(folder):
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


def test_each_crime_is_followed_to_its_first_outcome(folder):
    rows = extract.followed(folder, until="2009-09-30")
    told = {(row.days, row.outcome): row.count for row in rows.itertuples(index=False)}
    assert told == {
        (28, "charge"): 1,  # R1, by the first of its two
        (56, "charge"): 1,
        (50, "charge"): 1,
        (180, "no_further_action"): 1,
        (0, "no_further_action"): 1,
        (213, ""): 1,  # R6 has a suspect and no outcome
        (1, "caution"): 1,
    }
    early = extract.followed(folder, until="2008-11-10")
    assert early[["days", "outcome", "count"]].values.tolist() == [[28, "charge", 1], [9, "", 1]]
    men = extract.followed(folder, strand="gender")
    assert men["count"].sum() == 8 and set(men["unit"]) == {"suspects"}
    assert attrition.cumulative_incidence(rows, at=[56])["numerator"].sum() == 5


LAG = 90.0
"""Mean days to an outcome, planted."""


def covered(seed: int, folder: Path, *, by: int = 150) -> np.ndarray:
    """At ten dates: do the matured limits, and those of the raw share, hold what came later?"""
    planted = Planted(mean_days_to_outcome=LAG)
    days = {"start": "2007-10-01", "end": "2009-09-30"}
    synthetic.generate(5000, seed, areas=["Lambeth"], out=folder, planted=planted, **days)
    records = extract.read(folder)
    found = []
    for cut in pd.date_range("2008-06-30", "2009-04-30", periods=10).normalize():
        known = extract.followed(records, until=cut).drop(columns=["start", "end"])
        row = attrition.matured(known, by=by).set_index("measure").loc["charge"]
        told = {"period": ("2007-10-01", cut), "until": cut + pd.Timedelta(days=by)}
        later = extract.followed(records, **told)
        charged = later[(later["outcome"] == "charge") & (later["days"] <= by)]["count"].sum()
        truth = charged / later["count"].sum()
        assert row["denominator"] == later["count"].sum()
        raw = intervals.proportion(row["numerator"], row["denominator"])
        found.append((row["lower"] <= truth <= row["upper"], raw.lower <= truth <= raw.upper))
    return np.array(found)


def test_matured_shares_of_an_extract_hold_what_came_later(tmp_path):
    held = np.concatenate([covered(seed, tmp_path / str(seed)) for seed in range(3)])
    ours, raw = held.mean(axis=0)
    assert ours >= 0.9 and raw < 0.5


@pytest.mark.soak
def test_matured_shares_of_many_extracts_hold_what_came_later(tmp_path):
    held = np.concatenate([covered(seed, tmp_path / str(seed)) for seed in range(40)])
    ours, raw = held.mean(axis=0)
    assert ours >= 0.93 and raw < 0.5

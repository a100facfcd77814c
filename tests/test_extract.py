"""An extract of records, counted: tiny tables whose numbers can be checked by hand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dsvstats import counts, strands
from dsvstats.errors import InputError
from dsvstats.sources import extract, synthetic
from dsvstats.sources.extract import engine
from dsvstats.sources.extract.schema import SUBJECTS, TABLES, words
from dsvstats.terms import measures as terms
from dsvstats.terms import places
from dsvstats.terms.measures import MEASURES
from dsvstats.terms.units import UNITS

REPORTS = """
report_id,borough,reported,classification,domestic_violence,rape,serious_sexual_offence,risk_form
R1,Lambeth,2008-10-05,crime,true,false,false,124d
R2,Lambeth,2008-12-01,crime,true,true,true,none
R3,Barnet,2009-02-01,crime_related_incident,true,false,false,124d
R4,Barnet,2009-09-30,no_crime,true,false,,
R5,Lambeth,2009-03-03,crime,false,true,true,
"""
PEOPLE = """
report_id,role,person_id,age,gender,ethnicity_self_defined,arrested,charged,cautioned
R1,victim,P1,29,Female,White - Irish,,,
R1,suspect,P2,31,Male,,2008-10-05,,
R2,victim,P1,30,Female,White - British,,,
R2,accused,P2,31,Male,,2008-12-02,2008-12-20,
R3,victim,P1,30,female,,,,
R4,victim,P3,,,Not stated,,,
R4,suspect,P4,50,Male,,,,
R5,victim,P5,17,Female,Asian or Asian British - Indian,,,
"""
YEAR = ("2008-10-01", "2009-09-30")
DV = {"subject": "domestic_violence"}
ONLY = {"subjects": ["domestic_violence"], "strands": ["all"]}
SOME = {
    "subjects": ["domestic_violence", "rape"],
    "strands": ["all", "age", "gender"],
    "units": ["incidents", "offences", "victims", "accused"],
}


def folder(path: Path, **tables: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in tables.items():
        (path / f"{name}.csv").write_text(text.lstrip("\n"), encoding="utf-8")
    return path


def everywhere(reports: str) -> str:
    """With a report that is of no subject in every borough, so that London can be counted."""
    gap = "," * (reports.strip().split("\n")[0].count(",") - 3)
    rows = [f"X{n},{name},2009-01-01,crime{gap}" for n, name in enumerate(places.boroughs())]
    return reports.strip() + "\n" + "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("extracts") / "small"
    return folder(path, reports=everywhere(REPORTS), people=PEOPLE)


@pytest.fixture(scope="module")
def cases(small):
    return extract.count(small)


@pytest.fixture(scope="module")
def some(small):
    return extract.count(small, **SOME)


def numbers(cases: pd.DataFrame, **wanted) -> dict[str, int]:
    """Counts by group, or by measure where everyone is meant."""
    rows = counts.choose(cases, **{"strand": "all"} | wanted)
    by = "measure" if (rows["strand"] == "all").all() else "group"
    assert not rows.duplicated(by).any()
    return dict(zip(rows[by], rows["count"].tolist(), strict=True))


def test_incidents_are_all_reports_of_a_subject_and_offences_its_crimes(cases):
    incidents = numbers(cases, **DV, area="London", unit="incidents")
    assert incidents["recorded"] == 4
    assert incidents["crime"] == 2
    assert incidents["no_crime"] == incidents["crime_related_incident"] == 1
    assert incidents["no_crime_or_crime_related_incident"] == 2
    assert incidents["risk_form"] == 2
    offences = numbers(cases, **DV, area="London", unit="offences")
    assert offences == {
        "crime": 2,
        "suspect_identified": 2,
        "arrest_or_detection": 2,
        "arrest": 2,
        "charge": 1,
        "caution": 0,
        "sanction_detection": 1,
        "dual_arrest": 0,
    }
    assert numbers(cases, subject="rape", area="Lambeth", unit="offences")["crime"] == 2


def test_a_crossed_flag_is_a_subject_of_its_own(cases):
    both = numbers(cases, subject="domestic_violence & rape", area="London", unit="incidents")
    assert both["recorded"] == 1
    assert set(cases["subject"]) == {
        "domestic_violence",
        "rape",
        "serious_sexual_offences",
        "domestic_violence & rape",
        "domestic_violence & serious_sexual_offences",
    }


def test_a_victim_in_two_boroughs_is_one_victim_of_london(cases):
    victims = counts.choose(cases, **DV, unit="victims", strand="all", measure="recorded")
    by_area = victims.set_index("area")["count"]
    assert by_area["Lambeth"] == 1
    assert by_area["Barnet"] == 2
    assert by_area["London"] == 2
    assert by_area.drop(["Lambeth", "Barnet", "London"]).eq(0).all()


def test_repeats_within_the_borough_and_anywhere(cases):
    repeats = {
        area: {
            measure: number
            for measure, number in numbers(cases, **DV, area=area, unit="victims").items()
            if measure.startswith("repeat")
        }
        for area in ("Lambeth", "Barnet", "London")
    }
    assert repeats["Lambeth"] == {
        "repeat_within": 1,
        "repeat_anywhere": 1,
        "repeat_crime_within": 1,
        "repeat_crime_anywhere": 1,
    }
    assert repeats["Barnet"] == {
        "repeat_within": 0,
        "repeat_anywhere": 1,
        "repeat_crime_within": 0,
        "repeat_crime_anywhere": 0,
    }
    assert repeats["London"] == repeats["Lambeth"]


def test_people_by_number_of_reports_and_of_crimes(cases):
    people = counts.choose(cases, **DV, unit="victims", strand="reports")
    assert numbers(people, area="London", strand="reports", measure="recorded") == {"1": 1, "3": 1}
    assert numbers(people, area="London", strand="reports", measure="crime") == {"2": 1}


def test_age_is_that_at_the_first_report_and_ethnicity_that_last_recorded(cases):
    people = counts.choose(cases, **DV, unit="victims", measure="recorded")
    lambeth = numbers(people, area="Lambeth", strand="age")
    assert lambeth["18-29"] == 1 and sum(lambeth.values()) == 1
    barnet = numbers(people, area="Barnet", strand="age")
    assert barnet["30-39"] == 1 and barnet["Not recorded"] == 1
    ethnicity = numbers(people, area="London", strand="ethnicity_self_defined")
    assert {group: n for group, n in ethnicity.items() if n} == {
        "White - British": 1,
        "Not recorded": 1,
    }
    assert len(ethnicity) == 17


def test_conflicts_between_reports_are_counted(cases):
    london = numbers(cases, **DV, area="London", unit="victims")
    assert london["conflicting_ethnicity_self_defined"] == 1
    assert london["conflicting_gender"] == 0
    assert london["conflicting_age"] == 0


def test_suspects_include_the_accused_and_each_is_one_person(cases):
    assert numbers(cases, **DV, area="London", unit="suspects") | {} == {
        "recorded": 2,
        "crime": 1,
        "no_crime": 1,
        "crime_related_incident": 0,
        "no_crime_or_crime_related_incident": 1,
        "specified_investigation": 0,
        "arrest_or_detection": 1,
        "arrest": 1,
        "charge": 1,
        "caution": 0,
        "sanction_detection": 1,
        "cross_allegation": 0,
        "dual_arrest": 0,
        "repeat_within": 1,
        "repeat_anywhere": 1,
        "repeat_crime_within": 1,
        "repeat_crime_anywhere": 1,
        "conflicting_age": 0,
        "conflicting_gender": 0,
        "conflicting_ethnicity_self_defined": 0,
    }
    assert numbers(cases, **DV, area="London", unit="accused")["recorded"] == 1


def test_what_was_not_supplied_is_missing_and_never_nought(cases):
    measures = set(cases["measure"])
    assert not measures & {"withdrawn", "haven_referral", "convicted", "no_further_action"}
    assert "religion" not in set(cases["strand"])


def test_a_group_with_nobody_in_it_is_nought(cases):
    people = counts.choose(cases, **DV, unit="victims", area="London")
    assert numbers(people, strand="gender", measure="recorded") == {
        "Female": 1,
        "Male": 0,
        "Not recorded": 1,
    }
    assert numbers(people, strand="gender", measure="crime") == {
        "Female": 1,
        "Male": 0,
        "Not recorded": 0,
    }


def test_london_is_counted_only_where_every_borough_is_there(tmp_path):
    cases = extract.count(
        folder(tmp_path / "two", reports=REPORTS, people=PEOPLE), units=["incidents"], **ONLY
    )
    assert set(cases["area"]) == {"Lambeth", "Barnet"}


def test_cross_allegations_and_dual_arrests(tmp_path):
    people = """
report_id,role,person_id,arrested
R1,victim,P1,
R1,suspect,P2,2008-10-05
R1,suspect,P1,2008-10-05
R2,victim,P1,
R2,suspect,P2,2008-12-01
R2,suspect,P1,
R3,victim,P1,
R3,suspect,P2,
R3,suspect,P3,
"""
    cases = extract.count(
        folder(tmp_path / "x", reports=REPORTS, people=people), areas="Lambeth", **ONLY
    )
    offences = numbers(cases, **DV, unit="offences")
    assert (offences["arrest"], offences["dual_arrest"]) == (2, 1)
    assert numbers(cases, **DV, unit="incidents")["cross_allegation"] == 2
    assert numbers(cases, **DV, unit="victims")["dual_arrest"] == 1
    assert numbers(cases, **DV, unit="suspects")["dual_arrest"] == 2


def test_one_party_named_twice_is_not_a_cross_allegation(tmp_path):
    people = "report_id,role,person_id\nR1,victim,P1\nR1,suspect,P1\n"
    cases = extract.count(
        folder(tmp_path / "x", reports=REPORTS, people=people), areas="Lambeth", **ONLY
    )
    assert numbers(cases, **DV, unit="incidents")["cross_allegation"] == 0


def test_outcomes_of_what_is_no_crime_are_not_counted(tmp_path):
    people = "report_id,role,person_id,arrested\nR4,victim,P1,\nR4,suspect,P2,2009-09-30\n"
    cases = extract.count(
        folder(tmp_path / "x", reports=REPORTS, people=people), areas="Barnet", **ONLY
    )
    assert numbers(cases, **DV, unit="incidents")["arrest"] == 0
    assert numbers(cases, **DV, unit="suspects")["arrest"] == 0


def test_calls_and_those_that_became_reports(tmp_path):
    calls = """
call_id,report_id,borough,called,domestic_violence
C1,R1,Lambeth,2008-10-05,yes
C2,R1,Lambeth,2008-10-05,yes
C3,,Lambeth,2008-10-06,yes
C4,,Lambeth,2008-10-06,no
C5,R3,Barnet,2007-01-01,yes
"""
    path = folder(tmp_path / "x", reports=REPORTS, people=PEOPLE, calls=calls)
    cases = extract.count(path, units=["calls"])
    assert numbers(cases, **DV, unit="calls", area="Lambeth") == {"recorded": 3, "converted": 2}
    short = "call_id,report_id\nC1,R1\nC2,R1\nC3,\nC5,R3\n"
    cases = extract.count(folder(path, calls=short), units=["calls"])
    assert numbers(cases, **DV, unit="calls", area="Lambeth") == {"converted": 2}
    assert numbers(cases, **DV, unit="calls", area="Barnet") == {"converted": 1}


def test_the_flags_audit_finds_flags_missing_and_unexplained(tmp_path):
    reports = """
report_id,borough,reported,classification,offence_group,domestic_violence,rape
R1,Lambeth,2008-10-05,crime,rape,true,true
R2,Lambeth,2008-10-05,crime,rape,false,false
R3,Lambeth,2008-10-05,crime,theft,true,true
R4,Lambeth,2008-10-05,crime,theft,true,
R5,Lambeth,2008-10-05,crime,theft,,
"""
    people = """
report_id,role,relationship,age
R1,victim,Partner,30
R2,victim,Former partner,30
R3,victim,Other relationship,30
R4,victim,,30
R5,victim,Child,12
"""
    path = folder(tmp_path / "x", reports=reports, people=people)
    cases = extract.count(path, units=["incidents"])
    names = ["flag_eligible", "flag_missing", "flag_unexplained"]
    for subject, wanted in (("domestic_violence", [2, 1, 1]), ("rape", [2, 1, 1])):
        found = numbers(cases, subject=subject, unit="incidents", measure=names)
        assert [found[name] for name in names] == wanted


def test_periods_roll_and_each_counts_its_own_people(small):
    reports = extract.count(
        small,
        periods=extract.rolling("2009-08", "2009-09"),
        covers=("2008-09-01", "2009-09-30"),
        areas="London",
        units=["incidents", "victims"],
        **ONLY,
    )
    for unit, wanted in (("incidents", [3, 4]), ("victims", [1, 2])):
        rows = counts.choose(reports, **DV, unit=unit, strand="all", measure="recorded")
        assert rows["count"].tolist() == wanted
        assert rows["end"].dt.strftime("%Y-%m-%d").tolist() == ["2009-08-31", "2009-09-30"]


def test_the_last_twelve_months_are_counted_by_default(cases):
    assert cases[["start", "end"]].drop_duplicates().astype(str).values.tolist() == [list(YEAR)]


@pytest.mark.parametrize("period", [("2007-10-01", "2008-09-30"), ("2009-01-01", "2009-12-31")])
def test_a_period_that_the_extract_does_not_cover_is_refused(small, period):
    with pytest.raises(InputError, match="inside what the extract covers, 2008-10-01 to"):
        extract.count(small, periods=period)
    covered = extract.count(
        small, periods=period, covers=("2000-01-01", "2010-12-31"), units=["incidents"], **ONLY
    )
    wanted = 0 if period[0] < "2008" else 2
    assert numbers(covered, **DV, area="London", measure="recorded") == {"recorded": wanted}


def test_without_person_ids_people_are_counted_once_per_record(tmp_path):
    people = "report_id,role,gender\nR1,victim,Female\nR2,victim,Female\nR2,suspect,Male\n"
    path = folder(tmp_path / "x", reports=REPORTS, people=people)
    cases = extract.count(path, areas="Lambeth", strands=["all", "gender"])
    assert set(cases["unit"]) == {"incidents", "offences", "victim_records", "offenders"}
    assert numbers(cases, **DV, unit="victim_records")["recorded"] == 2
    assert numbers(cases, **DV, unit="offenders")["recorded"] == 1
    assert numbers(cases, **DV, unit="victim_records", strand="gender", measure="crime") == {
        "Female": 2,
        "Male": 0,
        "Not recorded": 0,
    }


def test_a_record_without_an_id_is_a_person_and_the_source_says_so(tmp_path):
    people = "report_id,role,person_id\nR1,victim,\nR2,victim,\nR1,suspect,P1\n"
    cases = extract.count(
        folder(tmp_path / "x", reports=REPORTS, people=people), areas="Lambeth", **ONLY
    )
    assert numbers(cases, **DV, unit="victims")["recorded"] == 2
    noted = counts.choose(cases, unit="victims")["source"].unique().tolist()
    assert noted == ["extract (2 records without a person id, each counted as a person)"]
    assert set(counts.choose(cases, unit="incidents")["source"]) == {"extract"}


def test_crossed_and_coarser_strands(small):
    cases = extract.count(
        small,
        strands=["age x gender", "ethnicity_broad"],
        areas="London",
        units=["victims"],
        subjects=["domestic_violence"],
    )
    crossed = numbers(cases, **DV, unit="victims", strand="age x gender", measure="recorded")
    assert {group: n for group, n in crossed.items() if n} == {
        "18-29 x Female": 1,
        "Not recorded x Not recorded": 1,
    }
    broad = numbers(cases, **DV, unit="victims", strand="ethnicity_broad", measure="recorded")
    assert broad == {"White": 1, "Mixed": 0, "Asian": 0, "Black": 0, "Other": 0, "Not recorded": 1}
    fine = extract.count(
        small, strands=["ethnicity_self_defined"], areas="London", units=["victims"]
    )
    recoded = strands.recode(fine, strand="ethnicity_self_defined", to="ethnicity_broad")
    assert (
        broad.items()
        >= numbers(
            recoded, **DV, unit="victims", strand="ethnicity_broad", measure="recorded"
        ).items()
    )


def test_age_bands_are_the_readers(small):
    cases = extract.count(
        small, strands=["age"], ages=("0-15", "16-29", "30+"), areas="London", units=["victims"]
    )
    assert numbers(cases, **DV, unit="victims", strand="age", measure="recorded") == {
        "0-15": 0,
        "16-29": 1,
        "30+": 0,
        "Not recorded": 1,
    }


def test_the_age_comes_from_the_date_of_birth_where_none_is_given(tmp_path):
    people = """
report_id,role,person_id,date_of_birth
R1,victim,P1,1978-10-06
R2,victim,P2,1978-11-30
R5,victim,P3,
"""
    path = folder(tmp_path / "x", reports=REPORTS, people=people)
    cases = extract.count(path, areas="Lambeth", strands=["age"], units=["victims"])
    ages = numbers(cases, **DV, unit="victims", strand="age", measure="recorded")
    assert {group: n for group, n in ages.items() if n} == {"18-29": 1, "30-39": 1}


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"strands": ["gendr"]}, "did you mean gender"),
        ({"strands": ["gender x gender"]}, "different strands"),
        ({"strands": ["age x reports"]}, "different strands"),
        ({"units": ["victim"]}, "did you mean victims"),
        ({"ages": ("18-29", "30+")}, "from 0 up"),
        ({"ages": ("0-17", "19+")}, "without gaps"),
        ({"ages": ("0-17",)}, "last one open"),
        ({"ages": ()}, "last one open"),
        ({"areas": ["Wandswort"]}, "did you mean Wandsworth"),
        ({"periods": ("2009-10-01", "2008-10-01")}, "a first and a last day"),
        ({"periods": [("soon", "later")]}, "a first and a last day"),
        ({"periods": [3]}, "a first and a last day"),
    ],
)
def test_wrong_arguments_are_told(small, wanted, says):
    with pytest.raises(InputError, match=says):
        extract.count(small, **wanted)


@pytest.mark.parametrize("wrong", [("2009-09", "2009-08"), ("x", "2009-08")])
def test_rolling_needs_two_months_in_order(wrong):
    with pytest.raises(InputError, match="two months"):
        extract.rolling(*wrong)


def test_measures_nest_as_the_vocabulary_says():
    made = synthetic.generate(4000, 5).extract
    cases = extract.count(made, strands=["all", "gender"])
    key = [column for column in counts.KEY if column != "measure"]
    wide = cases.pivot(index=key, columns="measure", values="count")
    for part in MEASURES:
        for whole in terms.inside(part) & set(wide.columns):
            if part in wide.columns:
                both = wide[[part, whole]].dropna()
                assert (both[part] <= both[whole]).all(), (part, whole)
    assert set(cases["measure"]) <= set(MEASURES)
    assert set(cases["unit"]) <= set(UNITS)


def test_one_boroughs_counts_are_the_same_from_its_own_extract(tmp_path):
    made = synthetic.generate(3000, 7)
    reports, people = (getattr(made.extract, name).to_pyarrow() for name in ("reports", "people"))
    alone = pa.compute.equal(reports["borough"], "Croydon")
    own = pa.compute.is_in(people["report_id"], reports.filter(alone)["report_id"])
    (tmp_path / "own").mkdir()
    pq.write_table(reports.filter(alone), tmp_path / "own" / "reports.parquet")
    pq.write_table(people.filter(own), tmp_path / "own" / "people.parquet")
    wanted = {
        "units": ["incidents", "offences", "victims", "suspects", "accused"],
        "strands": ["all", "age", "ethnicity_self_defined", "reports"],
        "periods": YEAR,
    }
    whole = extract.count(made.extract, areas=["Croydon"], **wanted)
    part = extract.count(tmp_path / "own", covers=YEAR, **wanted)
    anywhere = "repeat_anywhere|repeat_crime_anywhere"
    same = [frame[~frame["measure"].str.fullmatch(anywhere)] for frame in (whole, part)]
    pd.testing.assert_frame_equal(*[frame.reset_index(drop=True) for frame in same])


def age_of(row: dict, day) -> int | None:
    born = row["date_of_birth"]
    if row["age"] is not None or born is None:
        return row["age"]
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def naive(reports: list[dict], people: list[dict], subject: str) -> dict:
    """The same counts by plain loops: victims' strands and outcomes, by area and in London."""
    flags = SUBJECTS[subject]
    kept = {row["report_id"]: row for row in reports if all(row.get(flag) for flag in flags)}
    found: dict = {}
    for area in ("London", *places.boroughs()):
        here = {key: row for key, row in kept.items() if area in ("London", row["borough"])}
        detected = {
            row["report_id"]
            for row in people
            if row["role"] != "victim"
            and (row["charged"] or row["cautioned"])
            and row["report_id"] in here
            and here[row["report_id"]]["classification"] == "crime"
        }
        victims: dict = {}
        for row in people:
            if row["role"] == "victim" and row["report_id"] in here:
                victims.setdefault(row["person_id"], []).append(row)
        for rows in victims.values():
            rows.sort(key=lambda row: here[row["report_id"]]["reported"])
            told = [row["gender"] for row in rows if row["gender"]]
            ages = [
                age
                for row in rows
                if (age := age_of(row, here[row["report_id"]]["reported"])) is not None
            ]
            groups = {
                "all": "All",
                "gender": told[-1] if told else "Not recorded",
                "age": "Not recorded"
                if not ages
                else "0-17"
                if ages[0] < 18
                else "18-29"
                if ages[0] < 30
                else "30-39"
                if ages[0] < 40
                else "40-49"
                if ages[0] < 50
                else "50-59"
                if ages[0] < 60
                else "60-69"
                if ages[0] < 70
                else "70+",
                "reports": str(len(rows)),
            }
            crime = any(here[row["report_id"]]["classification"] == "crime" for row in rows)
            measures = {
                "recorded": True,
                "crime": crime,
                "sanction_detection": any(row["report_id"] in detected for row in rows),
                "repeat_within": len(rows) > 1,
            }
            for strand, group in groups.items():
                for measure, is_so in measures.items():
                    if is_so and (strand != "reports" or measure == "recorded"):
                        key = (area, measure, strand, group)
                        found[key] = found.get(key, 0) + 1
    return found


@pytest.mark.parametrize("subject", ["domestic_violence", "serious_sexual_offences"])
def test_counts_equal_those_of_plain_loops(subject):
    made = synthetic.generate(1500, 11).extract
    rows = [getattr(made, name).to_pyarrow().to_pylist() for name in ("reports", "people")]
    wanted = naive(*rows, subject)
    cases = extract.count(
        made,
        units=["victims"],
        periods=YEAR,
        strands=["all", "gender", "age", "reports"],
        subjects=[subject],
    )
    cases = counts.choose(
        cases,
        measure=["recorded", "crime", "sanction_detection", "repeat_within"],
    )
    cases = cases[(cases["strand"] != "reports") | (cases["measure"] == "recorded")]
    keys = cases[["area", "measure", "strand", "group"]].itertuples(index=False, name=None)
    found = {key: n for key, n in zip(keys, cases["count"], strict=True) if n}
    assert found == wanted


FORMS = {
    "folder of CSV": lambda path, tables: [
        table.to_csv(path / f"{name}.csv", index=False) for name, table in tables.items()
    ],
    "folder of Parquet": lambda path, tables: [
        table.to_parquet(path / f"{name}.parquet") for name, table in tables.items()
    ],
    "folders of parts": lambda path, tables: [
        ((path / name).mkdir(exist_ok=True), half.to_parquet(path / name / f"{n}.parquet"))
        for name, table in tables.items()
        for n, half in enumerate((table[:3], table[3:]))
    ],
    "parts of CSV, columns in another order": lambda path, tables: [
        half.to_csv(path / f"{name}-{n}.csv", index=False)
        for name, table in tables.items()
        for n, half in enumerate((table[:3], table[3:][table.columns[::-1]]))
    ],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_files_gives_the_same_counts(small, some, tmp_path, form):
    tables = {
        name: pd.read_csv(small / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in ("reports", "people")
    }
    other = tmp_path / "other"
    other.mkdir()
    FORMS[form](other, tables)
    pd.testing.assert_frame_equal(extract.count(str(other / "*"), **SOME), some)


def test_typed_parquet_is_read_as_well_as_text(small, some, tmp_path):
    other = tmp_path / "typed"
    other.mkdir()
    flags = ["domestic_violence", "rape", "serious_sexual_offence"]
    reports = pd.read_csv(small / "reports.csv", parse_dates=["reported"])
    reports[flags] = reports[flags].astype("boolean")
    reports["classification"] = reports["classification"].astype("category")
    reports.to_parquet(other / "reports.parquet")
    people = pd.read_csv(small / "people.csv", parse_dates=["arrested", "charged", "cautioned"])
    people.to_parquet(other / "people.parquet")
    assert people["age"].dtype == float
    pd.testing.assert_frame_equal(extract.count(other, **SOME), some)


def test_a_single_file_holds_reports(small, tmp_path):
    shutil.copy(small / "reports.csv", tmp_path / "anything.csv")
    cases = extract.count(tmp_path / "anything.csv", subjects=["domestic_violence"])
    assert set(cases["unit"]) == {"incidents", "offences"}
    assert not set(cases["measure"]) & {"arrest", "charge"}


def test_columns_that_are_not_known_are_never_read(tmp_path):
    text = PEOPLE.strip().split("\n")
    text = [f"{line},{'secret' if n else 'national_insurance'}" for n, line in enumerate(text)]
    held = extract.read(folder(tmp_path / "x", reports=REPORTS, people="\n".join(text)))
    assert set(held.people.columns) <= set(TABLES["people"])
    queries = [ibis.to_sql(held.typed(name)) for name in held.tables]
    assert not any(re.search("national_insurance|secret", query) for query in queries)


def test_names_are_kept_for_linkage_and_never_counted():
    made = synthetic.generate(300, 1).extract
    typed = made.typed("people")
    assert "family_name" in made.people.columns
    assert engine.fetch(typed.aggregate(n=typed.family_name.count()))["n"].tolist() == [0]


def test_an_empty_extract_gives_an_empty_result(tmp_path):
    header = REPORTS.strip().split("\n")[0] + "\n"
    path = folder(tmp_path / "none", reports=header, people=PEOPLE.strip().split("\n")[0] + "\n")
    assert extract.count(path).empty
    found, status = extract.check_path(path)
    assert (len(found), status) == (0, 0)


def test_a_mapping_fits_a_forces_own_names_codes_and_dates(small, some, tmp_path):
    force = tmp_path / "force"
    force.mkdir()
    reports = pd.read_csv(small / "reports.csv", dtype="str", keep_default_na=False)
    reports["reported"] = pd.to_datetime(reports["reported"]).dt.strftime("%d/%m/%Y")
    reports["classification"] = reports["classification"].replace(
        {"crime": "C", "no_crime": "NC", "crime_related_incident": "CRI"}
    )
    reports["domestic_violence"] = reports["domestic_violence"].replace(
        {"true": "DV", "false": "-", "": "-"}
    )
    reports = reports.rename(columns={"report_id": "CRIS No", "borough": "BOCU"})
    reports.to_csv(force / "crimes.csv", index=False)
    shutil.copy(small / "people.csv", force / "people.csv")
    (tmp_path / "force.yml").write_text(
        """
reports:
  file: crimes*.csv
  columns: {report_id: CRIS No, borough: bocu}
  codes:
    classification: {C: crime, NC: no_crime, CRI: crime_related_incident}
    domestic_violence: {DV: true, "*": false}
  dates: "%d/%m/%Y"
"""
    )
    fitted = extract.read(force, mapping=tmp_path / "force.yml")
    pd.testing.assert_frame_equal(extract.count(fitted, **SOME), some)


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"report": {}}, "did you mean reports"),
        ({"reports": {"column": {}}}, "did you mean columns"),
        ({"reports": {"columns": {"borogh": "x"}}}, "did you mean borough"),
        ({"reports": {"codes": {"reported": {"a": "b"}}}}, "columns of codes and flags"),
        ({"reports": {"codes": {"classification": {"C": "crim"}}}}, "did you mean crime"),
        ({"reports": {"codes": {"classification": {"C": "crime", "c": "no_crime"}}}}, "one code"),
        ({"reports": {"dates": "%d/%m"}}, "made of %d, %m and %Y"),
        ({"reports": ["x"]}, "names with what is theirs"),
        ({"reports": {"columns": {"borough": ["x"]}}}, "text"),
        ({"reports": {"columns": {"borough": "BOCU"}}}, "a table with BOCU"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(small, mapping, says):
    with pytest.raises(InputError, match=says):
        extract.read(small, mapping=mapping)


@pytest.mark.parametrize("text", ["reports: [", "- a\n- b", "\xff", "a: &a [*a]"])
def test_a_mapping_that_is_no_yaml_is_told(small, tmp_path, text):
    (tmp_path / "m.yml").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="m.yml"):
        extract.read(small, mapping=tmp_path / "m.yml")
    with pytest.raises(InputError, match="none.yml"):
        extract.read(small, mapping=tmp_path / "none.yml")


def test_every_column_and_code_is_documented():
    text = (Path(__file__).parents[1] / "EXTRACT.md").read_text(encoding="utf-8")
    for table, columns in TABLES.items():
        part = text.split(f"## {table}")[1].split("\n## ")[0]
        for name, column in columns.items():
            assert f"`{name}`" in part, (table, name)
            if name != "borough":
                assert all(f"`{code}`" in part for code in column.codes), (table, name)


def test_blank_words_stand_for_nothing_in_every_code():
    assert words(TABLES["people"]["religion"])["not stated"] == strands.NOT_RECORDED


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Query interrupted"),
        duckdb.InterruptException("INTERRUPT Error: Interrupted!"),
    ],
)
def test_to_stop_is_to_stop(error):
    with pytest.raises(KeyboardInterrupt), engine.readable():
        raise error
    with pytest.raises(RuntimeError, match="else"), engine.readable():
        raise RuntimeError("something else")


def test_the_libraries_cannot_drop_a_table_and_so_we_drop_our_own():
    connection = engine.connect()
    numbers_ = ibis.memtable({"n": [1]})
    kept = connection.create_table("kept", numbers_, temp=True)
    try:
        connection.drop_table("kept")
    except Exception:
        assert kept.count().to_pyarrow().as_py() == 1
    else:
        pytest.fail("the trap is gone: engine.held may use Table.cache")
    with engine.held(connection.create_table("n", numbers_)):
        pass
    left = connection.raw_sql("select table_name from duckdb_tables()").fetchall()
    assert sorted(left) == [("kept",), ("n",)]


def test_a_file_that_changes_after_it_passed_is_checked_again(tmp_path):
    head = "report_id,borough,reported,classification,domestic_violence\n"
    reports = tmp_path / "reports.csv"
    reports.write_text(head + "1,Barnet,2009-01-05,crime,true\n")
    held = extract.read(tmp_path)
    assert extract.count(held, units=["incidents"])["count"].sum() > 0
    reports.write_text(head + "1,Barnet,2009-01-05,crime,true\n1,Barnet,2009-13-05,x,true\n")
    with pytest.raises(InputError, match="reports.csv"):
        extract.count(held, units=["incidents"])

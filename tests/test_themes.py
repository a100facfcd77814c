"""Themes as data: what they say, whom they count, and how a session's page answers."""

from __future__ import annotations

import re

import pandas as pd
import pytest
import yaml
from answer_pages import answer, opening, sentences
from tables import people, residents

from dsvstats import counts, report, session
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.files import data
from dsvstats.runner import planning
from dsvstats.terms import themes

AREAS = ("London", "Wandsworth", "Lambeth", "Haringey", "Barnet")


@pytest.fixture
def own(tmp_path):
    """A theme of one's own, with these changes."""

    def make(**changes) -> str:
        held = yaml.safe_load(data("themes", "older_people.yml").read_text(encoding="utf-8"))
        path = tmp_path / "young_people.yml"
        path.write_text(yaml.safe_dump(held | changes), encoding="utf-8")
        return str(path)

    return make


def test_a_theme_of_ones_own_needs_no_code(own):
    path = own(title="Young adults", ages=[["0-29", "30+"]], reference={"age": "30+"})
    here = session.open(path, "London")
    held = counts.choose(here.counted, subject="domestic_violence").set_index("group")["count"]
    printed = counts.choose(here.page.cases, strand="age", unit="victim_records", measure="crime")
    young = printed[printed["group"].isin(["0-17", "18-29"])]["count"].sum()
    assert held["0-29"] == young and here.about.theme == "Young adults"
    runs = planning.plan(
        ["notebooks/05_thematic_session.ipynb"], ["London"], parameters={"theme": path}
    )
    assert runs[0].output.name == "05_thematic_session_young_people.ipynb"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subjects": ["domestic_violense"]}, "domestic_violence"),
        ({"subjects": []}, "at least one subject"),
        ({"strands": ["agee"]}, "age"),
        ({"roles": ["victim"]}, "victims"),
        ({"title": ["Older"]}, "a line of text"),
        ({"subject": ["rape"]}, "subjects"),
        ({"outcomes": {"charges": "crime"}}, "charge"),
        ({"readings": [{"says": "of all", "count": []}]}, "says, count and of"),
        (
            {"readings": [{"says": "x", "count": [{"measur": "rapes"}], "of": [{"doc": "a"}]}]},
            "measure",
        ),
        ({"ages": "0-49"}, "lists of age bands"),
    ],
)
def test_what_cannot_be_in_a_theme_is_told_with_its_mend(own, changes, told):
    with pytest.raises(InputError, match=re.escape(told)) as found:
        themes.theme(own(**changes))
    assert "young_people.yml" in str(found.value)


def test_an_unknown_theme_lists_the_near_ones():
    with pytest.raises(InputError, match="older_people"):
        themes.theme("older people")


def test_people_are_told_in_the_first_bands_that_theirs_go_whole_into():
    coarse = people("age", {"0-49": 40, "50-69": 8, "70+": 2, "Not recorded": 5})
    cut = people("age", {"0-44": 30, "45-54": 9, "55+": 6}, measure="recorded")
    held = counts.banded(counts.join(coarse, cut), [["0-49", "50-64", "65+"], ["0-49", "50+"]])
    assert held[["group", "count"]].values.tolist() == [
        ["0-49", 40],
        ["50+", 10],
        ["Not recorded", 5],
    ]


def test_london_in_the_year_to_march_2008():
    """4,885 of 50,653 victim records: the bands of paragraph 12 of July 2008 from 51 on."""
    here = session.open("older_people", "London")
    shares = here.shares().set_index(["subject", "group"])
    row = shares.loc[("domestic_violence", "50+")]
    assert (row["numerator"], row["denominator"]) == (4885, 50653)


def test_shares_of_printed_numbers_are_those_of_the_documents():
    readings = {
        name: session.open(name, "London").readings()[["Counts", "Share"]].values.tolist()
        for name in ("older_people", "disabled_people", "honour_based_violence")
    }
    assert readings["older_people"] == [
        ["41 of 55", "75%"],
        ["39 of 41", "95%"],
        ["5 of 27", "19%"],
    ]
    assert [each[0] for each in readings["disabled_people"]] == [
        "32 of 145",
        "1,838 of 6,786",
        "56 of 145",
        "56 of 201",
    ]
    assert readings["honour_based_violence"] == [["87 of 143", "61%"]]
    both = session.open("honour_based_violence", "Wandsworth").readings()
    assert both["Counts"].tolist() == ["87 of 143", "3 of 12"]


def test_nothing_of_one_area_is_printed_as_anothers():
    for name in themes.known():
        here = session.open(name, "Lambeth")
        assert set(here.printed["Where"]) <= {"London", "the country"}
        assert not here.readings()["Place"].str.contains("Wandsworth").any()


@pytest.mark.parametrize("name", themes.known())
@pytest.mark.parametrize("area", AREAS)
def test_every_theme_is_answered_in_short_sentences_with_what_it_cannot_tell(name, area):
    found = answer("theme", area, theme=name)
    assert themes.theme(name).title[1:] in opening("theme", area, theme=name).title
    told = sentences(found)
    assert len(told) == len(set(told)) and found.findings[-1].verdict == "not_known"
    assert all(len(each.split()) <= 30 for each in told)
    assert not re.search(r"_|because of their|nan", " ".join(told))


def test_a_theme_on_counts_of_ones_own(tmp_path):
    own = counts.join(
        people("age", {"18-49": 400, "50+": 60}, area="Barnet"),
        people("age", {"18-49": 200, "50+": 12}, area="Barnet", measure="sanction_detection"),
        residents("age", {"18-49": 150_000, "50+": 90_000}, area="Barnet"),
    )
    path = tmp_path / "own.csv"
    own.to_csv(path, index=False)
    found = answer("theme", "Barnet", data=str(path))
    told = " ".join(sentences(found))
    assert "60 of 460 victims and survivors" in told and "12 of 60 cases" in told
    assert session.open("older_people", "Barnet", str(path)).printed.empty


def test_two_themes_of_one_area_are_two_pages():
    runs = [
        run
        for theme in ("older_people", "lgbt_people")
        for run in planning.plan(
            ["notebooks/05_thematic_session.ipynb"], ["Lambeth"], parameters={"theme": theme}
        )
    ]
    assert len({run.output for run in planning.apart(runs)}) == 2
    assert pd.Series([run.name for run in runs]).is_unique


def test_shares_are_as_wide_as_those_of_the_page_on_the_same_people():
    """Wandsworth's victim records hold people with several: limits are wider for it everywhere."""
    here = session.open("older_people", "Wandsworth")
    page = here.page.people
    wide = here.shares().set_index(["subject", "group"]).loc[("domestic_violence", "50+")]
    assert flags.of(wide["flags"])["dispersion"] == f"{here.page.dispersion:.3g}"
    assert here.page.dispersion_of(page) == here.page.dispersion
    index = here.index().set_index(["subject", "group"])
    assert "dispersion" in flags.of(index.loc[("domestic_violence", "50+"), "flags"])
    sexual = index.loc[("serious_sexual_offences", "50+"), "flags"]
    assert "assumes_independence" in flags.of(sexual)
    told = report.open("Wandsworth").shares("victims")
    violence = told[(told["subject"] == "domestic_violence") & told["estimate"].notna()]
    assert flags.has(violence["flags"], "dispersion").all()

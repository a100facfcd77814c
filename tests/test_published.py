"""Printed tables as counts: the numbers that readers of the documents know."""

from __future__ import annotations

import pandas as pd
import pytest

from dsvstats import counts, files, strands
from dsvstats.counts import people as roles
from dsvstats.errors import InputError
from dsvstats.sources import checklist, published, reconcile, supply
from dsvstats.sources.published import open_data
from dsvstats.terms import places


@pytest.fixture(scope="module")
def printed() -> pd.DataFrame:
    return published.read()


@pytest.fixture(scope="module")
def everything() -> pd.DataFrame:
    return supply.everywhere()


def one(cases: pd.DataFrame, **wanted) -> int:
    found = counts.choose(cases, **wanted)["count"].tolist()
    assert len(found) == 1, found
    return found[0]


DV = {"subject": "domestic_violence"}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"area": "Wandsworth", "unit": "incidents", "measure": "recorded"} | DV, 2801),
        ({"area": "Wandsworth", "unit": "offences", "measure": "crime"} | DV, 1187),
        (
            {"area": "Wandsworth", "unit": "victims", "measure": "repeat_within", "strand": "all"},
            205,
        ),
        (
            {"area": "London", "unit": "offences", "measure": "crime", "definition": "flagged"}
            | DV,
            50986,
        ),
        ({"area": "London", "unit": "offences", "measure": "crime", "definition": "spi8a"}, 52212),
        ({"area": "London", "unit": "incidents", "measure": "arrest_recorded"}, 35355),
        ({"area": "London", "unit": "offences", "measure": "charge"}, 9903),
        ({"area": "London", "unit": "prosecutions", "measure": "prosecuted"}, 6688),
        (
            {
                "area": "London",
                "unit": "victims",
                "strand": "reports",
                "measure": "crime",
                "group": "2+",
            },
            12856,
        ),
        ({"area": "Lambeth", "unit": "offences", "measure": "sanction_detection"} | DV, 882),
        ({"area": "Camden", "unit": "offences", "measure": "crime"}, 949),
    ],
)
def test_printed_counts(everything, wanted, count):
    assert one(everything, **wanted) == count


def test_the_misprint_is_mended_and_says_so(everything):
    black = counts.choose(
        everything,
        area="London",
        unit="accused",
        group="Black",
        measure="crime",
        subject="domestic_violence",
    )
    black = (
        black
        if len(black)
        else counts.choose(
            everything,
            area="London",
            unit="offenders",
            group="Black",
            measure="crime",
            subject="domestic_violence",
        )
    )
    assert black["count"].tolist() == [3649]
    assert "3,649 for 13,649" in black["source"][0]


def test_mending_does_not_touch_the_printed_frame(printed):
    before = printed.copy()
    published.mended(printed, reconcile.check(printed))
    pd.testing.assert_frame_equal(printed, before)


def test_lambeth_leaves_2333_ethnicities_out(everything):
    out = counts.choose(
        everything,
        area="Lambeth",
        measure="recorded",
        unit="victim_records",
        strand="ethnicity_two",
        subject="domestic_violence",
    )
    assert dict(zip(out["group"], out["count"], strict=True)) == {
        "White": 1046,
        "Black and minority ethnic": 1127,
        strands.IMPLIED: 2333,
    }


def test_every_strand_of_one_base_adds_up_to_the_same_people(everything):
    """Where not, the printed categories overlap or exceed their total: the checker lists them."""
    base = ["area", "start", "end", "subject", "unit", "measure", "definition"]
    people = everything[
        ~everything["strand"].isin(["all", "reports"])
        & everything["unit"].isin(["victim_records", "offenders", "accused"])
    ]
    sums = people.groupby([*base, "strand"])["count"].sum().groupby(base).nunique()
    uneven = sums[sums > 1].reset_index()
    assert set(uneven["subject"]) <= {"dv_homicide", "serious_sexual_offences"}


def test_two_documents_of_one_key_leave_one_and_list_the_other():
    assert supply.set_aside("London")["count"].tolist() == [102227]
    assert 108197 in supply.cases("London")["count"].tolist()


def test_unknown_words_are_not_counts(printed):
    odd = printed.iloc[[0]].assign(subject="weather", unit="count", value="3")
    assert published.counts(odd).empty


def test_areas_by_the_names_people_use():
    assert places.find("  richmond ") == "Richmond upon Thames"
    assert {places.find(each) for each in ("MPS", "Met", "london")} == {"London"}
    assert places.find("barking & dagenham") == places.find("Barking-and-Dagenham")
    with pytest.raises(InputError, match="did you mean Wandsworth"):
        places.find("Wandswort")


def test_residents_2011_agree_across_strands():
    for area in ("Wandsworth", "London"):
        totals = {
            strand: published.residents(area, strand)["count"].sum()
            for strand in ("all", "gender", "age", "ethnicity_self_defined", "ethnicity_broad")
        }
        assert len(set(totals.values())) == 1, totals


def test_residents_in_the_bands_that_were_printed():
    bands = ["18-29", "30-39", "60-69", "70+ or not recorded", "Not recorded"]
    people = published.residents("Wandsworth", "age", groups=bands)
    assert people["group"].tolist() == ["18-29", "30-39", "60-69"]
    fine = published.residents("Wandsworth", "age").set_index("group")["count"]
    assert people["count"][1] == fine["30-34"] + fine["35-39"]
    assert published.residents("Lambeth", "age", groups=["16-35", "36-60"]).empty


def test_residents_of_what_no_census_asked():
    assert published.residents("Wandsworth", "relationship").empty
    with pytest.raises(InputError, match="2001, 2011, 2021"):
        published.residents("Wandsworth", "gender", census=1991)


def test_london_is_the_sum_of_its_boroughs_for_residents():
    boroughs = published.residents(list(places.boroughs()), "gender")["count"].sum()
    assert published.residents("London", "gender")["count"].sum() == boroughs


def test_homicides_add_up():
    killed = open_data.homicides(by="gender", years=(2003, 2022))
    table = killed.pivot(index="group", columns="measure", values="count")
    assert (table["solved"] + table["unsolved"] == table["recorded"]).all()
    everyone = counts.choose(open_data.homicides(years=(2003, 2022)), area="London")
    assert table["recorded"].sum() == everyone["count"].iloc[0]


def test_an_area_that_printed_nothing_is_empty():
    held = supply.cases("Harrow")
    assert held.empty
    assert roles.of(held, role="victims", subject="domestic_violence").empty
    assert (checklist.supplied(held)["Supplied"] == "not supplied").all()
    assert supply.printed_rates("Harrow").empty


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "\xff\xfe\x00", '"unclosed\n', "doc;paragraph;area\n"]
)
def test_files_that_are_not_in_the_printed_shape(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="table.csv"):
        published.read(path)


def test_a_researchers_own_counts_reach_the_notebooks(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "area,start,end,subject,unit,measure,strand,group,count\n"
        "Richmond,2008-04-01,2009-03-31,domestic_violence,victims,crime,gender,Female,10\n"
    )
    own = supply.cases("Richmond upon Thames", data=str(path))
    assert own["count"].dropna().tolist() == [10]
    assert own["group"].tolist() == ["Female", "Not recorded (implied)"]
    with pytest.raises(InputError, match="source: must be given as data"):
        supply.cases("Richmond", source="counts")
    with pytest.raises(InputError, match="received 'publishd'; looked for a file"):
        supply.cases("Richmond", data="publishd")
    with pytest.raises(TypeError, match="sorce"):
        supply.findings("Wandsworth", sorce="extract")


def test_printed_rates_name_their_subjects_in_words():
    rates = supply.printed_rates("Lambeth")
    assert "locally investigated sexual offences" in set(rates["Subject"])
    assert not rates["Subject"].str.contains("bocu|_").any()


# Outcomes of recorded rapes: Home Office, 2018/19


def test_londons_rapes_by_outcome_are_those_of_the_list():
    """8,339 rapes: 128 charged so far, 4,714 not supported, 1,174 open; 262 charges in the year."""
    held = open_data.outcomes()
    rape = held[held["subject"] == "rape"].groupby(["definition", "measure"])["count"].sum()
    cohort, period = rape[open_data.COHORT], rape[open_data.PERIOD]
    assert cohort[["crime", "charge", "victim_does_not_support", "not_yet_assigned"]].tolist() == [
        8339,
        128,
        4714,
        1174,
    ]
    assert cohort.drop("crime").sum() == cohort["crime"] and period["charge"] == 262


def test_the_country_charges_fewer_of_the_newest_rapes_and_more_of_them_are_open():
    """As worked out of the list by hand: 2.9, 2.5, 1.7 and 1.7% charged; 12, 14, 18 and 28% open."""
    path = places.place().files["outcomes"].path
    held = files.read_csv(path).frame()
    rape = held[held["subject"] == "rape"].assign(cohort=lambda each: each["cohort"].astype(int))
    by_quarter = rape.pivot_table(index="start", columns="measure", values="cohort", aggfunc="sum")
    share = 100 * by_quarter.div(by_quarter.sum(axis=1), axis=0)
    assert share["charge"].round(1).tolist() == [2.9, 2.5, 1.7, 1.7]
    assert share["not_yet_assigned"].round().tolist() == [12, 14, 18, 28]
    assert by_quarter.sum().sum() == 59_502 and by_quarter["charge"].sum() == 1_323


def test_a_page_on_a_part_has_no_outcomes_of_the_whole():
    import dsvstats as dsv

    assert dsv.open("Lambeth").ended.empty and len(dsv.open("London").ended) > 20

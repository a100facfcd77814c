"""Residents as a base: whose, of which Censuses, of which ages, and by which scheme."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import join, people, residents, row

import dsvstats as dsv
from dsvstats import counts
from dsvstats.estimates import flags
from dsvstats.sources import population
from dsvstats.statistics.disproportionality import (
    relative_rates,
    representation,
    stratified,
)
from dsvstats.terms import definitions

CENSUSES = ("2001-04-29", "2011-03-27", "2021-03-21")


def known(numbers, days=CENSUSES):
    return join(
        *[
            residents(
                "gender", {"Female": n, "Male": n + 7}, start=day, definition=f"census_{day[:4]}"
            )
            for n, day in zip(numbers, days, strict=False)
        ]
    )


def paired(start, end, lives):
    cases = people("gender", {"Female": 10, "Male": 10}, start=start, end=end)
    return counts.pair(join(cases, lives), "crime", per="residents")


@given(
    numbers=st.lists(st.integers(100, 10_000), min_size=1, max_size=3),
    start=st.dates(pd.Timestamp("1995-01-01").date(), pd.Timestamp("2030-01-01").date()),
    days=st.integers(0, 9000),
)
def test_person_years_are_of_each_days_residents(numbers, start, days):
    """As adding up every day between the Censuses, each end counted half."""
    first = pd.Timestamp(start)
    last = first + pd.Timedelta(days=days)
    found = paired(str(first.date()), str(last.date()), known(numbers))
    each = pd.date_range(first, last)
    at = pd.to_datetime(CENSUSES[: len(numbers)])
    lived = np.interp(each.asi8, at.asi8, numbers)
    mean = np.trapezoid(lived) / days if days else lived[0]
    length = counts.years(pd.Series([first]), pd.Series([last])).iloc[0]
    assert found["denominator"].iloc[0] == pytest.approx(mean * length, rel=1e-9)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2008-04-01", "2009-03-31", "residents=2001/2011"),
        ("2015-04-01", "2016-03-31", "residents=2011/2021"),
        ("2003-01-01", "2022-12-31", "residents=2001/2011/2021 as_last=2021"),
        ("1999-01-01", "2005-12-31", "residents=2001/2011 as_first=2001"),
        ("2023-01-01", "2023-12-31", "residents=2021"),
        ("1999-01-01", "1999-12-31", "residents=2001"),
        ("2011-03-27", "2011-03-27", "residents=2011"),
    ],
)
def test_the_censuses_are_those_around_the_period_and_are_named(start, end, told):
    found = paired(start, end, known([100, 200, 300]))
    assert found["flags"].unique().tolist() == [told]


def test_the_page_takes_the_censuses_that_its_period_asks_for():
    here = dsv.open("Wandsworth")
    found = representation(here.people, against=here.residents)
    taken = (
        found.assign(of=[flags.of(each).get("residents", "") for each in found["flags"]])
        .groupby("strand")["of"]
        .unique()
    )
    assert "2001/2011" in taken["gender"] and "2001/2011" in taken["age"]
    assert "2011" in taken["ethnicity_broad"]
    later = here.people.assign(start=pd.Timestamp("2015-04-01"), end=pd.Timestamp("2016-03-31"))
    later = counts.choose(later, strand="ethnicity_broad")
    found = representation(later, against=here.residents_of(later))
    assert flags.of(row(found, group="Black")["flags"])["residents"] == "2011/2021"


def test_adults_are_set_against_adults_where_the_census_tells_it_and_it_is_said():
    here = dsv.open("Wandsworth")
    found = representation(here.people, against=here.residents)
    told = {s: flags.of(found[found["strand"] == s]["flags"].iloc[0]) for s in found["strand"]}
    assert told["gender"]["ages"] == "18+" and "all_ages" not in told["gender"]
    assert told["age"]["ages"] == "18-69"
    assert told["ethnicity_broad"]["all_ages"] == "18+" and "ages" not in told["ethnicity_broad"]
    adults = population.residents("Wandsworth", "age x gender", census=[2001, 2011])
    low = adults["group"].str.extract(r"^(\d+)", expand=False).astype(int)
    women = adults[(low >= 18) & adults["group"].str.endswith("Female")]
    between = women.groupby("start")["count"].sum()
    middle = pd.Timestamp("2008-11-30")
    days = [each.toordinal() for each in between.index]
    expected = np.interp(middle.toordinal(), days, between.to_numpy(dtype=float))
    length = counts.years(pd.Series(here.people["start"][:1]), here.people["end"][:1]).iloc[0]
    base = row(found, group="Female")["reference_numerator"]
    assert base == pytest.approx(expected * length, rel=1e-6)


def test_people_of_any_age_are_set_against_residents_of_any_age():
    every = join(
        people("age", {"0-17": 3, "18-29": 9, "30-59": 9, "60+": 1}),
        people("gender", {"Female": 12, "Male": 10}),
    )
    lives = population.residents_like(every, census=[2001, 2011])
    assert not any(definitions.ages(each) for each in lives["definition"])
    found = relative_rates(every, "crime", per=lives)
    assert not any({"ages", "all_ages"} & set(flags.of(each)) for each in found["flags"])


def test_ages_that_cut_a_band_of_the_census_are_not_made_of_it():
    assert population.residents("Wandsworth", "gender", ages="18+")["count"].sum() == 251_368
    assert population.residents("Wandsworth", "gender", ages="19+").empty
    assert population.residents("Wandsworth", "ethnicity_self_defined", ages="18+").empty


@pytest.fixture(scope="module")
def deaths():
    here = dsv.open("London")
    killed = counts.choose(here.killed_by_strand, measure="recorded")
    return relative_rates(killed, per=here.residents_of(killed))


def test_a_scheme_without_mixed_says_so_and_is_shown_with_them_as_black_too(deaths):
    four, with_mixed = (
        deaths[(deaths["strand"] == each) & (deaths["versus"] == "reference")]
        for each in ("ethnicity_four", "ethnicity_four_with_mixed")
    )
    black, both = row(four, group="Black"), row(with_mixed, group="Black or Mixed")
    assert flags.of(black["flags"])["lacks"] == "Mixed"
    assert "lacks" not in flags.of(both["flags"])
    assert all("approximate" in flags.of(each["flags"]) for each in (black, both))
    assert black["numerator"] == both["numerator"]
    lives = population.residents("London", "ethnicity_broad", census=[2011, 2021])
    share = lives.groupby("group")["count"].sum()
    ratio = black["denominator"] / both["denominator"]
    assert ratio == pytest.approx(share["Black"] / (share["Black"] + share["Mixed"]), abs=0.01)
    assert both["estimate"] == pytest.approx(black["estimate"] * ratio)
    assert black["way"] == "higher" and both["way"] == "unclear"


def test_nobody_is_everyone_else_where_residents_have_no_group(deaths):
    whole = deaths[(deaths["strand"] == "ethnicity_four") & (deaths["versus"] != "reference")]
    known = whole[whole["group"] != "Not recorded"]
    assert known["estimate"].isna().all()
    assert flags.has(known["flags"], "not_everyone").all()
    rest = deaths[(deaths["strand"] == "ethnicity_four_with_mixed") & (deaths["versus"] == "rest")]
    assert row(rest, group="White")["reference_numerator"] == (
        rest.loc[~rest["group"].isin(["White", "Not recorded"]), "numerator"].sum()
    )


def test_what_a_public_list_says_of_an_area_is_shown_and_how_few_are_solved_is_not():
    here = dsv.open("Barnet")
    for held in (here.killed, here.killed_by_strand, here.homicides):
        shown = held[held["measure"] == "recorded"]
        assert not shown["withheld"].any() and shown["count"].notna().all()
    assert here.killed["area"].nunique() == 33
    few = here.killed[(here.killed["measure"] == "unsolved") & (here.killed["area"] != "London")]
    assert few["withheld"].mean() > 0.9 and few.loc[few["withheld"], "count"].isna().all()


def test_people_by_age_and_gender_are_set_against_residents_of_their_bands():
    """So that a gap between women and men is standardised by age where the counts allow it."""
    bands = {"18-29": (60, 10), "30-59": (30, 12), "60+": (4, 3)}
    cells = {
        f"{band} x {sex}": n
        for band, both in bands.items()
        for sex, n in zip(("Female", "Male"), both, strict=True)
    }
    cases = join(people("age x gender", cells), people("age", {"18-29": 70, "30-59": 42, "60+": 7}))
    lives = population.residents_like(cases, census=[2011])
    by_cell = lives[lives["strand"] == "age x gender"].set_index("group")["count"]
    by_age = lives[lives["strand"] == "age"].set_index("group")["count"]
    assert set(by_cell.index) == set(cells)
    for band in bands:
        assert by_cell[f"{band} x Female"] + by_cell[f"{band} x Male"] == by_age[band]
    found = stratified(join(cases, lives), "crime", per="residents", strand="gender", strata="age")
    pooled = row(found, statistic="Mantel-Haenszel rate ratio", group="Female")
    each = [
        (women / by_cell[f"{band} x Female"]) / (men / by_cell[f"{band} x Male"])
        for band, (women, men) in bands.items()
    ]
    assert min(each) < pooled["estimate"] < max(each)
    crossed = relative_rates(cases, "crime", per=lives)
    crossed = crossed[crossed["strand"] == "age x gender"]
    assert not any({"ages", "all_ages"} & set(flags.of(each)) for each in crossed["flags"])

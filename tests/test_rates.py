"""Proportions, rates, completeness and dispersion."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import RESIDENTS, brackets, few, join, part, people, residents, row, wandsworth

from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import intervals, rates

REPORTS = {"2": 146, "3": 37, "4": 12, "5": 5, "6": 2, "7": 2, "13": 1}
NUMBERS = ["estimate", "lower", "upper"]


def test_a_proportion_is_a_part_over_its_whole_with_wilson_limits():
    # 30 of 100: Wilson by hand: (30 + 1.92 -+ 1.96 sqrt(21 + 0.96)) / 103.84
    found = rates.proportion(part("all", {"All": 30}, {"All": 100}), "arrest", of="crime").iloc[0]
    assert found[["statistic", "method"]].tolist() == ["proportion", "wilson"]
    assert found[NUMBERS].tolist() == pytest.approx([0.3, 0.2189, 0.3958], abs=1e-4)
    assert found[["numerator", "denominator"]].tolist() == [30, 100]
    assert found["flags"] == "" and (found["per"], found["base"]) == (1, "victims:crime")


def test_different_units_are_a_ratio_of_counts_never_a_proportion():
    cases = join(
        people("all", {"All": 1187}, unit="offences"),
        people("all", {"All": 2801}, unit="incidents", measure="recorded"),
    )
    found = rates.proportion(cases, "crime", of="recorded").iloc[0]
    expected = intervals.rate_ratio(1187, 1, 2801, 1)
    assert found["statistic"] == "ratio of counts"
    assert found[NUMBERS].tolist() == pytest.approx(list(expected))
    assert "assumes_independence" in flags.of(found["flags"])


def test_a_rate_is_per_thousand_person_years():
    cases = join(
        people("gender", {"Female": 100, "Male": 4}, end="2010-03-31"),
        residents("gender", {"Female": 10_000, "Male": 8_000}),
    )
    found = rates.rate(cases, "crime", per="residents")
    women = row(found, group="Female")
    byar = intervals.count(100)
    assert women[NUMBERS].tolist() == pytest.approx([5.0, byar.lower / 20, byar.upper / 20])
    assert women["denominator"] == 20_000
    assert women["per"] == 1000
    men = row(found, group="Male")
    # exact below 10: 4 events lie between 1.0899 and 10.2416
    assert men[NUMBERS].tolist() == pytest.approx([0.25, 1.0899 / 16, 10.2416 / 16], abs=1e-4)


def test_the_multiplier_moves_rates_and_nothing_else():
    per_thousand = rates.rate(wandsworth(), "crime", per="residents")
    per_million = rates.rate(wandsworth(), "crime", per="residents", multiplier=1_000_000)
    np.testing.assert_allclose(per_million[NUMBERS], per_thousand[NUMBERS] * 1000)
    whole = rates.rate(part("all", {"All": 30}, {"All": 100}), "arrest", per="crime")
    assert whole["statistic"].tolist() == ["proportion"]
    assert whole["estimate"].tolist() == [0.3]


def test_the_unrecorded_are_shown_and_have_no_rate():
    found = row(rates.rate(wandsworth(), "crime", per="residents"), group="Not recorded")
    assert found["numerator"] == 544
    assert np.isnan(found["estimate"]) and np.isnan(found["upper"])
    assert (found["per"], found["flags"]) == (1000, "unrecorded")


def test_a_group_without_events_has_an_upper_limit():
    cases = join(
        people("gender", {"Female": 0, "Male": 3}),
        residents("gender", {"Female": 1000, "Male": 1000}),
    )
    found = row(rates.rate(cases, "crime", per="residents"), group="Female")
    assert found[["estimate", "lower"]].tolist() == [0, 0]
    assert found["upper"] == pytest.approx(3.6889, abs=1e-4)


def test_a_missing_count_stays_missing():
    cases = part("gender", {"Female": None, "Male": 3}, {"Female": 10, "Male": 10})
    found = row(rates.proportion(cases, "arrest", of="crime"), group="Female")
    assert np.isnan(found["numerator"]) and np.isnan(found["estimate"])


def test_withheld_counts_withhold_the_estimate():
    cases = part("gender", {"Female": 2, "Male": 3}, {"Female": 10, "Male": 10})
    cases["withheld"] = (cases["measure"] == "arrest") & (cases["group"] == "Female")
    found = row(rates.proportion(cases, "arrest", of="crime"), group="Female")
    assert found["withheld"] and np.isnan(found[["numerator", *NUMBERS]].astype(float)).all()


def test_flags_and_methods_of_withheld_rows_tell_nothing_of_their_size():
    cases = part("gender", {"Female": 2, "Male": 3}, {"Female": 100, "Male": 100})
    cases["withheld"] = (cases["measure"] == "arrest") & (cases["group"] == "Female")
    found = rates.proportion(cases, "arrest", of="crime")
    assert "narrow" in flags.of(row(found, group="Male")["flags"])
    assert row(found, group="Female")[["flags", "method"]].tolist() == ["", ""]


def test_a_count_above_its_base_is_an_error_that_names_the_row():
    with pytest.raises(InputError, match="gender / Female: must be at most its base, 10"):
        rates.proportion(part("gender", {"Female": 11}, {"Female": 10}), "arrest", of="crime")


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, True, "0.95", None])
def test_a_level_outside_0_to_1_is_an_error(level):
    with pytest.raises(InputError, match="level"):
        rates.proportion(part("all", {"All": 3}, {"All": 10}), "arrest", of="crime", level=level)
    with pytest.raises(InputError, match="level"):
        rates.rate(wandsworth(), "crime", per="residents", level=level)
    with pytest.raises(InputError, match="level"):
        rates.completeness(wandsworth(), level=level)


@pytest.mark.parametrize("multiplier", [0, -1, np.inf, np.nan])
def test_a_multiplier_is_above_0(multiplier):
    with pytest.raises(InputError, match="multiplier"):
        rates.rate(wandsworth(), "crime", per="residents", multiplier=multiplier)


def test_nothing_supplied_gives_nothing():
    for found in (
        rates.proportion(counts.empty(), "arrest", of="crime"),
        rates.rate(counts.empty(), "crime", per="residents"),
        rates.rate(wandsworth(), "arrest", per="residents"),
        rates.completeness(counts.empty()),
    ):
        pd.testing.assert_frame_equal(found, estimates.empty())


def test_the_frame_given_is_not_changed():
    cases = wandsworth()
    before = cases.copy()
    rates.rate(cases, "crime", per="residents", dispersion=1.5)
    rates.completeness(cases)
    pd.testing.assert_frame_equal(cases, before)


def test_completeness_counts_every_kind_of_unrecorded():
    ages = {
        "18-29": 502,
        "30-39": 298,
        "40-49": 234,
        "50-59": 84,
        "60-69": 52,
        "70+ or not recorded": 17,
    }
    cases = join(
        people("age", ages, unit="victim_records"),
        people(
            "disability", {"Disabled": 12, "Not recorded (implied)": 1175}, unit="victim_records"
        ),
        wandsworth(),
        people("all", {"All": 1187}, unit="victim_records"),
    )
    found = rates.completeness(cases)
    assert dict(zip(found["strand"], found["numerator"], strict=True)) == {
        "age": 1170,
        "disability": 12,
        "ethnicity_broad": 643,
    }
    assert set(found["denominator"]) == {1187} and set(found["group"]) == {"All"}
    share = row(found, strand="ethnicity_broad")
    assert share["estimate"] == pytest.approx(1 - 544 / 1187)
    assert share["lower"] == pytest.approx(intervals.proportion(643, 1187).lower)


def test_completeness_refuses_a_strand_held_from_two_sources():
    two = join(
        people("gender", {"Female": 1}, source="a"), people("gender", {"Female": 2}, source="b")
    )
    with pytest.raises(InputError, match="prefer"):
        rates.completeness(two)


def test_dispersion_of_wandsworth_by_hand():
    # sum k n = 515 and sum k² n = 1,573 of the 205 listed; 672 other records count once
    people_listed = people("reports", REPORTS)
    assert sum(int(k) * n for k, n in REPORTS.items()) == 515
    assert sum(int(k) ** 2 * n for k, n in REPORTS.items()) == 1573
    found = rates.dispersion(people_listed, records=1187)
    assert found == pytest.approx((1573 + 672) / 1187)
    assert np.sqrt(found) == pytest.approx(1.4, abs=0.05)


def test_people_with_one_record_each_have_no_dispersion():
    assert rates.dispersion(people("reports", {"1": 40}), records=100) == 1
    assert rates.dispersion(counts.empty(), records=100) == 1
    assert rates.dispersion(counts.empty(), records=0) == 1
    assert rates.dispersion(people("reports", {"1": 40, "2+": 5}), records=50) == pytest.approx(1.2)


def test_dispersion_refuses_fewer_records_than_are_listed_and_two_lists():
    with pytest.raises(InputError, match="at least the 515 records listed"):
        rates.dispersion(people("reports", REPORTS), records=205)
    both = join(people("reports", REPORTS), people("reports", REPORTS, area="Barnet"))
    with pytest.raises(InputError, match="one list"):
        rates.dispersion(both, records=5000)


def test_dispersion_widens_limits_as_if_counts_were_divided_by_it():
    cases = part("all", {"All": 40}, {"All": 400}, unit="victim_records")
    found = rates.proportion(cases, "arrest", of="crime", dispersion=2).iloc[0]
    divided = intervals.proportion(20, 200)
    assert found[NUMBERS].tolist() == pytest.approx(list(divided))
    assert found["method"] == "wilson"
    assert flags.of(found["flags"])["dispersion"] == "2"


def test_wandsworths_limits_are_about_1_4_times_as_wide():
    cases = wandsworth()
    phi = rates.dispersion(people("reports", REPORTS), records=1187)
    plain = row(rates.rate(cases, "crime", per="residents"), group="White")
    wide = row(rates.rate(cases, "crime", per="residents", dispersion=phi), group="White")
    times = (wide["upper"] - wide["lower"]) / (plain["upper"] - plain["lower"])
    assert times == pytest.approx(np.sqrt(phi), abs=0.01)


def test_dispersion_may_differ_by_area():
    cases = join(wandsworth(), wandsworth().assign(area="Barnet"))
    found = rates.rate(cases, "crime", per="residents", dispersion={"Barnet": 1.5})
    barnet = found[(found["area"] == "Barnet") & (found["method"] != "")]
    assert {flags.of(each)["dispersion"] for each in barnet["flags"]} == {"1.5"}
    assert set(barnet["method"]) == {"byar_exact"} and len(barnet) == 5
    plain = rates.rate(wandsworth(), "crime", per="residents")
    own = found[found["area"] == "Wandsworth"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, plain)


@pytest.mark.parametrize("dispersion", [0.5, -1, np.nan, np.inf, 100, True, "2", {"Barnet": 0}])
def test_a_dispersion_is_1_or_more(dispersion):
    with pytest.raises(InputError, match="dispersion"):
        rates.rate(wandsworth(), "crime", per="residents", dispersion=dispersion)


def test_an_unknown_method_lists_the_methods():
    with pytest.raises(InputError, match="wilson"):
        rates.proportion(part("all", {"All": 3}, {"All": 9}), "arrest", of="crime", method="wald")


@few
@given(st.lists(st.integers(0, 10**7), min_size=5, max_size=5), st.floats(1, 5))
def test_limits_bracket_every_rate(numbers, dispersion):
    cases = join(
        people("ethnicity_broad", dict(zip(RESIDENTS, numbers, strict=True))),
        residents("ethnicity_broad", RESIDENTS),
    )
    found = rates.rate(cases, "crime", per="residents", dispersion=dispersion)
    assert brackets(found) and found["estimate"].notna().all()


@few
@given(st.permutations(range(11)))
def test_the_order_of_rows_does_not_matter(order):
    cases = wandsworth()
    shuffled = cases.iloc[list(order)]
    pd.testing.assert_frame_equal(
        rates.rate(shuffled, "crime", per="residents"), rates.rate(cases, "crime", per="residents")
    )

"""Shares, and representation against residents, other counts and printed percentages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import (
    CASES,
    RESIDENTS,
    WANDSWORTH,
    brackets,
    few,
    join,
    part,
    people,
    residents,
    row,
    wandsworth,
)

from dsvstats import counts, estimates, strands
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import intervals
from dsvstats.statistics.disproportionality import relative_rates, representation, shares

NUMBERS = ["estimate", "lower", "upper"]
GENDER = {"Female": 947, "Male": 222, "Not recorded": 18}


def test_the_share_of_victims_over_the_share_of_residents():
    found = row(representation(wandsworth(), against="residents"), group="Black")
    index = (138 / 643) / (33_000 / 307_000)
    assert found["statistic"] == "representation index"
    assert found["estimate"] == pytest.approx(index)
    wilson = intervals.proportion(138, 643)
    assert found["lower"] == pytest.approx(wilson.lower / (33_000 / 307_000))
    assert found["upper"] == pytest.approx(wilson.upper / (33_000 / 307_000))
    assert found[["numerator", "denominator"]].tolist() == [138, 643]
    assert found[["reference_numerator", "reference_denominator"]].tolist() == [33_000, 307_000]
    assert (found["base"], found["reference"]) == (
        "victim_records:crime",
        "residents:usual_residents",
    )
    assert (found["versus"], found["way"]) == ("population", "higher")


def test_it_is_the_relative_rate_to_the_overall():
    index = representation(wandsworth(), "crime", against="residents")
    rates = relative_rates(wandsworth(), "crime", per="residents", versus="overall")
    np.testing.assert_allclose(index[NUMBERS], rates[NUMBERS])
    np.testing.assert_allclose(index["p_adjusted"], rates["p_adjusted"])
    assert index["way"].tolist() == rates["way"].tolist()


def test_wandsworths_printed_shares_with_their_rounding():
    # 947 of 1,169 recorded; 53% stands for anything from 52.5% to 53.5%
    cases = people("gender", GENDER, unit="victim_records")
    found = representation(cases, against={"Female": 53, "Male": 47})
    women = row(found, group="Female")
    wilson = intervals.proportion(947, 1169)
    assert women["estimate"] == pytest.approx(947 / 1169 / 0.53)
    assert women[["lower", "upper"]].tolist() == pytest.approx(
        [wilson.lower / 0.535, wilson.upper / 0.525]
    )
    assert women[["reference_numerator", "reference_denominator"]].tolist() == [53, 100]
    assert "printed_shares" in flags.of(women["flags"]) and women["way"] == "higher"
    unrecorded = row(found, group="Not recorded")
    assert unrecorded["numerator"] == 18 and np.isnan(unrecorded["estimate"])


@pytest.mark.parametrize(
    ("against", "decimals", "half"),
    [
        ({"Female": 53}, None, 0.005),
        ({"Female": 53.2}, None, 0.0005),
        ({"Female": "53.0"}, None, 0.0005),
        (pd.Series({"Female": 53.0}), None, 0.005),
        ({"Female": 53}, 1, 0.0005),
        (pd.DataFrame({"group": ["Female"], "percent": [53]}), None, 0.005),
        (
            pd.DataFrame(
                {
                    "area": ["Wandsworth"],
                    "strand": ["gender"],
                    "group": ["Female"],
                    "percent": ["53"],
                }
            ),
            None,
            0.005,
        ),
    ],
)
def test_decimals_are_those_that_are_written(against, decimals, half):
    cases = people("gender", GENDER)
    found = row(representation(cases, against=against, decimals=decimals), group="Female")
    share = found["reference_numerator"] / 100
    assert found["upper"] * (share - half) == pytest.approx(intervals.proportion(947, 1169).upper)


def test_a_share_within_the_rounding_is_no_difference():
    cases = people("gender", {"Female": 5_340_000, "Male": 4_660_000})
    found = row(representation(cases, against={"Female": 53, "Male": 47}), group="Female")
    assert found["lower"] < 1 < found["upper"] and found["p"] == 1 and found["way"] == "unclear"


def test_a_printed_zero_is_no_division_by_zero():
    cases = people("ethnicity_broad", WANDSWORTH | {"Mixed": 0})
    found = representation(cases, against={"Other": 0, "Mixed": 0, "White": 78})
    other, mixed = row(found, group="Other"), row(found, group="Mixed")
    assert other["estimate"] == np.inf and other["upper"] == np.inf
    assert other["lower"] == pytest.approx(intervals.proportion(14, 609).lower / 0.005)
    assert np.isnan(mixed["estimate"]) and mixed["lower"] == 0 and mixed["upper"] == np.inf
    assert mixed["p"] == 1


def test_printed_groups_need_not_be_all():
    found = representation(wandsworth(), ("victim_records", "crime"), against={"White": 78})
    assert row(found, group="White")["denominator"] == 643
    assert np.isnan(row(found, group="Black")["estimate"])


@pytest.mark.parametrize(
    ("against", "value"),
    [
        ({"Female": 153}, 153),
        ({"Female": "half"}, "half"),
        ({"Women": 53}, "Women"),
        ([53, 47], [53, 47]),
        (pd.DataFrame({"group": ["Female"]}), ["group"]),
        (pd.DataFrame({"group": ["Female", "Female"], "percent": [1, 2]}), "Female"),
    ],
)
def test_percentages_that_cannot_be_used_are_errors(against, value):
    with pytest.raises(InputError) as caught:
        representation(people("gender", GENDER), against=against)
    assert caught.value.where == "against" and caught.value.value == value and caught.value.mend


@pytest.mark.parametrize(
    ("printed", "total"),
    [
        ({"Female": 70, "Male": 57}, "127"),
        ({"Female": 53, "Male": "48.1"}, "101.1"),
        ({"Female": 30, "Male": 40}, "70"),
        (
            pd.DataFrame({"area": "Wandsworth", "group": ["Female", "Male"], "percent": [99, 9]}),
            "108",
        ),
    ],
)
def test_printed_shares_that_are_not_of_one_whole_are_refused(printed, total):
    with pytest.raises(InputError, match="percentages of one whole") as caught:
        representation(people("gender", GENDER), against=printed)
    assert caught.value.where == "against" and f"gender: {total} in all" == caught.value.value


@pytest.mark.parametrize(
    "printed",
    [
        {"Female": 54, "Male": 47},  # 101, as rounded
        {"Female": "53.0", "Male": 39},  # 8 in 100 not stated
        {"Female": 53},
        {"Female": 53, "Male": 47, "White": 78},
    ],
)
def test_printed_shares_that_may_be_of_one_whole_are_taken(printed):
    cases = join(people("gender", GENDER), people("ethnicity_broad", WANDSWORTH))
    found = representation(cases, against=printed)
    assert row(found, group="Female")["estimate"] > 1


def test_shares_of_two_areas_are_two_wholes():
    printed = pd.DataFrame(
        {
            "area": ["Wandsworth", "Wandsworth", "Barnet", "Barnet"],
            "group": ["Female", "Male"] * 2,
            "percent": [53, 47, 52, 48],
        }
    )
    cases = join(people("gender", GENDER), people("gender", GENDER, area="Barnet"))
    assert representation(cases, against=printed)["estimate"].notna().sum() == 4


def test_accused_against_victims():
    cases = join(
        people("gender", {"Female": 20, "Male": 80}, unit="accused"),
        people("gender", {"Female": 75, "Male": 25}, unit="victims"),
    )
    found = representation(cases, ("accused", "crime"), against=("victims", "crime"))
    women = row(found, group="Female")
    assert women[NUMBERS].tolist() == pytest.approx(list(intervals.risk_ratio(20, 100, 75, 100)))
    assert women["reference"] == "victims:crime"
    assert women["base"] == "accused:crime"


def test_a_part_against_its_own_whole():
    cases = part("gender", {"Female": 30, "Male": 10}, {"Female": 60, "Male": 40})
    women = row(representation(cases, "arrest", against="crime"), group="Female")
    assert women["estimate"] == pytest.approx((30 / 40) / (60 / 100))
    rest = intervals.risk_ratio(30, 60, 10, 40)
    assert women["upper"] == pytest.approx(rest.upper / (0.6 * rest.upper + 0.4))


def test_disability_is_a_minimum():
    cases = join(
        people("disability", {"Disabled": 12, "Not recorded (implied)": 1175}),
        residents("disability", {"Disabled": 30_000, "Not disabled": 270_000}),
    )
    for against in ("residents", {"Disabled": 10}):
        found = row(representation(cases, "crime", against=against), group="Disabled")
        assert found["estimate"] == pytest.approx(12 / 1187 / 0.1)
        assert found["upper"] < 1 and np.isnan(found["p"]) and found["way"] == "unclear"
        assert "minimum_recorded" in flags.of(found["flags"])


def test_withheld_counts_stay_withheld():
    cases = wandsworth()
    cases["withheld"] = (cases["group"] == "Other") & (cases["unit"] == "victim_records")
    for against in ("residents", {"Other": 2, "White": 78}):
        found = representation(cases, ("victim_records", "crime"), against=against)
        other = row(found, group="Other")
        assert other["withheld"] and np.isnan(other["numerator"])
        white = row(found, group="White")
        assert white[["denominator", "estimate"]].isna().all()
        assert "not_everyone" in flags.of(white["flags"])


def test_several_measures_need_a_name():
    with pytest.raises(InputError, match=r"choose from .*'arrest'.*'crime'"):
        representation(part("gender", {"Female": 3}, {"Female": 9}), against={"Female": 53})


def test_nothing_supplied_gives_nothing():
    for found in (
        representation(counts.empty(), against="residents"),
        representation(counts.empty(), against={"Female": 53}),
        representation(wandsworth(), "arrest", against="residents"),
        representation(wandsworth(), "arrest", against={"White": 78}),
        shares(counts.empty(), "crime"),
        shares(wandsworth(), "arrest"),
    ):
        pd.testing.assert_frame_equal(found, estimates.empty())


def test_indices_weighted_by_the_residents_average_to_1():
    found = representation(wandsworth(), against="residents").dropna(subset=["estimate"])
    weights = found["reference_numerator"] / found["reference_denominator"]
    assert (found["estimate"] * weights).sum() == pytest.approx(1)


@few
@given(
    st.lists(st.integers(0, 2000), min_size=5, max_size=5),
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
    st.floats(1, 4),
)
def test_limits_bracket_whatever_is_printed(numbers, percentages, dispersion):
    groups = strands.SCHEMES["ethnicity_broad"].groups
    cases = people("ethnicity_broad", dict(zip(groups, numbers, strict=True)))
    printed = np.floor(100 * np.array(percentages) / max(sum(percentages), 1))
    printed[0] += 100 - printed.sum()
    found = representation(
        cases, against=dict(zip(groups, printed, strict=True)), dispersion=dispersion
    )
    assert brackets(found)
    if sum(numbers):
        assert found[["lower", "upper"]].notna().all(axis=None)


@pytest.mark.parametrize("case", [each for each in CASES if each.startswith("multinom_")])
def test_shares_are_those_of_the_trusted_cases(case):
    inputs, expected = CASES[case]["inputs"], CASES[case]["expected"]
    groups = [f"{10 * n}-{10 * n + 9}" for n in range(len(inputs["counts"]))]
    cases = people("age", dict(zip(groups, inputs["counts"], strict=True)))
    method = "goodman" if "goodman" in case else "sison_glaz"
    found = shares(cases, "crime", method=method)
    np.testing.assert_allclose(found["lower"], expected["lower"], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found["upper"], expected["upper"], rtol=1e-6, atol=1e-8)


def test_shares_of_the_recorded_leave_the_unrecorded_out_of_the_sum():
    cases = people("gender", GENDER)
    found = shares(cases, "crime")
    women, unknown = row(found, group="Female"), row(found, group="Not recorded")
    assert women["estimate"] == pytest.approx(947 / 1169) and women["statistic"] == "share"
    assert np.isnan(unknown["estimate"]) and unknown["numerator"] == 18
    everyone = shares(cases, "crime", of="everyone")
    assert everyone["estimate"].sum() == pytest.approx(1)
    assert row(everyone, group="Not recorded")["estimate"] == pytest.approx(18 / 1187)
    with pytest.raises(InputError, match="of"):
        shares(cases, "crime", of="all")


def test_shares_of_a_strand_that_is_asked_are_of_everyone():
    cases = people("disability", {"Disabled": 12, "Not recorded (implied)": 1175})
    found = shares(cases, "crime")
    assert found["estimate"].tolist() == pytest.approx([12 / 1187, 1175 / 1187])
    assert "minimum_recorded" in flags.of(found["flags"][0])


def test_shares_of_strands_of_different_sizes_at_once():
    cases = join(
        people("gender", GENDER),
        people("ethnicity_broad", WANDSWORTH),
        people("gender", {"Female": 5, "Male": 5}, area="Barnet"),
    )
    together = shares(cases, "crime")
    for _, rows in together.groupby(["area", "strand"]):
        own = counts.choose(cases, area=rows["area"].iloc[0], strand=rows["strand"].iloc[0])
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), shares(own, "crime"))
    assert together.groupby(["area", "strand"])["estimate"].sum().tolist() == pytest.approx([1] * 3)


def test_a_withheld_share_is_not_in_the_sum():
    cases = people("ethnicity_broad", WANDSWORTH)
    cases["withheld"] = cases["group"] == "Other"
    found = shares(cases, "crime")
    assert row(found, group="Other")["withheld"]
    white = row(found, group="White")
    assert white["denominator"] == 629 and "partial" in flags.of(white["flags"])


def test_residents_and_their_shares_are_counts_too():
    found = shares(residents("ethnicity_broad", RESIDENTS), "usual_residents")
    assert row(found, group="White")["estimate"] == pytest.approx(219 / 307)


def test_shares_are_widened_for_people_who_recur_by_the_root_of_the_dispersion():
    """Goodman's are Wilson's: on counts divided by the dispersion they are the same limits."""
    cases = join(people("ethnicity_broad", {"White": 4000, "Black": 1000, "Asian": 600}))
    wide = shares(cases, "crime", dispersion=2.0)
    halved = people("ethnicity_broad", {"White": 2000, "Black": 500, "Asian": 300})
    columns = ["estimate", "lower", "upper"]
    pd.testing.assert_frame_equal(wide[columns], shares(halved, "crime")[columns])
    assert all(flags.of(each)["dispersion"] == "2" for each in wide["flags"])
    alone = shares(cases, "crime")
    ratio = (wide["upper"] - wide["lower"]) / (alone["upper"] - alone["lower"])
    assert ratio.to_numpy() == pytest.approx(np.sqrt(2), rel=0.02)


def test_shares_are_widened_area_by_area_and_by_goodmans_limits_alone():
    cases = join(people("gender", GENDER), people("gender", GENDER, area="Barnet"))
    found = shares(cases, "crime", dispersion={"Barnet": 1.9})
    told = [flags.of(each).get("dispersion") for each in found["flags"]]
    there = (found["area"] == "Barnet") & found["estimate"].notna()
    assert [each == "1.9" for each in told] == there.tolist()
    with pytest.raises(InputError, match="goodman"):
        shares(cases, "crime", method="sison_glaz", dispersion=1.9)

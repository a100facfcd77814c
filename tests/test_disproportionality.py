"""Relative rates: the reference, the rest and the overall; and many comparisons at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
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
from dsvstats.statistics import disproportionality, intervals, rates, ratios
from dsvstats.statistics.disproportionality import (
    adjust_p,
    relative_rates,
    representation,
)

NUMBERS = ["estimate", "lower", "upper"]
FIVE = ["White", "Black", "Asian", "Mixed", "Other"]


def test_the_public_names_are_the_designs():
    names = {
        "relative_rates",
        "representation",
        "unknown_bounds",
        "stratified",
        "adjusted",
        "intersections",
        "excess",
        "decompose",
        "adjust_p",
    }
    assert names <= set(disproportionality.__all__)
    assert all(callable(getattr(disproportionality, each)) for each in names)


def test_the_trusted_case_of_three_comparators():
    case = CASES["rri_three_comparators"]
    events, population = case["inputs"]["events"], case["inputs"]["population"]
    cases = part(
        "ethnicity_broad",
        dict(zip(FIVE, events, strict=True)),
        dict(zip(FIVE, population, strict=True)),
    )
    found = relative_rates(cases, "arrest", per="crime", method="log")
    assert set(found["statistic"]) == {"risk ratio"}
    expected = case["expected"]
    for n, group in enumerate(FIVE):
        reference = row(found, group=group, reference="White")
        rest = row(found, group=group, reference="everyone else")
        overall = row(found, group=group, reference="overall")
        assert reference[NUMBERS].tolist() == pytest.approx(
            [expected[each][n] for each in ("rri_ref", "ref_lo", "ref_hi")], rel=1e-6
        )
        assert rest[NUMBERS].tolist() == pytest.approx(
            [expected[each][n] for each in ("rri_rest", "rest_lo", "rest_hi")], rel=1e-6
        )
        assert overall["estimate"] == pytest.approx(expected["rep_index"][n], rel=1e-6)


def test_each_comparison_of_rates_is_the_intervals_own():
    found = relative_rates(wandsworth(), "crime", per="residents")
    black = {
        each: row(found, group="Black", reference=each)
        for each in ("White", "everyone else", "overall")
    }
    assert set(found["statistic"]) == {"rate ratio"}
    expected = {
        "White": intervals.rate_ratio(138, 33_000, 415, 219_000),
        "everyone else": intervals.rate_ratio(138, 33_000, 505, 274_000),
        "overall": intervals.part_to_whole(138, 33_000, 643, 307_000),
    }
    for name, interval in expected.items():
        assert black[name][NUMBERS].tolist() == pytest.approx(list(interval)), name
    assert black["overall"][["reference_numerator", "reference_denominator"]].tolist() == [
        643,
        307_000,
    ]
    assert black["White"]["p"] == pytest.approx(intervals.rate_ratio_p(138, 33_000, 415, 219_000))


def test_proportions_to_the_whole_carry_over_the_limits_against_the_rest():
    cases = part("gender", {"Female": 30, "Male": 10}, {"Female": 60, "Male": 40})
    found = relative_rates(cases, "arrest", per="crime")
    rest = intervals.risk_ratio(30, 60, 10, 40)
    share = 0.6
    carried = [each / (share * each + 1 - share) for each in rest]
    whole = row(found, group="Female", reference="overall")
    assert whole[NUMBERS].tolist() == pytest.approx(carried)
    assert whole["estimate"] == pytest.approx((30 / 60) / (40 / 100))


def test_different_units_give_a_ratio_of_ratios():
    cases = join(
        people("gender", {"Female": 20, "Male": 80}, unit="accused"),
        people("gender", {"Female": 75, "Male": 25}, unit="victims"),
    )
    found = relative_rates(cases, ("accused", "crime"), per=("victims", "crime"))
    women = row(found, group="Female", reference="Male")
    odds = intervals.odds_ratio(20, 95, 80, 105, method="score")
    assert women["statistic"] == "ratio of ratios"
    assert women[NUMBERS].tolist() == pytest.approx(list(odds))
    whole = row(found, group="Female", reference="overall")
    shares = intervals.risk_ratio(20, 100, 75, 100)
    assert whole[NUMBERS].tolist() == pytest.approx(list(shares))


METHODS_OF = {
    "ratio": ("score", "log", "woolf", "exact", "mid_p"),
    "rate": ("score", "log", "exact", "mid_p"),
    "proportion": ("score", "log"),
}
BASES = {
    "ratio": ("incidents", "recorded"),
    "rate": ("residents", "usual_residents"),
    "proportion": ("victims", "crime"),
}


@pytest.mark.parametrize(("level", "dispersion"), [(0.8, 1.0), (0.95, 1.7)])
@pytest.mark.parametrize(("kind", "method"), [(k, m) for k in METHODS_OF for m in METHODS_OF[k]])
def test_p_agrees_with_the_limits_for_every_ratio_and_method(kind, method, level, dispersion):
    rng = np.random.default_rng(7)
    unit, measure = BASES[kind]
    areas, groups = 120, ["White", "Black", "Asian"]
    once = join(
        people("ethnicity_broad", dict.fromkeys(groups, 1), measure="arrest"),
        people("ethnicity_broad", dict.fromkeys(groups, 1), unit=unit, measure=measure),
    )
    cases = join(*[once.assign(area=f"Area {n}") for n in range(areas)])
    top = rng.integers(0, rng.choice([3, 60], (areas, 1)), (areas, 3))
    cases["count"] = np.stack([top, top + rng.integers(1, 90, top.shape)], axis=1).ravel()
    found = relative_rates(
        cases,
        ("victims", "arrest"),
        per=(unit, measure),
        method=method,
        level=level,
        dispersion=dispersion,
    )
    found = found[found["p"].notna()]
    lower, upper, p = (found[each].to_numpy() for each in ("lower", "upper", "p"))
    near = (np.abs(p - (1 - level)) < 1e-8) | (np.abs(lower - 1) < 1e-7)
    near |= np.abs(upper - 1) < 1e-7
    outside = (lower > 1) | (upper < 1)
    np.testing.assert_array_equal((p < 1 - level)[~near], outside[~near])
    assert 0.02 < outside.mean() < 0.9 and (~near).mean() > 0.9


def test_ratios_of_ratios_are_what_they_are_called():
    cases = join(
        people("gender", {"Female": 20, "Male": 80}, unit="accused"),
        people("gender", {"Female": 75, "Male": 25}, unit="victims"),
    )
    table, shares = (20, 95, 80, 105), (20, 100, 75, 100)
    for method in METHODS_OF["ratio"]:
        found = relative_rates(cases, ("accused", "crime"), per=("victims", "crime"), method=method)
        named = "woolf" if method == "log" else method
        limits, p = intervals.odds_ratio(*table, method=named), intervals.odds_ratio_p
        for versus in ("reference", "rest"):
            women = row(found, group="Female", versus=versus)
            assert women["method"] == method
            assert women[NUMBERS].tolist() == pytest.approx(list(limits))
            assert women["p"] == pytest.approx(p(*table, method=named))
        whole = row(found, group="Female", versus="overall")
        of_shares = "log" if method in ("log", "woolf") else "score"
        assert whole["method"] == of_shares
        limits = intervals.risk_ratio(*shares, method=of_shares)
        assert whole[NUMBERS].tolist() == pytest.approx(list(limits))
        assert whole["p"] == pytest.approx(intervals.risk_ratio_p(*shares, method=of_shares))


def test_records_are_not_people():
    cases = part(
        "gender", {"Female": 30, "Male": 10}, {"Female": 60, "Male": 40}, unit="victim_records"
    )
    found = relative_rates(cases, "arrest", per="crime")
    assert set(found["statistic"]) == {"ratio of proportions"}
    assert flags.has(found["flags"], "assumes_independence").any()


def test_several_measures_areas_periods_and_strands_at_once_equal_each_alone():
    gender = {"Female": 947, "Male": 222, "Not recorded": 18}
    one = join(
        wandsworth("victims"),
        people("gender", gender),
        people("gender", {"Female": 90, "Male": 30}, measure="arrest"),
        people("gender", gender, start="2009-04-01", end="2010-03-31"),
        residents("gender", {"Female": 158_000, "Male": 149_000}),
    )
    cases = join(one, one.assign(area="Barnet"))
    together = relative_rates(cases, ["crime", "arrest"], per="residents")
    families = together.groupby(["area", "start", "measure"])
    assert families.ngroups == 2 * 2 + 2
    for (area, start, measure), rows in families:
        own = (cases["area"] == area) & (cases["start"].eq(start) | (cases["unit"] == "residents"))
        alone = relative_rates(cases[own], measure, per="residents")
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), alone)


def test_swapping_the_reference_inverts_the_ratio():
    cases = wandsworth()
    one = row(relative_rates(cases, "crime", per="residents", versus="reference"), group="Black")
    other = row(
        relative_rates(
            cases,
            "crime",
            per="residents",
            versus="reference",
            reference={"ethnicity_broad": "Black"},
        ),
        group="White",
    )
    assert other["reference"] == "Black"
    assert [1 / other["estimate"], 1 / other["upper"], 1 / other["lower"]] == pytest.approx(
        one[NUMBERS].tolist()
    )
    assert other["p"] == pytest.approx(one["p"])


def test_the_reference_itself_is_1():
    found = row(
        relative_rates(wandsworth(), "crime", per="residents"), group="White", reference="White"
    )
    assert found[NUMBERS].tolist() == [1, 1, 1]
    assert np.isnan(found["p"]) and "is_reference" in flags.of(found["flags"])
    assert found["way"] == "none"


def test_the_unrecorded_are_shown_and_not_compared():
    found = relative_rates(wandsworth(), "crime", per="residents")
    unrecorded = found[found["group"] == "Not recorded"]
    assert unrecorded["numerator"].tolist() == [544] * 3
    assert unrecorded[[*NUMBERS, "p", "p_adjusted"]].isna().all(axis=None)
    assert flags.has(unrecorded["flags"], "unrecorded").all()
    assert set(unrecorded["way"]) == {"none"}
    assert unrecorded["reference"].tolist() == ["White", "everyone else", "overall"]


def test_zero_events_always_have_limits():
    cases = join(
        people("gender", {"Female": 0, "Male": 9}),
        residents("gender", {"Female": 5000, "Male": 5000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    women = found[found["group"] == "Female"]
    assert women["estimate"].tolist() == [0, 0, 0]
    assert (women["upper"] > 0).all() and np.isfinite(women["upper"]).all()
    men = row(found, group="Male", reference="everyone else")
    assert men["estimate"] == np.inf and men["upper"] == np.inf and men["lower"] > 1


def test_no_events_at_all_say_nothing():
    cases = join(
        people("gender", {"Female": 0, "Male": 0}),
        residents("gender", {"Female": 5000, "Male": 5000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    women = found[found["group"] == "Female"]
    assert women["estimate"].isna().all()
    assert set(women["lower"]) == {0} and set(women["upper"]) == {np.inf}
    assert (women["p"] == 1).all()


def test_groups_too_small_stay_visible_and_marked():
    cases = join(
        people("ethnicity_broad", WANDSWORTH | {"Other": 3}),
        residents("ethnicity_broad", RESIDENTS | {"Other": 2000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    marked = found[flags.has(found["flags"], "too_few")]
    assert set(marked["group"]) == {"Other"} and len(marked) == 3
    assert marked["estimate"].notna().all() and set(marked["way"]) == {"too_few"}


def test_few_where_many_were_expected_are_not_too_small():
    cases = join(
        people("ethnicity_broad", WANDSWORTH | {"Asian": 2}),
        residents("ethnicity_broad", RESIDENTS),
    )
    found = row(
        relative_rates(cases, "crime", per="residents"), group="Asian", reference="everyone else"
    )
    assert found["upper"] < 1 and found["way"] == "lower"
    assert not {"too_few", "few"} & set(flags.of(found["flags"]))


def test_where_limits_may_be_too_narrow_the_flag_names_the_better_method():
    cases = join(
        people("gender", {"Female": 2, "Male": 40}),
        residents("gender", {"Female": 1000, "Male": 1000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    women = row(found, group="Female", reference="Male")
    assert flags.of(women["flags"])["narrow"] == "exact"
    mid_p = relative_rates(cases, "crime", per="residents", method="mid_p")
    assert "narrow" not in flags.of(row(mid_p, group="Female", reference="Male")["flags"])
    share = relative_rates(
        part("gender", {"Female": 2, "Male": 40}, {"Female": 90, "Male": 90}),
        "arrest",
        per="crime",
        versus="reference",
    )
    assert flags.of(row(share, group="Female")["flags"])["narrow"] == "exact_odds_ratio"


def test_where_a_group_is_not_known_there_is_nobody_else_and_no_overall():
    cases = join(
        people("ethnicity_broad", WANDSWORTH | {"Mixed": None}),
        residents("ethnicity_broad", RESIDENTS),
    )
    found = relative_rates(cases, "crime", per="residents")
    for reference in ("everyone else", "overall"):
        black = row(found, group="Black", reference=reference)
        assert black[["estimate", "lower", "upper", "p"]].isna().all()
        assert np.isnan(black["reference_numerator"]) and black["way"] == "none"
        assert "not_everyone" in flags.of(black["flags"])
    assert row(found, group="Black", reference="White")["estimate"] == pytest.approx(
        (138 / 33_000) / (415 / 219_000), rel=0.02
    )
    assert "not_supplied" in flags.of(row(found, group="Mixed", reference="White")["flags"])


def test_withheld_counts_are_blank_and_cannot_be_worked_out_from_the_rest():
    cases = wandsworth()
    hide = (cases["group"] == "Other") & (cases["unit"] == "victim_records")
    cases["withheld"] = hide
    found = relative_rates(cases, "crime", per="residents")
    other = found[found["group"] == "Other"]
    assert other["withheld"].all()
    assert other[["numerator", *NUMBERS, "p"]].isna().all(axis=None)
    for reference in ("everyone else", "overall"):
        black = row(found, group="Black", reference=reference)
        assert black[["reference_numerator", "estimate"]].isna().all()
    assert (other[["flags", "method"]] == "").all(axis=None)
    assert not found["flags"].str.contains("14").any()


def test_a_withheld_reference_withholds_what_is_compared_with_it():
    cases = wandsworth()
    cases["withheld"] = (cases["group"] == "White") & (cases["unit"] == "victim_records")
    found = relative_rates(cases, "crime", per="residents", versus="reference")
    assert found.loc[found["group"] == "Black", "withheld"].all()
    assert found.loc[found["group"] == "Black", "reference_numerator"].isna().all()


def test_disability_is_a_minimum_and_never_below_1():
    cases = join(
        people("disability", {"Disabled": 12, "Not recorded (implied)": 1175}),
        residents("disability", {"Disabled": 30_000, "Not disabled": 270_000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    whole = row(found, group="Disabled", reference="overall")
    assert whole["estimate"] == pytest.approx((12 / 1187) / 0.1)
    assert np.isnan(whole["p"]) and np.isnan(whole["p_adjusted"])
    assert "minimum_recorded" in flags.of(whole["flags"])
    assert whole["upper"] < 1 and whole["way"] == "unclear"
    rest = row(found, group="Disabled", reference="everyone else")
    assert rest[["reference_numerator", "reference_denominator"]].tolist() == [1175, 270_000]


def test_disability_may_be_above_1():
    cases = join(
        people("disability", {"Disabled": 400, "Not disabled": 50, "Not recorded": 100}),
        residents("disability", {"Disabled": 30_000, "Not disabled": 270_000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    whole = row(found, group="Disabled", reference="overall")
    assert whole["lower"] > 1 and whole["p_adjusted"] < 0.05 and whole["way"] == "higher"
    reference = row(found, group="Disabled", reference="Not disabled")
    assert np.isnan(reference["estimate"]) and reference["way"] == "none"
    assert "reference_unknown" in flags.of(reference["flags"])


def test_stages_recorded_unequally_are_bounded_not_compared():
    # Lambeth's ethnicity: 2,173 of 4,506 victims of incidents, 1,784 of 1,930 of offences
    cases = join(
        people(
            "ethnicity_two",
            {"White": 700, "Black and minority ethnic": 1084, "Not recorded": 146},
            area="Lambeth",
        ),
        people(
            "ethnicity_two",
            {"White": 1046, "Black and minority ethnic": 1127, "Not recorded": 2333},
            measure="recorded",
            area="Lambeth",
        ),
    )
    found = relative_rates(cases, "crime", per="recorded", versus="rest")
    both = found[found["group"] != "Not recorded"]
    assert both["estimate"].isna().all() and both["p"].isna().all()
    assert set(both["method"]) == {"bounds"} and set(both["way"]) == {"either_way"}
    assert flags.has(both["flags"], "bounds").all()
    assert flags.has(both["flags"], "unequal_recording").all()
    assert (both["lower"] < 1).all() and (both["upper"] > 1).all()
    # lowest for White: its 2,187 unrecorded without an offence, the rest's 146 with one
    white = row(found, group="White")
    lowest = 700, 1046 + 2187, 1084 + 146, 1127 + 146
    assert white["lower"] == pytest.approx(intervals.risk_ratio(*lowest).lower)
    assert white["lower"] < (700 / (1046 + 2187)) / (1230 / 1273)


def test_equally_recorded_stages_are_compared():
    cases = join(
        people("gender", {"Female": 70, "Male": 30, "Not recorded": 2}),
        people("gender", {"Female": 100, "Male": 60, "Not recorded": 3}, measure="recorded"),
    )
    found = relative_rates(cases, "crime", per="recorded", versus="rest")
    assert row(found, group="Female")["estimate"] == pytest.approx((70 / 100) / (30 / 60))


def test_a_group_not_supplied_leaves_the_others_compared():
    cases = part(
        "ethnicity_broad",
        {"White": 30, "Black": 20, "Asian": None},
        {"White": 90, "Black": 40, "Asian": 20},
    )
    found = relative_rates(cases, "arrest", per="crime")
    black = row(found, group="Black", reference="White")
    assert black["estimate"] == pytest.approx((20 / 40) / (30 / 90))
    assert "not_everyone" in flags.of(row(found, group="Black", reference="overall")["flags"])


@pytest.mark.parametrize("versus", ["rest", "overall"])
def test_everyone_else_is_known_of_the_whole_though_groups_are_withheld(versus):
    """White 415 of the 643 recorded: everyone else is 228, whoever of them is withheld."""
    shown = join(wandsworth("victims"), people("all", {"All": 1187}))
    few = shown["group"].isin(["Mixed", "Other"]) & (shown["unit"] == "victims")
    veiled = shown.assign(count=shown["count"].mask(few), withheld=few)
    known, found = (
        relative_rates(each, ("victims", "crime"), per="residents", versus=versus)
        for each in (shown, veiled)
    )
    for group in ("White", "Asian", "Black"):
        columns = ["reference_numerator", "reference_denominator", "estimate", "lower", "p"]
        pd.testing.assert_series_equal(
            row(found, group=group)[columns], row(known, group=group)[columns], check_names=False
        )
    index = representation(veiled, ("victims", "crime"), against="residents")
    assert row(index, group="White")["denominator"] == 643
    assert row(found, group="Mixed")[["numerator", "estimate"]].isna().all()


def test_counts_that_were_made_say_so_in_everything_made_from_them():
    officer = people("ethnicity_officer_defined", {"White North European": 90, "Black": 30})
    roughly = strands.recode(
        officer, strand="ethnicity_officer_defined", to="ethnicity_broad", approximate=True
    )
    made_up = people("gender", {"Female": 60, "Male": 40}, definition="flagged, synthetic")
    cases = join(
        roughly,
        made_up,
        people("gender", {"Female": 6, "Male": 4}, area="Barnet"),
        residents("ethnicity_broad", {"White": 700, "Black": 300}),
        residents("gender", {"Female": 500, "Male": 500}),
        residents("gender", {"Female": 500, "Male": 500}, area="Barnet"),
    )
    found = relative_rates(cases, "crime", per="residents")
    rough, synthetic = (flags.has(found["flags"], each) for each in ("approximate", "synthetic"))
    assert (rough == (found["strand"] == "ethnicity_broad")).all() and rough.any()
    gender = (found["strand"] == "gender") & (found["area"] == "Wandsworth")
    assert (synthetic == gender).all() and synthetic.any()


def test_dispersion_widens_limits_and_softens_p():
    plain = relative_rates(wandsworth(), "crime", per="residents")
    wide = relative_rates(wandsworth(), "crime", per="residents", dispersion=1.89)
    compared = plain["p"].notna()
    np.testing.assert_allclose(wide["estimate"], plain["estimate"])
    assert (wide["upper"] >= plain["upper"])[compared].all()
    assert (wide["p"] >= plain["p"])[compared].all()
    assert {flags.of(each)["dispersion"] for each in wide.loc[compared, "flags"]} == {"1.89"}
    assert not flags.has(plain["flags"], "dispersion").any()
    pd.testing.assert_series_equal(wide["method"], plain["method"])
    times = np.log(wide["upper"] / wide["lower"]) / np.log(plain["upper"] / plain["lower"])
    assert times[compared & (plain["numerator"] > 100)].between(1.3, 1.5).all()


def test_p_and_limits_agree():
    for dispersion in (1, 1.9):
        found = relative_rates(wandsworth(), "crime", per="residents", dispersion=dispersion)
        found = found[found["p"].notna()]
        outside = (found["lower"] > 1) | (found["upper"] < 1)
        assert ((found["p"] < 0.05) == outside).all()


def test_an_empty_frame_or_a_measure_not_supplied_gives_nothing():
    for cases, measure in ((counts.empty(), "crime"), (wandsworth(), "arrest")):
        found = relative_rates(cases, measure, per="residents")
        pd.testing.assert_frame_equal(found, estimates.empty())
    everyone = join(people("all", {"All": 10}), residents("all", {"All": 1000}))
    assert relative_rates(everyone, "crime", per="residents").empty


def test_a_reference_that_is_not_there_lists_the_groups():
    with pytest.raises(InputError, match="choose from White, Mixed, Asian, Black, Other"):
        relative_rates(
            wandsworth(), "crime", per="residents", reference={"ethnicity_broad": "Nobody"}
        )
    with pytest.raises(InputError, match="one of the strands"):
        relative_rates(wandsworth(), "crime", per="residents", reference={"ethnicty": "White"})


@pytest.mark.parametrize(
    ("argument", "value"),
    [("versus", "london"), ("method", "wald"), ("level", 95)],
)
def test_unknown_options_are_errors_that_name_the_argument(argument, value):
    with pytest.raises(InputError) as caught:
        relative_rates(wandsworth(), "crime", per="residents", **{argument: value})
    assert caught.value.where in (argument, "method") and caught.value.mend


def test_the_rule_of_the_family_is_one_and_others_are_asked_of_adjust_p():
    with pytest.raises(TypeError, match="adjust"):
        relative_rates(wandsworth(), "crime", per="residents", adjust="holm")
    with pytest.raises(InputError, match="method: must be one of holm, bh, sidak"):
        adjust_p([0.1], method="bonferroni")


def test_a_part_above_its_whole_is_an_error():
    with pytest.raises(InputError, match="at most its base"):
        relative_rates(part("gender", {"Female": 5}, {"Female": 4}), "arrest", per="crime")


def test_mixed_schemes_are_never_joined():
    cases = join(
        people("ethnicity_broad", WANDSWORTH),
        residents("ethnicity_two", {"White": 219_000, "Black and minority ethnic": 88_000}),
    )
    with pytest.raises(InputError, match="one scheme for the counts and their base") as caught:
        relative_rates(cases, "crime", per="residents")
    assert "strand='ethnicity_broad', to='ethnicity_two'" in caught.value.mend
    officers = join(
        people("ethnicity_officer_defined", {"Black": 3}),
        residents("ethnicity_broad", {"Black": 300}),
    )
    assert relative_rates(officers, "crime", per="residents").empty


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"area": ["Barnet"]}), None])
@pytest.mark.parametrize(
    "call",
    [
        lambda cases: relative_rates(cases, "crime", per="residents"),
        lambda cases: disproportionality.representation(cases, against={"Female": 53}),
        lambda cases: disproportionality.shares(cases, "crime"),
        lambda cases: disproportionality.unknown_bounds(cases, "crime", per="residents"),
        lambda cases: disproportionality.excess(cases, "arrest", per="crime"),
        lambda cases: disproportionality.adjusted(
            cases, "arrest", per="crime", strand="gender", by="age"
        ),
        lambda cases: disproportionality.stratified(
            cases, "arrest", per="crime", strand="gender", strata="age"
        ),
        lambda cases: disproportionality.intersections(
            cases, "arrest", per="crime", strand="age x gender"
        ),
        lambda cases: disproportionality.decompose(
            cases, "arrest", per="crime", strata="age", between=("Barnet", "Brent")
        ),
        lambda cases: rates.proportion(cases, "arrest", of="crime"),
        lambda cases: rates.rate(cases, "crime", per="residents"),
        rates.completeness,
        lambda cases: rates.dispersion(cases, records=10),
        lambda cases: rates.directly_standardised(cases, "crime"),
        lambda cases: rates.indirectly_standardised(cases, "crime"),
    ],
)
def test_another_frame_is_an_error_that_says_what_is_wanted(frame, call):
    with pytest.raises(InputError, match="cases: must be a counts frame"):
        call(frame)


def test_the_frame_given_is_not_changed():
    cases = join(
        wandsworth(),
        residents("disability", {"Disabled": 3, "Not disabled": 4}),
        people("disability", {"Disabled": 3}, unit="victim_records"),
    )
    before = cases.copy()
    relative_rates(cases, "crime", per="residents")
    pd.testing.assert_frame_equal(cases, before)


@few
@given(
    st.lists(st.integers(0, 3000), min_size=5, max_size=5),
    st.lists(st.integers(1, 10**6), min_size=5, max_size=5),
)
def test_any_counts_have_bracketing_limits_and_true_sums(numbers, base):
    groups = strands.SCHEMES["ethnicity_broad"].groups
    cases = join(
        people("ethnicity_broad", dict(zip(groups, numbers, strict=True))),
        residents("ethnicity_broad", dict(zip(groups, base, strict=True))),
    )
    found = relative_rates(cases, "crime", per="residents")
    assert brackets(found)
    assume(not flags.has(found["flags"], "code_unused").any())
    assert found[["lower", "upper"]].notna().all(axis=None)
    rest = found[found["reference"] == "everyone else"]
    assert set(rest["numerator"] + rest["reference_numerator"]) == {sum(numbers)}
    assert found["p_adjusted"].dropna().between(0, 1).all()
    assert not (found["p_adjusted"] < found["p"]).any()


@few
@given(st.permutations(range(11)))
def test_the_order_of_rows_does_not_matter(order):
    cases = wandsworth()
    pd.testing.assert_frame_equal(
        relative_rates(cases.iloc[list(order)], "crime", per="residents"),
        relative_rates(cases, "crime", per="residents"),
    )


def test_a_hundred_times_the_residents_leave_ratios_as_they_are():
    cases = wandsworth()
    larger = cases.assign(
        count=cases["count"].where(cases["unit"] != "residents", cases["count"] * 100)
    )
    one, two = (relative_rates(each, "crime", per="residents") for each in (cases, larger))
    np.testing.assert_allclose(one[NUMBERS], two[NUMBERS])


def test_the_family_is_all_comparisons_of_one_measure_in_one_area():
    found = relative_rates(wandsworth(), "crime", per="residents")
    reference = found[found["reference"] == "White"]
    rest = found[found["reference"] == "everyone else"]
    overall = found[found["reference"] == "overall"]
    np.testing.assert_array_equal(rest["p"], overall["p"])
    tests = pd.concat([reference["p"], rest["p"]])
    assert tests.notna().sum() == 4 + 5
    expected = adjust_p(tests, method="sidak")
    np.testing.assert_allclose(reference["p_adjusted"], expected[: len(reference)])
    np.testing.assert_allclose(overall["p_adjusted"], expected[len(reference) :])
    black = overall[overall["group"] == "Black"].iloc[0]
    alone = intervals.part_to_whole(138, 33_000, 643, 307_000, level=0.95 ** (1 / 9))
    assert black[["lower_together", "upper_together"]].tolist() == pytest.approx(list(alone[1:]))


def test_two_groups_are_one_comparison():
    cases = join(
        people("gender", {"Female": 60, "Male": 40}),
        residents("gender", {"Female": 1000, "Male": 1000}),
    )
    found = relative_rates(cases, "crime", per="residents")
    compared = found[found["p"].notna()]
    np.testing.assert_allclose(compared["p_adjusted"], compared["p"])
    for end in ("lower", "upper"):
        np.testing.assert_allclose(compared[f"{end}_together"], compared[end])


def test_holm_by_hand():
    assert adjust_p([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert adjust_p([0.5, 0.9]).tolist() == [1.0, 1.0]


def test_sidak_by_hand():
    assert adjust_p([0.01, 0.04, np.nan], method="sidak").tolist() == pytest.approx(
        [1 - 0.99**2, 1 - 0.96**2, np.nan], nan_ok=True
    )


@pytest.mark.parametrize("case", ["padj_BH", "padj_BH_ties_nan"])
def test_benjamini_hochberg_agrees_with_r(case):
    case = CASES[case]
    p = np.array(case["inputs"]["p"], dtype=float)
    expected = np.array(case["expected"]["adjusted"], dtype=float)
    np.testing.assert_allclose(adjust_p(p, method="bh"), expected, rtol=1e-8)


@pytest.mark.filterwarnings("ignore:divide by zero")  # statsmodels' own, at p = 1
@few
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_agree_with_statsmodels(p):
    for ours, theirs in (("holm", "holm"), ("bh", "fdr_bh"), ("sidak", "sidak")):
        expected = multipletests(p, method=theirs)[1]
        np.testing.assert_allclose(adjust_p(p, method=ours), expected, rtol=1e-12, atol=1e-300)


def test_missing_p_are_not_tests_though_statsmodels_counts_them():
    p = [0.01, np.nan, 0.04]
    assert adjust_p(p).tolist() == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert not np.allclose(multipletests([0.01, np.nan, 0.04], method="holm")[1][0], 0.02)


def test_families_are_adjusted_apart_and_series_keep_their_index():
    p = pd.Series([0.01, 0.02, 0.03], index=list("abc"), name="p")
    found = adjust_p(p, family=["x", "y", "x"])
    assert found.index.tolist() == list("abc") and found.name == "p"
    assert found.tolist() == pytest.approx([0.02, 0.02, 0.03])
    assert adjust_p([]).tolist() == []


@pytest.mark.parametrize("p", [[-0.1], [1.1], ["small"]])
def test_p_outside_0_to_1_is_an_error(p):
    with pytest.raises(InputError, match="p"):
        adjust_p(p)


def test_a_family_of_another_length_is_an_error():
    with pytest.raises(InputError, match="family"):
        adjust_p([0.1, 0.2], family=["x"])


def test_a_part_of_the_whole_never_has_a_ratio_above_its_inverse_share():
    assert ratios.part_of_whole(np.array([0.0, 1.0, np.inf]), 0.25).tolist() == [0, 1, 4]


def test_a_withheld_first_row_hides_nobody_else():
    """A group that is not compared took the first row's mark, of another strand, for its own."""
    age = counts.table("A", "victims", "crime", "age", {"0-17": 3, "18-29": 70, "30+": 60})
    age["withheld"] = [True, False, False]
    gender = counts.table(
        "A", "victims", "crime", "gender", {"Female": 90, "Male": 40, "Not recorded": 3}
    )
    lived = [
        counts.table("A", "residents", "recorded", strand, groups)
        for strand, groups in (
            ("age", {"0-17": 900, "18-29": 900, "30+": 900}),
            ("gender", {"Female": 1400, "Male": 1300}),
        )
    ]
    found = disproportionality.relative_rates(
        pd.concat([age, gender, *lived], ignore_index=True), ("victims", "crime"), per="residents"
    )
    hidden = found[found["withheld"]]
    assert set(zip(hidden["strand"], hidden["group"], strict=True)) == {("age", "0-17")}


def months_of(mixed, months=("01", "02")):
    """Two months of people by ethnicity, of whom nobody, or somebody, was recorded as Mixed."""
    counted = [
        people(
            "ethnicity_broad",
            {"White": 900, "Mixed": each, "Asian": 60, "Black": 40},
            start=f"2011-{month}-01",
            end=f"2011-{month}-28",
        )
        for month, each in zip(months, mixed, strict=True)
    ]
    lives = {"White": 9000, "Mixed": 200, "Asian": 600, "Black": 400}
    return join(*counted, residents("ethnicity_broad", lives))


@pytest.mark.parametrize(("mixed", "unused"), [((0, 0), True), ((0, 1), False)])
def test_a_code_that_is_never_used_is_no_ratio_of_0(mixed, unused):
    """About 20 of 1,020 would be expected in each month; in both together, nobody is no chance."""
    found = relative_rates(months_of(mixed), "crime", per="residents", versus=("reference", "rest"))
    rows = found[(found["group"] == "Mixed") & (found["start"] == found["start"].min())]
    assert flags.has(rows["flags"], "code_unused").all() == unused
    assert rows["estimate"].isna().all() == unused and rows["p"].isna().all() == unused
    rest = found[(found["group"] == "Black") & (found["reference"] == "everyone else")]
    assert flags.has(rest["flags"], "not_everyone").all() == unused
    black = found[(found["group"] == "Black") & (found["reference"] == "White")]
    assert black["estimate"].notna().all()


def test_nobody_of_one_of_two_groups_is_a_ratio_of_0():
    cases = join(
        people("gender", {"Female": 500, "Male": 0}),
        residents("gender", {"Female": 500, "Male": 500}),
    )
    found = relative_rates(cases, "crime", per="residents", versus="rest")
    assert row(found, group="Male")["estimate"] == 0
    assert not flags.has(found["flags"], "code_unused").any()


def test_the_data_quality_says_how_many_groups_hold_nobody():
    found = rates.completeness(months_of((0, 1)))
    assert not flags.has(found["flags"], "groups_unused").any()
    whole = join(*[people("ethnicity_broad", {"White": 1900, "Mixed": 0, "Black": 100})])
    (flag,) = rates.completeness(whole)["flags"]
    assert flags.of(flag)["groups_unused"] == "1"


def test_residents_of_groups_that_a_table_leaves_out_are_residents_all_the_same():
    """Printed tables leave out rows of nobody: everyone else still holds their residents."""
    lives = residents("ethnicity_broad", RESIDENTS)
    held = {"White": 30, "Asian": 5, "Black": 9}
    short, whole = (
        join(people("ethnicity_broad", each), lives)
        for each in (held, held | {"Mixed": 0, "Other": 0})
    )
    found, full = (relative_rates(each, "crime", per="residents") for each in (short, whole))
    assert set(found["group"]) == set(held)
    columns = ["reference_denominator", "estimate", "lower", "upper", "p"]
    for group in held:
        for reference in ("everyone else", "overall"):
            wanted = {"group": group, "reference": reference}
            one, other = (row(each, **wanted)[columns] for each in (found, full))
            pd.testing.assert_series_equal(one, other, check_names=False)
            assert flags.of(row(found, **wanted)["flags"])["groups_omitted"] == "2"
    index = representation(short, against="residents")
    assert set(index["reference_denominator"]) == {sum(RESIDENTS.values())}


def test_a_group_left_out_of_which_many_would_be_expected_is_not_taken_for_empty():
    """Other forces' four groups have no Mixed: about 50 of 1,000 would be."""
    held = {"White": 700, "Asian": 150, "Black": 140, "Other": 10}
    cases = join(people("ethnicity_broad", held), residents("ethnicity_broad", RESIDENTS))
    found = relative_rates(cases, "crime", per="residents")
    rest = found[found["versus"] != "reference"]
    assert rest["estimate"].isna().all() and flags.has(rest["flags"], "not_everyone").all()
    assert found.loc[found["versus"] == "reference", "estimate"].notna().all()

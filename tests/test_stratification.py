"""Mantel-Haenszel ratios and differences, and whether strata agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable
from tables import CASES, brackets, crossed_case, few, join, part, people, residents, row

from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics.disproportionality import stratified

NUMBERS = ["estimate", "lower", "upper"]
UCB = CASES["mh_rr_ucb"]["inputs"]
ZERO = CASES["mh_or_zerostratum"]["inputs"]


def by_age(inputs, **options):
    return stratified(
        crossed_case(inputs), "arrest", per="crime", strand="gender", strata="age", **options
    )


def numbers(found, statistic):
    return row(found, statistic=statistic)[NUMBERS].tolist()


def test_the_odds_ratio_of_ille_et_vilaine():
    inputs, expected = (CASES["mh_or_ille_et_vilaine"][each] for each in ("inputs", "expected"))
    table = {
        "a": inputs["case_exp"],
        "n1": np.add(inputs["case_exp"], inputs["ctrl_exp"]),
        "c": inputs["case_unexp"],
        "n0": np.add(inputs["case_unexp"], inputs["ctrl_unexp"]),
    }
    found = numbers(by_age(table), "Mantel-Haenszel odds ratio")
    assert found == pytest.approx([expected[e] for e in ("estimate", "lower", "upper")], rel=1e-6)
    assert found[0] == pytest.approx(expected["published_estimate"], abs=5e-4)


def test_strata_with_a_zero_cell():
    expected, found = CASES["mh_or_zerostratum"]["expected"], by_age(ZERO)
    assert numbers(found, "Mantel-Haenszel odds ratio") == pytest.approx(
        [expected[each] for each in ("estimate", "lower", "upper")], rel=1e-6
    )
    for statistic, key in (
        ("heterogeneity of odds ratios, Q", "Q"),
        ("Cochran-Mantel-Haenszel chi-squared", "cmh_chi2"),
        ("heterogeneity of odds ratios, Breslow-Day-Tarone", "tarone"),
    ):
        test = row(found, statistic=statistic)
        p = key.removesuffix("_chi2") + "_p"
        assert test[["estimate", "p"]].tolist() == pytest.approx(
            [expected[key], expected[p]], rel=1e-6
        )
    difference = CASES["mh_rd_zerostratum"]["expected"]
    assert numbers(found, "Mantel-Haenszel risk difference") == pytest.approx(
        [difference[each] for each in ("estimate", "lower", "upper")], rel=1e-6
    )


def test_berkeley_admissions():
    found = by_age(UCB)
    expected = CASES["mh_rr_ucb"]["expected"]
    assert numbers(found, "Mantel-Haenszel risk ratio") == pytest.approx(
        [expected[each] for each in ("estimate", "lower", "upper")], rel=1e-6
    )
    test = row(found, statistic="heterogeneity of ratios, Q")
    assert test[["estimate", "p"]].tolist() == pytest.approx([expected["Q"], expected["Q_p"]])
    bd = CASES["breslow_day_ucb"]["expected"]
    for statistic, key in (
        ("heterogeneity of odds ratios, Breslow-Day", "bd"),
        ("heterogeneity of odds ratios, Breslow-Day-Tarone", "tarone"),
    ):
        test = row(found, statistic=statistic)
        assert test[["estimate", "p"]].tolist() == pytest.approx(
            [bd[key], bd[f"{key}_p"]], rel=1e-6
        )
    odds = row(found, statistic="Mantel-Haenszel odds ratio")
    assert odds["estimate"] == pytest.approx(bd["mh_or"])
    se = np.log(odds["upper"] / odds["lower"]) / (2 * 1.959963984540054)
    assert se == pytest.approx(bd["se_log"], rel=1e-6)
    cmh = CASES["cmh_test_ucb"]["expected"]
    test = row(found, statistic="Cochran-Mantel-Haenszel chi-squared")
    assert test[["estimate", "p"]].tolist() == pytest.approx([cmh["chi2"], cmh["p"]], rel=1e-6)
    assert odds[NUMBERS].tolist() == pytest.approx([cmh[e] for e in ("or", "lower", "upper")])
    assert flags.of(odds["flags"])["within"] == "age" and odds["reference"] == "Male"
    assert odds[["numerator", "denominator"]].tolist() == [sum(UCB["a"]), sum(UCB["n1"])]


def test_one_stratum_is_the_crude_table():
    found = by_age({"a": [25], "n1": [120], "c": [60], "n0": [400]})
    assert numbers(found, "Mantel-Haenszel risk ratio")[0] == pytest.approx(25 / 120 / (60 / 400))
    assert numbers(found, "Mantel-Haenszel risk difference")[0] == pytest.approx(25 / 120 - 0.15)
    test = row(found, statistic="heterogeneity of ratios, Q")
    assert np.isnan(test["p"]) and np.isnan(test["denominator"])


def test_rates_by_hand():
    cells = ["18-29 x Female", "18-29 x Male", "30+ x Female", "30+ x Male"]
    cases = join(
        people("age x gender", dict(zip(cells, [10, 5, 30, 10], strict=True))),
        residents("age x gender", dict(zip(cells, [1000, 1000, 2000, 2000], strict=True))),
    )
    found = stratified(cases, "crime", per="residents", strand="gender", strata="age")
    ratio = row(found, statistic="Mantel-Haenszel rate ratio")
    # (10 x 1000/2000 + 30 x 2000/4000) / (5 x 1000/2000 + 10 x 2000/4000)
    assert ratio["estimate"] == pytest.approx(20 / 7.5)
    variance = (15 * 0.25 + 40 * 0.25) / (20 * 7.5)
    assert ratio["upper"] == pytest.approx(
        20 / 7.5 * np.exp(1.959964 * np.sqrt(variance)), rel=1e-6
    )
    difference = row(found, statistic="Mantel-Haenszel rate difference")
    assert difference["estimate"] == pytest.approx((20 - 7.5) / (500 + 1000))
    assert not found["statistic"].str.contains("odds").any()


def test_areas_may_be_the_strata():
    tables = [("Barnet", 5, 40, 3, 35), ("Brent", 9, 33, 2, 41)]
    cases = join(
        *[
            part("gender", {"Female": a, "Male": c}, {"Female": n1, "Male": n0}, area=area)
            for area, a, n1, c, n0 in tables
        ]
    )
    found = stratified(cases, "arrest", per="crime", strand="gender", strata="area")
    columns = zip(*[each[1:] for each in tables], strict=True)
    same = by_age(dict(zip(("a", "n1", "c", "n0"), columns, strict=True)))
    np.testing.assert_allclose(found[NUMBERS], same[NUMBERS])
    assert set(found["area"]) == {"all areas"}
    with pytest.raises(InputError, match="leave London out"):
        stratified(
            join(
                cases,
                part(
                    "gender", {"Female": 20, "Male": 9}, {"Female": 90, "Male": 90}, area="London"
                ),
            ),
            "arrest",
            per="crime",
            strand="gender",
            strata="area",
        )


def test_strands_may_be_crossed_in_any_order():
    cases = crossed_case(UCB)
    turned = cases.assign(
        strand="gender x age",
        group=[" x ".join(reversed(each.split(" x "))) for each in cases["group"]],
    )
    a, b = (
        stratified(each, "arrest", per="crime", strand="gender", strata="age")
        for each in (cases, turned)
    )
    np.testing.assert_allclose(a[NUMBERS], b[NUMBERS])


def test_many_areas_and_groups_at_once_equal_each_alone():
    one, two = crossed_case(UCB), crossed_case(ZERO).assign(area="Barnet")
    together = stratified(join(one, two), "arrest", per="crime", strand="gender", strata="age")
    for area, cases in (("Wandsworth", one), ("Barnet", two)):
        alone = stratified(cases, "arrest", per="crime", strand="gender", strata="age")
        pd.testing.assert_frame_equal(
            together[together["area"] == area].reset_index(drop=True), alone
        )


def test_groups_without_events_always_have_limits():
    none = {"a": [0, 0], "n1": [40, 60], "c": [5, 7], "n0": [50, 50]}
    found = by_age(none)
    pooled = found[found["statistic"].str.startswith("Mantel")]
    assert pooled["lower"].notna().all() and (pooled["upper"] > pooled["lower"]).all()
    ratio = row(found, statistic="Mantel-Haenszel risk ratio")
    assert ratio["estimate"] == 0 and 0 < ratio["upper"] < 1
    assert ratio["method"] == "score_within_strata"
    nobody = by_age({"a": [0, 0], "n1": [40, 60], "c": [0, 0], "n0": [50, 50]})
    ratio = row(nobody, statistic="Mantel-Haenszel risk ratio")
    assert np.isnan(ratio["estimate"]) and (ratio["lower"], ratio["upper"]) == (0, np.inf)
    difference = row(nobody, statistic="Mantel-Haenszel risk difference")
    assert difference["lower"] < 0 < difference["upper"]
    everyone = by_age({"a": [40, 60], "n1": [40, 60], "c": [5, 7], "n0": [50, 50]})
    odds = row(everyone, statistic="Mantel-Haenszel odds ratio")
    assert odds["estimate"] == np.inf and odds["lower"] > 1 and odds["upper"] == np.inf


def test_score_limits_within_strata_agree_with_those_of_the_log_where_events_are_many():
    from dsvstats.statistics.disproportionality import mantel_haenszel as mh

    held = mh.Strata(
        *[np.array(UCB[each], dtype=float) for each in ("a", "n1", "c", "n0")],
        np.zeros(6, dtype=int),
        1,
    )
    z = np.array([1.959963984540054])
    lower, upper = mh.odds_limits(held, z)
    expected = CASES["cmh_test_ucb"]["expected"]
    assert [lower[0], upper[0]] == pytest.approx([expected["lower"], expected["upper"]], abs=2e-3)
    rates = mh.Strata(
        *[np.array(each, dtype=float) for each in ([900, 800], [1e6, 1e6], [700, 900], [1e6, 1e6])],
        np.array([0, 0]),
        1,
    )
    pooled, variance = mh.ratio(rates, rates=True)
    lower, upper = mh.ratio_limits(rates, z)
    reach = np.exp(z * np.sqrt(variance))
    assert [lower[0], upper[0]] == pytest.approx(
        [(pooled / reach)[0], (pooled * reach)[0]], rel=1e-3
    )


def test_strata_that_lack_a_group_are_left_out_and_said_so():
    cases = crossed_case(UCB)
    short = cases[cases["group"] != "20-20 x Male"]
    found = stratified(short, "arrest", per="crime", strand="gender", strata="age")
    rest = {key: values[1:] for key, values in UCB.items() if isinstance(values, list)}
    np.testing.assert_allclose(found[NUMBERS], by_age(rest)[NUMBERS])
    assert flags.has(found["flags"], "strata_left_out").all()


def test_withheld_strata_are_left_out():
    cases = crossed_case(UCB)
    cases["withheld"] = cases["group"] == "20-20 x Male"
    found = stratified(cases, "arrest", per="crime", strand="gender", strata="age")
    rest = {key: values[1:] for key, values in UCB.items() if isinstance(values, list)}
    np.testing.assert_allclose(found[NUMBERS], by_age(rest)[NUMBERS])


def test_dispersion_widens_and_softens():
    plain, wide = by_age(UCB), by_age(UCB, dispersion=2)
    for statistic in ("Mantel-Haenszel risk ratio", "Mantel-Haenszel odds ratio"):
        a, b = row(plain, statistic=statistic), row(wide, statistic=statistic)
        times = np.log(b["upper"] / b["lower"]) / np.log(a["upper"] / a["lower"])
        assert times == pytest.approx(np.sqrt(2)) and b["p"] > a["p"]


def test_the_other_reference_inverts_the_ratio():
    a = row(by_age(UCB), statistic="Mantel-Haenszel odds ratio")
    b = row(by_age(UCB, reference={"gender": "Female"}), statistic="Mantel-Haenszel odds ratio")
    assert [1 / b["estimate"], 1 / b["upper"], 1 / b["lower"]] == pytest.approx(a[NUMBERS].tolist())


def test_bad_input_is_named():
    cases = crossed_case(UCB)
    with pytest.raises(InputError, match="strata: must be crossed with gender"):
        stratified(cases, "arrest", per="crime", strand="gender", strata="religion")
    with pytest.raises(InputError, match="one of the strands"):
        stratified(cases, "arrest", per="crime", strand="gendr", strata="age")
    with pytest.raises(InputError, match="other than the one compared"):
        stratified(cases, "arrest", per="crime", strand="gender", strata="gender")
    with pytest.raises(InputError, match="reference"):
        by_age(UCB, reference={"gender": "Men"})
    with pytest.raises(InputError, match="level"):
        by_age(UCB, level=95)


def test_nothing_supplied_gives_nothing():
    found = stratified(counts.empty(), "arrest", per="crime", strand="gender", strata="age")
    pd.testing.assert_frame_equal(found, estimates.empty())


@few
@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=4))
def test_pooled_odds_agree_with_statsmodels_and_limits_bracket(tables):
    inputs = {
        "a": [t[0] for t in tables],
        "n1": [t[0] + t[1] + 1 for t in tables],
        "c": [t[2] for t in tables],
        "n0": [t[2] + t[3] + 1 for t in tables],
    }
    found = by_age(inputs)
    assert brackets(found)
    pooled = found[found["statistic"].str.startswith("Mantel")]
    assert pooled[["lower", "upper"]].notna().all(axis=None)
    theirs = StratifiedTable([[[t[0], t[1] + 1], [t[2], t[3] + 1]] for t in tables])
    ours = row(found, statistic="Mantel-Haenszel odds ratio")["estimate"]
    with np.errstate(divide="ignore", invalid="ignore"):
        assert ours == pytest.approx(theirs.oddsratio_pooled, nan_ok=True)

"""Rates standardised directly and indirectly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import CASES, brackets, few, join, people, residents, row

from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import intervals
from dsvstats.statistics.rates import directly_standardised, indirectly_standardised

BANDS = ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60+"]
NUMBERS = ["estimate", "lower", "upper"]
YEAR = {"start": "2011-04-01", "end": "2012-03-31"}


def strata(events, population, *, area="Barnet", strand="age", groups=BANDS):
    return join(
        people(strand, dict(zip(groups, events, strict=True)), area=area, **YEAR),
        residents(strand, dict(zip(groups, population, strict=True)), area=area),
    )


def direct_case(name, **options):
    inputs = CASES[name]["inputs"]
    return directly_standardised(
        strata(inputs["events"], inputs["population"]),
        "crime",
        strata="age",
        standard=dict(zip(BANDS, inputs["standard"], strict=True)),
        multiplier=inputs.get("multiplier", 1),
        **options,
    ).iloc[0]


@pytest.mark.parametrize(
    "case", ["dsr_dobson_zero_strata", "dsr_dobson_total8", "dsr_dobson_allzero"]
)
def test_dobson_agrees_with_phe(case):
    expected = CASES[case]["expected"]
    found = direct_case(case, method="dobson")
    assert found["numerator"] == expected["total_count"]
    wanted = [float(expected[each]) for each in ("value", "lower", "upper")]
    assert found[NUMBERS].tolist() == pytest.approx(wanted, rel=1e-6, nan_ok=True)
    assert ("below_ten" in flags.of(found["flags"])) == (expected["total_count"] < 10)


@pytest.mark.parametrize("case", ["dsr_gamma_zero_strata", "dsr_gamma_allzero", "dsr_gamma_total8"])
def test_fay_feuer_agrees_with_epitools(case):
    expected = CASES[case]["expected"]
    found = direct_case(case)
    wanted = [expected[each] for each in ("adjusted", "lower", "upper")]
    assert found[NUMBERS].tolist() == pytest.approx(wanted, rel=1e-6, abs=1e-8)
    assert found["method"] == "fay_feuer"
    assert found["numerator"] / found["denominator"] == pytest.approx(expected["crude"], rel=1e-6)


def indirect_case(name):
    inputs = CASES[name]["inputs"]
    cases = join(
        strata(inputs["events"], inputs["population"]),
        strata(inputs["ref_events"], inputs["ref_population"], area="London"),
    )
    return indirectly_standardised(cases, "crime", strata="age")


@pytest.mark.parametrize("case", ["isr_n3", "isr_n87"])
def test_indirect_standardisation_agrees_with_phe(case):
    expected = CASES[case]["expected"]
    found = indirect_case(case)
    assert found["area"].tolist() == ["Barnet"]
    only = found.iloc[0]
    assert only["numerator"] == expected["observed"]
    assert only["denominator"] == pytest.approx(expected["expected"])
    wanted = [expected[each] for each in ("value", "lower", "upper")]
    assert only[NUMBERS].tolist() == pytest.approx(wanted, rel=1e-6)
    assert only["statistic"] == "standardised ratio" and only["reference"] == "London"
    assert {"standard_holds_area", "standard_as_fixed"} <= set(flags.of(only["flags"]))
    assert only["versus"] == "expected"


def test_a_standard_like_the_area_gives_the_crude_rate():
    cases = strata([1, 2, 3, 4, 5, 6, 7], [100, 200, 300, 400, 500, 600, 700])
    standard = dict(zip(BANDS, [1, 2, 3, 4, 5, 6, 7], strict=True))
    found = directly_standardised(cases, "crime", strata="age", standard=standard).iloc[0]
    assert found["estimate"] == pytest.approx(1000 * 28 / 2800)
    # with equal weights a person, the limits are the exact Poisson limits of the count
    exact = intervals.count(28, method="exact")
    assert found["lower"] == pytest.approx(1000 * exact.lower / 2800)


def test_the_standard_may_be_an_area_of_the_counts():
    cases = join(
        strata([3, 1], [1000, 1000], groups=["0-29", "30+"]),
        residents("age", {"0-29": 600, "30+": 200}, area="London", start="2001-04-29"),
        residents("age", {"0-29": 700, "30+": 300}, area="London"),
    )
    found = directly_standardised(cases, "crime", strata="age")
    assert found["area"].tolist() == ["Barnet"]
    assert found["estimate"].tolist() == pytest.approx([0.7 * 3 + 0.3 * 1])
    assert found["reference"].tolist() == ["residents of London, 2011"]


def test_age_by_sex_is_the_usual_stratum():
    groups = ["0-29 x Female", "0-29 x Male", "30+ x Female", "30+ x Male"]
    cases = join(
        strata([3, 1, 2, 2], [100] * 4, strand="age x gender", groups=groups),
        residents("age x gender", dict(zip(groups, [4, 3, 2, 1], strict=True)), area="London"),
    )
    found = directly_standardised(cases, "crime").iloc[0]
    assert found["estimate"] == pytest.approx(10 * (0.4 * 3 + 0.3 * 1 + 0.2 * 2 + 0.1 * 2))
    assert flags.of(found["flags"])["by_strata"] == "age/gender" and found["per"] == 1000


def test_many_areas_at_once_equal_each_alone():
    rng = np.random.default_rng(0)
    areas = [f"Area {n}" for n in range(6)]
    cases = join(*[strata(rng.poisson(9, 7), rng.integers(500, 900, 7), area=a) for a in areas])
    standard = dict(zip(BANDS, rng.integers(1, 9, 7), strict=True))
    together = directly_standardised(cases, "crime", strata="age", standard=standard)
    for area in areas:
        alone = directly_standardised(
            cases[cases["area"] == area], "crime", strata="age", standard=standard
        )
        pd.testing.assert_frame_equal(
            together[together["area"] == area].reset_index(drop=True), alone
        )


def test_a_missing_stratum_gives_no_rate_and_the_reason():
    short = strata([1, 2], [100, 100], groups=BANDS[:2])
    found = directly_standardised(
        short, "crime", strata="age", standard=dict.fromkeys(BANDS[:3], 1)
    ).iloc[0]
    assert np.isnan(found["estimate"]) and "stratum_missing" in flags.of(found["flags"])
    missing = strata([1, None], [100, 100], groups=BANDS[:2])
    found = directly_standardised(
        missing, "crime", strata="age", standard=dict.fromkeys(BANDS[:2], 1)
    ).iloc[0]
    assert np.isnan(found["estimate"])


def test_strata_that_the_standard_does_not_have_give_no_rate():
    cases = strata([1, 2], [100, 100], groups=BANDS[:2])
    found = directly_standardised(cases, "crime", strata="age", standard={"0-9": 1}).iloc[0]
    assert np.isnan(found["estimate"]) and "stratum_missing" in flags.of(found["flags"])


def test_a_stratum_without_weight_does_not_count():
    cases = strata([1, 2], [100, 0], groups=BANDS[:2])
    found = directly_standardised(
        cases, "crime", strata="age", standard={"0-9": 1, "10-19": 0}
    ).iloc[0]
    assert found["estimate"] == pytest.approx(10)


def test_events_whose_stratum_is_not_recorded_are_left_out():
    cases = join(
        strata([1, 2], [100, 100], groups=BANDS[:2]),
        people("age", {"Not recorded": 50}, area="Barnet", **YEAR),
    )
    found = directly_standardised(
        cases, "crime", strata="age", standard=dict.fromkeys(BANDS[:2], 1)
    ).iloc[0]
    assert found["numerator"] == 3


def test_withheld_strata_withhold_the_rate():
    cases = strata([1, 2], [100, 100], groups=BANDS[:2])
    cases.loc[0, "withheld"] = True
    found = directly_standardised(
        cases, "crime", strata="age", standard=dict.fromkeys(BANDS[:2], 1)
    ).iloc[0]
    assert found["withheld"] and np.isnan(found["numerator"])


@pytest.mark.parametrize(
    "standard", ["Essex", {}, {"0-9": -1, "10-19": 2}, {"0-9": 0, "10-19": 0}, {"0-9": "many"}]
)
def test_a_standard_that_cannot_be_used_is_an_error(standard):
    cases = strata([1, 2], [100, 100], groups=BANDS[:2])
    with pytest.raises(InputError, match="standard"):
        directly_standardised(cases, "crime", strata="age", standard=standard)


def test_other_bad_input_is_named():
    cases = strata([1, 2], [100, 100], groups=BANDS[:2])
    with pytest.raises(InputError, match="method"):
        directly_standardised(cases, "crime", strata="age", method="byar")
    with pytest.raises(InputError, match="strands"):
        directly_standardised(cases, "crime", strata="ages")
    with pytest.raises(InputError, match="level"):
        indirectly_standardised(cases, "crime", strata="age", level=2)
    with pytest.raises(InputError, match="standard: must be an area with counts and a base by age"):
        indirectly_standardised(cases, "crime", strata="age", standard="Lundon")


def test_nothing_supplied_gives_nothing():
    for found in (
        directly_standardised(counts.empty(), "crime"),
        indirectly_standardised(counts.empty(), "crime"),
        directly_standardised(strata([1, 2], [9, 9], groups=BANDS[:2]), "crime"),
    ):
        pd.testing.assert_frame_equal(found, estimates.empty())


def test_indirect_without_strata_is_the_ratio_of_crude_rates():
    cases = join(
        *[
            join(
                people("all", {"All": n}, area=area, **YEAR),
                residents("all", {"All": size}, area=area),
            )
            for area, n, size in (("Barnet", 30, 1000), ("Brent", 0, 500), ("London", 40, 2000))
        ]
    )
    found = indirectly_standardised(cases, "crime")
    barnet, brent = row(found, area="Barnet"), row(found, area="Brent")
    assert barnet[["numerator", "denominator", "estimate"]].tolist() == [30, 20, 1.5]
    byar = intervals.count(30)
    assert barnet[["lower", "upper"]].tolist() == pytest.approx([byar.lower / 20, byar.upper / 20])
    assert brent["estimate"] == 0 and brent["upper"] == pytest.approx(3.6889 / 10, abs=1e-4)
    # P(0 events of 10 expected), doubled, for two areas
    assert brent["p"] == pytest.approx(2 * np.exp(-10))
    assert brent["p_adjusted"] == pytest.approx(1 - (1 - brent["p"]) ** 2)
    assert (barnet["way"], brent["way"]) == ("unclear", "lower")


@pytest.mark.parametrize("method", ["byar_exact", "exact", "mid_p"])
def test_p_and_limits_of_standardised_ratios_agree(method):
    sizes = {f"Area {n:02d}": n for n in range(0, 60, 2)}
    cases = join(
        *[
            join(
                people("all", {"All": n}, area=area, **YEAR),
                residents("all", {"All": 1000}, area=area),
            )
            for area, n in (sizes | {"London": 20}).items()
        ]
    )
    for dispersion in (1.0, 1.6):
        found = indirectly_standardised(cases, "crime", method=method, dispersion=dispersion)
        outside = (found["lower"] > 1) | (found["upper"] < 1)
        assert ((found["p"] < 0.05) == outside).all() and 0 < outside.sum() < len(found)
        clear = found["way"].isin(["higher", "lower"])
        assert ((found["p_adjusted"] < 0.05) == clear).all()
        assert 0 < clear.sum() < outside.sum()


def test_dispersion_widens_both():
    case = CASES["isr_n87"]["inputs"]
    cases = join(
        strata(case["events"], case["population"]),
        strata(case["ref_events"], case["ref_population"], area="London"),
    )
    plain = indirectly_standardised(cases, "crime", strata="age").iloc[0]
    wide = indirectly_standardised(cases, "crime", strata="age", dispersion=2).iloc[0]
    times = (wide["upper"] - wide["lower"]) / (plain["upper"] - plain["lower"])
    assert times == pytest.approx(np.sqrt(2), abs=0.03)
    assert wide["p"] > plain["p"]
    assert flags.of(wide["flags"])["dispersion"] == "2" and wide["method"] == plain["method"]


@few
@given(
    st.lists(st.integers(0, 50), min_size=7, max_size=7),
    st.lists(st.integers(1, 10**6), min_size=7, max_size=7),
    st.lists(st.integers(1, 10**6), min_size=7, max_size=7),
)
def test_limits_bracket_every_standardised_rate(events, population, standard):
    found = directly_standardised(
        strata(events, population),
        "crime",
        strata="age",
        standard=dict(zip(BANDS, standard, strict=True)),
    )
    assert brackets(found) and found[NUMBERS].notna().all(axis=None)
    assert (found["upper"] > 0).all()

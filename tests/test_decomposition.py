"""Excess events, E-values, and what a gap between two rates is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import CASES, brackets, few, join, part, people, residents, row, wandsworth

from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import intervals
from dsvstats.statistics.disproportionality import decompose, excess, relative_rates

NUMBERS = ["estimate", "lower", "upper"]


def two(a, n1, c, n0):
    return part("gender", {"Female": a, "Male": c}, {"Female": n1, "Male": n0})


def test_excess_events_and_e_value_of_the_trusted_case():
    case = CASES["excess_events"]
    inputs, expected = (case[each] for each in ("inputs", "expected"))
    found = excess(two(**inputs), "arrest", per="crime")
    assert found["group"].tolist() == ["Female", "Female"]
    events, cause = (row(found, statistic=each) for each in ("excess events", "E-value"))
    assert events["estimate"] == pytest.approx(expected["excess"])
    assert cause["estimate"] == pytest.approx(expected["e_value"])
    apart = intervals.risk_difference(25, 120, 60, 400)
    assert events[["lower", "upper"]].tolist() == pytest.approx(
        [120 * apart.lower, 120 * apart.upper]
    )
    ratio = relative_rates(two(**inputs), "arrest", per="crime", versus="reference").iloc[0]
    assert ratio["estimate"] == pytest.approx(expected["rr"])
    assert cause["lower"] == 1


def test_an_e_value_is_the_same_for_a_ratio_and_its_inverse():
    above = excess(two(60, 100, 30, 100), "arrest", per="crime")
    below = excess(two(30, 100, 60, 100), "arrest", per="crime")
    a, b = (row(each, statistic="E-value") for each in (above, below))
    # ratio 2: 2 + sqrt(2); the limit nearer to 1 gives the lower
    assert a["estimate"] == pytest.approx(2 + np.sqrt(2)) == b["estimate"]
    assert a[NUMBERS].tolist() == pytest.approx(b[NUMBERS].tolist())
    assert 1 < a["lower"] < a["estimate"]


def test_excess_over_everyone_else_per_resident():
    found = excess(wandsworth(), "crime", per="residents", versus="rest")
    black = row(found, group="Black", statistic="excess events")
    assert black["estimate"] == pytest.approx(138 - 33_000 * 505 / 274_000)
    assert black["lower"] < black["estimate"] < black["upper"]
    assert black["method"] == "mover"


def test_zero_events_have_an_excess_with_limits():
    cases = join(
        people("gender", {"Female": 0, "Male": 9}),
        residents("gender", {"Female": 5000, "Male": 5000}),
    )
    found = row(excess(cases, "crime", per="residents"), statistic="excess events")
    assert found["estimate"] == -9 and found["lower"] < -9 < found["upper"]
    nobody = excess(two(0, 50, 0, 50), "arrest", per="crime")
    assert brackets(nobody)
    found = row(nobody, statistic="excess events")
    assert found["lower"] < 0 < found["upper"] and found["estimate"] == 0


def test_a_recorded_minimum_below_1_has_no_e_value():
    """12 of 1,187 recorded as disabled, of a tenth of residents: nobody asked the others."""
    residents_of = residents("disability", {"Disabled": 30_000, "Not disabled": 270_000})
    few_noted = people("disability", {"Disabled": 12, "Not recorded (implied)": 1175})
    found = excess(join(few_noted, residents_of), "crime", per="residents", versus="rest")
    cause = row(found, group="Disabled", statistic="E-value")
    assert np.isnan(cause[NUMBERS].astype(float)).all() and cause["method"] == ""
    events = row(found, group="Disabled", statistic="excess events")
    assert np.isnan(events["p"]) and events["way"] == "unclear"
    many_noted = people("disability", {"Disabled": 300, "Not recorded (implied)": 887})
    found = excess(join(many_noted, residents_of), "crime", per="residents", versus="rest")
    assert row(found, group="Disabled", statistic="E-value")["lower"] > 1
    both = part(
        "disability", {"Disabled": 10, "Not disabled": 60}, {"Disabled": 90, "Not disabled": 99}
    )
    among = excess(both, "arrest", per="crime", versus="rest")
    assert row(among, group="Disabled", statistic="E-value")["lower"] > 1


def test_withheld_counts_have_no_excess():
    cases = two(3, 50, 9, 50)
    cases["withheld"] = (cases["group"] == "Female") & (cases["measure"] == "arrest")
    found = excess(cases, "arrest", per="crime")
    assert found["withheld"].all() and found[NUMBERS].isna().all(axis=None)


def strata(shares, rates, area, size=1000):
    groups = ["18-29", "30-39", "40+"]
    base = [round(size * each) for each in shares]
    events = [round(n * rate) for n, rate in zip(base, rates, strict=True)]
    return part(
        "age",
        dict(zip(groups, events, strict=True)),
        dict(zip(groups, base, strict=True)),
        area=area,
    )


def test_kitagawa_of_the_trusted_case():
    inputs, expected = (CASES["kitagawa"][each] for each in ("inputs", "expected"))
    cases = join(
        strata(inputs["share_a"], inputs["rate_a"], "Barnet"),
        strata(inputs["share_b"], inputs["rate_b"], "Brent"),
    )
    found = decompose(cases, "arrest", per="crime", strata="age", between=("Barnet", "Brent"))
    assert dict(zip(found["statistic"], found["estimate"], strict=True)) == pytest.approx(
        {
            "difference": expected["gap"],
            "difference due to rates": expected["rate_effect"],
            "difference due to composition": expected["composition_effect"],
        },
        rel=1e-8,
    )
    assert brackets(found) and (found["upper"] > found["lower"]).all()
    assert set(found["area"]) == {"Barnet"} and set(found["reference"]) == {"Brent"}


def test_groups_within_an_area_by_another_strand():
    cells = ["18-29 x Female", "18-29 x Male", "30+ x Female", "30+ x Male"]
    cases = part(
        "age x gender",
        dict(zip(cells, [10, 8, 10, 24], strict=True)),
        dict(zip(cells, [40, 20, 60, 80], strict=True)),
    )
    found = decompose(
        cases, "arrest", per="crime", strand="gender", strata="age", between=("Female", "Male")
    )
    gap, rates, mix = found["estimate"]
    assert gap == pytest.approx(20 / 100 - 32 / 100)
    # rates .25, .1667 against .4, .3; shares .4, .6 against .2, .8
    assert rates == pytest.approx((0.25 - 0.4) * 0.3 + (10 / 60 - 0.3) * 0.7)
    assert mix == pytest.approx((0.4 - 0.2) * 0.325 + (0.6 - 0.8) * (10 / 60 + 0.3) / 2)
    assert set(found["strand"]) == {"gender"} and set(found["group"]) == {"Female"}


def test_rates_per_resident_are_per_thousand():
    cases = join(
        *[
            join(
                people("age", {"18-29": a, "30+": b}, area=area),
                residents("age", {"18-29": n, "30+": m}, area=area),
            )
            for area, a, b, n, m in (("Barnet", 20, 10, 1000, 1000), ("Brent", 10, 10, 1000, 3000))
        ]
    )
    found = decompose(cases, "crime", per="residents", strata="age", between=("Barnet", "Brent"))
    assert found["estimate"].tolist()[0] == pytest.approx(15 - 5)
    assert found["estimate"][1] + found["estimate"][2] == pytest.approx(10)
    assert found["statistic"][0] == "rate difference" and found["per"].tolist() == [1000] * 3


def test_a_stratum_missing_on_one_side_gives_no_estimate():
    cases = join(
        strata([0.3, 0.5, 0.2], [0.1, 0.2, 0.3], "Barnet"),
        strata([0.5, 0.3, 0.2], [0.1, 0.2, 0.3], "Brent"),
    )
    cases = cases[~((cases["area"] == "Brent") & (cases["group"] == "40+"))]
    found = decompose(cases, "arrest", per="crime", strata="age", between=("Barnet", "Brent"))
    assert found["estimate"].isna().all() and flags.has(found["flags"], "stratum_missing").all()


def test_zero_strata_have_limits_of_some_width():
    cases = join(
        strata([0.3, 0.5, 0.2], [0, 0, 0], "Barnet"), strata([0.5, 0.3, 0.2], [0, 0, 0], "Brent")
    )
    found = decompose(cases, "arrest", per="crime", strata="age", between=("Barnet", "Brent"))
    assert (found["estimate"] == 0).all()
    assert (found["lower"] < 0).all() and (found["upper"] > 0).all()


def test_bad_input_is_named():
    cases = strata([0.3, 0.5, 0.2], [0.1, 0.2, 0.3], "Barnet")
    with pytest.raises(InputError, match="between: must be two different"):
        decompose(cases, "arrest", per="crime", strata="age", between=("Barnet", "Barnet"))
    with pytest.raises(InputError, match="between: must be two areas with counts by age"):
        decompose(cases, "arrest", per="crime", strata="age", between=("Barnet", "Brint"))
    with pytest.raises(InputError, match="one of the strands"):
        decompose(cases, "arrest", per="crime", strata="ages", between=("Barnet", "Brent"))
    with pytest.raises(InputError, match="versus"):
        excess(cases, "arrest", per="crime", versus="overall")


def test_nothing_supplied_gives_nothing():
    for found in (
        excess(counts.empty(), "arrest", per="crime"),
        decompose(counts.empty(), "arrest", per="crime", strata="age", between=("Barnet", "Brent")),
    ):
        pd.testing.assert_frame_equal(found, estimates.empty())


cell = st.tuples(st.integers(0, 60), st.integers(1, 60))


@few
@given(st.lists(cell, min_size=3, max_size=3), st.lists(cell, min_size=3, max_size=3))
def test_the_parts_add_up_to_the_gap_and_turn_round(one, other):
    groups = ["18-29", "30-39", "40+"]
    cases = join(
        *[
            part(
                "age",
                {g: a for g, (a, _) in zip(groups, each, strict=True)},
                {g: a + b for g, (a, b) in zip(groups, each, strict=True)},
                area=area,
            )
            for area, each in (("Barnet", one), ("Brent", other))
        ]
    )
    there = decompose(cases, "arrest", per="crime", strata="age", between=("Barnet", "Brent"))
    back = decompose(cases, "arrest", per="crime", strata="age", between=("Brent", "Barnet"))
    assert brackets(there)
    gap, rates, mix = there["estimate"]
    assert rates + mix == pytest.approx(gap, abs=1e-12)
    np.testing.assert_allclose(back["estimate"], -there["estimate"], atol=1e-12)
    np.testing.assert_allclose(back["lower"], -there["upper"], atol=1e-12)


def test_the_base_varies_too_where_it_is_a_count_that_the_other_is_no_part_of():
    """Limits of the gap hold the truth with both counts drawn; taken as fixed they would not."""
    rng = np.random.default_rng(6)
    true = np.array([[0.8, 0.5], [0.6, 0.4]])
    mean = np.array([[60, 40], [50, 50]])
    held, runs, cases = 0, 120, []
    for run in range(runs):
        for n, area in enumerate(("Barnet", "Brent")):
            below = rng.poisson(mean[n])
            above = rng.poisson(mean[n] * true[n])
            key = {"area": area, "start": f"{1900 + run}-01-01", "end": f"{1900 + run}-12-31"}
            for unit, drawn in (("suspects", above), ("victims", below)):
                groups = dict(zip(("Female", "Male"), map(int, drawn), strict=True))
                cases.append(people("gender", groups, unit=unit, **key))
    found = decompose(
        join(*cases),
        ("suspects", "crime"),
        per=("victims", "crime"),
        strata="gender",
        between=("Barnet", "Brent"),
    )
    rates = row(found[found["start"] == found["start"].min()], statistic="rate difference")
    assert flags.has(found["flags"], "shares_as_known").all()
    rows = found[found["statistic"] == "rate difference due to rates"]
    assert len(rows) == runs and rates["lower"] < rates["upper"]
    share = (mean[0] / mean[0].sum() + mean[1] / mean[1].sum()) / 2
    truth = (share * (true[0] - true[1])).sum()
    held = rows["lower"].le(truth) & rows["upper"].ge(truth)
    assert held.mean() > 0.9
    scale = rows["per"].iloc[0]
    assert scale == 1

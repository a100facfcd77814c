"""When cases leave, and by which way: competing outcomes, young cases, and the decision points."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight
from tables import few, people, residents

from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import attrition, durations, intervals
from dsvstats.statistics.attrition.incidence import incidence

DAYS = [1, 5, 4, 2, 2, 2, 8, 3, 7, 1, 1, 3, 8, 4, 6, 6, 5, 7, 3, 1, 2, 8, 1, 6, 4, 8, 8, 1, 1, 4]
DAYS += [4, 5, 2, 6, 5, 3, 1, 4, 8, 3, 3, 4, 6, 5, 5, 5, 4, 6, 8, 2, 6, 6, 2, 1, 6, 5, 5, 4, 4, 2]
CODES = [0, 0, 1, 1, 1, 0, 2, 1, 0, 2, 1, 1, 1, 0, 0, 0, 1, 0, 1, 2, 2, 1, 1, 2, 2, 1, 0, 1, 0, 1]
CODES += [2, 0, 1, 1, 2, 1, 1, 1, 0, 0, 2, 1, 2, 0, 0, 1, 2, 2, 1, 0, 1, 1, 0, 2, 2, 2, 1, 1, 1, 0]
GROUPS = list("CAACAABCBCABBBBBAABBCACAAABACCCBAABBBBBBACBACBCACABABBCBCBBB")
TIED = pd.DataFrame(
    {
        "strand": "gender",
        "group": GROUPS,
        "days": DAYS,
        "outcome": np.array(["", "charge", "withdrawn"])[CODES],
    }
)


def outcome(draws: st.DataObject, size: int) -> pd.DataFrame:
    days = draws.draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    told = draws.draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=size, max_size=size))
    return pd.DataFrame({"days": days, "outcome": told})


def test_grays_test_is_that_of_r_with_many_ties():
    """The values of comprisk 0.8, which agrees with R's cmprsk, for 60 cases in three groups."""
    table = attrition.gray(TIED).set_index("measure")
    expected = {"charge": 0.8721197374021816, "withdrawn": 1.2961867798129867}
    assert table["estimate"].to_dict() == pytest.approx(expected, rel=1e-9)
    assert table["p"].tolist() == pytest.approx([0.6465790149308859, 0.5230420639720823], rel=1e-9)


@few
@given(st.data())
def test_groups_in_any_order_and_cases_counted_together_are_the_same(draws):
    cases = outcome(draws, 12).assign(strand="gender", group=["Female", "Male", "Other"] * 4)
    shuffled = cases.sample(frac=1, random_state=draws.draw(st.integers(0, 99)))
    together = cases.groupby(list(cases), as_index=False, sort=False).size()
    together = together.rename(columns={"size": "count"})
    for ask in (attrition.gray, attrition.cumulative_incidence):
        found = [
            ask(each).sort_values(["group", "measure", "flags"])["estimate"].to_numpy()
            for each in (cases, shuffled, together)
        ]
        np.testing.assert_allclose(found[1], found[0], atol=1e-9)
        np.testing.assert_allclose(found[2], found[0], atol=1e-9)


@few
@given(st.data())
def test_outcomes_add_up_to_what_is_left_and_without_censoring_to_plain_shares(draws):
    cases = outcome(draws, 15)
    held = durations.table(cases["days"], cases["outcome"].map({"": 0, "a": 1, "b": 2}), among=2)
    shares = [incidence(held, n, method="jackknife")[0] for n in (0, 1)]
    np.testing.assert_allclose(sum(shares) + durations.survival(held)[0], 1)
    ended = cases[cases["outcome"] != ""]
    if len(ended):
        table = attrition.cumulative_incidence(ended, at=[9]).set_index("measure")["estimate"]
        plain = ended["outcome"].value_counts(normalize=True)
        np.testing.assert_allclose(table, plain.reindex(table.index))


def test_the_library_has_no_error_once_everything_has_happened_to_all():
    """statsmodels divides by those left: the reason why the variance is our own."""
    time, event = np.array([1, 2, 3, 3]), np.array([1, 2, 1, 1])
    held = durations.table(time, event, among=2)
    with pytest.warns(RuntimeWarning, match="divide by zero|invalid"):
        theirs = CumIncidenceRight(time, event)
    ours = [incidence(held, n, method="jackknife") for n in (0, 1)]
    for n in (0, 1):
        np.testing.assert_allclose(ours[n][0], theirs.cinc[n])
        np.testing.assert_allclose(ours[n][1][:-1], theirs.cinc_se[n][:-1])
        assert np.isfinite(ours[n][1]).all()
    assert not np.isfinite(theirs.cinc_se[0][-1])


def test_one_minus_kaplan_meier_says_too_much():
    held = durations.table(DAYS, np.array(CODES) == 1, among=1)
    alone = 1 - durations.at(*(held.times, durations.survival(held)[0]), [8], start=1)[0]
    table = attrition.cumulative_incidence(TIED.drop(columns=["strand", "group"]), at=[8])
    assert table.set_index("measure").loc["charge", "estimate"] < alone - 0.1


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (pd.DataFrame({"day": [1], "outcome": [""]}), "a column days"),
        (pd.DataFrame({"days": [1, -1], "outcome": ["", ""]}), "row 2, days"),
        (pd.DataFrame({"days": [1, None], "outcome": ["", ""]}), "row 2, days"),
        (pd.DataFrame({"days": ["soon"], "outcome": [""]}), "row 1, days"),
    ],
)
def test_days_that_are_none_are_told_with_their_row(cases, said):
    with pytest.raises(InputError, match=said):
        attrition.cumulative_incidence(cases)


def test_nothing_to_follow_gives_no_row():
    empty = pd.DataFrame({"days": [], "outcome": []})
    for ask in (attrition.cumulative_incidence, attrition.gray, attrition.matured):
        assert ask(empty).empty
    open_only = pd.DataFrame({"days": [3, 4], "outcome": ["", ""]})
    assert attrition.cumulative_incidence(open_only).empty


# Cases too young to have an outcome


def followed(seed: int, *, size: int = 1000, until: float = 900):
    """Cases reported over time, each with the outcome that it will have, and after how long."""
    draw = np.random.default_rng(seed)
    reported = draw.integers(0, until, size)
    will = draw.choice(["charge", "withdrawn", "no further action"], size, p=[0.2, 0.35, 0.45])
    lags = {"charge": (2, 60), "withdrawn": (1.2, 30), "no further action": (2, 50)}
    lag = np.array([draw.gamma(*lags[each]) for each in will]).round()
    return reported, will, lag


def covered(seed: int, *, by: int = 200, dates: int = 10) -> np.ndarray:
    """At each of ten cuts: do the matured limits, and those of the raw share, hold the truth?"""
    reported, will, lag = followed(seed)
    found = []
    for cut in np.linspace(by + 110, by + 450, dates):
        known = reported <= cut
        age = np.floor(cut - reported[known])
        over = lag[known] <= age
        cases = pd.DataFrame(
            {"days": np.where(over, lag[known], age), "outcome": np.where(over, will[known], "")}
        )
        row = attrition.matured(cases, by=by).set_index("measure").loc["charge"]
        truth = ((will[known] == "charge") & (lag[known] <= by)).mean()
        raw = intervals.proportion(row["numerator"], row["denominator"])
        found.append((row["lower"] <= truth <= row["upper"], raw.lower <= truth <= raw.upper))
    return np.array(found)


def test_matured_shares_hold_the_later_truth_where_raw_ones_do_not():
    ours, raw = np.concatenate([covered(seed) for seed in range(12)]).mean(axis=0)
    assert ours >= 0.93 and raw < 0.5


@pytest.mark.soak
def test_matured_shares_hold_the_later_truth_over_many_worlds():
    ours, raw = np.concatenate([covered(seed) for seed in range(300)]).mean(axis=0)
    assert ours >= 0.93 and raw < 0.5


def test_a_share_of_cases_all_of_which_have_ended_is_as_it_is():
    cases = pd.DataFrame({"days": [1, 2, 3, 4], "outcome": ["charge", "nfa", "nfa", "charge"]})
    table = attrition.matured(cases).set_index("measure")
    assert table.loc["charge", ["estimate", "lower", "upper"]].tolist() == [0.5, 0.5, 0.5]


def test_periods_learn_from_each_other_and_are_told_apart():
    old = pd.DataFrame({"days": [10] * 40 + [90] * 60, "outcome": ["charge"] * 40 + [""] * 60})
    new = pd.DataFrame({"days": [5] * 50, "outcome": [""] * 50})
    cases = pd.concat(
        [
            old.assign(start="2008-01-01", end="2008-03-31"),
            new.assign(start="2008-04-01", end="2008-06-30"),
        ]
    )
    table = attrition.matured(cases)
    assert table["numerator"].tolist() == [40, 0]
    assert table["estimate"].round(3).tolist() == [0.4, pytest.approx(40 / 150, abs=0.15)]
    assert flags.of(table["flags"].iloc[1])["open"] == "50"
    assert table["lower"].iloc[1] < table["estimate"].iloc[1] < table["upper"].iloc[1]


def test_more_days_than_any_case_was_followed_for_are_refused():
    cases = pd.DataFrame({"days": [5, 30, 40], "outcome": ["charge", "", ""]})
    with pytest.raises(InputError, match="at most 40"):
        attrition.matured(cases, by=60)


# From residents to the court


@few
@given(st.lists(st.integers(2, 9), min_size=8, max_size=8), st.integers(500, 9000))
def test_the_stages_multiply_to_the_relative_rate_overall(parts, lives):
    """From residents to the last stage, to 1e-12."""
    groups = {"Female": [2000, *parts[:4]], "Male": [3000, *parts[4:]]}
    numbers = {who: np.cumprod([each[0], *np.array(each[1:]) / 10]) for who, each in groups.items()}
    stages = ["recorded", "crime", "sanction_detection", "charge", "prosecuted"]
    cases = pd.concat(
        [
            *(
                people("gender", {who: int(numbers[who][n]) for who in groups}, measure=each)
                for n, each in enumerate(stages)
            ),
            residents("gender", {"Female": lives, "Male": 2 * lives}),
        ]
    )
    table = attrition.relative_rate_index(cases, stages=stages, reference={"gender": "Male"})
    *each, whole = table["estimate"]
    if min(int(number[-1]) for number in numbers.values()) > 0:
        assert whole == pytest.approx(np.prod(each), rel=1e-12)
        assert flags.has(table["flags"], "whole_chain").tolist() == [False] * 5 + [True]
    assert table["statistic"].iloc[0] == "rate ratio" and table["way"].iloc[0] != ""


def test_a_withheld_stage_is_withheld_in_the_matrix_and_so_is_the_whole():
    cases = pd.concat(
        [
            people("gender", {"Female": 200, "Male": 300}, measure="recorded"),
            people("gender", {"Female": 20, "Male": 30}, measure="crime"),
            residents("gender", {"Female": 5000, "Male": 5000}),
        ]
    )
    hidden = (cases["measure"] == "crime") & (cases["group"] == "Female")
    cases = cases.assign(withheld=hidden, count=cases["count"].mask(hidden))
    table = attrition.relative_rate_index(
        cases, stages=["recorded", "crime"], reference={"gender": "Male"}
    )
    crime = table[table["measure"] == "crime"]
    assert crime["estimate"].isna().all() and crime["withheld"].all()


def test_what_the_unrecorded_could_do_is_known_of_the_matrix_too():
    """Half of the victims' ethnicity is not recorded: clear of chance is not firm."""
    found = {"White": 300, "Black": 200, "Not recorded": 500}
    cases = pd.concat(
        [
            people("ethnicity_broad", found, measure="recorded"),
            residents("ethnicity_broad", {"White": 60_000, "Black": 15_000}),
        ]
    )
    row = attrition.relative_rate_index(cases, stages=["recorded"]).iloc[0]
    assert row["way"] == "higher" and {"could_turn", "missing"} <= set(flags.of(row["flags"]))

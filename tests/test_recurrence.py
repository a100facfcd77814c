"""People reported again: when, how often, who is never seen, and what one area does not know."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.discrete.truncated_model import TruncatedLFPoisson
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from tables import few, people

from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import repeats
from dsvstats.statistics.repeats import hazards, truncated

DUTCH = Path(__file__).parents[1] / "data" / "records" / "apprehensions.csv"
BY = ["gender", "age", "nation"]


@pytest.fixture(scope="module")
def dutch() -> pd.DataFrame:
    return pd.read_csv(DUTCH)


def listed(*numbers: int) -> pd.DataFrame:
    return people("reports", {str(n): each for n, each in enumerate(numbers, 1)})


# Those who are never seen


def test_the_published_number_of_people_never_apprehended(dutch):
    """Van der Heijden and others (2003): 12,690, from 7,186 to 18,194."""
    row = repeats.unseen(dutch, by=BY).iloc[0]
    assert dutch["count"].sum() == 1880 == row["numerator"]
    assert [round(row[each]) for each in ("estimate", "lower", "upper")] == [12690, 7186, 18194]


def test_the_librarys_default_fit_does_not_converge_and_gives_another_number(dutch):
    """The reason why Newton's method is asked for: 11,061, with a warning that can be missed."""
    each = dutch.loc[dutch.index.repeat(dutch["count"])]
    columns = pd.get_dummies(each[BY], drop_first=True).astype(float).assign(typical=1.0)
    with pytest.warns(ConvergenceWarning):
        fit = TruncatedLFPoisson(each["reports"].to_numpy(), columns.to_numpy()).fit(disp=0)
    rate = np.exp(columns.to_numpy() @ fit.params)
    assert not fit.mle_retvals["converged"]
    assert round((1 / -np.expm1(-rate)).sum()) == 11061


def test_who_is_apprehended_more_often(dutch):
    table = repeats.frequency_model(dutch, by=BY).set_index("group")
    assert table.loc["male", "reference"] == "female"
    assert table.loc["male", "way"] in ("higher", "unclear")
    assert (table["lower"] < table["estimate"]).all() and (table["estimate"] < table["upper"]).all()


@few
@given(st.integers(0, 10_000), st.floats(0.3, 2.5))
def test_the_rate_of_a_truncated_poisson_comes_back(seed, rate):
    seen = np.random.default_rng(seed).poisson(rate, 4000)
    held = listed(*np.bincount(seen[seen > 0], minlength=3)[1:])
    row = repeats.unseen(held, method="poisson", level=0.9999).iloc[0]
    assert row["lower"] <= 4000 <= row["upper"]
    assert row["estimate"] >= row["numerator"]
    chao = repeats.unseen(held, level=0.9999).iloc[0]
    assert chao["lower"] <= 4000 * 1.02 and chao["upper"] >= 4000 * 0.98


def test_limits_of_the_unseen_hold_the_truth():
    draw = np.random.default_rng(3)
    for method in ("poisson", "chao", "zelterman"):
        inside = []
        for _ in range(50):
            seen = draw.poisson(0.8, 1000)
            row = repeats.unseen(listed(*np.bincount(seen[seen > 0])[1:]), method=method).iloc[0]
            inside.append(row["lower"] <= 1000 <= row["upper"])
        assert np.mean(inside) >= 0.88, method


def test_a_fit_at_the_boundary_is_no_estimate():
    for held, method in (
        (listed(900, 210, 90, 50, 30, 20, 12, 9, 6, 5, 4, 3), "negative_binomial"),
        (listed(50), "poisson"),
        (listed(50, 0, 3), "chao"),
        (listed(50, 4), "one_inflated"),
    ):
        row = repeats.unseen(held, method=method).iloc[0]
        assert row["flags"] == "boundary" and np.isnan(row["estimate"]), method


def test_a_negative_binomial_comes_back_and_one_report_at_most_is_told():
    draw = np.random.default_rng(1)
    seen = draw.negative_binomial(2, 0.4, 6000)
    fit = truncated.negative_binomial(np.bincount(seen[seen > 0])[1:])
    assert fit.size == pytest.approx(2, rel=0.2) and fit.mean == pytest.approx(3, rel=0.1)
    seen = draw.poisson(1.2, 6000)
    inflated = np.where(draw.random(6000) < 0.3, np.minimum(seen, 1), seen)
    table = repeats.frequency_model(
        listed(*np.bincount(inflated[inflated > 0])[1:]), model="one_inflated"
    ).set_index("statistic")
    assert table.loc["reports a person, unseen among them", "estimate"] == pytest.approx(
        1.2, rel=0.1
    )
    assert 0.1 < table.loc["share with one report at most", "estimate"] < 0.5


def test_a_list_that_is_cut_or_withheld_tells_nothing_of_the_unseen():
    for held, flag in (
        (people("reports", {"2": 146, "3": 37}), "starts_at_two"),
        (people("reports", {"1": 146, "2+": 37}), "at_least"),
    ):
        row = repeats.unseen(held).iloc[0]
        assert np.isnan(row["estimate"]) and flag in row["flags"]
    hidden = listed(50, 9, 2).assign(withheld=[False, False, True])
    hidden["count"] = hidden["count"].mask(hidden["withheld"])
    assert repeats.unseen(hidden)["withheld"].all()
    assert repeats.frequency_model(hidden).empty


# When, and how often


def followed(seed: int, size: int = 200, ratio: float = 2.0) -> pd.DataFrame:
    """People with a rate each, women's as many times as men's; followed for unequal years."""
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(size):
        woman = person % 2 == 0
        rate = draw.gamma(2, 0.5) * (ratio if woman else 1.0)
        end, day = float(draw.uniform(0.5, 1.5)), 0.0
        while day < end:
            stop = min(day + draw.exponential(1 / max(rate, 1e-9)), end)
            rows.append((person, day, stop, stop < end, "Female" if woman else "Male"))
            day = stop
    names = ["person", "start_day", "end_day", "again", "group"]
    return pd.DataFrame(rows, columns=names).assign(strand="gender")


@pytest.mark.parametrize("model", ["andersen_gill", "gap_time"])
def test_a_planted_ratio_is_held_as_often_as_the_level_says(model):
    """People differ in their rates: the robust limits allow for it, plain ones do not."""
    held = [
        repeats.recurrence(followed(seed), model=model, reference={"gender": "Male"}).iloc[0]
        for seed in range(30)
    ]
    if model == "andersen_gill":
        inside = [row["lower"] <= 2 <= row["upper"] for row in held]
        assert np.mean(inside) >= 0.85
    assert np.mean([row["estimate"] for row in held]) == pytest.approx(2, rel=0.15)


def test_without_ties_or_late_entry_it_is_the_library():
    rows = followed(5, 80)
    first = rows[rows["start_day"] == 0]
    columns = (first["group"] == "Female").to_numpy(dtype=float)[:, None]
    held = hazards.Intervals(
        first["start_day"].to_numpy(),
        first["end_day"].to_numpy(),
        first["again"].to_numpy(),
        columns,
        first["person"].to_numpy(),
        np.zeros(len(first)),
    )
    slope, _, done = hazards.fitted(held)
    theirs = PHReg(first["end_day"], columns, status=first["again"].astype(int), ties="efron").fit()
    assert done and slope[0] == pytest.approx(theirs.params[0], rel=1e-6)


def test_the_library_takes_those_who_enter_at_a_report_for_being_at_risk_of_it():
    """Why the partial likelihood is our own: two rows of one person share the day of a report."""
    rows = pd.DataFrame(
        {"start": [0.0, 5, 0, 0], "stop": [5.0, 9, 5, 9], "ev": [1, 1, 1, 0], "x": [1.0, 1, 0, 0]}
    )
    held = hazards.Intervals(
        rows["start"].to_numpy(), rows["stop"].to_numpy(), rows["ev"].to_numpy() == 1,
        rows[["x"]].to_numpy(), np.array([1, 1, 2, 3]), np.zeros(4),
    )  # fmt: skip
    slope, _, _ = hazards.fitted(held)
    theirs = PHReg(rows["stop"], rows[["x"]], status=rows["ev"], entry=rows["start"], ties="efron")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert abs(theirs.fit().params[0] - slope[0]) > 0.05


def test_a_group_with_no_report_again_gives_no_ratio_and_no_error():
    rows = followed(5, 20)
    rows["again"] &= rows["group"] == "Male"
    row = repeats.recurrence(rows, reference={"gender": "Male"}).iloc[0]
    assert row["flags"] == "boundary" and np.isnan(row["estimate"])


def test_the_mean_number_of_reports_is_what_it_is_where_all_are_followed_alike():
    rows = followed(2, 60)
    to_end = rows.assign(end_day=np.where(rows["again"], rows["end_day"], 2.0))
    table = repeats.recurrence(to_end, at=[2.0])
    means = table[table["statistic"] == "reports by a day"].set_index("group")
    for group, own in to_end.groupby("group"):
        assert means.loc[group, "estimate"] == pytest.approx(
            own["again"].sum() / own["person"].nunique()
        )
        assert means.loc[group, "lower"] < means.loc[group, "estimate"] < means.loc[group, "upper"]


def test_those_followed_for_less_are_not_taken_for_safe():
    """Half of the people are followed for a third of the time: the plain share is too low."""
    draw = np.random.default_rng(6)
    wait = draw.exponential(300, 3000)
    followed_for = np.where(np.arange(3000) % 2, 120, 365)
    rows = pd.DataFrame({"days": np.minimum(wait, followed_for), "again": wait <= followed_for})
    row = repeats.time_to_repeat(rows, at=[365]).iloc[0]
    truth = 1 - np.exp(-365 / 300)
    assert row["lower"] < truth < row["upper"]
    assert rows["again"].mean() < truth - 0.1
    assert flags.of(row["flags"]) == {"by_day": "365"}


def test_what_is_missing_of_people_is_told():
    with pytest.raises(InputError, match="the columns end_day, again"):
        repeats.recurrence(pd.DataFrame({"person": [1], "start_day": [0]}))
    with pytest.raises(InputError, match="a column nation"):
        repeats.unseen(pd.DataFrame({"reports": [1, 2]}), by=["nation"])
    with pytest.raises(InputError, match="a column nation"):
        repeats.frequency_model(pd.DataFrame({"reports": [1, 2]}), by=["nation"])
    with pytest.raises(InputError, match="a column agian"):
        repeats.time_to_repeat(pd.DataFrame({"days": [3], "again": [True]}), again="agian")
    assert repeats.time_to_repeat(pd.DataFrame({"days": [], "again": []})).empty


# What one area does not know


def test_what_counting_within_an_area_misses():
    held = pd.concat(
        [
            people("gender", {"Female": 600, "Male": 100}, measure="repeat_within"),
            people("gender", {"Female": 800, "Male": 120}, measure="repeat_anywhere"),
        ]
    )
    table = repeats.across_areas(held).set_index("group")
    assert table["numerator"].to_dict() == {"Female": 200, "Male": 20}
    assert table["estimate"].round(3).to_dict() == {"Female": 0.25, "Male": 0.167}
    assert repeats.across_areas(held[held["measure"] == "repeat_within"]).empty

"""Areas side by side: funnels, pooled estimates and ranks, an area in its whole, changes in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tables import few

from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.estimates import flags, verdicts
from dsvstats.reporting import tables
from dsvstats.statistics import comparison, intervals
from dsvstats.statistics.comparison import areas, funnels, overdispersion
from dsvstats.terms import places

AREAS = sorted(set(places.place().parts))
SIZES = np.array([60, 150, 130, 70, 210, 180, 300, 40, 140, 170, 50, 260])


def side_by_side(n, base, *, whole: tuple[int, int] | None = None) -> pd.DataFrame:
    """Arrests of crimes in so many areas."""
    named = list(zip(AREAS, n, base, strict=False)) + ([("London", *whole)] if whole else [])
    one = [
        counts.table("Barnet", "offences", each, "all", {"All": 0}) for each in ("arrest", "crime")
    ]
    held = pd.concat(one * len(named), ignore_index=True)
    numbers = [int(each) for _, *both in named for each in both]
    return held.assign(
        area=np.repeat([area for area, *_ in named], 2), count=pd.array(numbers, dtype="Int64")
    )


def held(n, base, *, target: float, kind: str = "proportion") -> areas.Areas:
    """Areas as the funnel takes them, without a frame around them: for many draws."""
    size = len(n)
    return areas.Areas(
        rows=pd.DataFrame({"kind": [kind] * size}),
        count=np.asarray(n, dtype=float),
        base=np.asarray(base, dtype=float),
        usable=np.ones(size, dtype=bool),
        indicator=np.zeros(size, dtype=int),
        whole_count=np.full(size, target),
        whole_base=np.ones(size),
        reference=np.full(size, "all areas", dtype=object),
    )


def outside(seed: int, *, kind: str, between: float, areas_: int = 32) -> float:
    """What share of areas lies outside the 95% limits where none is unlike the others?"""
    draw = np.random.default_rng(seed)
    base = draw.integers(100, 800, areas_)
    angle = np.arcsin(np.sqrt(0.3)) + between * draw.standard_normal(areas_)
    root = 1 + between * draw.standard_normal(areas_)
    if kind == "proportion":
        n, target = draw.binomial(base, np.sin(angle) ** 2), 0.3
    elif kind == "rate":
        n, target = draw.poisson(0.3 * base * root**2), 0.3
    else:  # two counts, both of them random
        n = draw.binomial(base, np.sin(angle) ** 2)
        base, target = base - n, 0.3 / 0.7
    found = held(n, base, target=target, kind=kind)
    return float((funnels.chance(found, overdispersion.spread(found), "mid_p") < 0.05).mean())


@pytest.mark.parametrize("kind", ["proportion", "rate", "ratio"])
@pytest.mark.parametrize("between", [0.0, 0.08])
def test_5_in_100_areas_lie_outside_where_none_is_unlike_the_others(kind, between):
    """With a spread between areas beyond chance, too: 400 rounds of 32 areas.

    Where there is none, one is still found in some rounds by chance, and limits are wider for it.
    """
    share = np.mean([outside(s, kind=kind, between=between) for s in range(400)])
    assert (0.045 if between else 0.03) <= share <= 0.06


def test_less_than_chance_between_areas_gives_no_spread_and_few_areas_none():
    found = held(np.round(SIZES * 0.25), SIZES, target=0.25)
    assert (overdispersion.spread(found) == 0).all()
    wild = held([5, 60, 10, 50], [100, 100, 100, 100], target=0.3)
    assert (overdispersion.spread(wild) == 0).all()
    table = comparison.funnel(side_by_side([5, 60, 10, 50], [100] * 4), "arrest", of="crime")
    assert table["method"].eq("mid_p").all() and not flags.has(table["flags"], "between").any()


def test_limits_p_and_way_agree_and_all_areas_are_one_family():
    n = [12, 40, 25, 8, 60, 33, 170, 15, 22, 51, 5, 70]
    for allowed in (True, False):
        table = comparison.funnel(
            side_by_side(n, SIZES), "arrest", of="crime", overdispersion=allowed
        )
        apart = ~((table["lower"] <= 1) & (table["upper"] >= 1))
        assert apart.tolist() == (table["p"] < 0.05).tolist()
        told = table["way"].isin(["higher", "lower"])
        assert told.tolist() == (table["p_adjusted"] < 0.05).tolist()
        assert (table["p_adjusted"] >= table["p"]).all()
    assert table["way"].tolist().count("higher") == 1


def test_the_curves_are_where_an_areas_p_is_at_its_level():
    """An area just beyond the drawn limit has a mid-P below 5%, one just inside has not."""
    for kind in ("proportion", "rate", "ratio"):
        low, high = comparison.funnel_limits(0.25, SIZES, kind=kind)
        for end, beyond in ((low, np.floor), (high, np.ceil)):
            n = beyond(end * SIZES)
            found = held(n, SIZES, target=0.25, kind=kind)
            p = funnels.chance(found, np.zeros(len(SIZES)), "mid_p")
            assert (p[np.abs(n - end * SIZES) > 0.05] <= 0.05 + 1e-9).all()
            inside = held(n + (1 if beyond is np.floor else -1), SIZES, target=0.25, kind=kind)
            p = funnels.chance(inside, np.zeros(len(SIZES)), "mid_p")
            assert (p[np.abs(inside.count - end * SIZES) > 0.05] > 0.05 - 1e-9).all()


def test_a_whole_is_no_point_and_is_what_areas_are_set_against():
    cases = side_by_side([30, 60], [100, 150], whole=(2000, 5000))
    table = comparison.funnel(cases, "arrest", of="crime", whole="London")
    assert "London" not in set(table["area"]) and table["reference"].eq("London").all()
    assert table["estimate"].tolist() == pytest.approx([0.3 / 0.4, 1.0])


@pytest.mark.parametrize("given", [{}, {"of": "crime", "per": "residents"}])
def test_one_base_is_asked_for(given):
    with pytest.raises(InputError, match="of, per: must be one of them"):
        comparison.funnel(side_by_side([3], [9]), "arrest", **given)


def test_withheld_areas_are_withheld_and_are_in_no_sum():
    cases = side_by_side([30, 60, 45], [100, 150, 120])
    hidden = (cases["area"] == AREAS[0]) & (cases["measure"] == "arrest")
    cases = cases.assign(withheld=hidden, count=cases["count"].mask(hidden))
    for ask in (comparison.funnel, comparison.shrunken):
        table = ask(cases, "arrest", of="crime").set_index("area")
        assert table.loc[AREAS[0], "withheld"] and np.isnan(table.loc[AREAS[0], "estimate"])
    table = comparison.funnel(cases, "arrest", of="crime").set_index("area")
    assert table.loc[AREAS[1], "reference_numerator"] == 105


# Pooled estimates and ranks


def pooled(seed: int, between: float) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    base = draw.integers(20, 300, 12)
    truth = 1 / (1 + np.exp(-(-0.8 + between * draw.standard_normal(12))))
    cases = side_by_side(draw.binomial(base, truth), base)
    table = comparison.shrunken(cases, "arrest", of="crime").set_index("area").loc[AREAS[:12]]
    inside = (table["lower"] <= truth) & (truth <= table["upper"])
    rank, told = stats.rankdata(-truth), comparison.ranks(cases, "arrest", of="crime")
    told = told.set_index("area").loc[AREAS[:12]]
    within = (told["lower"] <= rank) & (rank <= told["upper"])
    return inside.to_numpy(), within.to_numpy()


@pytest.mark.parametrize("between", [0.05, 0.5])
def test_pooled_limits_and_ranks_hold_the_truth(between):
    """Where areas hardly differ too: there a plain bootstrap's ranks hold it for 77 in 100."""
    found = [pooled(seed, between) for seed in range(20)]
    inside, within = (np.mean([each[n] for each in found]) for n in (0, 1))
    assert inside >= 0.93 and within >= 0.93


def test_pooled_estimates_are_nearer_the_truth_than_plain_ones():
    draw = np.random.default_rng(4)
    errors = []
    for _ in range(10):
        base = draw.integers(10, 60, 20)
        truth = draw.beta(8, 24, 20)
        n = draw.binomial(base, truth)
        table = comparison.shrunken(side_by_side(n, base), "arrest", of="crime")
        own = table.set_index("area").loc[AREAS[:20], "estimate"].to_numpy()
        errors.append([np.mean((own - truth) ** 2), np.mean((n / base - truth) ** 2)])
    ours, plain = np.mean(errors, axis=0)
    assert ours < 0.7 * plain


@few
@given(st.lists(st.integers(0, 40), min_size=3, max_size=8))
def test_a_pooled_estimate_lies_between_its_own_and_that_of_all(n):
    base = [50] * len(n)
    table = comparison.shrunken(side_by_side(n, base), "arrest", of="crime")
    own = np.array(n) / 50
    found = table.set_index("area").loc[AREAS[: len(n)]]
    low, high = np.minimum(own, own.mean()), np.maximum(own, own.mean())
    slack = 0.02
    assert ((found["estimate"] >= low - slack) & (found["estimate"] <= high + slack)).all()
    assert (found["lower"] <= found["estimate"]).all() and (
        found["estimate"] <= found["upper"]
    ).all()


# Do they differ, and an area in its whole


def test_heterogeneity_is_pearsons():
    n = np.array([12, 40, 25, 8, 60])
    cases = side_by_side(n, SIZES[:5])
    table = comparison.heterogeneity(cases, "arrest", of="crime").set_index("statistic")
    chi2, p, degrees, _ = stats.chi2_contingency([n, SIZES[:5] - n], correction=False)
    row = table.loc["heterogeneity of areas, chi-squared"]
    assert (row["estimate"], row["p"]) == pytest.approx((chi2, p))
    assert flags.of(row["flags"])["degrees"] == str(degrees)
    share = table.loc["share of variance between areas", "estimate"]
    assert share == pytest.approx(1 - degrees / chi2)


def test_ratios_of_counts_differ_by_what_both_counts_do():
    """Suspects for each victim: neither count is fixed, as a base of residents is."""
    n, base = np.array([12, 40, 25, 8, 60]), SIZES[:5]
    one = [
        counts.table("Barnet", unit, "crime", "all", {"All": 0}) for unit in ("accused", "victims")
    ]
    cases = pd.concat(one * 5, ignore_index=True).assign(
        area=np.repeat(AREAS[:5], 2),
        count=pd.array([int(x) for pair in zip(n, base, strict=True) for x in pair], dtype="Int64"),
    )
    asked = {"measure": ("accused", "crime"), "per": ("victims", "crime")}
    table = comparison.heterogeneity(cases, **asked).set_index("statistic")
    chi2, p, *_ = stats.chi2_contingency([n, base], correction=False)
    row = table.loc["heterogeneity of areas, chi-squared"]
    assert (row["estimate"], row["p"]) == pytest.approx((chi2, p))
    found = comparison.funnel(cases, overdispersion=False, **asked).set_index("area").loc[AREAS[:5]]
    share = intervals.proportion(n, n + base, method="mid_p")
    odds = share.lower / (1 - share.lower) / (n.sum() / base.sum())
    np.testing.assert_allclose(found["lower"], odds)
    assert found["statistic"].eq("ratio of ratios").all()
    pulled = comparison.shrunken(cases, **asked)
    assert pulled["estimate"].between(pulled["lower"], pulled["upper"]).all()


@pytest.mark.parametrize(("level", "beyond"), [(0.95, True), (0.9999, False)])
def test_whether_areas_differ_beyond_chance_is_decided_with_the_figures(level, beyond):
    cases = side_by_side([12, 40, 25, 8, 60], SIZES[:5])
    row = comparison.heterogeneity(cases, "arrest", of="crime", level=level).iloc[0]
    assert (row["p"] < 1 - level) == beyond
    assert ("beyond_chance" in flags.of(row["flags"])) == beyond
    assert (verdicts.verdicts(pd.DataFrame([row]))[0] == "firm") == beyond


def test_an_area_is_set_against_the_rest_of_its_whole():
    cases = side_by_side([30, 60], [100, 150], whole=(200, 500))
    table = comparison.against_area(cases, "arrest", of="crime", whole="London").set_index("area")
    expected = intervals.risk_ratio([30, 60], [100, 150], [170, 140], [400, 350])
    found = table.loc[AREAS[:2]]
    np.testing.assert_allclose(found["estimate"], expected.estimate)
    np.testing.assert_allclose(found["lower"], expected.lower)
    assert found["reference"].eq("the rest of London").all()
    with pytest.raises(InputError, match="at most the whole's, 20"):
        comparison.against_area(
            side_by_side([30], [100], whole=(20, 500)), "arrest", of="crime", whole="London"
        )


# Changes over time


def monthly(values, start="2008-01-01") -> pd.DataFrame:
    starts = pd.date_range(start, periods=len(values), freq="MS")
    one = counts.table("Barnet", "offences", "crime", "all", {"All": 0})
    held = pd.concat([one] * len(values), ignore_index=True)
    ends = starts + pd.offsets.MonthEnd()
    return held.assign(
        start=starts.astype(held["start"].dtype),
        end=ends.astype(held["end"].dtype),
        count=pd.array(values, dtype="Int64"),
    )


def test_a_change_on_a_day_is_found_and_is_that_of_the_library():
    months = np.arange(48)
    days = pd.date_range("2008-01-01", periods=48, freq="MS")
    wave = 1 + 0.2 * np.sin(2 * np.pi * days.day_of_year / 365.25)
    after = days >= "2010-01-01"
    values = np.random.default_rng(2).poisson(
        200 * wave * 1.05 ** (months / 12) * np.where(after, 1.4, 1)
    )
    table = comparison.trend(monthly(values), "crime", change="2010-01-01").set_index("statistic")
    at = table.loc["change at a day"]
    assert at["lower"] < 1.4 < at["upper"] and at["way"] == "higher"
    assert flags.of(at["flags"])["from_day"] == "2010-01-01" and "seasonal" in at["flags"]
    length = days.days_in_month.to_numpy()
    middle = days + pd.to_timedelta((length - 1) / 2, unit="D")
    years = np.asarray((middle - middle[0]).days) / 365.25
    since = np.asarray((middle - pd.Timestamp("2010-01-01")).days) / 365.25
    angle = 2 * np.pi * np.asarray(middle.day_of_year) / 365.25
    waves = [f(n * angle) for n in (1, 2) for f in (np.sin, np.cos)]
    columns = np.column_stack([np.ones(48), years, since >= 0, np.maximum(since, 0), *waves])
    fit = sm.GLM(values, columns, family=sm.families.Poisson(), offset=np.log(length)).fit(
        scale="X2"
    )
    np.testing.assert_allclose(table["estimate"], np.exp(fit.params[1:4]), rtol=1e-6)


def test_periods_that_overlap_are_refused():
    rolling = monthly([10] * 12).assign(end=lambda f: f["end"] + pd.Timedelta(days=200))
    with pytest.raises(InputError, match="periods that do not overlap"):
        comparison.trend(rolling, "crime")


def test_no_change_is_found_as_often_as_the_level_says():
    draw = np.random.default_rng(7)
    p = [
        comparison.trend(monthly(draw.negative_binomial(10, 0.2, 36)), "crime")["p"].iloc[0]
        for _ in range(100)
    ]
    assert np.mean(np.array(p) < 0.05) <= 0.1


def test_too_few_periods_give_no_trend():
    assert comparison.trend(monthly([10, 12, 9, 11, 10]), "crime").empty
    assert comparison.trend(monthly([0] * 30), "crime").empty


# All indicators side by side


def test_the_overview_says_higher_and_lower_only_beyond_chance():
    n = np.round(SIZES * 0.25).astype(int)
    n[6] = 180
    cases = side_by_side(n, SIZES)
    bases = {
        ("offences", "arrest"): ("offences", "crime"),
        ("offences", "charge"): ("offences", "crime"),
    }
    found = comparison.side_by_side(cases, bases)
    pd.testing.assert_frame_equal(found, comparison.funnel(cases, "arrest", of="crime"))
    (high,) = found.loc[found["way"] == "higher", "area"]
    table = tables.overview(found, highlight=high)
    (name,) = table.columns[1:]
    assert table["Area"].iloc[0] == high and table[name].iloc[0].endswith("higher")
    said = table[name].str.contains("higher|lower").sum()
    assert said == found["way"].isin(["higher", "lower"]).sum() == 1


def test_a_withheld_area_is_said_to_be_in_the_overview():
    cases = side_by_side([30, 60, 45], [100, 150, 120])
    hidden = (cases["area"] == AREAS[0]) & (cases["measure"] == "arrest")
    cases = cases.assign(withheld=hidden, count=cases["count"].mask(hidden))
    table = tables.overview(comparison.funnel(cases, "arrest", of="crime")).set_index("Area")
    assert table.loc[AREAS[0]].item() == "withheld"

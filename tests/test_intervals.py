"""Limits against brute force: exact sums of fractions, and textbook tests inverted one by one."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.optimize import brentq
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    multinomial_proportions_confint,
    proportion_confint,
)
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

from dsvstats.errors import InputError
from dsvstats.statistics import intervals
from dsvstats.statistics.intervals import inputs
from dsvstats.statistics.intervals import methods as _methods

FEWER = settings(max_examples=settings.default.max_examples // 4)  # each for every method
LEVELS = (0.5, 0.9, 0.95, 0.99, 0.999)
CLOSE = {"rel": 1e-9, "abs": 1e-12}
PROPORTIONS = tuple(_methods.PROPORTION)
COUNTS = tuple(_methods.COUNT)
CONTRASTS = [
    *((intervals.risk_ratio, method) for method in _methods.RISK_RATIO),
    *((intervals.risk_difference, method) for method in _methods.RISK_DIFFERENCE),
    *((intervals.odds_ratio, method) for method in _methods.ODDS_RATIO),
    *((intervals.rate_ratio, method) for method in _methods.RATE_RATIO),
]
EVERY = [
    *((intervals.proportion, method, 2) for method in PROPORTIONS),
    *((intervals.count, method, 1) for method in COUNTS),
    *((function, method, 4) for function, method in CONTRASTS),
    *((intervals.part_to_whole, method, 4) for method in PROPORTIONS),
]
SPACE = {
    "proportion": (0, 1),
    "count": (0, np.inf),
    "risk_difference": (-1, 1),
    "risk_ratio": (0, np.inf),
    "odds_ratio": (0, np.inf),
    "rate_ratio": (0, np.inf),
}


def random_tables(rows: int, most: int, seed: int = 0) -> np.ndarray:
    """Rows of count, nobs, count_ref, nobs_ref, a third of them with zero or full cells."""
    rng = np.random.default_rng(seed)
    nobs = rng.integers(1, most, (2, rows))
    count = rng.integers(0, nobs + 1)
    edge = rng.random((2, rows))
    count = np.where(edge < 0.1, 0, np.where(edge > 0.9, nobs, count))
    return np.stack([count[0], nobs[0], count[1], nobs[1]], axis=1)


def z_of(level: float) -> float:
    return stats.norm.isf((1 - level) / 2)


# Exact tails, as fractions -----------------------------------------------------------------------


def binomial_tails(count: int, nobs: int, share: float) -> tuple[float, float, float]:
    """The chances of more, of as many and of fewer."""
    share = Fraction(share)
    chances = [math.comb(nobs, k) * share**k * (1 - share) ** (nobs - k) for k in range(nobs + 1)]
    return float(sum(chances[count + 1 :])), float(chances[count]), float(sum(chances[:count]))


@pytest.mark.parametrize(("method", "part"), [("clopper_pearson", 1.0), ("mid_p", 0.5)])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_exact_limits_of_a_proportion_leave_the_tails(method, part, level):
    for nobs in (1, 2, 7, 30):
        for count in range(nobs + 1):
            _, lower, upper = intervals.proportion(count, nobs, level=level, method=method)
            tail = pytest.approx((1 - level) / 2, rel=1e-9)
            if count:
                more, same, _ = binomial_tails(count, nobs, lower)
                assert more + part * same == tail
            if count < nobs:
                _, same, fewer = binomial_tails(count, nobs, upper)
                assert fewer + part * same == tail
            assert count or lower == 0
            assert count < nobs or upper == 1


@pytest.mark.parametrize(("method", "part"), [("exact", 1.0), ("mid_p", 0.5)])
def test_exact_limits_of_a_count_leave_the_tails(method, part):
    for count, level in itertools.product((0, 1, 2, 9, 10, 40), (0.5, 0.95, 0.999)):
        _, lower, upper = intervals.count(count, level=level, method=method)
        tail = pytest.approx((1 - level) / 2, rel=1e-9)

        def chance(k, mean):
            return math.exp(-mean) * float(Fraction(mean) ** k / math.factorial(k))

        below = math.fsum(chance(k, upper) for k in range(count))
        assert below + part * chance(count, upper) == tail
        if count:
            below = math.fsum(chance(k, lower) for k in range(count))
            assert 1 - below - (1 - part) * chance(count, lower) == pytest.approx(
                (1 - level) / 2, rel=1e-6
            )
        else:
            assert lower == 0


def table_tails(table: tuple, odds: float) -> tuple[float, float, float, float]:
    """Given the margins: the chances of more, of as many and of fewer events, and the mean."""
    count, nobs, count_ref, nobs_ref = (int(each) for each in table)
    total, odds = count + count_ref, Fraction(odds)
    weights = {
        k: math.comb(nobs, k) * math.comb(nobs_ref, total - k) * odds**k
        for k in range(max(0, total - nobs_ref), min(total, nobs) + 1)
    }
    whole = sum(weights.values())
    chances = {k: weight / whole for k, weight in weights.items()}
    more = sum(chance for k, chance in chances.items() if k > count)
    fewer = sum(chance for k, chance in chances.items() if k < count)
    mean = sum(k * chance for k, chance in chances.items())
    return float(more), float(chances[count]), float(fewer), float(mean)


@pytest.mark.parametrize(("method", "part"), [("exact", 1.0), ("mid_p", 0.5)])
def test_conditional_limits_of_the_odds_ratio_leave_the_tails(method, part):
    tables = random_tables(60, 25)
    for level in (0.5, 0.95, 0.999):
        found = intervals.odds_ratio(*tables.T, level=level, method=method)
        for table, estimate, lower, upper in zip(tables, *found, strict=True):
            tail = pytest.approx((1 - level) / 2, rel=1e-9)
            if lower > 0:
                more, same, _, _ = table_tails(table, lower)
                assert more + part * same == tail
            if upper < np.inf:
                _, same, fewer, _ = table_tails(table, upper)
                assert fewer + part * same == tail
            if 0 < estimate < np.inf:
                more, same, fewer, mean = table_tails(table, estimate)
                if method == "exact":
                    assert mean == pytest.approx(table[0], rel=1e-9)
                else:
                    assert more + same / 2 == pytest.approx(0.5, rel=1e-9)


def test_conditional_limits_at_the_edges_of_the_margins():
    inf = np.inf
    assert intervals.odds_ratio(0, 10, 0, 20)[1:] == (0, inf)
    assert intervals.odds_ratio(10, 10, 20, 20)[1:] == (0, inf)
    assert np.isnan(intervals.odds_ratio(10, 10, 20, 20).estimate)
    for method in ("mid_p", "exact"):
        assert intervals.odds_ratio(0, 9, 4, 9, method=method)[:2] == (0, 0)
        estimate, lower, upper = intervals.odds_ratio(9, 9, 4, 9, method=method)
        assert (estimate, upper) == (inf, inf)
        assert lower > 1


@pytest.mark.parametrize("table", [(51_234, 1_200_000, 48_211, 1_150_000), (300, 10**6, 2, 900)])
def test_conditional_limits_of_huge_margins(table):
    """Sums of every term from the observed table outwards, one after the other."""
    count, nobs, count_ref, nobs_ref = table
    cells = np.array([count, nobs - count, count_ref, nobs_ref - count_ref], dtype=float)

    def sums(odds):
        up = np.arange(min(cells[1], cells[2]))
        more = np.cumsum(
            np.log(odds * (cells[1] - up) * (cells[2] - up))
            - np.log((cells[0] + 1 + up) * (cells[3] + 1 + up))
        )
        down = np.arange(min(cells[0], cells[3]))
        fewer = np.cumsum(
            np.log((cells[0] - down) * (cells[3] - down))
            - np.log(odds * (cells[1] + 1 + down) * (cells[2] + 1 + down))
        )
        return np.exp(more).sum(), np.exp(fewer).sum()

    for method, part in (("exact", 1.0), ("mid_p", 0.5)):
        _, lower, upper = intervals.odds_ratio(*table, method=method)
        more, fewer = sums(lower)
        assert (more + part) / (more + 1 + fewer) == pytest.approx(0.025, rel=1e-8)
        more, fewer = sums(upper)
        assert (fewer + part) / (more + 1 + fewer) == pytest.approx(0.025, rel=1e-8)


def test_conditional_limits_do_not_jump_where_sums_become_integrals(monkeypatch):
    from dsvstats.statistics.intervals import conditional

    tables = random_tables(12, 400_000, seed=4)
    as_integrals = intervals.odds_ratio(*tables.T)
    monkeypatch.setattr(conditional, "WIDE", np.inf)
    np.testing.assert_allclose(as_integrals, intervals.odds_ratio(*tables.T), rtol=1e-11)


def test_conditional_limits_of_a_billion_are_the_normal_ones():
    estimate, lower, upper = intervals.odds_ratio(5 * 10**8, 10**9, 5 * 10**8, 10**9)
    woolf = intervals.odds_ratio(5 * 10**8, 10**9, 5 * 10**8, 10**9, method="woolf")
    assert (estimate, lower, upper) == pytest.approx(woolf, rel=1e-8)


# Score tests, inverted one by one ----------------------------------------------------------------


def chi_square(table, share, share_ref) -> float:
    """Pearson's, the sum of both groups'."""
    count, nobs, count_ref, nobs_ref = (float(each) for each in table)
    parts = (count, nobs, share), (count_ref, nobs_ref, share_ref)
    return sum((x - n * p) ** 2 / (n * p * (1 - p)) for x, n, p in parts if 0 < p < 1)


def koopman_shares(table, ratio):
    count, nobs, count_ref, nobs_ref = (float(each) for each in table)
    a, b = (nobs + nobs_ref) * ratio, -(nobs * ratio + count + nobs_ref + count_ref * ratio)
    share_ref = (-b - math.sqrt(b * b - 4 * a * (count + count_ref))) / (2 * a)
    return ratio * share_ref, share_ref


def cornfield_shares(table, odds):
    count, nobs, count_ref, nobs_ref = (float(each) for each in table)
    total = count + count_ref

    def excess(share_ref):
        share = odds * share_ref / (1 - share_ref + odds * share_ref)
        return nobs * share + nobs_ref * share_ref - total

    share_ref = brentq(excess, 0, 1, xtol=1e-15)
    return odds * share_ref / (1 - share_ref + odds * share_ref), share_ref


def mee_shares(table, difference):
    count, nobs, count_ref, nobs_ref = (float(each) for each in table)

    def slope(share_ref):
        share = share_ref + difference
        return (count - nobs * share) * share_ref * (1 - share_ref) + (
            count_ref - nobs_ref * share_ref
        ) * share * (1 - share)

    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    inside = 1e-13
    if slope(low + inside) <= 0:
        share_ref = low
    elif slope(high - inside) >= 0:
        share_ref = high
    else:
        share_ref = brentq(slope, low + inside, high - inside, xtol=1e-15)
    return share_ref + difference, share_ref


INTERIOR = [row for row in random_tables(150, 60, seed=7) if 0 < row[0] < row[1] > row[2] > 0]
INTERIOR = [row for row in INTERIOR if row[2] < row[3]]


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(
    ("function", "method", "shares"),
    [
        (intervals.risk_ratio, "score", koopman_shares),
        (intervals.odds_ratio, "score", cornfield_shares),
        (intervals.risk_difference, "mee", mee_shares),
        (intervals.risk_difference, "miettinen_nurminen", mee_shares),
    ],
)
def test_score_limits_are_where_the_score_test_just_rejects(function, method, shares, level):
    z2 = z_of(level) ** 2
    for table in INTERIOR:
        critical = z2
        if method == "miettinen_nurminen":
            both = table[1] + table[3]
            critical = z2 * both / (both - 1)
        estimate, lower, upper = function(*table, level=level, method=method)
        assert lower < estimate < upper
        for limit in (lower, upper):
            assert chi_square(table, *shares(table, limit)) == pytest.approx(critical, rel=1e-6)


def test_score_limits_at_zero_and_full_cells():
    """Written out by hand: with nothing but one group to move, its Wilson limit decides."""
    inf, z2 = np.inf, z_of(0.95) ** 2
    assert intervals.risk_ratio(0, 10, 0, 20)[1:] == (0, inf)
    assert intervals.risk_ratio(3, 10, 0, 20)[::2] == (inf, inf)
    assert intervals.risk_ratio(0, 10, 3, 20)[:2] == (0, 0)
    full = intervals.risk_ratio(10, 10, 20, 20)
    assert full == pytest.approx((1, 10 / (10 + z2), (20 + z2) / 20), rel=1e-12)
    assert intervals.odds_ratio(10, 10, 4, 10, method="score")[::2] == (inf, inf)
    assert intervals.odds_ratio(10, 10, 20, 20, method="score")[1:] == (0, inf)
    wilson = intervals.proportion(0, 20).upper
    assert intervals.risk_difference(0, 10, 0, 20, method="mee").lower == pytest.approx(-wilson)
    for method in _methods.RISK_DIFFERENCE:
        assert intervals.risk_difference(10, 10, 0, 10, method=method).upper <= 1
        assert intervals.risk_difference(0, 10, 10, 10, method=method).lower >= -1
    assert intervals.risk_difference(10, 10, 0, 10, method="mee").upper == 1


def test_koopman_beyond_the_full_cell():
    """Where the group is full and the ratio pushes its share to 1, the reference alone moves."""
    _, lower, _ = intervals.risk_ratio(50, 50, 2, 100)
    share_ref = intervals.proportion(2, 100).upper
    assert lower == pytest.approx(1 / share_ref, rel=1e-12)


# Closed forms ------------------------------------------------------------------------------------


def test_wilson_by_hand():
    z2 = z_of(0.95) ** 2
    assert intervals.proportion(0, 20) == pytest.approx((0, 0, z2 / (20 + z2)), **CLOSE)
    assert intervals.proportion(20, 20) == pytest.approx((1, 20 / (20 + z2), 1), **CLOSE)
    assert intervals.proportion(20, 20).upper == 1


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("ours", "peer"),
    [
        ("wilson", "wilson"),
        ("clopper_pearson", "beta"),
        ("jeffreys", "jeffreys"),
        ("agresti_coull", "agresti_coull"),
    ],
)
def test_proportions_agree_with_statsmodels(ours, peer, level):
    count, nobs = np.arange(31), 30
    lower, upper = proportion_confint(count, nobs, alpha=1 - level, method=peer)
    found = intervals.proportion(count, nobs, level=level, method=ours)
    np.testing.assert_allclose(found.lower, np.nan_to_num(lower, nan=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.upper, np.nan_to_num(upper, nan=1), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("count", "nobs"), [(0, 20), (1, 1), (1, 30), (15, 148), (29, 30)])
def test_wilson_cc_is_where_the_corrected_test_just_rejects(count, nobs):
    _, lower, upper = intervals.proportion(count, nobs, method="wilson_cc")
    for limit, correction in ((lower, -0.5), (upper, 0.5)):
        if 0 < limit < 1:
            deviate = (count + correction - nobs * limit) / math.sqrt(nobs * limit * (1 - limit))
            assert abs(deviate) == pytest.approx(z_of(0.95), rel=1e-9)


def test_byar_and_the_change_at_ten():
    z = z_of(0.95)
    by_hand = (10, 10 * (1 - 1 / 90 - z / (3 * 10**0.5)) ** 3)
    assert intervals.count(10)[:2] == pytest.approx(by_hand, rel=1e-12)
    counts = np.arange(30)
    mixed, byar, exact = (
        np.stack(intervals.count(counts, method=method))
        for method in ("byar_exact", "byar", "exact")
    )
    assert (mixed[:, :10] == exact[:, :10]).all()
    assert (mixed[:, 10:] == byar[:, 10:]).all()
    assert (np.abs(byar[1:, 10:] / exact[1:, 10:] - 1) < 0.01).all()
    assert intervals.count(1, level=0.9999, method="byar").lower == 0


def test_newcombe_and_agresti_caffo_agree_with_statsmodels():
    for ours, peer in (("newcombe", "newcomb"), ("agresti_caffo", "agresti-caffo")):
        for table in random_tables(40, 50, seed=1):
            theirs = confint_proportions_2indep(*table, compare="diff", method=peer)
            found = intervals.risk_difference(*table, method=ours)
            assert found[1:] == pytest.approx(np.clip(theirs, -1, 1), rel=1e-9, abs=1e-12)


def test_log_limits_add_no_half():
    nothing = (0, np.inf)
    for function, method in (
        (intervals.risk_ratio, "log"),
        (intervals.odds_ratio, "woolf"),
        (intervals.rate_ratio, "log"),
    ):
        for table in ((0, 10, 3, 20), (3, 10, 0, 20), (0, 10, 0, 20)):
            assert function(*table, method=method)[1:] == nothing
    assert intervals.odds_ratio(10, 10, 3, 20, method="woolf")[1:] == nothing
    assert intervals.risk_ratio(10, 10, 20, 20, method="log") == (1, *nothing)
    _, lower, upper = intervals.odds_ratio(3, 5, 2, 7, method="woolf")
    assert math.log(upper / lower) / 2 / z_of(0.95) == pytest.approx(
        math.sqrt(1 / 3 + 1 / 2 + 1 / 2 + 1 / 5)
    )


def test_rate_ratio_is_the_odds_of_the_share():
    for count, count_ref, level in itertools.product((0, 1, 7, 300), (1, 2, 40), LEVELS):
        total, times = count + count_ref, 1.5 / 3.5
        for ours, peer in {
            "score": "wilson",
            "exact": "clopper_pearson",
            "mid_p": "mid_p",
        }.items():
            share = intervals.proportion(count, total, level=level, method=peer)
            ratio = intervals.rate_ratio(count, 3.5, count_ref, 1.5, level=level, method=ours)
            _, lower, upper = ratio
            assert lower == pytest.approx(share.lower / (1 - share.lower) * times, rel=1e-8)
            assert upper == pytest.approx(share.upper / (1 - share.upper) * times, rel=1e-8)


def test_median_unbiased_rate_ratio_halves_the_tails():
    estimate = intervals.rate_ratio(7, 2.0, 3, 1.0, method="mid_p").estimate
    more, same, _ = binomial_tails(7, 10, estimate * 2 / (1 + estimate * 2))
    assert more + same / 2 == pytest.approx(0.5)
    assert intervals.rate_ratio(0, 1, 3, 1, method="mid_p").estimate == 0
    assert intervals.rate_ratio(3, 1, 0, 1, method="mid_p").estimate == np.inf


def test_part_to_whole_is_the_share_of_events_over_the_share_of_exposure():
    share = intervals.proportion(5, 30, method="mid_p")
    ratio = intervals.part_to_whole(5, 98_000.5, 30, 687_000, method="mid_p")
    assert ratio == pytest.approx([each * 687_000 / 98_000.5 for each in share])
    estimate, lower, upper = intervals.part_to_whole(0, 5, 0, 50)
    assert np.isnan(estimate)
    assert (lower, upper) == (0, np.inf)


def test_shares_agree_with_statsmodels_on_small_compositions():
    rng = np.random.default_rng(3)
    for _ in range(40):
        counts = rng.integers(0, rng.choice([2, 5, 30]), rng.integers(2, 8))
        counts[0] += 1
        level = rng.choice(LEVELS)
        for ours, peer in (("goodman", "goodman"), ("sison_glaz", "sison-glaz")):
            theirs = multinomial_proportions_confint(counts, alpha=1 - level, method=peer)
            found = intervals.shares(counts, level=level, method=ours)
            np.testing.assert_allclose(np.stack(found[1:], axis=1), theirs, atol=1e-7)


def box_coverage(counts: list[int], c: int) -> float:
    """Sison and Glaz's probability that all counts stay within c, from sums over every count."""
    total, together, moments = sum(counts), 1.0, []
    for mean in counts:
        d = np.arange(-min(c, mean), min(c, total - mean) + 1)
        chance = stats.poisson.pmf(mean + d, mean)
        together *= chance.sum()
        first = np.average(d, weights=chance)
        moments.append([first, *(np.average((d - first) ** k, weights=chance) for k in (2, 3, 4))])
    first, second, third, fourth = np.transpose(moments)
    spread = second.sum()
    g1, g2 = third.sum() / spread**1.5, (fourth - 3 * second**2).sum() / spread**2
    x = -first.sum() / spread**0.5
    hermite = np.polynomial.hermite_e.hermeval(x, [1, 0, 0, g1 / 6, g2 / 24, 0, g1**2 / 72])
    return together * stats.norm.pdf(x) * hermite / spread**0.5 / stats.poisson.pmf(total, total)


def test_sison_glaz_holds_where_statsmodels_cancels():
    """A large count beside a small one: the peer's limits are of no width."""
    counts = [100_000, 3, 2_000]
    theirs = multinomial_proportions_confint(counts, method="sison-glaz")
    assert np.ptp(theirs, axis=1).max() < 1e-6
    _, lower, upper = intervals.shares(counts, method="sison_glaz")
    before, after = box_coverage(counts, 83), box_coverage(counts, 84)
    assert before <= 0.95 < after
    assert lower * sum(counts) == pytest.approx([100_000 - 83, 0, 2_000 - 83], abs=1e-6)
    reach = 83 + 2 * (0.95 - before) / (after - before)
    assert upper * sum(counts) == pytest.approx(np.add(counts, reach), rel=1e-8)


def test_shares_of_many_compositions_at_once():
    counts = np.array([[9, 0, 1, 4], [0, 0, 0, 0], [56, 72, 73, 59], [10**9, 10**9, 5, 0]])
    for method in ("goodman", "sison_glaz"):
        together = intervals.shares(counts, method=method)
        for row, one in enumerate(counts):
            for found, alone in zip(together, intervals.shares(one, method=method), strict=True):
                np.testing.assert_array_equal(found[row], alone)
        assert np.isnan(together.estimate[1]).all()
        assert not np.isnan(np.stack(together)[:, [0, 2, 3]]).any()
    missing = intervals.shares([3, np.nan, 5])
    assert np.isnan(np.stack(missing)).all()
    assert intervals.shares([]).estimate.size == 0


# What must hold for any table ---------------------------------------------------------------------

sizes = st.one_of(
    st.integers(1, 3), st.integers(1, 60), st.integers(1, 100_000), st.just(1000), st.just(10**9)
)


@st.composite
def groups(draw):
    nobs = draw(sizes)
    few = draw(st.integers(0, min(nobs, 5)))
    return draw(st.sampled_from([few, nobs - few, nobs // 3, min(nobs, 999)])), nobs


tables = st.tuples(groups(), groups()).map(lambda pair: pair[0] + pair[1])


@pytest.mark.parametrize(("function", "method"), CONTRASTS)
@FEWER
@given(table=tables)
def test_contrasts_hold_for_any_table(function, method, table):
    low, high = SPACE[function.__name__]
    before = None
    for level in LEVELS:
        estimate, lower, upper = function(*table, level=level, method=method)
        assert low <= lower <= upper <= high
        assert lower < upper
        if method != "agresti_caffo" and not np.isnan(estimate):
            slack = 1e-12 * abs(estimate) if np.isfinite(estimate) else 0
            assert lower <= estimate + slack
            assert estimate - slack <= upper
        if before is not None:
            assert lower <= before.lower + 1e-12 * abs(before.lower)
            assert upper == np.inf or upper >= before.upper - 1e-12 * abs(before.upper)
        before = intervals.Interval(estimate, lower, upper)


@pytest.mark.parametrize(("function", "method"), CONTRASTS)
@FEWER
@given(table=tables)
def test_swapping_the_groups_inverts_a_ratio_and_negates_a_difference(function, method, table):
    count, nobs, count_ref, nobs_ref = table
    here = function(count, nobs, count_ref, nobs_ref, method=method)
    there = function(count_ref, nobs_ref, count, nobs, method=method)
    if function is intervals.risk_difference:
        expected = [-there[0], -there[2], -there[1]]
    else:
        with np.errstate(divide="ignore"):
            expected = [1 / there[0], 1 / there[2], 1 / there[1]]
    assert list(here) == pytest.approx(expected, rel=1e-9, abs=1e-15, nan_ok=True)


@pytest.mark.parametrize("method", [*_methods.RISK_DIFFERENCE, *_methods.ODDS_RATIO])
@FEWER
@given(table=tables)
def test_counting_the_other_outcome_turns_the_contrast_round(method, table):
    count, nobs, count_ref, nobs_ref = table
    function = (
        intervals.risk_difference if method in _methods.RISK_DIFFERENCE else intervals.odds_ratio
    )
    here = function(count, nobs, count_ref, nobs_ref, method=method)
    there = function(nobs - count, nobs, nobs_ref - count_ref, nobs_ref, method=method)
    if function is intervals.risk_difference:
        expected = [-there[0], -there[2], -there[1]]
        assert list(here) == pytest.approx(expected, rel=1e-7, abs=1e-12)
    else:
        with np.errstate(divide="ignore"):
            expected = [1 / there[0], 1 / there[2], 1 / there[1]]
        assert list(here) == pytest.approx(expected, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("method", PROPORTIONS)
@FEWER
@given(group=groups())
def test_proportions_hold_for_any_count(method, group):
    count, nobs = group
    before = None
    for level in LEVELS:
        estimate, lower, upper = intervals.proportion(count, nobs, level=level, method=method)
        assert 0 <= lower < upper <= 1
        if method != "jeffreys":
            assert lower <= estimate <= upper
            assert count or lower == 0
            assert count < nobs or upper == 1
        rest = intervals.proportion(nobs - count, nobs, level=level, method=method)
        assert (lower, upper) == pytest.approx((1 - rest.upper, 1 - rest.lower), abs=1e-12)
        if before is not None:
            assert lower <= before[0] * (1 + 1e-12)
            assert upper >= before[1] * (1 - 1e-12)
        before = lower, upper


@pytest.mark.parametrize("method", COUNTS)
@FEWER
@given(count=st.one_of(st.integers(0, 30), st.integers(0, 10**9)))
def test_counts_hold_for_any_count(method, count):
    before = None
    for level in LEVELS:
        estimate, lower, upper = intervals.count(count, level=level, method=method)
        assert 0 <= lower <= estimate < upper
        assert count or lower == 0
        if before is not None:
            assert lower <= before[0] * (1 + 1e-12)
            assert upper >= before[1] * (1 - 1e-12)
        before = lower, upper


@given(table=tables)
def test_mid_p_limits_are_inside_the_exact_ones(table):
    pairs = [
        (intervals.proportion, table[:2], "clopper_pearson"),
        (intervals.count, table[:1], "exact"),
        (intervals.rate_ratio, table, "exact"),
        (intervals.odds_ratio, table, "exact"),
    ]
    for function, arguments, exact in pairs:
        _, lower, upper = function(*arguments, method="mid_p")
        _, exact_lower, exact_upper = function(*arguments, method=exact)
        assert exact_lower <= lower * (1 + 1e-12)
        assert upper <= exact_upper * (1 + 1e-12)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@FEWER
@given(table=tables)
def test_p_values_agree_with_the_limits(level, table):
    count, _, count_ref, _ = table
    part = min(count, count_ref), 0.3, max(count, count_ref), 1.0
    for name, methods, arguments in (
        ("risk_ratio", _methods.RISK_RATIO, table),
        ("odds_ratio", _methods.ODDS_RATIO, table),
        ("rate_ratio", _methods.RATE_RATIO, table),
        ("risk_difference", _methods.RISK_DIFFERENCE, table),
        ("part_to_whole", ("wilson", "clopper_pearson", "mid_p"), part),
    ):
        function, test = getattr(intervals, name), getattr(intervals, f"{name}_p")
        null = 0 if name == "risk_difference" else 1
        for method in methods:
            _, lower, upper = function(*arguments, level=level, method=method)
            p = test(*arguments, method=method)
            assert 0 <= p <= 1
            if min(abs(lower - null), abs(upper - null)) > 1e-7 and abs(p - (1 - level)) > 1e-9:
                assert (p < 1 - level) == (not lower <= null <= upper)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_p_values_of_ratio_differences_agree_with_the_limits(level):
    rng = np.random.default_rng(3)
    four = rng.integers(0, rng.choice([4, 40, 4000], (4, 400)))
    four[[1, 3]] += 1
    estimate, lower, upper = intervals.ratio_difference(*four, level=level)
    p = intervals.ratio_difference_p(*four)
    np.testing.assert_allclose(estimate, four[0] / four[1] - four[2] / four[3])
    assert ((lower <= estimate) & (estimate <= upper)).all()
    near = np.minimum(abs(lower), abs(upper)) < 1e-9
    np.testing.assert_array_equal((p < 1 - level)[~near], ((lower > 0) | (upper < 0))[~near])
    assert (p[four[0] * four[3] == four[2] * four[1]] == 1).all()


def test_limits_of_ratio_differences_hold_as_often_as_they_say():
    rng = np.random.default_rng(4)
    means = np.array([30, 20, 60, 45])[:, None]
    four = rng.poisson(means, (4, 20_000))
    _, lower, upper = intervals.ratio_difference(*four)
    truth = 30 / 20 - 60 / 45
    assert ((lower <= truth) & (truth <= upper)).mean() == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("method", ["wilson", "clopper_pearson", "mid_p"])
def test_p_values_of_proportions_agree_with_the_limits(method, level):
    nobs = np.array([1, 7, 40, 1000])[:, None, None]
    count = np.round(nobs * np.array([0, 0.1, 0.5, 0.93, 1])[:, None])
    _, lower, upper = intervals.proportion(count, nobs, level=level, method=method)
    for share in (np.array([0.003, 0.2, 0.5, 0.97]), lower - 1e-7, upper + 1e-7):
        share = np.clip(share, 1e-6, 1 - 1e-6)
        p = intervals.proportion_p(count, nobs, share, method=method)
        assert ((p >= 0) & (p <= 1)).all()
        told = (np.abs(share - lower) > 1e-9) & (np.abs(share - upper) > 1e-9)
        outside = (share < lower) | (share > upper)
        np.testing.assert_array_equal((p < 1 - level)[told], outside[told])


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("method", _methods.COUNT)
def test_p_values_of_counts_agree_with_the_limits(method, level):
    count = np.array([0, 1, 3, 9, 10, 30, 1000, 10**6])[:, None]
    _, lower, upper = intervals.count(count, level=level, method=method)
    times = np.array([0.2, 0.9, 0.999, 1.001, 1.1, 5])
    for expected in (times * np.maximum(count, 0.5), times * lower + 1e-9, times * upper):
        p = intervals.count_p(count, expected, method=method)
        assert ((p >= 0) & (p <= 1)).all()
        np.testing.assert_array_equal(p < 1 - level, (expected < lower) | (expected > upper))


@pytest.mark.parametrize(
    "table",
    [
        (3, 5, 2, 7),
        (0, 5, 2, 7),
        (5, 5, 0, 7),
        (30, 100, 12, 90),
        (400, 1000, 60, 5000),
        (5_200, 10_000, 49_000, 100_000),
        (1_003, 10**6, 10_300, 10**7),
        (480_000, 10**6, 4_803_000, 10**7),
    ],
)
def test_conditional_p_values_are_the_hypergeometric_tails(table):
    count, nobs, count_ref, nobs_ref = table
    events = count + count_ref
    k = np.arange(max(0, events - nobs_ref), min(nobs, events) + 1)

    def log_choose(n, k):
        return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)

    chance = np.exp(
        log_choose(nobs, k) + log_choose(nobs_ref, events - k) - log_choose(nobs + nobs_ref, events)
    )
    upper, lower = chance[k >= count].sum(), chance[k <= count].sum()
    same = chance[k == count].sum()
    if nobs < 10_000:
        assert upper == pytest.approx(stats.hypergeom(nobs + nobs_ref, events, nobs).sf(count - 1))
    exact = min(1, 2 * min(upper, lower))
    mid_p = min(1, 2 * min(upper - same / 2, lower - same / 2))
    assert intervals.odds_ratio_p(*table, method="exact") == pytest.approx(exact, rel=1e-6)
    assert intervals.odds_ratio_p(*table, method="mid_p") == pytest.approx(mid_p, rel=1e-6)


def test_conditional_p_values_far_from_1_are_0_and_without_information_1():
    assert intervals.odds_ratio_p(10**6, 2 * 10**6, 10, 10**6, method="exact") < 1e-300
    for method in _methods.ODDS_RATIO:
        nothing = intervals.odds_ratio_p([0, 5, 0], [5, 5, 0], [0, 7, 1], [7, 7, 7], method=method)
        assert nothing[:2].tolist() == [1, 1] and np.isnan(nothing[2])


# Arrays, missing, wrong --------------------------------------------------------------------------


def arguments_of(size: int) -> list[float]:
    return {1: [3], 2: [3, 10], 4: [3, 10, 5, 20]}[size]


@pytest.mark.parametrize(("function", "method", "size"), EVERY)
def test_arrays_are_their_elements(function, method, size, monkeypatch):
    rows = {
        1: np.array([[0], [3], [12], [999]]),
        2: np.array([[0, 10], [3, 10], [10, 10], [999, 5000]]),
        4: np.array([[0, 10, 3, 20], [3, 10, 5, 20], [10, 10, 20, 20], [5, 10**6, 999, 10**7]]),
    }[size]
    rows = np.tile(rows, (5, 1))
    alone = [function(*row, method=method) for row in rows]
    assert all(isinstance(each, float) for each in alone[0])
    monkeypatch.setattr(inputs, "BLOCK", 3)
    together = function(*rows.T, method=method)
    np.testing.assert_allclose(np.stack(together, axis=1), alone, rtol=1e-12)
    square = function(*(row.reshape(4, 5) for row in rows.T), method=method)
    assert square.lower.shape == (4, 5)
    np.testing.assert_allclose(square.lower.ravel(), together.lower, rtol=1e-12)
    empty = function(*(row[:0] for row in rows.T), method=method)
    assert all(each.shape == (0,) for each in empty)


@pytest.mark.parametrize(("function", "method", "size"), EVERY)
def test_missing_stays_missing_and_no_denominator_gives_nothing(function, method, size):
    whole = arguments_of(size)
    for place in range(size):
        given_ = list(map(float, whole))
        given_[place] = np.nan
        assert np.isnan(function(*given_, method=method)).all()
    if function is not intervals.part_to_whole:
        for place in range(1, size, 2):
            given_ = list(whole)
            given_[place] = given_[place - 1] = 0
            assert np.isnan(function(*given_, method=method)).all()


def test_ratios_without_information_span_everything():
    for function, method in CONTRASTS:
        if function is not intervals.risk_difference:
            estimate, lower, upper = function(0, 10, 0, 20, method=method)
            assert np.isnan(estimate)
            assert (lower, upper) == (0, np.inf)
    assert intervals.risk_ratio_p(0, 10, 0, 20) == 1
    assert intervals.rate_ratio_p(0, 10, 0, 20, method="mid_p") == 1


def test_scalars_broadcast_against_arrays():
    found = intervals.rate_ratio(np.array([[1], [2]]), 10, np.array([3, 4, 5]), 20.5)
    assert found.estimate.shape == (2, 3)
    assert found.estimate[1, 2] == pytest.approx(2 / 10 / (5 / 20.5))


def test_frames_and_nullable_columns_are_read():
    counts = pd.Series([1, None, 3], dtype="Int64")
    lower = intervals.proportion(counts, pd.Series([10, 10, 10])).lower
    assert np.isnan(lower[1])
    assert lower[2] == intervals.proportion(3, 10).lower
    masked = np.ma.array([1, 2, 3], mask=[False, True, False])
    assert np.isnan(intervals.count(masked).lower).tolist() == [False, True, False]
    assert np.isnan(intervals.count(None).lower)
    assert np.isnan(intervals.count([1, pd.NA]).lower).tolist() == [False, True]


@pytest.mark.parametrize(("function", "method", "size"), EVERY)
@pytest.mark.parametrize("wrong", [-1, 2.5, np.inf, "three", 3 + 1j])
def test_what_cannot_be_a_count_is_refused(function, method, size, wrong):
    given_ = arguments_of(size)
    with pytest.raises(InputError, match=r"^count"):
        function(wrong, *given_[1:], method=method)
    with pytest.raises(InputError, match=r"^count"):
        function([3, wrong], *given_[1:], method=method)


@pytest.mark.parametrize(
    "function", [intervals.risk_ratio, intervals.risk_difference, intervals.odds_ratio]
)
def test_counts_above_their_base_are_refused_by_name_and_place(function):
    with pytest.raises(InputError, match=r"^count: must be at most nobs, 10; received 11"):
        function(11, 10, 5, 20)
    with pytest.raises(InputError, match=r"^count_ref\[1\]: must be at most nobs_ref, 20"):
        function(1, 10, [5, 21, 30], 20)
    with pytest.raises(InputError, match=r"^nobs_ref: must be a whole number"):
        function(1, 10, 5, 20.5)


def test_exposures_are_finite_and_not_negative():
    with pytest.raises(InputError, match=r"^exposure_ref: must be a finite number"):
        intervals.rate_ratio(1, 10, 5, -20.5)
    with pytest.raises(InputError, match=r"^exposure: must be a finite number"):
        intervals.rate_ratio(1, np.inf, 5, 20)
    with pytest.raises(InputError, match=r"^exposure: must be at most exposure_all"):
        intervals.part_to_whole(1, 30, 5, 20)
    with pytest.raises(InputError, match=r"^count: must be at most count_all"):
        intervals.part_to_whole(6, 10, 5, 20)


@pytest.mark.parametrize(("function", "method", "size"), EVERY)
@pytest.mark.parametrize("level", [0, 1, 95, -0.1, np.nan, "0.95", None, [0.9, 0.95], True])
def test_levels_lie_between_0_and_1(function, method, size, level):
    with pytest.raises(InputError, match=r"^level: must be one number above 0 and below 1"):
        function(*arguments_of(size), method=method, level=level)


@pytest.mark.parametrize(
    ("function", "size"), sorted({(each[0].__name__, each[2]) for each in EVERY})
)
def test_an_unknown_method_lists_the_methods(function, size):
    with pytest.raises(InputError, match=r"^method: must be one of .*; received 'wald'"):
        getattr(intervals, function)(*arguments_of(size), method="wald")


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="shapes that broadcast"):
        intervals.proportion([1, 2, 3], [10, 10])
    with pytest.raises(InputError, match=r"^counts"):
        intervals.shares([3, -1])
    with pytest.raises(InputError, match=r"^method"):
        intervals.shares([3, 1], method="wald")


def test_inputs_are_left_as_they_were():
    count, nobs = np.array([0.0, 3.0, 10.0]), np.array([10.0, 10.0, 10.0])
    for method in PROPORTIONS:
        intervals.proportion(count, nobs, method=method)
    for method in COUNTS:
        intervals.count(count, method=method)
    assert count.tolist() == [0, 3, 10]
    assert nobs.tolist() == [10, 10, 10]


# Where the limits are too narrow -----------------------------------------------------------------


def test_wilson_holds_where_it_has_no_caution():
    """Every share at the edge of a limit, where the coverage is lowest."""
    for nobs in (20, 21, 25, 30, 37, 60, 150):
        count = np.arange(nobs + 1)
        _, lower, upper = intervals.proportion(count, nobs)
        edges = np.concatenate([lower - 1e-9, lower + 1e-9, upper - 1e-9, upper + 1e-9])
        edges = edges[(edges * nobs >= 10) & ((1 - edges) * nobs >= 10)]
        for share in edges:
            covers = (lower <= share) & (share <= upper)
            assert stats.binom.pmf(count, nobs, share)[covers].sum() > 0.92


def test_wilson_falls_where_it_has_a_caution():
    count = np.arange(14)
    _, lower, upper = intervals.proportion(count, 13)
    covers = (lower <= 0.01) & (upper >= 0.01)
    assert stats.binom.pmf(count, 13, 0.01)[covers].sum() == pytest.approx(0.8775, abs=1e-4)
    assert set(intervals.caution_proportion(count, 13)) == {"narrow=clopper_pearson"}


def test_mid_p_odds_ratio_falls_where_it_has_a_caution():
    """Three events expected, against a reference known almost exactly."""
    count, count_ref = np.arange(30)[:, None], np.arange(9600, 10_400, 10)
    _, lower, upper = intervals.odds_ratio(count, 10**6, count_ref, 10**6)
    share, share_ref = 3.06e-6, 0.01
    truth = share / (1 - share) / (share_ref / (1 - share_ref))
    chance = stats.binom.pmf(count, 10**6, share) * stats.binom.pmf(count_ref, 10**6, share_ref)
    covers = (lower <= truth) & (truth <= upper)
    assert 0.91 < chance[covers].sum() / chance.sum() < 0.94
    assert intervals.caution_odds_ratio(3, 10**6, 10_000, 10**6) != ""


def test_cautions_name_the_better_method_and_nothing_else():
    assert intervals.caution_proportion(50, 100) == ""
    assert intervals.caution_proportion(95, 100) == "narrow=clopper_pearson"
    assert intervals.caution_proportion(5, 100, method="mid_p") == ""
    assert intervals.caution_proportion([5, np.nan, 50], 100).tolist()[1:] == ["", ""]
    assert intervals.caution_risk_ratio(4, 100, 50, 100) == "narrow=exact_odds_ratio"
    assert intervals.caution_risk_ratio(5, 100, 50, 100) == ""
    assert intervals.caution_risk_difference(50, 100, 95, 100) == "narrow=exact_odds_ratio"
    assert intervals.caution_risk_difference(50, 100, 95, 100, method="mee") == ""
    assert intervals.caution_rate_ratio([2, 3], 40).tolist()[1] == ""
    assert intervals.caution_rate_ratio(2, 40) == "narrow=exact"
    assert intervals.caution_odds_ratio(5, 2000, 30_000, 10**6) == "narrow=exact"
    assert intervals.caution_odds_ratio([5, 20], 2000, 30_000, [31_000, 10**6]).tolist() == ["", ""]
    assert intervals.caution_shares([40, 50, 9]).tolist()[:2] == ["", ""]


# What the libraries do, and why it is not used ---------------------------------------------------


def test_scipy_inverse_beta_is_wrong_at_a_thousand():
    count, nobs = 1000.0, 5e8
    theirs = special.betaincinv(count, nobs - count + 1, 0.025)
    ours = intervals.proportion(count, nobs, method="clopper_pearson").lower
    poisson = intervals.count(count, method="exact").lower / nobs
    assert ours == pytest.approx(poisson, rel=1e-5)
    assert abs(theirs / poisson - 1) > 0.1


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_statsmodels_score_difference_fails():
    raised = wrong = 0
    for table in random_tables(60, 60, seed=11):
        ours = intervals.risk_difference(*table, method="miettinen_nurminen")
        try:
            theirs = confint_proportions_2indep(*table, compare="diff", method="score")
        except (ValueError, ZeroDivisionError):
            raised += 1
            continue
        wrong += not np.allclose(theirs, ours[1:], atol=1e-5)
    assert raised > 5
    assert wrong > 20


def test_statsmodels_rates_fail_at_zero():
    assert confint_poisson(0, 100, method="midp-c")[0] != 0
    lower, _ = confint_poisson_2indep(0, 1000, 5, 1200, compare="ratio", method="score")
    assert not np.isclose(lower, 0, atol=1e-12)

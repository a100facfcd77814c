"""Crossed strands with partial pooling."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats
from tables import CASES, brackets, join, part, residents, row

from benchmarks import intersections as benchmark
from dsvstats import counts, estimates
from dsvstats.errors import InputError
from dsvstats.reporting.wording import remarks
from dsvstats.statistics.disproportionality import integration, intersections
from dsvstats.statistics.disproportionality import mixed as _mixed

STRAND = "age x gender x ethnicity_broad"
ETHNICITY = {"W": "White", "B": "Black", "A": "Asian", "M": "Mixed"}
GENDER = {"F": "Female", "M": "Male"}
CELLS = CASES["maihda_glmer"]["inputs"]["cells"]
GROUPS = [
    f"{age} x {GENDER[sex]} x {ETHNICITY[eth]}"
    for age, sex, eth in zip(CELLS["age"], CELLS["sex"], CELLS["eth"], strict=True)
]
FIRST = {"age": "16-24", "gender": "Female", "ethnicity_broad": "White"}


def crossed(events=CELLS["y"], base=CELLS["n"]):
    return part(
        STRAND, dict(zip(GROUPS, events, strict=True)), dict(zip(GROUPS, base, strict=True))
    )


def found(**options):
    return intersections(
        crossed(), "arrest", per="crime", strand=STRAND, reference=FIRST, **options
    )


def test_main_effects_and_deviation_agree_with_lme4():
    case = CASES["maihda_glmer"]
    table, near = found(), {"rel": 0.005, "abs": 0.005}
    effects = dict(zip(case["expected"]["fixef_names"], case["expected"]["fixef"], strict=True))
    assert np.log(row(table, statistic="typical odds")["estimate"]) == pytest.approx(
        effects["(Intercept)"], **near
    )
    main = table[table["statistic"] == "odds ratio, main effect"].set_index("group")["estimate"]
    names = {
        "Black": "ethB",
        "Asian": "ethA",
        "Mixed": "ethM",
        "Male": "sexM",
        "25-44": "age25-44",
        "45+": "age45+",
    }
    assert len(main) == len(names)
    for group, name in names.items():
        assert np.log(main[group]) == pytest.approx(effects[name], **near), group
    deviation = row(table, statistic="standard deviation of log odds")
    assert deviation["estimate"] == pytest.approx(case["expected"]["sigma"], **near)


def test_the_null_model_agrees_with_lme4():
    expected, table = CASES["maihda_null"]["expected"], found(model="null")
    near = {"rel": 0.005, "abs": 0.005}
    assert np.log(row(table, statistic="typical odds")["estimate"]) == pytest.approx(
        expected["intercept"], **near
    )
    assert row(table, statistic="standard deviation of log odds")["estimate"] == pytest.approx(
        expected["sigma"], **near
    )
    assert row(table, statistic="variance partition coefficient")["estimate"] == pytest.approx(
        expected["vpc"], **near
    )
    pooled = table[table["statistic"] == "proportion, partially pooled"].set_index("group")
    np.testing.assert_allclose(pooled.loc[GROUPS, "estimate"], expected["fitted"], rtol=0.005)


def test_quadrature_is_the_integral():
    count, base = np.array([3.0, 0.0, 40.0]), np.array([10.0, 4.0, 50.0])
    cells = _mixed.Cells(count, base, np.ones((3, 1)))
    height, slope, slope_deviation = cells.likelihood(np.array([-0.4]), 0.8)

    def one(y, n):
        def inside(v):
            p = special.expit(-0.4 + 0.8 * v)
            return p**y * (1 - p) ** (n - y) * stats.norm.pdf(v)

        return integrate.quad(inside, -9, 9, epsabs=0, epsrel=1e-12)[0]

    exact = sum(np.log(one(y, n)) for y, n in zip(count, base, strict=True))
    # the likelihood leaves out the constant of the normal density
    assert height - 1.5 * np.log(2 * np.pi) == pytest.approx(exact, rel=1e-8)
    step = 1e-5
    up = cells.likelihood(np.array([-0.4]), 0.8 + step)[0]
    down = cells.likelihood(np.array([-0.4]), 0.8 - step)[0]
    assert slope_deviation == pytest.approx((up - down) / (2 * step), rel=1e-5)
    up = cells.likelihood(np.array([-0.4 + step]), 0.8)[0]
    down = cells.likelihood(np.array([-0.4 - step]), 0.8)[0]
    assert slope[0] == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_limits_integrate_over_what_the_deviation_may_be():
    count, base = np.array([3.0, 8.0, 5.0, 14.0]), np.array([20.0, 25.0, 22.0, 30.0])
    known = integration.known(count, base, np.ones((4, 1)))
    rng = np.random.default_rng(1)
    draws = 500_000
    deviation = rng.gamma(2, 1 / integration.RATE, draws)
    proposal = stats.norm(special.logit(count.sum() / base.sum()), 0.8)
    typical = proposal.rvs(draws, random_state=rng)
    effect = rng.normal(0, deviation, (4, draws))
    weight = stats.binom.pmf(count[:, None], base[:, None], special.expit(typical + effect))
    weight = weight.prod(axis=0) / proposal.pdf(typical)
    assert weight.sum() ** 2 / (weight**2).sum() > 5_000

    def quantiles(values, shares=(0.025, 0.5, 0.975)):
        order = np.argsort(values)
        at = np.searchsorted(np.cumsum(weight[order]) / weight.sum(), shares)
        return values[order[at]]

    for mixture, drawn in (
        (known.linear, typical + effect),
        (known.effect, effect),
        (known.coefficients, typical[None]),
    ):
        found = np.array([mixture.quantile(share) for share in (0.025, 0.5, 0.975)]).T
        exact = np.array([quantiles(each) for each in drawn])
        error = (exact[:, 2] - exact[:, 0])[:, None] / 4
        assert (np.abs(found - exact) / error).max() < 0.2
    below = np.array([(weight * (each < 0)).sum() / weight.sum() for each in effect])
    np.testing.assert_allclose(known.effect.below(0.0), below, atol=0.03)
    np.testing.assert_allclose(known.effect.p(), 2 * np.minimum(below, 1 - below), atol=0.06)


@pytest.mark.parametrize("deviation", [0.15, 0.3, 0.6])
@pytest.mark.parametrize(("cells", "model", "draws"), [(12, "additive", 20), (50, "null", 10)])
def test_limits_hold_the_truth_however_much_intersections_differ(cells, model, draws, deviation):
    held = benchmark.coverage(cells, deviation, (20, 500), model, draws=draws, seed=7)
    of_effects, _, of_cells, *_ = held
    assert of_effects >= 0.90 and of_cells >= 0.90


def test_no_limits_are_without_width_where_the_deviation_is_estimated_as_0():
    rng = np.random.default_rng(2)
    strand, groups = "age x gender", [f"{a}-{a + 9} x {s}" for a in (20, 30, 40) for s in GENDER]
    groups = [each[:-1] + GENDER[each[-1]] for each in groups]
    zeros = 0
    for _ in range(6):
        base = rng.integers(30, 300, len(groups))
        count = rng.binomial(base, special.expit(-1 + rng.normal(0, 0.15, len(groups))))
        cells = dict(zip(groups, count, strict=True)), dict(zip(groups, base, strict=True))
        table = intersections(part(strand, *cells), "arrest", per="crime", strand=strand)
        zeros += row(table, statistic="standard deviation of log odds")["estimate"] == 0
        limited = table[table["statistic"] != "proportional change in variance"]
        assert (limited["upper"] > limited["lower"]).all() and brackets(table)
        beyond = limited[limited["statistic"] == "odds ratio beyond"]
        assert (beyond["upper"] / beyond["lower"] > 1.1).all() and (beyond["p"] < 1).all()
        excludes = (beyond["lower"] > 1) | (beyond["upper"] < 1)
        assert (excludes == (beyond["p"] < 0.05)).all()
        together = (beyond["lower_together"] > 1) | (beyond["upper_together"] < 1)
        assert (together == (beyond["p_adjusted"] < 0.05)).all()
        assert (beyond["lower_together"] < beyond["lower"]).all()
    assert zeros >= 2


def test_it_says_where_it_cannot_tell():
    strand = "gender x ethnicity_two"
    groups = [f"{s} x {e}" for s in GENDER.values() for e in ("White", "Black and minority ethnic")]
    two = part(strand, dict(zip(groups, (30, 20, 10, 9), strict=True)), dict.fromkeys(groups, 90))
    none = crossed([0] * 24)
    for cases, by in ((two, strand), (none, STRAND)):
        table = intersections(cases, "arrest", per="crime", strand=by)
        unknown = table[~table["statistic"].isin(["proportional change in variance"])]
        assert (unknown["flags"] == "deviation_unknown").all()
        cells = unknown[unknown["group"].isin(set(cases["group"]))]
        assert cells[["estimate", "lower", "upper", "p"]].isna().all(axis=None)
        assert (cells["way"] == "none").all() and cells["numerator"].notna().all()
    assert remarks.said("deviation_unknown")[0].startswith("cannot tell")
    told = intersections(two, "arrest", per="crime", strand=strand, model="null")
    assert told["flags"].eq("").all() and told["lower"].notna().all()


def test_small_intersections_are_drawn_in_most():
    table = found(model="null")
    pooled = table[table["statistic"] == "proportion, partially pooled"].set_index("group")
    typical = row(table, statistic="typical odds")["estimate"]
    typical = typical / (1 + typical)
    raw = pooled["numerator"] / pooled["denominator"]
    kept = (pooled["estimate"] - typical) / (raw - typical)
    assert kept.between(0, 1).all()
    assert kept[GROUPS[CELLS["n"].index(3)]] < 0.3
    assert kept[GROUPS[CELLS["n"].index(510)]] > 0.9


def test_variance_partition_and_its_change():
    table = found()
    deviation = row(table, statistic="standard deviation of log odds")
    partition = row(table, statistic="variance partition coefficient")
    for column in ("estimate", "lower", "upper"):
        variance = deviation[column] ** 2
        assert partition[column] == pytest.approx(variance / (variance + np.pi**2 / 3))
    null = row(found(model="null"), statistic="standard deviation of log odds")["estimate"]
    assert row(table, statistic="proportional change in variance")["estimate"] == pytest.approx(
        1 - deviation["estimate"] ** 2 / null**2
    )


def test_equal_proportions_leave_nothing_between():
    table = intersections(crossed([20] * 24, [100] * 24), "arrest", per="crime", strand=STRAND)
    deviation = row(table, statistic="standard deviation of log odds")
    assert deviation["estimate"] == 0 and deviation["lower"] == 0 and deviation["upper"] > 0
    pooled = table[table["statistic"] == "proportion, partially pooled"]
    np.testing.assert_allclose(pooled["estimate"], 0.2, rtol=1e-5)
    assert (pooled["upper"] > pooled["lower"]).all()
    beyond = table[table["statistic"] == "odds ratio beyond"]
    np.testing.assert_allclose(beyond["estimate"], 1, atol=0.001)
    assert (beyond["p"] > 0.99).all() and (beyond["way"] == "unclear").all()
    assert (beyond["lower"] < 0.95).all() and (beyond["upper"] > 1.05).all()


def test_limits_bracket_with_empty_and_full_intersections():
    events = [
        0 if n % 3 == 0 else CELLS["n"][n] if n % 5 == 0 else y for n, y in enumerate(CELLS["y"])
    ]
    for model in ("additive", "null"):
        table = intersections(crossed(events), "arrest", per="crime", strand=STRAND, model=model)
        assert brackets(table)
        pooled = table[table["statistic"] == "proportion, partially pooled"]
        assert pooled["estimate"].between(0, 1, inclusive="neither").all()
        assert (pooled["upper"] > pooled["lower"]).all()


def test_a_whole_group_without_events_still_answers():
    events = [0 if "Mixed" in group else y for group, y in zip(GROUPS, CELLS["y"], strict=True)]
    table = intersections(crossed(events), "arrest", per="crime", strand=STRAND)
    assert brackets(table)
    mixed = row(table, statistic="odds ratio, main effect", group="Mixed")
    assert mixed["estimate"] < 0.01 and mixed["upper"] == np.inf


def test_order_and_reference_do_not_matter_to_the_intersections():
    cases = crossed()
    shuffled = cases.sample(frac=1, random_state=1)
    one, two = (
        intersections(each, "arrest", per="crime", strand=STRAND) for each in (cases, shuffled)
    )
    pd.testing.assert_frame_equal(one, two)
    other = found()
    pooled = one["statistic"] == "proportion, partially pooled"
    np.testing.assert_allclose(
        one.loc[pooled, "estimate"],
        other.loc[other["statistic"] == "proportion, partially pooled", "estimate"],
        rtol=1e-4,
    )


def test_several_areas_at_once_equal_each_alone():
    cases = join(crossed(), crossed([y // 2 for y in CELLS["y"]]).assign(area="Barnet"))
    together = intersections(cases, "arrest", per="crime", strand=STRAND)
    alone = intersections(cases[cases["area"] == "Barnet"], "arrest", per="crime", strand=STRAND)
    pd.testing.assert_frame_equal(
        together[together["area"] == "Barnet"].reset_index(drop=True), alone
    )


def test_withheld_missing_and_unrecorded_cells_are_not_pooled():
    cases = crossed()
    cases["withheld"] = cases["group"] == GROUPS[0]
    cases.loc[(cases["group"] == GROUPS[1]) & (cases["measure"] == "arrest"), "count"] = pd.NA
    table = intersections(cases, "arrest", per="crime", strand=STRAND, model="null")
    hidden, missing = row(table, group=GROUPS[0]), row(table, group=GROUPS[1])
    assert hidden["withheld"] and np.isnan(hidden["denominator"])
    assert np.isnan(missing["estimate"]) and missing["flags"] == "not_supplied"
    whole = row(table, statistic="typical odds")
    assert whole["denominator"] == sum(CELLS["n"][2:])


def test_too_few_intersections_are_shown_and_not_pooled():
    cases = part(
        "gender x ethnicity_two",
        {"Female x White": 3, "Male x White": 4},
        {"Female x White": 9, "Male x White": 9},
    )
    table = intersections(cases, "arrest", per="crime", strand="gender x ethnicity_two")
    assert table["estimate"].isna().all() and table["numerator"].tolist() == [3, 4]
    assert table["flags"].tolist() == ["too_few_to_pool"] * 2


def test_bad_input_is_named():
    with pytest.raises(InputError, match="at least two strands"):
        intersections(crossed(), "arrest", per="crime", strand="gender")
    with pytest.raises(InputError, match="model: must be one of additive, null"):
        found(model="saturated")
    with pytest.raises(InputError, match="one of the strands"):
        intersections(crossed(), "arrest", per="crime", strand="gender x race")
    with pytest.raises(InputError, match="reference"):
        intersections(crossed(), "arrest", per="crime", strand=STRAND, reference={"gender": "F"})
    lives = residents(STRAND, {GROUPS[0]: 100})
    with pytest.raises(InputError, match="per"):
        intersections(join(crossed(), lives), "crime", per="residents", strand=STRAND)
    diagonal = {"Female x White": 3, "Male x Black": 4, "Male x Asian": 2}
    cases = part("gender x ethnicity_broad", diagonal, dict.fromkeys(diagonal, 9))
    with pytest.raises(InputError, match="tell the strands apart"):
        intersections(cases, "arrest", per="crime", strand="gender x ethnicity_broad")


def test_nothing_supplied_gives_nothing():
    table = intersections(counts.empty(), "arrest", per="crime", strand=STRAND)
    pd.testing.assert_frame_equal(table, estimates.empty())

"""The trusted cases through each function's defaults: what is had without asking for a method."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tables import join, people, residents

from dsvstats.statistics import (
    attrition,
    comparison,
    disproportionality,
    intervals,
    rates,
    repeats,
)

CASES = json.loads(Path(__file__).with_name("expected").joinpath("cases.json").read_text("utf-8"))
LIMITS = ["estimate", "lower", "upper"]


def sexes(a, c):
    return {"Female": int(a), "Male": int(c)}


def nested(a, n1, c, n0):
    """Arrests of crimes, women against men."""
    base, part = sexes(n1, n0), sexes(a, c)
    return join(people("gender", part, measure="arrest"), people("gender", base))


def per_person(x1, t1, x0, t0):
    """Counts over a year, per resident of that year."""
    year = {"start": "2011-01-01", "end": "2011-12-31"}
    lives = residents("gender", sexes(t1, t0), start="2011-03-27")
    return join(people("gender", sexes(x1, x0), **year), lives)


def women(found, **wanted) -> dict:
    rows = found[found["group"] == "Female"]
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0].to_dict()


def everyone(found) -> dict:
    return found.iloc[0].to_dict()


def shares(**table) -> dict:
    return everyone(rates.proportion(nested(table["x"], table["n"], 0, 1), "arrest", of="crime"))


def kept(**table) -> dict:
    cases = nested(table["x"], table["n"], 0, 1)
    return everyone(attrition.retention(cases, stages=["crime", "arrest"]))


def rate(x, person_time) -> dict:
    cases = per_person(x, 1_000_000, 0, 1)
    found = women(rates.rate(cases, "crime", per="residents", multiplier=1_000_000))
    return {each: found[each] / person_time for each in LIMITS}


def composition(counts) -> dict:
    groups = [f"{10 * n}-{10 * n + 9}" for n in range(len(counts))]
    found = disproportionality.shares(
        people("age", dict(zip(groups, map(int, counts), strict=True))), "crime"
    )
    return {each: found[each].to_numpy() for each in LIMITS}


def relative(cases, measure, per):
    return women(disproportionality.relative_rates(cases, measure, per=per), versus="reference")


def directly(events, population, standard) -> dict:
    groups = [f"{10 * n}-{10 * n + 9}" for n in range(len(events))]
    year = {"start": "2011-01-01", "end": "2011-12-31"}
    held = [dict(zip(groups, map(int, each), strict=True)) for each in (events, population)]
    cases = join(people("age", held[0], **year), residents("age", held[1]))
    weights = dict(zip(groups, standard, strict=True))
    found = everyone(rates.directly_standardised(cases, "crime", strata="age", standard=weights))
    return {"adjusted": found["estimate"] / 1000} | {
        each: found[each] / 1000 for each in ("lower", "upper")
    }


WILSON = "proportion CI: Wilson score"
BYAR = "rate CI: Byar if count>=10 else exact (OHID rule)"
KOOPMAN = "two proportions ratio CI: score (Koopman/Miettinen-Nurminen without N/(N-1) correction)"
NEWCOMBE = "risk difference CI: Newcombe hybrid score (method 10)"
MID_P = "odds ratio: median-unbiased, mid-P exact CI"
RATES = "rate ratio CI: score (Wilson on the share of events)"
TEST = "two-rate equality test: score"
GOODMAN = "simultaneous CIs for a composition (ethnic mix): goodman"
FAY_FEUER = "directly standardised rate, Fay-Feuer gamma CI"

DEFAULTS = {
    "intervals.proportion": (WILSON, lambda x, n: intervals.proportion(x, n)._asdict()),
    "rates.proportion": (WILSON, shares),
    "attrition.retention": (WILSON, kept),
    "intervals.count": (BYAR, lambda x, person_time: intervals.count(x)._asdict()),
    "rates.rate": (BYAR, rate),
    "intervals.risk_ratio": (KOOPMAN, lambda **t: intervals.risk_ratio(*t.values())._asdict()),
    "relative_rates of people": (KOOPMAN, lambda **t: relative(nested(**t), "arrest", "crime")),
    "attrition.stage_ratios": (
        KOOPMAN,
        lambda **t: women(attrition.stage_ratios(nested(**t), stages=["crime", "arrest"])),
    ),
    "intervals.risk_difference": (
        NEWCOMBE,
        lambda **t: intervals.risk_difference(*t.values())._asdict(),
    ),
    "attrition.gap": (
        NEWCOMBE,
        lambda **t: women(attrition.gap(nested(**t), stages=["crime", "arrest"])),
    ),
    "intervals.odds_ratio": (MID_P, lambda **t: intervals.odds_ratio(*t.values())._asdict()),
    "intervals.rate_ratio": (RATES, lambda **t: intervals.rate_ratio(*t.values())._asdict()),
    "relative_rates of residents": (
        RATES,
        lambda **t: relative(per_person(**t), "crime", "residents"),
    ),
    "intervals.rate_ratio_p": (TEST, lambda **t: {"p": intervals.rate_ratio_p(*t.values())}),
    "p of relative_rates": (TEST, lambda **t: relative(per_person(**t), "crime", "residents")),
    "intervals.shares": (GOODMAN, lambda counts: intervals.shares(counts)._asdict()),
    "disproportionality.shares": (GOODMAN, composition),
    "rates.directly_standardised": (FAY_FEUER, directly),
}
EACH = [
    pytest.param(name, case, id=f"{name}, {case['id']}")
    for name, (method, _) in DEFAULTS.items()
    for case in CASES
    if case["method"] == method
]
NUMBER = {"inf": np.inf, "nan": np.nan}


@pytest.mark.parametrize(("name", "case"), EACH)
def test_a_trusted_case_through_the_defaults(name, case):
    given = {each: value for each, value in case["inputs"].items() if each != "conf"}
    given.pop("multiplier", None)
    found = DEFAULTS[name][1](**given)
    close = {"rtol": max(case["tolerance"]["rel"], 1e-9), "atol": case["tolerance"]["abs"]}
    checked = [each for each in case["expected"] if each in found]
    assert checked
    for each in checked:
        expected = NUMBER.get(str(case["expected"][each]), case["expected"][each])
        np.testing.assert_allclose(found[each], expected, **close, err_msg=each)


def test_every_method_that_is_a_default_has_its_trusted_case():
    rooms = (intervals, rates, attrition, comparison, disproportionality, repeats)
    called = {name.partition(" of ")[0].rpartition(".")[2] for name in DEFAULTS}
    called |= {each.rpartition(" ")[2] for each in DEFAULTS}
    for room in rooms:
        for name in room.__all__:
            if not callable(getattr(room, name)):
                continue
            given = inspect.signature(getattr(room, name)).parameters
            if "method" in given and not name.startswith("caution_"):
                assert name in called | OTHERS, name


OTHERS = {
    *("representation", "unknown_bounds", "excess"),  # the ratios of relative_rates
    *(
        "count_p",
        "proportion_p",
        "odds_ratio_p",
        "risk_difference_p",
        "risk_ratio_p",
        "part_to_whole_p",
    ),
    *("part_to_whole", "indirectly_standardised", "adjusted", "adjust_p"),  # in test_cases
    *("cumulative_incidence", "relative_rate_index", "funnel", "unseen"),  # there too
    "against_area",  # risk_ratio's
}


@pytest.mark.parametrize(
    ("p", "limits", "null"),
    [
        (intervals.risk_ratio_p, intervals.risk_ratio, 1),
        (intervals.odds_ratio_p, intervals.odds_ratio, 1),
        (intervals.risk_difference_p, intervals.risk_difference, 0),
    ],
)
def test_default_p_and_default_limits_agree(p, limits, null):
    rng = np.random.default_rng(4)
    base, other = rng.integers(5, 80, (2, 400))
    table = rng.integers(0, base + 1), base, rng.integers(0, other + 1), other
    found, chance = limits(*table), p(*table)
    told = ~np.isnan(chance) & (np.abs(chance - 0.05) > 1e-6)
    outside = (found.lower > null) | (found.upper < null)
    assert (outside == (chance < 0.05))[told].all() and told.mean() > 0.9


def test_the_least_p_of_several_is_multiplied_by_their_number():
    """Holm's, the default, beside scipy's step-up rule on the same p-values."""
    p = np.array([0.001, 0.011, 0.02, 0.3])
    found = disproportionality.adjust_p(p)
    assert found == pytest.approx([0.004, 0.033, 0.04, 0.3])
    assert (found >= stats.false_discovery_control(p)).all()

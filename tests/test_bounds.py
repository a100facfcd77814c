"""Bounds where the unrecorded could belong anywhere: they hold the truth, chance allowed for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from tables import few, join, people, row

from dsvstats import counts
from dsvstats.estimates import flags
from dsvstats.statistics import attrition, intervals
from dsvstats.statistics.disproportionality import relative_rates, representation

GROUPS = ["White", "Black and minority ethnic"]
STRAND = "ethnicity_two"
AREAS = 200
SHARES = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9]
RISKS = {"White": 0.2, "Black and minority ethnic": 0.35}
SIZES = {"White": 90, "Black and minority ethnic": 40}


def stages(base, event, units=("victims", "victims"), area="Lambeth"):
    """The recorded and the crimes of these groups, or two units of recorded."""
    unequal = units[0] != units[1]
    return join(
        people(STRAND, base, unit=units[0], measure="recorded", area=area),
        people(STRAND, event, unit=units[1], measure="recorded" if unequal else "crime", area=area),
    )


def drawn(share: float, stage: str, how: str, seed: int) -> pd.DataFrame:
    """People of two groups in many areas: this share is unrecorded at one of two stages.

    At random; or, at worst, all of one group. In the base it is those without the event.
    """
    rng = np.random.default_rng(seed)
    base = {group: rng.poisson(size, AREAS) for group, size in SIZES.items()}
    event = {group: rng.binomial(base[group], RISKS[group]) for group in GROUPS}
    whole = {group: base[group] - event[group] for group in GROUPS} if stage == "base" else event
    if how == "at random":
        out = {group: rng.binomial(whole[group], share) for group in GROUPS}
    else:
        many = rng.binomial(sum(whole.values()), share)
        first, second = GROUPS if how == "White first" else GROUPS[::-1]
        out = {first: np.minimum(many, whole[first])}
        out[second] = many - out[first]
    rows = {}
    for measure, held, lost in (
        ("recorded", base, stage == "base"),
        ("crime", event, stage == "event"),
    ):
        for group in GROUPS:
            rows[measure, group] = held[group] - lost * out[group]
        rows[measure, "Not recorded"] = lost * sum(out.values())
    frames = [
        pd.DataFrame(
            {"area": [f"Area {n}" for n in range(AREAS)], "measure": measure, "group": group}
        ).assign(count=values)
        for (measure, group), values in rows.items()
    ]
    period = {"start": "2011-04-01", "end": "2012-03-31"}
    what = {"subject": "domestic_violence", "unit": "victims", "strand": STRAND}
    return counts.check(pd.concat(frames).assign(**period, **what))


@pytest.mark.parametrize("how", ["at random", "White first", "White last"])
@pytest.mark.parametrize("stage", ["base", "event"])
@pytest.mark.parametrize("share", SHARES)
def test_limits_hold_the_truth_at_every_share_of_unrecorded(share, stage, how):
    cases = drawn(share, stage, how, seed=int(100 * share))
    kept = attrition.retention(cases, stages=["recorded", "crime"])
    rates = relative_rates(cases, "crime", per="recorded")
    bounded = flags.has(kept.loc[kept["group"] != "Not recorded", "flags"], "bounds")
    assert bounded.all() if share > 0.2 else share or not bounded.any()
    for group, risk in RISKS.items():
        (other,) = set(GROUPS) - {group}
        own = kept[kept["group"] == group]
        assert ((own["lower"] <= risk) & (risk <= own["upper"])).mean() >= 0.93
        sizes = np.array([SIZES[group], SIZES[other]], dtype=float)
        overall = (sizes @ [risk, RISKS[other]]) / sizes.sum()
        for versus, truth in (("rest", risk / RISKS[other]), ("overall", risk / overall)):
            own = rates[(rates["group"] == group) & (rates["versus"] == versus)]
            assert len(own) == AREAS and (own["upper"] > own["lower"]).all()
            for end in ("", "_together"):
                held = (own[f"lower{end}"] <= truth) & (truth <= own[f"upper{end}"])
                assert held.mean() >= 0.93, (group, versus, end)
            assert (own["lower_together"] <= own["lower"] + 1e-12).all()
            assert (own["upper_together"] >= own["upper"] - 1e-12).all()


def test_none_of_three_is_not_known_to_be_none():
    cases = stages(
        {"White": 3, "Black and minority ethnic": 50, "Not recorded": 60},
        {"White": 0, "Black and minority ethnic": 40},
    )
    white = row(attrition.retention(cases, stages=["recorded", "crime"]), group="White")
    assert white["method"] == "bounds" and white["lower"] == 0
    assert white["upper"] == pytest.approx(proportion_confint(0, 3, method="wilson")[1])


def test_ratios_of_counts_are_bounded_above_1_too():
    units = [("incidents", "recorded"), ("victim_records", "recorded")]
    cases = stages(
        {"White": 100, "Black and minority ethnic": 100, "Not recorded": 5},
        {"White": 250, "Black and minority ethnic": 180, "Not recorded": 200},
        units=("incidents", "victim_records"),
    )
    white = row(attrition.retention(cases, stages=units), group="White")
    assert white["statistic"] == "ratio of counts" and white["method"] == "bounds"
    # as many of each hundred of both as there are of one: Wilson's limits of the odds
    low, high = (
        proportion_confint(top, top + bottom, method="wilson")
        for top, bottom in ((250, 105), (450, 100))
    )
    assert white["lower"] == pytest.approx(low[0] / (1 - low[0]))
    assert white["upper"] == pytest.approx(high[1] / (1 - high[1]))
    assert white["lower"] < 250 / 105 < 450 / 100 < white["upper"]


@few
@given(
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(0, 4),
    st.integers(1, 12),
)
def test_no_allocation_of_the_unrecorded_has_limits_outside_the_bounds(a, b, c, d, events, others):
    base = {GROUPS[0]: a + c, GROUPS[1]: b + d, "Not recorded": events + others}
    event = {GROUPS[0]: a, GROUPS[1]: b, "Not recorded": events}
    cases = stages(base, event)
    rest = relative_rates(cases, "crime", per="recorded", versus=("rest", "overall"))
    kept = attrition.retention(cases, stages=["recorded", "crime"])
    rest, whole = (row(rest, group=GROUPS[0], versus=each) for each in ("rest", "overall"))
    if rest["method"] != "bounds":
        return
    kept = row(kept, group=GROUPS[0])
    assert rest["lower"] <= rest["upper"] and rest["lower_together"] <= rest["lower"]
    top, left = np.array([(n, m) for n in range(events + 1) for m in range(others + 1)]).T
    sides = a + top, a + c + top + left, b + events - top, b + d + events + others - top - left
    ratio = intervals.risk_ratio(*sides)
    assert (rest["lower"] <= ratio.lower + 1e-9).all()
    assert (rest["upper"] >= ratio.upper - 1e-9).all()
    retained = intervals.proportion(*sides[:2])
    assert (kept["lower"] <= retained.lower + 1e-9).all()
    assert (kept["upper"] >= retained.upper - 1e-9).all()
    with np.errstate(invalid="ignore"):
        overall = (sides[0] / sides[1]) / ((a + b + events) / (sides[1] + sides[3]))
    overall = overall[~np.isnan(overall)]
    assert (whole["lower"] <= overall + 1e-9).all() and (whole["upper"] >= overall - 1e-9).all()


def test_bounds_are_said_to_be_higher_where_chance_and_the_unrecorded_leave_no_other():
    cases = stages(
        {"White": 800, "Black and minority ethnic": 900, "Not recorded": 130},
        {"White": 600, "Black and minority ethnic": 300},
    )
    for found in (
        relative_rates(cases, "crime", per="recorded", versus="rest"),
        representation(cases, "crime", against=("victims", "recorded")),
    ):
        ways = found.set_index("group")["way"]
        assert ways["White"] == "higher" and ways["Black and minority ethnic"] == "lower"
        told = found[found["group"].isin(GROUPS)]
        assert flags.has(told["flags"], "bounds").all() and told["estimate"].isna().all()
        assert told["p"].isna().all()
    fewer = stages(
        {"White": 80, "Black and minority ethnic": 90, "Not recorded": 80},
        {"White": 60, "Black and minority ethnic": 30},
    )
    found = relative_rates(fewer, "crime", per="recorded", versus="rest")
    assert (found.loc[found["group"].isin(GROUPS), "way"] == "either_way").all()


def test_limits_of_bounds_hold_for_the_whole_family():
    cases = stages(
        {"White": 80, "Black and minority ethnic": 90, "Not recorded": 30},
        {"White": 60, "Black and minority ethnic": 30},
    )
    found = relative_rates(cases, "crime", per="recorded", versus=("reference", "rest"))
    white = row(found, group="White", versus="rest")
    low = intervals.risk_ratio(60, 110, 30, 90)
    assert white["lower"] == pytest.approx(low.lower) and white["upper"] == pytest.approx(
        intervals.risk_ratio(60, 80, 30, 120).upper
    )
    assert white["lower_together"] == pytest.approx(low.lower)
    three = join(
        people(
            "ethnicity_broad",
            {"White": 80, "Black": 60, "Asian": 40, "Not recorded": 50},
            measure="recorded",
        ),
        people("ethnicity_broad", {"White": 60, "Black": 30, "Asian": 20}),
    )
    found = relative_rates(three, "crime", per="recorded", versus="rest")
    white = row(found, group="White")
    low = intervals.risk_ratio(60, 130, 50, 100, level=0.95 ** (1 / 3))
    assert white["lower_together"] == pytest.approx(low.lower)


def test_an_unknown_number_of_unrecorded_leaves_no_bounds():
    cases = stages(
        {"White": 80, "Black and minority ethnic": 90, "Not recorded": None},
        {"White": 60, "Black and minority ethnic": 30},
    )
    for found in (
        attrition.retention(cases, stages=["recorded", "crime"]),
        relative_rates(cases, "crime", per="recorded"),
    ):
        told = found[found["group"].isin(GROUPS) & (found["reference"] != found["group"])]
        assert told[["estimate", "lower", "upper"]].isna().all(axis=None)
        assert flags.has(told["flags"], "unrecorded_unknown").all()
        assert not flags.has(told["flags"], "bounds").any()
        assert (told["way"] == "none").all()

"""Where cases fall away: published chains, and the rule for comparing strands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.statistics import attrition

CASES = json.loads((Path(__file__).parent / "expected" / "cases.json").read_text("utf-8"))
CHAIN = ["recorded", "crime", "sanction_detection"]


def headline(unit_counts: dict[tuple[str, str], int | None], area="London", **key) -> pd.DataFrame:
    return pd.concat(
        [
            counts.table(area, unit, measure, "all", {"All": n}, **key)
            for (unit, measure), n in unit_counts.items()
        ],
        ignore_index=True,
    )


def people(strand: str, stages: dict[str, dict[str, int]], area="Lambeth") -> pd.DataFrame:
    return pd.concat(
        [
            counts.table(area, "victim_records", measure, strand, groups)
            for measure, groups in stages.items()
        ],
        ignore_index=True,
    )


def test_london_2008_09_annual_report_introduction_paragraph_4():
    cases = headline(
        {
            ("incidents", "recorded"): 118920,
            ("offences", "crime"): 53726,
            ("offences", "sanction_detection"): 24757,
        }
    )
    kept = attrition.retention(
        cases, stages=[("incidents", "recorded"), ("offences", "crime"), "sanction_detection"]
    )
    assert kept["estimate"].round(2).tolist() == [0.45, 0.46]
    assert kept["statistic"].tolist() == ["ratio of counts", "retention"]
    assert kept["method"].tolist() == ["score", "wilson"]


def test_a_stage_not_supplied_is_passed_over():
    cases = headline({("offences", "crime"): 1187, ("offences", "charge"): 300})
    kept = attrition.retention(cases, stages=[("incidents", "recorded"), *CHAIN[1:], "charge"])
    assert kept[["numerator", "denominator"]].to_numpy().tolist() == [[300, 1187]]


def test_a_larger_stage_is_shown_and_not_divided():
    cases = people("gender", {"recorded": {"Female": 113}, "crime": {"Female": 122}})
    row = attrition.retention(cases, stages=CHAIN).iloc[0]
    assert (row["numerator"], row["denominator"]) == (122, 113)
    assert np.isnan(row["estimate"])
    assert row["flags"] == "exceeds_base"


def test_lambeth_ethnicity_is_bounded_and_not_compared():
    """Lambeth: recorded for 2,173 of 4,506 victims of incidents, 1,784 of 1,930 of offences."""
    cases = people(
        "ethnicity_two",
        {
            "recorded": {
                "White": 1046,
                "Black and minority ethnic": 1127,
                "Not recorded (implied)": 4506 - 2173,
            },
            "crime": {
                "White": 905,
                "Black and minority ethnic": 879,
                "Not recorded (implied)": 1930 - 1784,
            },
        },
    )
    white = attrition.retention(cases, stages=CHAIN).query("group == 'White'").iloc[0]
    assert np.isnan(white["estimate"])
    assert white["method"] == "bounds"
    told = flags.of(white["flags"])
    before, after = map(float, told["completeness"].split("/"))
    assert (before, after) == pytest.approx((2173 / 4506, 1784 / 1930), abs=1e-4)
    assert "bounds" in told
    assert white["lower"] == pytest.approx(905 / (1046 + 4506 - 2173))
    assert white["upper"] == 1.0


def test_a_strand_hardly_ever_recorded_is_bounded_too():
    """Lambeth: 89 of 4,506 victims of incidents are recorded as disabled, 52 of 1,930 of offences."""
    cases = people(
        "disability",
        {
            "recorded": {"Disabled": 89, "Not recorded (implied)": 4417},
            "crime": {"Disabled": 52, "Not recorded (implied)": 1878},
        },
    )
    kept = attrition.retention(cases, stages=CHAIN)
    assert kept["estimate"].isna().all()
    assert kept["method"].tolist() == ["bounds", ""]


def test_trusted_chain():
    (case,) = [each for each in CASES if each["id"] == "attrition_stagewise_rri"]
    names = ["recorded", "crime", "arrest", "charge", "prosecuted", "convicted"]
    chain = dict(
        zip(names, zip(case["inputs"]["B"], case["inputs"]["A"], strict=True), strict=True)
    )
    cases = people("gender", {m: {"Female": b, "Male": a} for m, (b, a) in chain.items()})
    cases = cases.assign(measure=cases["measure"].replace({"arrest": "sanction_detection"}))
    stages = ["recorded", "crime", "sanction_detection", "charge", "prosecuted", "convicted"]
    ratios = attrition.stage_ratios(cases, stages=stages, method="log")
    expected = case["expected"]
    assert ratios["estimate"].tolist() == pytest.approx(
        [*expected["stage_rr"], expected["overall"]], rel=1e-6
    )
    assert ratios["lower"].tolist() == pytest.approx(
        [*expected["lower"], expected["overall_lower"]], rel=1e-6
    )
    assert ratios["upper"].tolist() == pytest.approx(
        [*expected["upper"], expected["overall_upper"]], rel=1e-6
    )


def test_evenly_recorded_strands_are_compared():
    cases = people(
        "gender",
        {
            "recorded": {"Female": 3576, "Male": 930},
            "crime": {"Female": 1614, "Male": 316},
        },
    )
    kept = attrition.retention(cases, stages=CHAIN)
    assert kept["estimate"].round(3).tolist() == [0.451, 0.340]


def test_stage_ratios_multiply_to_the_whole_chain():
    cases = people(
        "gender",
        {
            "recorded": {"Female": 400, "Male": 1000},
            "crime": {"Female": 260, "Male": 620},
            "sanction_detection": {"Female": 140, "Male": 410},
        },
    )
    ratios = attrition.stage_ratios(cases, stages=CHAIN)
    whole = flags.has(ratios["flags"], "whole_chain")
    assert whole.tolist() == [False, False, True]
    assert ratios["base"].tolist() == [
        f"victim_records:{each}" for each in ("recorded", "crime", "recorded")
    ]
    assert ratios["estimate"].iloc[:-1].prod() == pytest.approx(ratios["estimate"].iloc[-1])
    difference = attrition.gap(cases, stages=CHAIN)
    assert difference["estimate"].round(3).tolist() == [0.030, -0.123]


def test_ways_out_that_overlap_are_refused():
    cases = headline(
        {("offences", "crime"): 10, ("offences", "charge"): 6, ("offences", "caution"): 6}
    )
    with pytest.raises(InputError, match="do not overlap"):
        attrition.exits(cases, of="crime", ways=["charge", "caution"])


@pytest.mark.parametrize("stages", [CHAIN, ["recorded"], []])
def test_nothing_supplied_gives_nothing(stages):
    for cases in (counts.empty(), headline({("offences", "crime"): 3})):
        assert attrition.retention(cases, stages=stages).empty
        assert attrition.stage_ratios(cases, stages=stages).empty
        assert attrition.gap(cases, stages=stages).empty
    assert attrition.exits(counts.empty(), of="crime", ways=["charge"]).empty


@settings(max_examples=settings().max_examples // 4)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_limits_bracket_every_retention(a, b, c):
    cases = headline(
        {
            ("offences", "recorded"): a + b + c,
            ("offences", "crime"): a + b,
            ("offences", "sanction_detection"): a,
        }
    )
    kept = attrition.retention(cases, stages=CHAIN).dropna(subset=["estimate"])
    assert ((kept["lower"] <= kept["estimate"]) & (kept["estimate"] <= kept["upper"])).all()


@settings(max_examples=settings().max_examples // 4)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_the_bounds_hold_wherever_the_unrecorded_belong(white, other, unknown, unknown_later):
    before = {"White": white + 5, "Black and minority ethnic": other + 5, "Not recorded": unknown}
    after = {
        "White": white,
        "Black and minority ethnic": other,
        "Not recorded": min(unknown, unknown_later),
    }
    cases = people("ethnicity_two", {"recorded": before, "crime": after})
    row = attrition.retention(cases, stages=CHAIN).query("group == 'White'").iloc[0]
    if row["method"] == "bounds":
        for out in range(unknown + 1):
            for back in range(min(out, after["Not recorded"]) + 1):
                truth = (white + back) / (white + 5 + out)
                assert row["lower"] - 1e-9 <= truth <= row["upper"] + 1e-9


def test_bounds_from_a_withheld_number_unrecorded_are_withheld():
    """The bounds and the shares recorded would tell how many the unrecorded are."""
    parts = [
        counts.table("A", "victims", measure, "religion", groups)
        for measure, groups in (
            ("recorded", {"Christian": 60, "Muslim": 50, "Not recorded": 400}),
            ("crime", {"Christian": 40, "Muslim": 30, "Not recorded": 8}),
        )
    ]
    cases = pd.concat(parts, ignore_index=True)
    cases["withheld"] = cases["count"] < 10
    found = attrition.retention(cases, stages=["recorded", "crime"])
    assert found["withheld"].all() and (found["flags"] == "").all()
    assert found[["numerator", "lower", "upper"]].isna().all(axis=None)

"""Where cases fall away: published chains, and the rule for comparing strands."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dsvstats import counts
from dsvstats.errors import InputError
from dsvstats.estimates import flags
from dsvstats.sources import supply
from dsvstats.statistics import attrition, intervals

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
    most = 1046 + 4506 - 2173
    assert white["lower"] == pytest.approx(intervals.proportion(905, most).lower)
    assert white["lower"] < 905 / most and white["upper"] == 1.0


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


NUMBERS = ["estimate", "lower", "upper"]


def counted_apart():
    """More accused than victims: a ratio of counts, and then a part of the accused charged."""
    groups = {
        ("victims", "crime"): {"Female": 100, "Male": 90},
        ("accused", "crime"): {"Female": 150, "Male": 60},
        ("accused", "charge"): {"Female": 40, "Male": 30},
    }
    return pd.concat(
        [counts.table("A", *stage, "gender", each) for stage, each in groups.items()],
        ignore_index=True,
    ), list(groups)


def test_ratios_of_counts_are_compared_as_such():
    cases, stages = counted_apart()
    found = attrition.stage_ratios(cases, stages=stages)
    assert found["statistic"].tolist() == ["ratio of ratios", "ratio of retentions"]
    assert not flags.has(found["flags"], "whole_chain").any()
    first, second = found.iloc[0], found.iloc[1]
    odds = intervals.odds_ratio(150, 250, 60, 150, method="score")
    assert first[NUMBERS].tolist() == pytest.approx(list(odds))
    assert first["estimate"] == pytest.approx(150 / 100 / (60 / 90))
    assert first["p"] == pytest.approx(intervals.odds_ratio_p(150, 250, 60, 150, method="score"))
    assert second[NUMBERS].tolist() == pytest.approx(list(intervals.risk_ratio(40, 150, 30, 60)))
    apart = attrition.gap(cases, stages=stages)
    assert apart["statistic"].tolist() == ["difference of ratios", "difference of retentions"]
    assert apart["method"].tolist() == ["mover", "newcombe"]
    expected = intervals.ratio_difference(150, 100, 60, 90)
    assert apart.iloc[0][NUMBERS].tolist() == pytest.approx(list(expected))
    assert apart.iloc[0]["p"] == pytest.approx(intervals.ratio_difference_p(150, 100, 60, 90))
    assert apart.iloc[0]["way"] == "higher" and apart.iloc[1]["way"] == "lower"


@cache
def many_chains():
    """Three strands of 25 areas, each with three stages."""
    rng = np.random.default_rng(5)
    strand = {
        "gender": ["Female", "Male"],
        "ethnicity_broad": ["White", "Black", "Asian"],
        "age": ["0-29", "30-39", "40+"],
    }
    once = pd.concat(
        [
            counts.table("A", "victims", measure, each, dict.fromkeys(groups, 1))
            for each, groups in strand.items()
            for measure in CHAIN
        ],
        ignore_index=True,
    )
    key = ["strand", "group"]
    frames = []
    for area in range(25):
        size = once[key].drop_duplicates()
        kept = rng.integers(1, 150, len(size))
        for measure in CHAIN:
            rows = once[once["measure"] == measure].merge(size.assign(size=kept), on=key)
            frames.append(rows.assign(area=f"Area {area}", count=rows.pop("size")))
            kept = rng.binomial(kept, rng.uniform(0.2, 0.95, len(size)))
    return counts.check(pd.concat(frames, ignore_index=True)[counts.COLUMNS])


@pytest.mark.parametrize(
    ("statistic", "method"),
    [
        *((attrition.stage_ratios, each) for each in ("score", "log")),
        *(
            (attrition.gap, each)
            for each in ("newcombe", "mee", "miettinen_nurminen", "agresti_caffo")
        ),
    ],
)
def test_p_limits_and_way_agree_at_every_stage(statistic, method):
    cases = many_chains()
    null = 1 if statistic is attrition.stage_ratios else 0
    for dispersion in (1.0, 1.8):
        found = statistic(cases, stages=CHAIN, method=method, dispersion=dispersion)
        found = found[found["p"].notna()]
        for end, p in (("", "p"), ("_together", "p_adjusted")):
            ends = [f"lower{end}", f"upper{end}"]
            near = (found[ends] - null).abs().min(axis=1) < 1e-7
            outside = (found[ends[0]] > null) | (found[ends[1]] < null)
            assert ((found[p] < 0.05) == outside)[~near].all()
            assert 0.05 < outside.mean() < 0.95
        clear = found["way"].isin(["higher", "lower"])
        assert (clear == outside & found["estimate"].notna()).all()


def test_the_strands_of_one_area_at_one_stage_are_one_family():
    found = attrition.stage_ratios(many_chains(), stages=CHAIN)
    one = found[(found["area"] == "Area 0") & (found["measure"] == "crime")]
    assert len(one) == 1 + 2 + 2
    np.testing.assert_allclose(one["p_adjusted"], 1 - (1 - one["p"]) ** 5, atol=1e-12)
    whole = found[flags.has(found["flags"], "whole_chain") & (found["area"] == "Area 0")]
    np.testing.assert_allclose(whole["p_adjusted"], 1 - (1 - whole["p"]) ** 5, atol=1e-12)


def test_dispersion_widens_both_contrasts():
    cases = many_chains()
    for statistic in (attrition.stage_ratios, attrition.gap):
        plain = statistic(cases, stages=CHAIN)
        wide = statistic(cases, stages=CHAIN, dispersion={"Area 1": 2.0})
        pd.testing.assert_series_equal(plain["estimate"], wide["estimate"])
        other = plain["area"] != "Area 1"
        pd.testing.assert_frame_equal(plain[other], wide[other])
        told = wide[~other & wide["upper"].notna()]
        assert (told["upper"] > plain.loc[told.index, "upper"]).mean() > 0.9
        assert {flags.of(each)["dispersion"] for each in told["flags"]} == {"2"}


def test_a_group_that_skipped_a_stage_is_not_set_against_one_that_did_not():
    cases = people(
        "ethnicity_broad",
        {
            "recorded": {"White": 90, "Black": 80, "Asian": 70},
            "crime": {"White": 60, "Asian": 50},
            "sanction_detection": {"White": 30, "Black": 20, "Asian": 20},
        },
    )
    found = attrition.stage_ratios(cases, stages=CHAIN)
    black = found[(found["group"] == "Black") & ~flags.has(found["flags"], "whole_chain")]
    assert black[["numerator", "denominator", "reference_denominator"]].values.tolist() == [
        [20, 80, 60]
    ]
    assert black["estimate"].isna().all() and black["way"].tolist() == ["none"]
    asian = found[found["group"] == "Asian"]
    assert asian["estimate"].notna().all() and len(asian) == 3


def test_a_method_that_is_not_offered_is_an_error():
    for statistic in (attrition.stage_ratios, attrition.gap):
        with pytest.raises(InputError, match="method"):
            statistic(many_chains(), stages=CHAIN, method="exact")


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


def test_bounds_of_a_ratio_of_counts_may_be_above_1():
    """More records of victims than incidents: the upper bound is not cut to a share."""
    cases = pd.concat(
        [
            counts.table("A", unit, measure, "gender", groups)
            for unit, measure, groups in (
                ("victims", "recorded", {"Female": 100, "Male": 100, "Not recorded": 5}),
                ("victim_records", "crime", {"Female": 250, "Male": 180, "Not recorded": 200}),
            )
        ],
        ignore_index=True,
    )
    found = attrition.retention(
        cases, stages=[("victims", "recorded"), ("victim_records", "crime")]
    )
    women = found[found["group"] == "Female"].iloc[0]
    assert women["statistic"] == "ratio of counts" and women["method"] == "bounds"
    limits = [
        intervals.rate_ratio(250, 1, 105, 1).lower,
        intervals.rate_ratio(450, 1, 100, 1).upper,
    ]
    assert women[["lower", "upper"]].tolist() == pytest.approx(limits)
    assert women["lower"] < 250 / 105 < 450 / 100 < women["upper"]


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


def test_cumulative_retention_says_how_many_are_left_of_the_first():
    cases = pd.concat(
        [
            counts.table("A", "victims", measure, "gender", {"Female": women, "Male": men})
            for measure, women, men in (
                ("recorded", 400, 200),
                ("crime", 200, 100),
                ("sanction_detection", 50, 40),
            )
        ]
    )
    stages = ["recorded", "crime", "sanction_detection"]
    left = attrition.retention(cases, stages=stages, cumulative=True)
    assert left["base"].unique().tolist() == ["victims:recorded"]
    women = left[left["group"] == "Female"].set_index("measure")
    assert women["estimate"].to_dict() == {"crime": 0.5, "sanction_detection": 0.125}
    (stepwise,) = (
        attrition.retention(cases, stages=stages)
        .query("group == 'Male' and measure == 'sanction_detection'")["estimate"]
        .tolist()
    )
    assert stepwise == 0.4


def test_the_review_of_no_crimes_is_exact_for_few_and_of_whole_strands_alone():
    """Wandsworth 5.12: 13 no crimes and 13 crime-related incidents beside 113 crimes."""
    cases = supply.cases("Wandsworth")
    found = attrition.no_crime_review(cases, subject="serious_sexual_offences")
    row = found[(found["unit"] == "victim_records") & (found["strand"] == "gender")].iloc[0]
    women, men = (21, 105), (5, 8)  # not recorded as crimes, and recorded
    assert (row["numerator"], row["denominator"]) == (21, 126)
    assert (row["reference_numerator"], row["reference_denominator"]) == (5, 13)
    below = stats.hypergeom(139, 26, 126).cdf(21)
    assert row["p"] == pytest.approx(2 * below)
    exact = stats.contingency.odds_ratio([women, men], kind="conditional")
    low, high = exact.confidence_interval(0.95)
    assert row["estimate"] == pytest.approx(exact.statistic, rel=1e-5)
    assert (row["lower"], row["upper"]) == pytest.approx((low, high), rel=1e-4)
    strands_told = set(found.loc[found["unit"] == "victim_records", "strand"])
    assert strands_told == {"age", "gender"}  # ethnicity is told by two schemes
    offenders = set(found.loc[found["unit"] == "offenders", "strand"])
    assert "age" not in offenders  # its no crimes make 15 of the 14 printed


def test_arrests_in_what_was_no_crime_are_the_printed_difference():
    told = attrition.arrested_in_no_crime(supply.cases("London"), subject="domestic_violence")
    assert told[["numerator", "denominator"]].values.tolist() == [[1796, 84026]]


def test_stages_told_by_two_schemes_are_refused_with_what_would_join_them():
    cases = counts.join(
        counts.table("A", "victims", "recorded", "ethnicity_broad", {"White": 40, "Black": 20}),
        counts.table("A", "victims", "crime", "ethnicity_self_defined", {"White - Irish": 10}),
    )
    with pytest.raises(InputError, match=r"strands\.recode"):
        attrition.retention(cases, stages=["recorded", "crime"])


def test_a_stage_that_a_strand_lacks_is_passed_over():
    cases = counts.join(
        counts.table("A", "victims", "recorded", "gender", {"Female": 100, "Male": 50}),
        counts.table("A", "victims", "crime", "age", {"18-29": 60}),
        counts.table("A", "victims", "arrest", "gender", {"Female": 20, "Male": 10}),
    )
    kept = attrition.retention(cases, stages=["recorded", "crime", "arrest"])
    told = kept[["group", "base", "estimate"]].values.tolist()
    assert told == [["Female", "victims:recorded", 0.2], ["Male", "victims:recorded", 0.2]]


def test_a_class_that_a_group_was_not_told_of_is_not_taken_for_none():
    """Without a total nobody knows whether men had crime-related incidents."""
    cases = counts.join(
        counts.table("A", "victims", "crime", "gender", {"Female": 60, "Male": 30}),
        counts.table("A", "victims", "no_crime", "gender", {"Female": 5, "Male": 4}),
        counts.table("A", "victims", "crime_related_incident", "gender", {"Female": 5}),
    )
    subject = {"subject": "domestic_violence"}
    assert attrition.no_crime_review(cases, **subject).empty
    total = counts.table("A", "victims", "crime_related_incident", "all", {"All": 5})
    totals = counts.join(
        cases,
        total,
        counts.table("A", "victims", "no_crime", "all", {"All": 9}),
        counts.table("A", "victims", "crime", "all", {"All": 90}),
    )
    row = attrition.no_crime_review(totals, **subject).iloc[0]
    assert (row["numerator"], row["denominator"]) == (10, 70)
    assert (row["reference_numerator"], row["reference_denominator"]) == (4, 34)

"""People by how often they were reported: Wandsworth's list and London's two totals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsvstats import counts
from dsvstats.estimates import flags
from dsvstats.statistics import repeats

WANDSWORTH = {"2": 146, "3": 37, "4": 12, "5": 5, "6": 2, "7": 2, "13": 1}
CASES = json.loads((Path(__file__).parent / "expected" / "cases.json").read_text())


def listed(groups, area="Wandsworth", **key):
    return counts.table(area, "victims", "crime", "reports", groups, **key)


def test_wandsworth_2009_paragraph_5_3():
    row = repeats.reports(listed(WANDSWORTH)).iloc[0]
    assert (row["numerator"], row["denominator"]) == (515, 205)
    share = repeats.prevalence(listed(WANDSWORTH)).iloc[0]
    assert np.isnan(share["estimate"])
    assert "starts_at_two" in flags.of(share["flags"])
    assert (share["statistic"], share["base"]) == ("prevalence", "victims:crime")


@pytest.mark.parametrize(("once", "more", "people"), [(53755, 23633, 77388), (33471, 12856, 46327)])
def test_london_2008_paragraph_18(once, more, people):
    cases = listed({"1": once, "2+": more}, area="London")
    share = repeats.prevalence(cases).iloc[0]
    assert (share["numerator"], share["denominator"]) == (more, people)
    row = repeats.reports(cases).iloc[0]
    assert row["numerator"] == once + 2 * more
    assert "at_least" in flags.of(row["flags"])


def test_an_open_last_group_has_no_curve():
    assert repeats.concentration(listed({"1": 5, "2+": 3})).empty
    assert np.isnan(repeats.top_share(repeats.concentration(listed({"1": 5, "2+": 3}))))


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["id"].startswith("gini_")], ids=lambda case: case["id"]
)
def test_trusted_gini(case):
    sizes = [int(each) for each in case["inputs"]["counts"]]
    cases = listed({str(k): sizes.count(k) for k in sorted(set(sizes))})
    points = repeats.concentration(cases)
    expected = case["expected"]
    assert points["gini"].iloc[0] == pytest.approx(expected["gini_population"])
    assert points["gini_generalised"].iloc[0] == pytest.approx(expected["gini_generalised"])
    for share in (0.1, 0.2):
        name = f"top{share:.0%}_share".replace("%", "pct")
        assert repeats.top_share(points, of_people=share) == pytest.approx(expected[name])


def test_capping_cuts_the_long_tail():
    assert repeats.capped(listed(WANDSWORTH), cap=5)["numerator"].tolist() == [501]
    assert repeats.capped(listed({"1": 5, "2+": 3}), cap=2)["flags"].tolist() == [""]


def test_nothing_supplied_gives_nothing():
    none = counts.table("Wandsworth", "offences", "crime", "all", {"All": 3})
    for cases in (counts.empty(), none):
        for function in (repeats.prevalence, repeats.reports, repeats.concentration):
            assert function(cases).empty
        assert repeats.capped(cases, cap=5).empty


@settings(max_examples=settings().max_examples // 4)
@given(st.dictionaries(st.integers(1, 40).map(str), st.integers(1, 500), min_size=1, max_size=8))
def test_the_curve_ends_at_everyone_and_stands_above_equality(groups):
    points = repeats.concentration(listed(groups))
    assert points[["share_of_people", "share_of_reports"]].iloc[-1].tolist() == pytest.approx(
        [1, 1]
    )
    assert (points["share_of_reports"] >= points["share_of_people"] - 1e-12).all()
    assert -1e-12 <= points["gini"].iloc[0] < 1


def test_the_accused_are_not_among_the_victims_records():
    """People accused are counted by number of reports too; offences are set against victims only."""
    cases = pd.concat(
        [
            counts.table("A", "victims", "crime", "reports", {"1": 20, "2": 10, "3+": 12}),
            counts.table("A", "accused", "crime", "reports", {"1": 30, "2": 15}),
            counts.table("A", "offences", "crime", "all", {"All": 112}),
        ]
    )
    found = repeats.share_of_records(cases)
    assert found["numerator"].tolist() == [56.0]
    assert found["estimate"].tolist() == [0.5]
    assert list(flags.of(found["flags"].iloc[0])) == ["at_least", "side_by_side"]
